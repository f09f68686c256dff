import { type FormEvent, type ReactElement, useState } from 'react';
import type { ApprovalInfo, ExportInfo, LogRecord, RecordsPage, RecordsStatus } from '../../contract.ts';
import { shortTime, sizeText } from '../format.ts';
import { ExportDialog } from '../parts/ExportDialog.tsx';
import { Field } from '../parts/Field.tsx';
import { useDesk, useDoing, useLoaded } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { RecordDetails, textOf } from '../parts/RecordDetails.tsx';
import { type Column, Rows } from '../parts/Rows.tsx';
import { RECORDS, TEXT } from '../text.ts';

const STATUS_EVERY_MS = 10_000;

export interface Row {
  readonly key: string;
  readonly record: LogRecord;
}

/** Rows of what was found so far; their keys are their places in it. */
export function rowsOf(records: readonly LogRecord[]): readonly Row[] {
  return records.map((record, index) => ({ key: String(index), record }));
}

/** The members of a form that say something. */
export function filled(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const said = Object.entries(values).map(([name, value]): [string, string] => [name, value.trim()]);
  return Object.fromEntries(said.filter(([, value]) => value !== ''));
}

export function IndexStatus(): ReactElement | null {
  const { value } = useLoaded<RecordsStatus>('/api/records/status', STATUS_EVERY_MS);
  if (value === undefined) return null;
  return (
    <>
      <span className="quiet">{RECORDS.index(value.messages, value.events)}</span>
      {value.behind > 1024 * 1024 ? (
        <Notice kind="warn">{RECORDS.behind(sizeText(value.behind))}</Notice>
      ) : null}
    </>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { name: RECORDS.time, cell: ({ record }) => shortTime(textOf(record.time)), className: 'time' },
  { name: RECORDS.label, cell: ({ record }) => textOf(record.label) },
  { name: RECORDS.from, cell: ({ record }) => <bdi>{textOf(record.from)}</bdi> },
  { name: RECORDS.to, cell: ({ record }) => <bdi>{textOf(record.room ?? record.to)}</bdi> },
  {
    name: RECORDS.text,
    cell: ({ record }) => <bdi>{textOf(record.body ?? record.subject ?? record.payloads).slice(0, 300)}</bdi>,
    className: 'wide',
  },
];

const EMPTY = { user: '', room: '', words: '', label: '', since: '', until: '' };

export function MessagesPage(): ReactElement {
  const { api } = useDesk();
  const [reason, setReason] = useState('');
  const [form, setForm] = useState(EMPTY);
  const [found, setFound] = useState<{ readonly asked: object; readonly page: RecordsPage } | undefined>(
    undefined,
  );
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [exporting, setExporting] = useState(false);
  const [exported, setExported] = useState<{ approval: ApprovalInfo } | ExportInfo | undefined>(undefined);
  const doing = useDoing();
  const set = (name: keyof typeof EMPTY) => (value: string) =>
    setForm((before) => ({ ...before, [name]: value }));
  const search = (event: FormEvent): void => {
    event.preventDefault();
    const asked = filled(form);
    doing.run(async () => {
      const body = { ...asked, reason: reason.trim() };
      const page = await api.ask<RecordsPage>('/api/records/messages', { method: 'POST', body });
      setFound({ asked, page });
      setChosen(undefined);
    });
  };
  const older = (): void =>
    doing.run(async () => {
      if (found?.page.next === undefined) return;
      const body = { ...found.asked, reason: reason.trim(), cursor: found.page.next };
      const page = await api.ask<RecordsPage>('/api/records/messages', { method: 'POST', body });
      setFound({ ...found, page: { ...page, records: [...found.page.records, ...page.records] } });
    });
  const rows = rowsOf(found?.page.records ?? []);
  return (
    <div className="stack fill">
      <p className="quiet">
        {RECORDS.intro} <IndexStatus />
      </p>
      <form className="search" onSubmit={search}>
        <Field
          label={RECORDS.reason}
          value={reason}
          onChange={setReason}
          maxLength={500}
          required
          className="reason"
        />
        <Field label={RECORDS.words} value={form.words} onChange={set('words')} maxLength={200} />
        <Field label={RECORDS.user} value={form.user} onChange={set('user')} />
        <Field label={RECORDS.room} value={form.room} onChange={set('room')} />
        <Field label={RECORDS.label} value={form.label} onChange={set('label')} maxLength={200} />
        <Field
          label={RECORDS.since}
          value={form.since}
          onChange={set('since')}
          placeholder={RECORDS.timeHint}
        />
        <Field
          label={RECORDS.until}
          value={form.until}
          onChange={set('until')}
          placeholder={RECORDS.timeHint}
        />
        <div className="actions start">
          <button type="submit" className="button primary" disabled={doing.busy || reason.trim().length < 3}>
            {RECORDS.search}
          </button>
          <button
            type="button"
            className="button"
            disabled={found === undefined || rows.length === 0}
            onClick={() => setExporting(true)}
          >
            {RECORDS.export}
          </button>
        </div>
      </form>
      <ErrorNotice error={doing.error} />
      {exported === undefined ? null : 'approval' in exported ? (
        <Notice kind="warn" title={TEXT.waitsTitle}>
          {TEXT.waitsText}
        </Notice>
      ) : (
        <Notice kind="good">{RECORDS.exported(exported.records)}</Notice>
      )}
      <div className="split">
        <div className="scroll">
          {found === undefined ? (
            <p className="empty">{RECORDS.start}</p>
          ) : rows.length === 0 ? (
            <p className="empty">{RECORDS.empty}</p>
          ) : (
            <Rows
              label={RECORDS.record}
              rows={rows}
              columns={COLUMNS}
              keyOf={({ key }) => key}
              chosen={chosen}
              onChoose={({ key }) => setChosen(key)}
            />
          )}
          {found?.page.next === undefined ? null : (
            <button type="button" className="button more" disabled={doing.busy} onClick={older}>
              {RECORDS.more}
            </button>
          )}
        </div>
        <RecordDetails record={rows.find(({ key }) => key === chosen)?.record} />
      </div>
      {exporting && found !== undefined ? (
        <ExportDialog
          onClose={() => setExporting(false)}
          onDo={async (marking, why) => {
            const body = { ...found.asked, marking, reason: why };
            setExported(await api.ask('/api/exports/messages', { method: 'POST', body }));
          }}
        />
      ) : null}
    </div>
  );
}
