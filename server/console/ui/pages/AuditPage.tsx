import { type FormEvent, type ReactElement, useId, useState } from 'react';
import type { ChainInfo, ExportInfo, RecordsPage } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { ExportDialog } from '../parts/ExportDialog.tsx';
import { Field } from '../parts/Field.tsx';
import { useDesk, useDoing } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { RecordDetails, textOf } from '../parts/RecordDetails.tsx';
import { type Column, Rows } from '../parts/Rows.tsx';
import { CHAIN, RECORDS } from '../text.ts';
import { filled, IndexStatus, type Row, rowsOf } from './MessagesPage.tsx';

const SHOWN_APART = new Set([
  'time',
  'event',
  'user',
  'machine',
  'outcome',
  'seq',
  'prev',
  'hash',
  'server',
  'session',
]);

function restOf({ record }: Row): string {
  const detail = typeof record.detail === 'object' && record.detail !== null ? record.detail : {};
  const all = { ...record, ...detail };
  return Object.entries(all)
    .filter(([name]) => !SHOWN_APART.has(name) && name !== 'detail')
    .map(([name, value]) => [name, textOf(value)])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
    .slice(0, 300);
}

const COLUMNS: readonly Column<Row>[] = [
  { name: RECORDS.time, cell: ({ record }) => shortTime(textOf(record.time)), className: 'time' },
  {
    name: RECORDS.event,
    cell: ({ record }) => (
      <>
        {record.outcome === 'failure' ? <span className="mark danger">failure</span> : null}{' '}
        {textOf(record.event)}
      </>
    ),
  },
  { name: RECORDS.user, cell: ({ record }) => <bdi>{textOf(record.user)}</bdi> },
  { name: RECORDS.machine, cell: ({ record }) => textOf(record.machine) },
  {
    name: RECORDS.details,
    cell: (row) => <bdi className="two-lines">{restOf(row)}</bdi>,
    className: 'wide rest',
  },
];

function ChainCheck(): ReactElement {
  const { api } = useDesk();
  const [source, setSource] = useState('console');
  const [report, setReport] = useState<ChainInfo | undefined>(undefined);
  const doing = useDoing();
  const field = useId();
  return (
    <section className="card" aria-label={CHAIN.check}>
      <form
        className="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          doing.run(async () => setReport(await api.ask<ChainInfo>(`/api/records/chain?source=${source}`)));
        }}
      >
        <label htmlFor={field}>{CHAIN.source}</label>
        <select id={field} value={source} onChange={(event) => setSource(event.target.value)}>
          <option value="console">{CHAIN.console}</option>
          <option value="collected">{CHAIN.collected}</option>
        </select>
        <button type="submit" className="button" disabled={doing.busy}>
          {CHAIN.check}
        </button>
        {report === undefined ? null : report.found > 0 ? (
          <Notice kind="danger">{CHAIN.broken(report.found)}</Notice>
        ) : report.lines === 0 ? (
          <Notice kind="warn">{CHAIN.nothing}</Notice>
        ) : (
          <Notice kind={report.whole ? 'good' : 'warn'}>
            {CHAIN.whole(report.lines, report.chains)} {report.whole ? '' : CHAIN.partly}
          </Notice>
        )}
      </form>
      <ErrorNotice error={doing.error} />
      {report === undefined || report.findings.length === 0 ? null : (
        <Rows
          label={CHAIN.problem}
          rows={report.findings}
          keyOf={({ row, problem }) => `${row} ${problem}`}
          columns={[
            { name: CHAIN.row, cell: ({ row }) => row },
            { name: CHAIN.problem, cell: ({ problem }) => problem },
            { name: RECORDS.machine, cell: ({ machine }) => machine ?? '' },
          ]}
        />
      )}
    </section>
  );
}

const EMPTY = { event: '', user: '', machine: '', since: '', until: '' };

export function AuditPage(): ReactElement {
  const { api, session } = useDesk();
  const [form, setForm] = useState(EMPTY);
  const [found, setFound] = useState<
    { readonly asked: Readonly<Record<string, string>>; readonly page: RecordsPage } | undefined
  >(undefined);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [exporting, setExporting] = useState(false);
  const [exported, setExported] = useState<ExportInfo | undefined>(undefined);
  const doing = useDoing();
  const auditor = session.who.role === 'auditor';
  const set = (name: keyof typeof EMPTY) => (value: string) =>
    setForm((before) => ({ ...before, [name]: value }));
  const load = (asked: Readonly<Record<string, string>>, cursor?: number): Promise<RecordsPage> => {
    const query = new URLSearchParams({
      ...asked,
      ...(cursor === undefined ? {} : { cursor: String(cursor) }),
    });
    return api.ask<RecordsPage>(`/api/records/events?${query}`);
  };
  const search = (event: FormEvent): void => {
    event.preventDefault();
    const asked = filled(form);
    doing.run(async () => {
      setFound({ asked, page: await load(asked) });
      setChosen(undefined);
    });
  };
  const older = (): void =>
    doing.run(async () => {
      if (found?.page.next === undefined) return;
      const page = await load(found.asked, found.page.next);
      setFound({ ...found, page: { ...page, records: [...found.page.records, ...page.records] } });
    });
  const rows = rowsOf(found?.page.records ?? []);
  return (
    <div className="stack fill">
      {auditor ? <ChainCheck /> : null}
      <form className="search" onSubmit={search}>
        <Field label={RECORDS.event} value={form.event} onChange={set('event')} placeholder="sign-in" />
        <Field label={RECORDS.user} value={form.user} onChange={set('user')} />
        <Field label={RECORDS.machine} value={form.machine} onChange={set('machine')} />
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
          <button type="submit" className="button primary" disabled={doing.busy}>
            {RECORDS.search}
          </button>
          {auditor ? (
            <button
              type="button"
              className="button"
              disabled={rows.length === 0}
              onClick={() => setExporting(true)}
            >
              {RECORDS.export}
            </button>
          ) : null}
        </div>
        <IndexStatus />
      </form>
      <ErrorNotice error={doing.error} />
      {exported === undefined ? null : <Notice kind="good">{RECORDS.exported(exported.records)}</Notice>}
      <div className="split">
        <div className="scroll">
          {found !== undefined && rows.length === 0 ? <p className="empty">{RECORDS.empty}</p> : null}
          {rows.length === 0 ? null : (
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
          onDo={async (marking, reason) => {
            const body = { ...found.asked, marking, reason };
            setExported(await api.ask('/api/exports/events', { method: 'POST', body }));
          }}
        />
      ) : null}
    </div>
  );
}
