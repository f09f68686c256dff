import { type ReactElement, useEffect, useState } from 'react';
import type { LogRecord, NowInfo, OnlineInfo } from '../../contract.ts';
import { shortTime, sizeText } from '../format.ts';
import { Field } from '../parts/Field.tsx';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { NowRooms } from '../parts/NowRooms.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { factsOf, textOf } from '../parts/RecordDetails.tsx';
import { Rows } from '../parts/Rows.tsx';
import { TEXT } from '../text/frame.ts';
import { ALARM, NOW } from '../text/now.ts';
import { RECORDS } from '../text/records.ts';

const AGAIN_MS = 3000;
const SHOWN = 200;
const SESSIONS_EVERY_MS = 2000;

/** The present as the console tells it; `live` is false while the line is broken. */
function useNow(): { readonly info: NowInfo | undefined; readonly live: boolean } {
  const { api } = useDesk();
  const [info, setInfo] = useState<NowInfo | undefined>(undefined);
  const [live, setLive] = useState(true);
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async (): Promise<void> => {
      try {
        for await (const event of api.follow<NowInfo | { readonly beat: true }>(
          '/api/now/events',
          gone.signal,
        )) {
          setLive(true);
          if ('time' in event) setInfo(event);
        }
      } catch {
        // What is wrong is said where something is asked for; here it is only not live.
      }
      if (gone.signal.aborted) return;
      setLive(false);
      timer = setTimeout(() => void follow(), AGAIN_MS);
    };
    void follow();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [api]);
  return { info, live };
}

function Tile(props: {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
  readonly tone?: 'good' | 'danger';
}): ReactElement {
  const { name, value, more, tone } = props;
  return (
    <div className={tone === undefined ? 'tile' : `tile ${tone}`}>
      <span className="quiet">{name}</span>
      <strong>{value}</strong>
      {more === undefined ? null : <span className="quiet">{more}</span>}
    </div>
  );
}

function Tiles({ info }: { readonly info: NowInfo }): ReactElement {
  const { server, gate } = info;
  const on = server.running === true && server.service === 'on';
  const state =
    server.running === true ? NOW.running : server.running === false ? NOW.notRunning : NOW.unknown;
  const gateDown = gate !== undefined && (!gate.up || gate.scanner === 'down');
  return (
    <section className="tiles" aria-label={NOW.service}>
      <Tile
        name={NOW.service}
        value={server.service === 'unknown' ? NOW.unknown : server.service}
        more={`${info.engine} ${state}`}
        tone={on ? 'good' : 'danger'}
      />
      <Tile name={NOW.online} value={info.online.toLocaleString('en')} />
      <Tile name={NOW.messages} value={info.messagesLastMinute.toLocaleString('en')} />
      <Tile name={NOW.load} value={info.load.toFixed(1)} />
      {gate === undefined ? null : (
        <Tile
          name={NOW.gate}
          value={!gate.up ? NOW.down : gate.scanner === 'down' ? NOW.scannerDown : NOW.up}
          more={`${NOW.quarantined(gate.quarantined)}, ${NOW.waiting(gate.waiting)}`}
          tone={gateDown ? 'danger' : 'good'}
        />
      )}
    </section>
  );
}

function Alarms({ alarms }: Pick<NowInfo, 'alarms'>): ReactElement {
  const counts = Object.entries(alarms.counts);
  return (
    <section aria-label={NOW.alarms}>
      <h2 className="section-line">
        {NOW.alarms}
        {counts.map(([event, count]) => (
          <span key={event} className={event === 'impersonation' ? 'mark danger' : 'mark warn'}>
            {ALARM[event] ?? event}: {(count ?? 0) >= 1000 ? '1000+' : count}
          </span>
        ))}
        <a href="#/alarms">{NOW.allAlarms}</a>
      </h2>
      {alarms.newest.length === 0 ? (
        <p className="quiet">{NOW.noAlarms}</p>
      ) : (
        <Rows<LogRecord & { readonly row: number }>
          label={NOW.alarms}
          rows={alarms.newest.slice(0, 8).map((record, row) => ({ ...record, row }))}
          keyOf={({ row }) => String(row)}
          columns={[
            { name: RECORDS.time, cell: ({ time }) => shortTime(textOf(time)), className: 'time' },
            { name: RECORDS.event, cell: ({ event }) => textOf(event) },
            { name: NOW.user, cell: ({ user }) => <bdi>{textOf(user)}</bdi> },
            { name: NOW.machine, cell: ({ machine }) => textOf(machine) },
            {
              name: RECORDS.details,
              cell: ({ reason, ip, detail }) => (
                <bdi className="two-lines">{factsOf({ reason, ip, detail })}</bdi>
              ),
              className: 'wide rest',
            },
          ]}
        />
      )}
    </section>
  );
}

function Dates({ dates }: Pick<NowInfo, 'dates'>): ReactElement {
  const tone = { good: 'good', soon: 'warn', expired: 'danger' } as const;
  return (
    <section aria-label={NOW.dates}>
      <h2>{NOW.dates}</h2>
      <Rows
        label={NOW.dates}
        rows={[...dates].sort((a, b) => (a.until < b.until ? -1 : 1))}
        keyOf={({ what }) => what}
        columns={[
          {
            name: RECORDS.outcome,
            cell: ({ state }) => <span className={`mark ${tone[state]}`}>{state}</span>,
          },
          {
            name: NOW.until,
            cell: ({ until }) => (until === 'unknown' ? NOW.unknown : shortTime(until)),
            className: 'time',
          },
          { name: RECORDS.record, cell: ({ what }) => what, className: 'wide' },
        ]}
      />
    </section>
  );
}

function Sessions(): ReactElement {
  const { api, session } = useDesk();
  const [text, setText] = useState('');
  const [ending, setEnding] = useState<string | undefined>(undefined);
  const [ended, setEnded] = useState<number | undefined>(undefined);
  const query = new URLSearchParams({
    limit: String(SHOWN),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
  });
  const { value, error, reload } = useLoaded<{
    readonly total: number;
    readonly sessions: readonly OnlineInfo[];
  }>(`/api/now/sessions?${query}`, SESSIONS_EVERY_MS);
  const may = session.who.role === 'operator';
  const sessions = value?.sessions ?? [];
  return (
    <section aria-label={NOW.sessions}>
      <div className="section-line">
        <h2>{NOW.sessions}</h2>
        <search className="inline-form">
          <Field label={NOW.filter} value={text} onChange={setText} maxLength={200} />
        </search>
        <span className="quiet">{value === undefined ? '' : NOW.more(sessions.length, value.total)}</span>
      </div>
      <ErrorNotice error={error} />
      {ended === undefined ? null : <Notice kind="good">{NOW.ended(ended)}</Notice>}
      {value === undefined ? null : sessions.length === 0 ? (
        <p className="empty">{text === '' ? NOW.nobody : NOW.nobodyLike}</p>
      ) : (
        <Rows
          label={NOW.sessions}
          rows={sessions}
          keyOf={(row) => row.session}
          columns={[
            { name: NOW.user, cell: ({ user }) => <bdi>{user}</bdi> },
            { name: NOW.machine, cell: ({ machine }) => machine },
            { name: NOW.address, cell: ({ ip }) => ip },
            { name: NOW.epoch, cell: ({ epoch }) => epoch ?? '–', className: 'number' },
            {
              name: NOW.policy,
              cell: ({ policy, sequence }) => (sequence === null ? '–' : `${policy ?? ''} ${sequence}`),
            },
            { name: NOW.version, cell: ({ version }) => version ?? '–' },
            { name: NOW.resource, cell: ({ resource }) => <bdi>{resource}</bdi> },
            { name: NOW.since, cell: ({ since }) => shortTime(since), className: 'time' },
            ...(may
              ? [
                  {
                    name: TEXT.action,
                    cell: ({ user }: OnlineInfo) => (
                      <button
                        type="button"
                        className="button row-button"
                        aria-label={`${NOW.end} ${user}`}
                        onClick={() => setEnding(user.split('@')[0])}
                      >
                        {NOW.end}
                      </button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {ending === undefined ? null : (
        <ReasonDialog
          title={NOW.endTitle(ending)}
          action="End sessions"
          danger
          onClose={() => setEnding(undefined)}
          onDo={async (reason) => {
            const answer = await api.ask<{ readonly ended: number }>(
              `/api/now/sessions/${encodeURIComponent(ending)}/end`,
              { method: 'POST', body: { reason } },
            );
            setEnded(answer.ended);
            reload();
          }}
        >
          <p>{NOW.endText}</p>
        </ReasonDialog>
      )}
    </section>
  );
}

export function NowPage(): ReactElement {
  const { info, live } = useNow();
  if (info === undefined) return <p className="quiet">{TEXT.loading}</p>;
  return (
    <div className="stack">
      <p className="quiet">
        <span className={live ? 'mark good' : 'mark danger'}>{live ? NOW.live : NOW.notLive}</span>{' '}
        {shortTime(info.time)}
      </p>
      {info.behind > 1024 * 1024 ? (
        <Notice kind="warn">{RECORDS.behind(sizeText(info.behind))}</Notice>
      ) : null}
      <Tiles info={info} />
      <Alarms alarms={info.alarms} />
      <Sessions />
      <NowRooms />
      <Dates dates={info.dates} />
    </div>
  );
}
