import type { ReactElement } from 'react';
import type { BuildInfo, CertificateChoice, PresentationPolicy } from '../../../shared/app-state.ts';
import { useServices } from '../../hooks/services.ts';
import { useRovingFocus } from '../../hooks/use-roving-focus.ts';
import { IdentityCard } from '../../parts/IdentityCard.tsx';
import { SCREENS_TEXT } from '../../text/screens.ts';
import { SignInFrame } from './SignInFrame.tsx';

interface Props {
  readonly policy: PresentationPolicy;
  readonly build: BuildInfo;
  readonly choices: readonly CertificateChoice[];
}

/** Several certificates fit: the user says which one to sign in with. */
export function CertificateScreen({ policy, build, choices }: Props): ReactElement {
  const { bridge } = useServices();
  const list = useRovingFocus<HTMLUListElement>();
  return (
    <SignInFrame policy={policy} build={build} step="card">
      <h1>{SCREENS_TEXT.chooseACertificate}</h1>
      <p className="lead">{SCREENS_TEXT.yourCardHasCertificatesThat(choices.length)}</p>
      <ul ref={list} className="choices">
        {choices.map((choice) => (
          <li key={choice.id}>
            <button
              type="button"
              className="choice"
              data-roving
              onClick={() => bridge.chooseCertificate(choice.id)}
            >
              <IdentityCard identity={choice} />
            </button>
          </li>
        ))}
      </ul>
    </SignInFrame>
  );
}
