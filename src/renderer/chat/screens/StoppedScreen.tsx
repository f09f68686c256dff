import type { ReactElement } from 'react';
import type { BuildInfo, PresentationPolicy } from '../../../shared/app-state.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { useServices } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { errorText } from '../../text/error-text.ts';
import { SCREENS_TEXT } from '../../text/screens.ts';
import { SignInFrame } from './SignInFrame.tsx';

interface Props {
  readonly policy: PresentationPolicy;
  readonly build: BuildInfo;
  readonly error: ErrorReport | undefined;
  readonly retry: boolean;
}

/** Signed out, or stopped by something the user has to act on. */
export function StoppedScreen({ policy, build, error, retry }: Props): ReactElement {
  const { bridge } = useServices();
  const { title, action } = error === undefined ? SCREENS_TEXT.signedOut : errorText(error);
  return (
    <SignInFrame policy={policy} build={build}>
      <div className="stopped" role={error === undefined ? 'status' : 'alert'}>
        <span className={error === undefined ? 'stopped-mark' : 'stopped-mark stopped-mark-danger'}>
          <Icon name={error === undefined ? 'leave' : 'alert'} size={22} />
        </span>
        <h1>{title}</h1>
        <p className="lead">{action}</p>
        {error === undefined ? null : <p className="code">{error.code}</p>}
      </div>
      <div className="button-row">
        {retry ? (
          <button type="button" className="button button-primary" onClick={() => bridge.signIn()}>
            {error?.code === 'CONFLICT'
              ? SCREENS_TEXT.signInHere
              : error === undefined
                ? SCREENS_TEXT.signIn
                : SCREENS_TEXT.signInAgain}
          </button>
        ) : null}
        <button type="button" className="button" onClick={() => bridge.quit()}>
          {SCREENS_TEXT.quit}
        </button>
      </div>
    </SignInFrame>
  );
}
