/** Feeds: which there are, what is in them, and a notice taken away. Off and on is the switch's (switch.ts). */
import { readSwitch, takeNotice as takeByKit } from '../../kit/lib/switch.mjs';
import type { FeedInfo, NoticeInfo } from '../contract.ts';
import { digits, maybe, REASON, record, text } from '../http/shapes.ts';
import type { LogRecord } from '../records/query.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';
import { guarded } from './server-tables.ts';
import { kitProblem } from './switch.ts';

const FEED = text(/^[^\p{Cc}]{1,1023}$/u, 'a feed: its node, or the address of the person whose own it is');
const NOTICE = text(/^[\s\S]{1,1024}$/u, 'the id of a notice');
export const FEEDS_QUERY = record({ limit: maybe(digits(1, 500)) });
export const NOTICES_QUERY = record({ feed: FEED });
export const TAKE_BODY = record({ feed: FEED, id: NOTICE, reason: REASON });

const DEFAULT_LIMIT = 200;
const MAX_TITLE = 200;

const folded = (name: string): string => (name.includes('@') ? name.toLowerCase() : name);

/** Those in which something was published, and those that are off. */
export async function listFeeds(
  { records, server }: Services,
  { query }: Call<unknown, ReturnType<typeof FEEDS_QUERY.rule>>,
): Promise<Answer> {
  const off = new Set(guarded(() => readSwitch(server)).feeds.map(folded));
  const known = await records.ask({ kind: 'feeds', limit: query.limit ?? DEFAULT_LIMIT });
  const silent = [...off].filter((name) => !known.some((feed) => feed.name === name));
  const feeds = [
    ...known.map((feed): FeedInfo => ({ ...feed, off: off.has(feed.name) })),
    ...silent.map(
      (name): FeedInfo => ({ name, last: '', publisher: '', subscribers: null, notices: 0, off: true }),
    ),
  ];
  return { json: { feeds } };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function noticeOf(line: LogRecord): NoticeInfo {
  return {
    id: textOf(line.id),
    time: textOf(line.time),
    publisher: textOf(line.from),
    title: (textOf(line.body).split('\n')[0] ?? '').slice(0, MAX_TITLE),
    label: textOf(line.label),
    machine: textOf(line.machine),
  };
}

export async function listNotices(
  { records }: Services,
  { query }: Call<unknown, ReturnType<typeof NOTICES_QUERY.rule>>,
): Promise<Answer> {
  const found = await records.ask({ kind: 'notices', feed: folded(query.feed) });
  return { json: { notices: found.map(noticeOf) } };
}

/** Waits until the server has taken it away; answers how many it took, 0 where it was gone already. */
export async function takeNotice(
  { server }: Services,
  { who, body }: Call<ReturnType<typeof TAKE_BODY.rule>, unknown>,
): Promise<Answer> {
  try {
    const { taken } = await takeByKit({ ...server, actor: who.id }, body, body.reason);
    return { json: { taken } };
  } catch (error) {
    throw kitProblem(error);
  }
}
