/** Searching a log: what to look for, what was found page by page, one record in full, and the export of all of it. */
import { type FormEvent, type ReactElement, useState } from 'react';
import type { ApprovalInfo, ExportInfo, LogRecord, RecordsPage, RecordsStatus } from '../../contract.ts';
import { sizeText } from '../format.ts';
import { TEXT } from '../text/frame.ts';
import { RECORDS } from '../text/records.ts';
import { ExportDialog } from './ExportDialog.tsx';
import { Field } from './Field.tsx';
import { useDesk, useDoing, useLoaded } from './hooks.ts';
import { ErrorNotice, Notice } from './Notice.tsx';
import { RecordDetails } from './RecordDetails.tsx';
import { type Column, Rows } from './Rows.tsx';

const STATUS_EVERY_MS = 10_000;
/** What the routes ask for at least. */
const MIN_REASON = 3;
const BEHIND_BYTES = 1024 * 1024;

export interface Row {
  readonly key: string;
  readonly record: LogRecord;
}

/** What is looked for, by name; what says nothing is left out. */
export type Asked = Readonly<Record<string, string>>;

interface SearchField {
  readonly name: string;
  readonly label: string;
  readonly maxLength?: number;
  readonly placeholder?: string;
}

const TIMES: readonly SearchField[] = [
  { name: 'since', label: RECORDS.since, placeholder: RECORDS.timeHint },
  { name: 'until', label: RECORDS.until, placeholder: RECORDS.timeHint },
];

export interface RecordSearchProps {
  /** Besides the times, which every log has. */
  readonly fields: readonly SearchField[];
  readonly columns: readonly Column<Row>[];
  /** Whether somebody has to say why; it goes with each page that is asked for. */
  readonly asksReason: boolean;
  /** What stands there before anything was looked for. */
  readonly start?: string;
  /** One page: the newest, or those behind `cursor`. `reason` is empty where none is asked. */
  readonly load: (asked: Asked, reason: string, cursor: number | undefined) => Promise<RecordsPage>;
  /** Where exports of what was found are asked for; absent for those who make none. */
  readonly exportPath: string | undefined;
}

function filled(values: Asked): Asked {
  const said = Object.entries(values).map(([name, value]): [string, string] => [name, value.trim()]);
  return Object.fromEntries(said.filter(([, value]) => value !== ''));
}

function IndexStatus(): ReactElement | null {
  const { value } = useLoaded<RecordsStatus>('/api/records/status', STATUS_EVERY_MS);
  if (value === undefined) return null;
  return (
    <>
      <span className="quiet">{RECORDS.index(value.messages, value.events)}</span>
      {value.behind > BEHIND_BYTES ? (
        <Notice kind="warn">{RECORDS.behind(sizeText(value.behind))}</Notice>
      ) : null}
    </>
  );
}

type Exported = { readonly approval: ApprovalInfo } | ExportInfo;

function ExportNotice({ exported }: { readonly exported: Exported | undefined }): ReactElement | null {
  if (exported === undefined) return null;
  if (!('approval' in exported)) return <Notice kind="good">{RECORDS.exported(exported.records)}</Notice>;
  return (
    <Notice kind="warn" title={TEXT.waitsTitle}>
      {TEXT.waitsText}
    </Notice>
  );
}

/** The pages that were found so far. */
function useFound(load: RecordSearchProps['load']) {
  const [found, setFound] = useState<{ readonly asked: Asked; readonly page: RecordsPage } | undefined>(
    undefined,
  );
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const doing = useDoing();
  const search = (asked: Asked, reason: string): void =>
    doing.run(async () => {
      setFound({ asked, page: await load(asked, reason, undefined) });
      setChosen(undefined);
    });
  const older = (reason: string): void =>
    doing.run(async () => {
      if (found?.page.next === undefined) return;
      const page = await load(found.asked, reason, found.page.next);
      setFound({ ...found, page: { ...page, records: [...found.page.records, ...page.records] } });
    });
  const rows: readonly Row[] = (found?.page.records ?? []).map((record, index) => ({
    key: String(index),
    record,
  }));
  return { found, rows, chosen, setChosen, doing, search, older };
}

export function RecordSearch(props: RecordSearchProps): ReactElement {
  const { fields, columns, asksReason, start, load, exportPath } = props;
  const { api } = useDesk();
  const [reason, setReason] = useState('');
  const [form, setForm] = useState<Asked>({});
  const [exporting, setExporting] = useState(false);
  const [exported, setExported] = useState<Exported | undefined>(undefined);
  const { found, rows, chosen, setChosen, doing, search, older } = useFound(load);
  const why = reason.trim();
  return (
    <>
      <form
        className="search"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          search(filled(form), why);
        }}
      >
        {asksReason ? (
          <Field
            label={RECORDS.reason}
            value={reason}
            onChange={setReason}
            maxLength={500}
            required
            className="reason"
          />
        ) : null}
        {[...fields, ...TIMES].map(({ name, ...field }) => (
          <Field
            key={name}
            {...field}
            value={form[name] ?? ''}
            onChange={(value) => setForm((before) => ({ ...before, [name]: value }))}
          />
        ))}
        <div className="actions start">
          <button
            type="submit"
            className="button button-primary"
            disabled={doing.busy || (asksReason && why.length < MIN_REASON)}
          >
            {RECORDS.search}
          </button>
          {exportPath === undefined ? null : (
            <button
              type="button"
              className="button"
              disabled={rows.length === 0}
              onClick={() => setExporting(true)}
            >
              {RECORDS.export}
            </button>
          )}
        </div>
        <IndexStatus />
      </form>
      <ErrorNotice error={doing.error} />
      <ExportNotice exported={exported} />
      <div className="split">
        <div className="scroll">
          {found === undefined && start !== undefined ? <p className="empty">{start}</p> : null}
          {found !== undefined && rows.length === 0 ? <p className="empty">{RECORDS.empty}</p> : null}
          {rows.length === 0 ? null : (
            <Rows
              label={RECORDS.record}
              rows={rows}
              columns={columns}
              keyOf={({ key }) => key}
              chosen={chosen}
              onChoose={({ key }) => setChosen(key)}
            />
          )}
          {found?.page.next === undefined ? null : (
            <button type="button" className="button more" disabled={doing.busy} onClick={() => older(why)}>
              {RECORDS.more}
            </button>
          )}
        </div>
        <RecordDetails record={rows.find(({ key }) => key === chosen)?.record} />
      </div>
      {exporting && exportPath !== undefined && found !== undefined ? (
        <ExportDialog
          onClose={() => setExporting(false)}
          onDo={async (marking, exportReason) => {
            const body = { ...found.asked, marking, reason: exportReason };
            setExported(await api.ask(exportPath, { method: 'POST', body }));
          }}
        />
      ) : null}
    </>
  );
}
