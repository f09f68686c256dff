import type { ReactElement } from 'react';
import type { BuildInfo, PresentationPolicy } from '../../../shared/app-state.ts';
import { useServices } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import { SCREENS_TEXT } from '../../text/screens.ts';
import { SignInFrame } from './SignInFrame.tsx';

interface Props {
  readonly policy: PresentationPolicy;
  readonly build: BuildInfo;
}

/**
 * The organisation's notice. The text has the focus first, so that arrow keys read it and a key that was pressed too
 * early accepts nothing; Tab goes on to the buttons.
 */
export function ConsentScreen({ policy, build }: Props): ReactElement {
  const { bridge } = useServices();
  const text = useFocusFirst<HTMLElement>();
  return (
    <SignInFrame policy={policy} build={build} step="consent" wide>
      <h1>{policy.consent.title}</h1>
      <section ref={text} className="consent-text" aria-label={SCREENS_TEXT.notice} {...SCROLLABLE}>
        {policy.consent.text.split(/\n{2,}/).map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </section>
      <div className="button-row">
        <button type="button" className="button button-primary" onClick={() => bridge.acceptConsent()}>
          {SCREENS_TEXT.accept}
        </button>
        <button type="button" className="button" onClick={() => bridge.quit()}>
          {SCREENS_TEXT.declineAndQuit}
        </button>
      </div>
    </SignInFrame>
  );
}
