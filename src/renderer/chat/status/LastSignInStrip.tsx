import type { ReactElement } from 'react';
import type { LastSignIn } from '../../../shared/app-state.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { LAST_SIGN_IN_TEXT as TEXT } from '../../text/sign-in.ts';

function attempts({ failed, previous }: LastSignIn): string {
  if (failed > 0) return previous === undefined ? TEXT.failuresBefore(failed) : TEXT.failures(failed);
  return previous === undefined ? '' : TEXT.noFailures;
}

/** When this user signed in before and what failed since: shown after each sign-in until it was read. */
export function LastSignInStrip({
  lastSignIn,
}: {
  readonly lastSignIn: LastSignIn | undefined;
}): ReactElement | null {
  const actions = useActions();
  const seen = useWindowState((state) => state.view.signInSeen);
  if (lastSignIn === undefined || seen) return null;
  const { previous, failed, damaged } = lastSignIn;
  const worrying = damaged || failed > 0;
  return (
    <section className={worrying ? 'strip strip-warning' : 'strip strip-news'} aria-label={TEXT.region}>
      <Icon name={worrying ? 'alert' : 'clock'} />
      <p role="status">
        {previous === undefined ? (
          <strong>{damaged ? TEXT.damaged : TEXT.first}</strong>
        ) : (
          <>
            <strong>
              {TEXT.last} <Moment at={previous.at} />
            </strong>{' '}
            {TEXT.on(previous.machine)}
          </>
        )}
      </p>
      <p className="strip-detail">{attempts(lastSignIn)}</p>
      <button type="button" className="button button-small" onClick={() => actions.signInSeen()}>
        {TEXT.dismiss}
      </button>
    </section>
  );
}
