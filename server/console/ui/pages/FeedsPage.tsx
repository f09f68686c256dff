/** Feeds: who publishes, how many read; the switch of each; and, for the security officer, what is in one. */
import { type ReactElement, useState } from 'react';
import type { FeedInfo, NoticeInfo } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { type Column, Rows } from '../parts/Rows.tsx';
import { SwitchedName, useSwitches } from '../parts/SwitchDialog.tsx';
import { FEEDS } from '../text/feeds.ts';
import { TEXT } from '../text/frame.ts';

const EVERY_MS = 5000;

/** An account's part before the @; the service itself has none. */
const whoOf = (publisher: string): string =>
  publisher === ''
    ? FEEDS.unknown
    : publisher.includes('@')
      ? (publisher.split('@')[0] ?? '')
      : FEEDS.service;

const COLUMNS: readonly Column<FeedInfo>[] = [
  {
    name: FEEDS.name,
    cell: ({ name, off }) => <SwitchedName name={name} off={off} />,
    className: 'wide',
  },
  {
    name: FEEDS.last,
    cell: ({ last }) => (last === '' ? FEEDS.unknown : shortTime(last)),
    className: 'time',
  },
  { name: FEEDS.publisher, cell: ({ publisher }) => <bdi>{whoOf(publisher)}</bdi> },
  {
    name: FEEDS.subscribers,
    cell: ({ subscribers }) => subscribers?.toLocaleString('en') ?? FEEDS.unknown,
    className: 'number',
  },
  { name: FEEDS.notices, cell: ({ notices }) => notices.toLocaleString('en'), className: 'number' },
];

/** What is in a feed, each notice with what takes it away. */
function Notices({ feed, onTaken }: { readonly feed: string; readonly onTaken: () => void }): ReactElement {
  const { api } = useDesk();
  // Read once: each reading is on record.
  const { value, error } = useLoaded<{ readonly notices: readonly NoticeInfo[] }>(
    `/api/feeds/notices?${new URLSearchParams({ feed })}`,
    undefined,
  );
  const [asked, setAsked] = useState<NoticeInfo | undefined>(undefined);
  const [taken, setTaken] = useState<number | undefined>(undefined);
  /** Ids: the index is a moment behind. */
  const [gone, setGone] = useState<readonly string[]>([]);
  const notices = value?.notices.filter(({ id }) => !gone.includes(id));
  const titleOf = ({ title }: NoticeInfo): string => (title === '' ? FEEDS.untitled : title);
  return (
    <>
      <h2>
        <bdi>{FEEDS.inIt(feed)}</bdi>
      </h2>
      <ErrorNotice error={error} />
      {taken === undefined ? null : (
        <Notice kind="good" title={TEXT.doneTitle}>
          {FEEDS.taken(taken)}
        </Notice>
      )}
      {value === undefined ? <p className="quiet">{error === undefined ? TEXT.loading : ''}</p> : null}
      {notices?.length === 0 ? <p className="quiet">{FEEDS.empty}</p> : null}
      <ul className="notices">
        {notices?.map((notice) => (
          <li key={notice.id}>
            <span className="grow">
              <span className="quiet">
                {shortTime(notice.time)} · <bdi>{whoOf(notice.publisher)}</bdi>
                {notice.label === '' ? null : (
                  <>
                    {' '}
                    · <bdi>{notice.label}</bdi>
                  </>
                )}
              </span>
              <bdi className="notice-title" dir="auto">
                {titleOf(notice)}
              </bdi>
            </span>
            <button
              type="button"
              className="button row-button"
              aria-label={FEEDS.takeAwayOf(titleOf(notice))}
              onClick={() => setAsked(notice)}
            >
              {FEEDS.takeAway}
            </button>
          </li>
        ))}
      </ul>
      {asked === undefined ? null : (
        <ReasonDialog
          title={FEEDS.takeTitle(titleOf(asked))}
          action={FEEDS.takeAction}
          danger
          onClose={() => setAsked(undefined)}
          onDo={async (reason) => {
            setTaken(undefined);
            const answer = await api.ask<{ readonly taken: number }>('/api/feeds/take-notice', {
              method: 'POST',
              body: { feed, id: asked.id, reason },
            });
            setTaken(answer.taken);
            setGone((before) => [...before, asked.id]);
            onTaken();
          }}
        >
          <p>{FEEDS.takeText}</p>
        </ReasonDialog>
      )}
    </>
  );
}

export function FeedsPage(): ReactElement {
  const { session } = useDesk();
  const { value, error, reload } = useLoaded<{ readonly feeds: readonly FeedInfo[] }>('/api/feeds', EVERY_MS);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const { column, outcome, dialog } = useSwitches(reload);
  const { role } = session.who;
  const reads = role === 'officer';
  const table = (
    <div className="scroll">
      {value === undefined ? <p className="quiet">{error === undefined ? TEXT.loading : ''}</p> : null}
      {value?.feeds.length === 0 ? <p className="empty">{FEEDS.none}</p> : null}
      {value === undefined || value.feeds.length === 0 ? null : (
        <Rows
          label={FEEDS.list}
          rows={value.feeds}
          keyOf={({ name }) => name}
          columns={role === 'operator' ? [...COLUMNS, column('feed')] : COLUMNS}
          {...(reads ? { chosen, onChoose: ({ name }: FeedInfo) => setChosen(name) } : {})}
        />
      )}
    </div>
  );
  return (
    <div className="stack">
      <p className="quiet">{FEEDS.intro}</p>
      <ErrorNotice error={error} />
      {outcome}
      {reads ? (
        <div className="split even">
          {table}
          <aside className="card details" aria-label={chosen === undefined ? FEEDS.list : FEEDS.inIt(chosen)}>
            {chosen === undefined ? (
              <p className="quiet">{FEEDS.choose}</p>
            ) : (
              <Notices key={chosen} feed={chosen} onTaken={reload} />
            )}
          </aside>
        </div>
      ) : (
        table
      )}
      {dialog}
    </div>
  );
}
