import { type ReactElement, useEffect, useState } from 'react';
import type { ApprovalInfo } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { useApprovals } from '../parts/approvals.tsx';
import { useDesk, useDoing } from '../parts/hooks.ts';
import { ErrorNotice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { Rows } from '../parts/Rows.tsx';
import { APPROVAL_STATE, APPROVALS, requestText } from '../text/approvals.ts';
import { TEXT } from '../text/frame.ts';

const TONE: Readonly<Record<ApprovalInfo['state'], string>> = {
  pending: 'warn',
  running: 'warn',
  done: 'good',
  failed: 'danger',
  rejected: 'plain',
  expired: 'plain',
  unknown: 'danger',
};

function What({ approval }: { readonly approval: ApprovalInfo }): ReactElement {
  const { what, reason } = requestText(approval.action, approval.request);
  return (
    <>
      <strong>{what}</strong>
      {reason === '' ? null : (
        <span className="said">
          “<bdi>{reason}</bdi>”
        </span>
      )}
    </>
  );
}

export function ApprovalsPage(): ReactElement {
  const { api, session } = useDesk();
  const { value, error, reload } = useApprovals();
  useEffect(reload, [reload]);
  const [deciding, setDeciding] = useState<ApprovalInfo | undefined>(undefined);
  const doing = useDoing();
  if (value === undefined)
    return error === undefined ? <p className="quiet">{TEXT.loading}</p> : <ErrorNotice error={error} />;
  const waiting = value.approvals.filter(({ state }) => state === 'pending');
  const decided = value.approvals.filter(({ state }) => state !== 'pending');
  const reject = ({ id }: ApprovalInfo): void =>
    doing.run(async () => {
      await api.ask(`/api/approvals/${id}/reject`, { method: 'POST', body: {} });
      reload();
    });
  return (
    <div className="stack">
      <p className="quiet">{APPROVALS.intro}</p>
      <ErrorNotice error={error ?? doing.error} />
      <section aria-label={APPROVALS.waiting}>
        <h2>
          {APPROVALS.waiting} <span className="count">{waiting.length}</span>
        </h2>
        {waiting.length === 0 ? <p className="empty">{APPROVALS.noneWaiting}</p> : null}
        {waiting.map((approval) => {
          const mine = approval.requester === session.who.id;
          return (
            <article key={approval.id} className="card request">
              <div className="grow">
                <What approval={approval} />
                <p className="quiet">
                  {APPROVALS.asked} {approval.requester}, {shortTime(approval.requested)} · {APPROVALS.until}{' '}
                  {shortTime(approval.expires)} · {APPROVALS.fingerprint}{' '}
                  <code>{approval.digest.slice(0, 12)}</code>
                </p>
              </div>
              {mine ? <span className="quiet">{APPROVALS.yours}</span> : null}
              {mine || approval.mayApprove ? (
                <button
                  type="button"
                  className="button"
                  disabled={doing.busy}
                  onClick={() => reject(approval)}
                >
                  {mine ? APPROVALS.withdraw : APPROVALS.reject}
                </button>
              ) : null}
              {approval.mayApprove ? (
                <button type="button" className="button button-primary" onClick={() => setDeciding(approval)}>
                  {APPROVALS.approve}
                </button>
              ) : null}
            </article>
          );
        })}
      </section>
      <section aria-label={APPROVALS.decided}>
        <h2>{APPROVALS.decided}</h2>
        {decided.length === 0 ? (
          <p className="empty">{APPROVALS.noneDecided}</p>
        ) : (
          <Rows
            label={APPROVALS.decided}
            rows={decided}
            keyOf={({ id }) => id}
            columns={[
              {
                name: APPROVALS.outcome,
                cell: ({ state }) => <span className={`mark ${TONE[state]}`}>{APPROVAL_STATE[state]}</span>,
              },
              { name: APPROVALS.what, cell: (approval) => <What approval={approval} />, className: 'wide' },
              { name: APPROVALS.asked, cell: ({ requester }) => requester },
              { name: APPROVALS.by, cell: ({ decider }) => decider ?? '' },
              {
                name: APPROVALS.when,
                cell: ({ decided: at, requested }) => shortTime(at ?? requested),
                className: 'time',
              },
            ]}
          />
        )}
      </section>
      {deciding === undefined ? null : (
        <ReasonDialog
          title={APPROVALS.approveTitle}
          action="Approve"
          danger
          reason={false}
          onClose={() => setDeciding(undefined)}
          onDo={async () => {
            await api
              .ask(`/api/approvals/${deciding.id}/approve`, {
                method: 'POST',
                body: { digest: deciding.digest },
              })
              .finally(reload);
          }}
        >
          <div className="card">
            <What approval={deciding} />
          </div>
          <p className="quiet">
            {APPROVALS.asked} {deciding.requester} · {APPROVALS.fingerprint}{' '}
            <code>{deciding.digest.slice(0, 12)}</code>
          </p>
          <p>{APPROVALS.approveText}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
