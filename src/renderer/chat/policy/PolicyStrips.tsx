import type { ReactElement } from 'react';
import type { PolicyWarning } from '../../../shared/app-state.ts';
import { useActions } from '../../hooks/services.ts';
import { useNow } from '../../hooks/use-now.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { errorText } from '../../text/error-text.ts';
import { POLICY_TEXT } from '../../text/policy.ts';
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
      {POLICY_TEXT.policy}
    </button>
  );
}

/** A refused update of the policy, and a policy that is about to expire; nothing while all is well. */
export function PolicyStrips({ warning, expiring }: Props): ReactElement {
  const now = useNow(60_000);
  return (
    <>
      {warning === undefined ? null : (
        <section className="strip strip-warning" aria-label={POLICY_TEXT.policy}>
          <Icon name="alert" />
          <p role="status">
            <strong>{POLICY_TEXT.aPolicyUpdateWasRefused}</strong>
          </p>
          <p className="strip-detail">
            {POLICY_TEXT.refusedWhy(errorText(warning.error).title, errorText(warning.error).action)}{' '}
            <Moment at={warning.at} />.
          </p>
          <span className="code">{warning.error.code}</span>
          <DetailsButton />
        </section>
      )}
      {expiring === undefined ? null : (
        <section className="strip strip-warning" aria-label={POLICY_TEXT.policyExpiry}>
          <Icon name="clock" />
          <p role="status">
            <strong>{POLICY_TEXT.thePolicyExpiresIn(remaining(expiring, now))}</strong>
          </p>
          <p className="strip-detail">
            {POLICY_TEXT.sallyportLocksAt} <Moment at={expiring} />
            {POLICY_TEXT.askItForTheCurrent}
          </p>
          <DetailsButton />
        </section>
      )}
    </>
  );
}
