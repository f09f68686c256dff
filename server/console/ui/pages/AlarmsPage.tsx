import { type ReactElement, useId, useState } from 'react';
import type { AlarmInfo, AlarmsPage as Found } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { Field } from '../parts/Field.tsx';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { factsOf, RecordDetails, textOf } from '../parts/RecordDetails.tsx';
import { type Column, Rows } from '../parts/Rows.tsx';
import { TEXT } from '../text/frame.ts';
import { ALARM, ALARMS } from '../text/now.ts';
import { RECORDS } from '../text/records.ts';

const EVERY_MS = 2000;
/** As many as can be said to be seen at once. */
const PAGE = 100;
const MOST = 500;

type State = 'open' | 'seen' | '';

interface Filter {
  readonly kind: string;
  readonly state: State;
  readonly since: string;
  readonly until: string;
}

const COLUMNS: readonly Column<AlarmInfo>[] = [
  {
    name: ALARMS.state,
    cell: ({ seen }) => (
      <span className={seen === undefined ? 'mark warn' : 'mark good'}>
        {seen === undefined ? ALARMS.states.open : ALARMS.states.seen}
      </span>
    ),
  },
  { name: RECORDS.time, cell: ({ record }) => shortTime(textOf(record.time)), className: 'time' },
  {
    name: ALARMS.kind,
    cell: ({ kind }) => (
      <span className={kind === 'impersonation' ? 'mark danger' : undefined}>{ALARM[kind] ?? kind}</span>
    ),
  },
  { name: RECORDS.user, cell: ({ record }) => <bdi>{textOf(record.user)}</bdi> },
  { name: RECORDS.machine, cell: ({ record }) => textOf(record.machine) },
  {
    name: RECORDS.details,
    cell: ({ record: { event, reason, ip, detail } }) => (
      <bdi className="two-lines">{factsOf({ event, reason, ip, detail })}</bdi>
    ),
    className: 'wide rest',
  },
];

function Select(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}): ReactElement {
  const { label, value, options, onChange } = props;
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </>
  );
}

/** What is looked for: kind and state at once, times when they are entered. */
function Filters(props: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
  readonly count: string;
}): ReactElement {
  const { filter, onChange, count } = props;
  const [since, setSince] = useState(filter.since);
  const [until, setUntil] = useState(filter.until);
  return (
    <form
      className="filters inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ ...filter, since: since.trim(), until: until.trim() });
      }}
    >
      <Select
        label={ALARMS.kind}
        value={filter.kind}
        options={[['', ALARMS.all], ...Object.entries(ALARM)]}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
      <Select
        label={ALARMS.state}
        value={filter.state}
        options={[...Object.entries(ALARMS.states), ['', ALARMS.all]]}
        onChange={(state) =>
          onChange({ ...filter, state: state === 'open' || state === 'seen' ? state : '' })
        }
      />
      <Field label={RECORDS.since} value={since} onChange={setSince} placeholder={RECORDS.timeHint} />
      <Field label={RECORDS.until} value={until} onChange={setUntil} placeholder={RECORDS.timeHint} />
      <button type="submit" className="button">
        {RECORDS.search}
      </button>
      <span className="quiet">{count}</span>
    </form>
  );
}

export function AlarmsPage(): ReactElement {
  const { api, session } = useDesk();
  const [filter, setFilter] = useState<Filter>({ kind: '', state: 'open', since: '', until: '' });
  const [limit, setLimit] = useState(PAGE);
  const [chosenId, setChosenId] = useState<string | undefined>(undefined);
  /** Alarms that the dialog asks about. */
  const [marking, setMarking] = useState<readonly string[] | undefined>(undefined);
  const [marked, setMarked] = useState<number | undefined>(undefined);
  const asked = Object.entries(filter).filter(([, value]) => value !== '');
  const query = new URLSearchParams([...asked, ['limit', String(limit)]]);
  const { value, error, reload } = useLoaded<Found>(`/api/alarms?${query}`, EVERY_MS);
  const alarms = value?.alarms ?? [];
  const chosen = alarms.find(({ id }) => id === chosenId);
  const may = session.who.role === 'officer';
  const open = alarms.filter(({ seen }) => seen === undefined).map(({ id }) => id);
  const unseen = [...new Set(open)].slice(0, PAGE);
  return (
    <div className="stack fill">
      <p className="quiet">{may ? ALARMS.intro : ALARMS.readOnly}</p>
      <Filters
        filter={filter}
        count={value === undefined ? '' : ALARMS.count(alarms.length, value.next !== undefined)}
        onChange={(next) => {
          setFilter(next);
          setLimit(PAGE);
          setMarked(undefined);
        }}
      />
      <ErrorNotice error={error} />
      {marked === undefined ? null : <Notice kind="good">{ALARMS.marked(marked)}</Notice>}
      <div className="split">
        <div className="scroll">
          {value === undefined ? (
            <p className="quiet">{error === undefined ? TEXT.loading : ''}</p>
          ) : alarms.length === 0 ? (
            <p className="empty">{filter.state === 'open' ? ALARMS.noneOpen : ALARMS.none}</p>
          ) : (
            <Rows
              label={ALARMS.alarm}
              rows={alarms}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              chosen={chosenId}
              onChoose={({ id }) => setChosenId(id)}
            />
          )}
          {value?.next === undefined ? null : limit < MOST ? (
            <button type="button" className="button more" onClick={() => setLimit(limit + PAGE)}>
              {RECORDS.more}
            </button>
          ) : (
            <p className="quiet">{ALARMS.narrow}</p>
          )}
        </div>
        <RecordDetails record={chosen?.record} label={ALARMS.alarm} none={ALARMS.choose}>
          {chosen?.seen === undefined ? null : (
            <p>{ALARMS.seenBy(chosen.seen.by, shortTime(chosen.seen.time), chosen.seen.reason)}</p>
          )}
          {may ? (
            <div className="actions start">
              <button
                type="button"
                className="button button-primary"
                disabled={chosen === undefined || chosen.seen !== undefined}
                onClick={() => setMarking(chosen === undefined ? undefined : [chosen.id])}
              >
                {ALARMS.mark}
              </button>
              {unseen.length < 2 ? null : (
                <button type="button" className="button" onClick={() => setMarking(unseen)}>
                  {ALARMS.markAll(unseen.length)}
                </button>
              )}
            </div>
          ) : null}
        </RecordDetails>
      </div>
      {marking === undefined ? null : (
        <ReasonDialog
          title={ALARMS.markTitle(marking.length)}
          action={ALARMS.markAction}
          onClose={() => setMarking(undefined)}
          onDo={async (reason) => {
            const body = { alarms: marking, reason };
            const { seen } = await api.ask<{ readonly seen: number }>('/api/alarms/seen', {
              method: 'POST',
              body,
            });
            setMarked(seen);
            reload();
          }}
        >
          <p>{ALARMS.markText}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
