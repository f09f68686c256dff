import type { ReactElement } from 'react';
import type { BuildInfo, PresentationPolicy } from '../../../shared/app-state.ts';
import { useServices } from '../../hooks/services.ts';
import { SCREENS_TEXT } from '../../text/screens.ts';
import { SignInFrame } from './SignInFrame.tsx';

interface Props {
  readonly policy: PresentationPolicy;
  readonly build: BuildInfo;
}

/** The password is typed in a window of its own; this one only says so and can bring it to the front. */
export function PasswordScreen({ policy, build }: Props): ReactElement {
  const { bridge } = useServices();
  return (
    <SignInFrame policy={policy} build={build} step="password" password>
      <h1>{SCREENS_TEXT.enterYourPassword}</h1>
      <p className="lead">{SCREENS_TEXT.thePasswordWindowIsOpen}</p>
      <div className="button-row">
        <button type="button" className="button button-primary" onClick={() => bridge.signIn()}>
          {SCREENS_TEXT.showThePasswordWindow}
        </button>
      </div>
    </SignInFrame>
  );
}
