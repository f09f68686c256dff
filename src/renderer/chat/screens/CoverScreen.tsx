import type { ReactElement } from 'react';
import type { BuildInfo, PresentationPolicy, SignInState } from '../../../shared/app-state.ts';
import { useServices, useWindowState } from '../../hooks/services.ts';
import { CardIllustration } from '../../parts/CardIllustration.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { IdentityCard } from '../../parts/IdentityCard.tsx';
import { cardScene } from '../../text/card-scene.ts';
import { coverText } from '../../text/cover-text.ts';
import { SCREENS_TEXT } from '../../text/screens.ts';
import { SignInFrame } from './SignInFrame.tsx';

interface Props {
  readonly policy: PresentationPolicy;
  readonly build: BuildInfo;
  readonly signIn: SignInState;
}

/** The screen is covered: nothing of the conversations is in the document. Goes away by itself after signing in. */
export function CoverScreen({ policy, build, signIn }: Props): ReactElement {
  const { bridge } = useServices();
  const identity = useWindowState((state) => state.lastIdentity);
  const { title, action } = coverText(signIn);
  return (
    <SignInFrame policy={policy} build={build}>
      <div className="card-step" role="status">
        {signIn.step === 'card' ? (
          <CardIllustration scene={cardScene(signIn.error)} />
        ) : (
          <span className="stopped-mark">
            <Icon name="lock" size={22} />
          </span>
        )}
        <h1>{title}</h1>
        <p className="lead">{action}</p>
      </div>
      {identity === undefined ? null : <IdentityCard identity={identity} />}
      <div className="button-row">
        {signIn.step === 'password' ? (
          <button type="button" className="button button-primary" onClick={() => bridge.signIn()}>
            {SCREENS_TEXT.enterPassword}
          </button>
        ) : null}
        {signIn.step === 'pin' || signIn.step === 'online' ? (
          <button type="button" className="button button-primary" onClick={() => bridge.signIn()}>
            {SCREENS_TEXT.enterPin}
          </button>
        ) : null}
        {signIn.step === 'certificate'
          ? signIn.choices.map((choice) => (
              <button
                key={choice.id}
                type="button"
                className="button"
                onClick={() => bridge.chooseCertificate(choice.id)}
              >
                {SCREENS_TEXT.use(choice.commonName)}
              </button>
            ))
          : null}
        <button type="button" className="button" onClick={() => bridge.signOut()}>
          {SCREENS_TEXT.signOut}
        </button>
      </div>
    </SignInFrame>
  );
}
