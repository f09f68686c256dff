import type { ReactElement } from 'react';
import type { PolicyWarning } from '../../../shared/app-state.ts';
import { useActions } from '../../hooks/services.ts';
import { useNow } from '../../hooks/use-now.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { errorText } from '../../text/error-text.ts';
import { remaining } from './remaining.ts';

interface Props {
  readonly warning: PolicyWarning | undefined;
  /** ISO 8601. */
  readonly expiring: string | undefined;
}

function DetailsButton(): ReactElement {
  const actions = useActions();
  return (
    <button type="button" className="button button-small" onClick={() => actions.show('policy')}>
      Policy
    </button>
  );
}

/** A refused update of the policy, and a policy that is about to expire; nothing while all is well. */
export function PolicyStrips({ warning, expiring }: Props): ReactElement {
  const now = useNow(60_000);
  return (
    <>
      {warning === undefined ? null : (
        <section className="strip strip-warning" aria-label="Policy">
          <Icon name="alert" />
          <p role="status">
            <strong>A policy update was refused; the last good policy stays in force.</strong>
          </p>
          <p className="strip-detail">
            {errorText(warning.error).title} {errorText(warning.error).action} Refused{' '}
            <Moment at={warning.at} />.
          </p>
          <span className="code">{warning.error.code}</span>
          <DetailsButton />
        </section>
      )}
      {expiring === undefined ? null : (
        <section className="strip strip-warning" aria-label="Policy expiry">
          <Icon name="clock" />
          <p role="status">
            <strong>The policy expires in {remaining(expiring, now)}.</strong>
          </p>
          <p className="strip-detail">
            Sallyport locks at <Moment at={expiring} />. Ask IT for the current policy.
          </p>
          <DetailsButton />
        </section>
      )}
    </>
  );
}
