import type { ReactElement } from 'react';
import type { BuildInfo, CertificateChoice, PresentationPolicy } from '../../../shared/app-state.ts';
import { useServices } from '../../hooks/services.ts';
import { IdentityCard } from '../../parts/IdentityCard.tsx';
import { SCREENS_TEXT } from '../../text/screens.ts';
import { SignInFrame } from './SignInFrame.tsx';

interface Props {
  readonly policy: PresentationPolicy;
  readonly build: BuildInfo;
  readonly identity: CertificateChoice;
}

/** The PIN is typed in a window of its own; this one only says so and can bring it to the front. */
export function PinScreen({ policy, build, identity }: Props): ReactElement {
  const { bridge } = useServices();
  return (
    <SignInFrame policy={policy} build={build} step="pin">
      <h1>{SCREENS_TEXT.enterYourPin}</h1>
      <p className="lead">{SCREENS_TEXT.thePinWindowIsOpen}</p>
      <IdentityCard identity={identity} />
      <div className="button-row">
        <button type="button" className="button button-primary" onClick={() => bridge.signIn()}>
          {SCREENS_TEXT.showThePinWindow}
        </button>
      </div>
    </SignInFrame>
  );
}
