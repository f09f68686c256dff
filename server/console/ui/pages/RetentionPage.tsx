import { type ReactElement, useState } from 'react';
import type { ApprovalInfo, RetentionInfo } from '../../contract.ts';
import { Field } from '../parts/Field.tsx';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { RETENTION, TEXT } from '../text.ts';

type Kind = 'user' | 'room';
type Asked = { readonly kind: Kind; readonly name: string; readonly hold: boolean } | 'run';
type Ran = { readonly records: number; readonly held: number };

function HoldList(props: {
  readonly kind: Kind;
  readonly names: readonly string[];
  readonly may: boolean;
  readonly onAsk: (asked: Asked) => void;
}): ReactElement {
  const { kind, names, may, onAsk } = props;
  const [name, setName] = useState('');
  const title = kind === 'user' ? RETENTION.users : RETENTION.rooms;
  return (
    <section className="card" aria-label={title}>
      <h2>
        {title} <span className="count">{names.length}</span>
      </h2>
      {names.length === 0 ? <p className="quiet">{RETENTION.none}</p> : null}
      <ul className="off-list">
        {names.map((held) => (
          <li key={held}>
            <span className="grow">{held}</span>
            {may ? (
              <button
                type="button"
                className="button"
                aria-label={`${RETENTION.lift} ${held}`}
                onClick={() => onAsk({ kind, name: held, hold: false })}
              >
                {RETENTION.lift}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {may ? (
        <form
          className="inline-form"
          onSubmit={(event) => {
            event.preventDefault();
            onAsk({ kind, name: name.trim(), hold: true });
            setName('');
          }}
        >
          <Field
            label={kind === 'user' ? RETENTION.user : RETENTION.room}
            value={name}
            onChange={setName}
            className="grow"
          />
          <button type="submit" className="button" disabled={name.trim() === ''}>
            {RETENTION.hold}
          </button>
        </form>
      ) : null}
    </section>
  );
}

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
        <HoldList kind="user" names={value.users} may={may} onAsk={setAsked} />
        <HoldList kind="room" names={value.rooms} may={may} onAsk={setAsked} />
      </div>
      <section className="card service" aria-label={RETENTION.run}>
        <p className="grow">{RETENTION.due(value.due.records, value.due.held)}</p>
        {may ? (
          <button type="button" className="button danger" onClick={() => setAsked('run')}>
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
