import type { ReactElement } from 'react';
import type { BuildInfo, CertificateChoice, PresentationPolicy } from '../../../shared/app-state.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { useActions, useServices, useWindowState } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { IdentityCard } from '../../parts/IdentityCard.tsx';
import { SCREENS_TEXT } from '../../text/screens.ts';
import { Countdown } from '../status/Countdown.tsx';
import { SignInFrame } from './SignInFrame.tsx';

interface Props {
  readonly policy: PresentationPolicy;
  readonly build: BuildInfo;
  readonly identity: CertificateChoice;
  /** Why it had to begin again. */
  readonly error: ErrorReport | undefined;
}

/** The PIN was right; the connection is being made, or waits for another try. */
export function ConnectingScreen({ policy, build, identity, error }: Props): ReactElement {
  const { bridge } = useServices();
  const actions = useActions();
  const link = useWindowState((state) => state.chat.link);
  const waiting = link.kind === 'waiting';
  return (
    <SignInFrame policy={policy} build={build} step="connect" password={identity.issuer === ''}>
      <h1>{waiting ? SCREENS_TEXT.notConnectedYet : SCREENS_TEXT.connecting}</h1>
      <IdentityCard identity={identity} />
      {waiting ? (
        <>
          <ErrorNotice error={link.error} role="status" tone="warning" />
          <p className="lead">
            <Countdown until={link.retryAt} />
          </p>
        </>
      ) : (
        <div className="connecting" role="status">
          {error === undefined ? null : <ErrorNotice error={error} role="status" tone="warning" />}
          <span className="progress-line" aria-hidden="true" />
          <p className="lead">
            {link.kind === 'connecting'
              ? SCREENS_TEXT.makingTheSecureConnectionTo(link.host)
              : SCREENS_TEXT.preparingTheConnectionTo(policy.domain)}
          </p>
          {identity.issuer === '' ? null : <p className="hint">{SCREENS_TEXT.theCardSignsOnceLeave}</p>}
        </div>
      )}
      <div className="button-row">
        {waiting ? (
          <button type="button" className="button button-primary" onClick={() => actions.reconnect()}>
            {SCREENS_TEXT.tryNow}
          </button>
        ) : null}
        <button type="button" className="button" onClick={() => bridge.signOut()}>
          {SCREENS_TEXT.cancel}
        </button>
      </div>
    </SignInFrame>
  );
}
