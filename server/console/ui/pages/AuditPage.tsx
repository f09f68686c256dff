import { type ReactElement, useId, useState } from 'react';
import type { ChainInfo, RecordsPage } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { useDesk, useDoing } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { textOf } from '../parts/RecordDetails.tsx';
import { RecordSearch, type Row } from '../parts/RecordSearch.tsx';
import { type Column, Rows } from '../parts/Rows.tsx';
import { CHAIN, RECORDS } from '../text/records.ts';

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

const FIELDS = [
  { name: 'event', label: RECORDS.event, placeholder: 'sign-in' },
  { name: 'user', label: RECORDS.user },
  { name: 'machine', label: RECORDS.machine },
];

export function AuditPage(): ReactElement {
  const { api, session } = useDesk();
  const auditor = session.who.role === 'auditor';
  return (
    <div className="stack fill">
      {auditor ? <ChainCheck /> : null}
      <RecordSearch
        fields={FIELDS}
        columns={COLUMNS}
        asksReason={false}
        load={(asked, _reason, cursor) => {
          const query = { ...asked, ...(cursor === undefined ? {} : { cursor: String(cursor) }) };
          return api.ask<RecordsPage>(`/api/records/events?${new URLSearchParams(query)}`);
        }}
        exportPath={auditor ? '/api/exports/events' : undefined}
      />
    </div>
  );
}
