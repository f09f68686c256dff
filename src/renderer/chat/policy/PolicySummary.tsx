import type { ReactElement } from 'react';
import type { PolicyPage } from '../../../shared/policy-page.ts';
import { useNow } from '../../hooks/use-now.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { type Fact, FactList } from '../dialogs/FactList.tsx';
import { remaining } from './remaining.ts';

function Status({ page }: { readonly page: PolicyPage }): ReactElement {
  const now = useNow(60_000);
  return (
    <span className={page.expiringSoon ? 'policy-status policy-status-soon' : 'policy-status'}>
      <Icon name={page.expiringSoon ? 'clock' : 'check'} size={14} />
      {`${page.expiringSoon ? 'Expires soon' : 'In force'}, ${remaining(page.validUntil, now)} left`}
    </span>
  );
}

/** Key ids are SHA-256 in hexadecimal; the export has them whole. */
function shortKey(id: string): string {
  return id.length > 20 ? `${id.slice(0, 16)}…` : id;
}

function identity(page: PolicyPage): readonly Fact[] {
  return [
    { name: 'Policy', value: `${page.policyId}, sequence ${page.sequence}` },
    { name: 'Signed by', value: page.signers.map(shortKey).join(', '), code: true },
    { name: 'Trust root', value: `version ${page.rootVersion}` },
    { name: 'Overlays', value: page.overlays.join(', ') || 'None' },
    { name: 'Bundle', value: page.sha256, code: true },
  ];
}

function validity(page: PolicyPage): readonly Fact[] {
  const from =
    page.bundleFrom === 'machine' ? 'Installed on this computer' : 'Fetched from the policy server';
  return [
    { name: 'Status', value: <Status page={page} /> },
    { name: 'Valid until', value: <Moment at={page.validUntil} /> },
    { name: 'Policy expires', value: <Moment at={page.expires} /> },
    { name: 'From', value: from },
    { name: 'This computer', value: page.machineId },
  ];
}

/** Which policy this is, who signed it, how long it holds, and what was refused. */
export function PolicySummary({ page }: { readonly page: PolicyPage }): ReactElement {
  const { refusal } = page;
  return (
    <>
      {refusal === undefined ? null : (
        <section className="policy-refusal" aria-label="Refused update">
          <ErrorNotice error={refusal.error} role="status" tone="warning" />
          <p className="policy-note">
            Refused <Moment at={refusal.at} />. The policy below stays in force.
          </p>
        </section>
      )}
      <div className="policy-facts">
        <FactList title="Policy" facts={identity(page)} />
        <FactList title="Validity" facts={validity(page)} />
      </div>
    </>
  );
}
