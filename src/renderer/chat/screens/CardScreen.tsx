import type { ReactElement } from 'react';
import type { BuildInfo, PresentationPolicy } from '../../../shared/app-state.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { useServices } from '../../hooks/services.ts';
import { CardIllustration } from '../../parts/CardIllustration.tsx';
import { cardScene } from '../../text/card-scene.ts';
import { errorText } from '../../text/error-text.ts';
import { SCREENS_TEXT } from '../../text/screens.ts';
import { SignInFrame } from './SignInFrame.tsx';

interface Props {
  readonly policy: PresentationPolicy;
  readonly build: BuildInfo;
  readonly error: ErrorReport | undefined;
}

/** Waits for a reader and a card; goes on by itself. */
export function CardScreen({ policy, build, error }: Props): ReactElement {
  const { title, action } = error === undefined ? SCREENS_TEXT.reading : errorText(error);
  return (
    <SignInFrame policy={policy} build={build} step="card">
      <div className="card-step" role="status">
        <CardIllustration scene={cardScene(error)} />
        <h1>{title}</h1>
        <p className="lead">{action}</p>
        {error === undefined ? null : <p className="code">{error.code}</p>}
      </div>
      {policy.signIn.method === 'both' ? <PasswordChoice /> : null}
    </SignInFrame>
  );
}

/** The policy leaves the choice. */
function PasswordChoice(): ReactElement {
  const { bridge } = useServices();
  return (
    <div className="button-row">
      <button type="button" className="button" onClick={() => bridge.choosePassword()}>
        {SCREENS_TEXT.signInWithAPassword}
      </button>
    </div>
  );
}
