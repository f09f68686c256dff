import type { ReactElement } from 'react';
import type { PolicyPage } from '../../../shared/policy-page.ts';
import { useNow } from '../../hooks/use-now.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { POLICY_TEXT } from '../../text/policy.ts';
import { type Fact, FactList } from '../dialogs/FactList.tsx';
import { remaining } from './remaining.ts';

function Status({ page }: { readonly page: PolicyPage }): ReactElement {
  const now = useNow(60_000);
  return (
    <span className={page.expiringSoon ? 'policy-status policy-status-soon' : 'policy-status'}>
      <Icon name={page.expiringSoon ? 'clock' : 'check'} size={14} />
      {POLICY_TEXT.untilLeft(
        page.expiringSoon ? POLICY_TEXT.expiresSoon : POLICY_TEXT.inForce,
        remaining(page.validUntil, now),
      )}
    </span>
  );
}

/** Key ids are SHA-256 in hexadecimal; the export has them whole. */
function shortKey(id: string): string {
  return id.length > 20 ? `${id.slice(0, 16)}…` : id;
}

function identity(page: PolicyPage): readonly Fact[] {
  return [
    { name: POLICY_TEXT.policy, value: POLICY_TEXT.sequence(page.policyId, page.sequence) },
    { name: POLICY_TEXT.signedBy, value: page.signers.map(shortKey).join(', '), code: true },
    { name: POLICY_TEXT.trustRoot, value: POLICY_TEXT.version(page.rootVersion) },
    { name: POLICY_TEXT.overlays, value: page.overlays.join(', ') || POLICY_TEXT.none },
    { name: POLICY_TEXT.bundle, value: page.sha256, code: true },
  ];
}

function validity(page: PolicyPage): readonly Fact[] {
  const from = page.bundleFrom === 'machine' ? POLICY_TEXT.fromComputer : POLICY_TEXT.fromServer;
  return [
    { name: POLICY_TEXT.status, value: <Status page={page} /> },
    { name: POLICY_TEXT.validUntil, value: <Moment at={page.validUntil} /> },
    { name: POLICY_TEXT.policyExpires, value: <Moment at={page.expires} /> },
    { name: POLICY_TEXT.from, value: from },
    { name: POLICY_TEXT.thisComputer, value: page.machineId },
  ];
}

/** Which policy this is, who signed it, how long it holds, and what was refused. */
export function PolicySummary({ page }: { readonly page: PolicyPage }): ReactElement {
  const { refusal } = page;
  return (
    <>
      {refusal === undefined ? null : (
        <section className="policy-refusal" aria-label={POLICY_TEXT.refusedUpdate}>
          <ErrorNotice error={refusal.error} role="status" tone="warning" />
          <p className="policy-note">
            {POLICY_TEXT.refusedAt} <Moment at={refusal.at} />
            {POLICY_TEXT.thePolicyBelowStaysIn}
          </p>
        </section>
      )}
      <div className="policy-facts">
        <FactList title={POLICY_TEXT.policy} facts={identity(page)} />
        <FactList title={POLICY_TEXT.validity} facts={validity(page)} />
      </div>
    </>
  );
}
