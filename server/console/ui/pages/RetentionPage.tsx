import { type ReactElement, useState } from 'react';
import type { ApprovalInfo, RetentionInfo } from '../../contract.ts';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { NameList } from '../parts/NameList.tsx';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { TEXT } from '../text/frame.ts';
import { RETENTION } from '../text/records.ts';

const KINDS = ['user', 'room'] as const;
type Kind = (typeof KINDS)[number];
type Asked = { readonly kind: Kind; readonly name: string; readonly hold: boolean } | 'run';
type Ran = { readonly records: number; readonly held: number };

export function RetentionPage(): ReactElement {
  const { api, session } = useDesk();
  const { value, error, reload } = useLoaded<RetentionInfo>('/api/retention', undefined);
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const [outcome, setOutcome] = useState<'waits' | Ran | undefined>(undefined);
  const may = session.who.role === 'officer';
  if (value === undefined)
    return error === undefined ? <p className="quiet">{TEXT.loading}</p> : <ErrorNotice error={error} />;
  const title =
    asked === 'run'
      ? RETENTION.runTitle
      : asked?.hold === true
        ? RETENTION.holdTitle(asked.name)
        : RETENTION.liftTitle(asked?.name ?? '');
  return (
    <div className="stack">
      <p>{RETENTION.intro(value.messageDays, value.auditDays)}</p>
      {outcome === 'waits' ? (
        <Notice kind="warn" title={TEXT.waitsTitle}>
          {TEXT.waitsText}
        </Notice>
      ) : outcome === undefined ? null : (
        <Notice kind="good">{RETENTION.ran(outcome.records, outcome.held)}</Notice>
      )}
      <div className="columns">
        {KINDS.map((kind) => (
          <NameList
            key={kind}
            title={kind === 'user' ? RETENTION.users : RETENTION.rooms}
            none={RETENTION.none}
            label={kind === 'user' ? RETENTION.user : RETENTION.room}
            names={kind === 'user' ? value.users : value.rooms}
            deeds={
              may
                ? {
                    add: RETENTION.hold,
                    undo: RETENTION.lift,
                    undoOf: (name) => `${RETENTION.lift} ${name}`,
                    onAdd: (name) => setAsked({ kind, name, hold: true }),
                    onUndo: (name) => setAsked({ kind, name, hold: false }),
                  }
                : undefined
            }
          />
        ))}
      </div>
      <section className="card service" aria-label={RETENTION.run}>
        <p className="grow">{RETENTION.due(value.due.records, value.due.held)}</p>
        {may ? (
          <button type="button" className="button button-danger" onClick={() => setAsked('run')}>
            {RETENTION.run}
          </button>
        ) : null}
      </section>
      {asked === undefined ? null : (
        <ReasonDialog
          title={title}
          action={asked === 'run' ? 'Delete' : asked.hold ? 'Put on hold' : 'Lift'}
          danger={asked === 'run' || !asked.hold}
          onClose={() => setAsked(undefined)}
          onDo={async (reason) => {
            const answer =
              asked === 'run'
                ? await api.ask<Ran | { approval: ApprovalInfo }>('/api/retention/run', {
                    method: 'POST',
                    body: { reason },
                  })
                : await api.ask<RetentionInfo | { approval: ApprovalInfo }>(
                    `/api/retention/holds/${asked.kind}/${encodeURIComponent(asked.name)}`,
                    { method: 'PUT', body: { hold: asked.hold, reason } },
                  );
            setOutcome('approval' in answer ? 'waits' : 'records' in answer ? answer : undefined);
            reload();
          }}
        >
          <p>{asked === 'run' ? RETENTION.runText : asked.hold ? RETENTION.holdText : RETENTION.liftText}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
