/** Records: searching messages and events, the check of chained logs, exports. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { digits, integer, MACHINE, maybe, oneOf, REASON, record, TIME, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import { ALARM_EVENTS, type EventQuery, type MessageQuery } from '../records/query.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';

const WORDS = text(
  /^[^\p{Cc}]{1,200}$/u,
  'words; all have to be in it, * at the end of one stands for the rest',
);
export const ROOM = text(/^[^\s"&'/:<>\p{Cc}]{1,512}$/u, 'a room, or the part of its address before the @');
const ADDRESS = text(/^[^\s"&'/:<>\p{Cc}]{1,512}$/u, 'an account or an address');
const LABEL = text(/^[^\p{Cc}]{1,200}$/u, 'the display marking of a label, exactly');
const EVENT = text(/^[a-z0-9][a-z0-9._-]{0,127}$/i, 'an event, or what its name begins with before a dot');
const MARKING = text(/^[^\p{C}\p{Zl}\p{Zp}]{3,200}$/u, 'the marking of the export, one line');

const MESSAGES = {
  user: maybe(ADDRESS),
  room: maybe(ROOM),
  words: maybe(WORDS),
  label: maybe(LABEL),
  since: maybe(TIME),
  until: maybe(TIME),
};
const EVENTS = {
  event: maybe(EVENT),
  alarm: maybe(oneOf(...ALARM_EVENTS)),
  user: maybe(ADDRESS),
  machine: maybe(MACHINE),
  since: maybe(TIME),
  until: maybe(TIME),
};

export const MESSAGES_BODY = record({
  ...MESSAGES,
  reason: REASON,
  cursor: maybe(integer(0, Number.MAX_SAFE_INTEGER)),
  limit: maybe(integer(1, 500)),
});
export const EVENTS_QUERY = record({
  ...EVENTS,
  cursor: maybe(digits(0, Number.MAX_SAFE_INTEGER)),
  limit: maybe(digits(1, 500)),
});
export const CHAIN_QUERY = record({ source: oneOf('console', 'collected') });
export const EXPORT_MESSAGES_BODY = record({ ...MESSAGES, reason: REASON, marking: MARKING });
export const EXPORT_EVENTS_BODY = record({ ...EVENTS, reason: REASON, marking: MARKING });
export const EXPORT_PATH = { id: text(/^[A-Za-z0-9_-]{16}$/, 'an id') };

type Messages = ReturnType<typeof MESSAGES_BODY.rule>;
type Events = ReturnType<typeof EVENTS_QUERY.rule>;
type ExportMessages = ReturnType<typeof EXPORT_MESSAGES_BODY.rule>;
type ExportEvents = ReturnType<typeof EXPORT_EVENTS_BODY.rule>;
type Chain = ReturnType<typeof CHAIN_QUERY.rule>;

const DEFAULT_LIMIT = 100;
const CHAINED = /^console-\d{4}-\d{2}-\d{2}\.ndjson$/;

/** @throws Problem `bad-request` for a day that is none */
export function msOf(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) throw new Problem('bad-request', `${time} is no time`);
  return ms;
}

function messageQuery({
  user,
  room,
  words,
  label,
  since,
  until,
}: Omit<ExportMessages, 'reason' | 'marking'>): MessageQuery {
  return {
    user: user?.toLowerCase(),
    room: room?.toLowerCase(),
    words,
    label,
    since: msOf(since),
    until: msOf(until),
  };
}

function eventQuery({
  event,
  alarm,
  user,
  machine,
  since,
  until,
}: Omit<ExportEvents, 'reason' | 'marking'>): EventQuery {
  return { event, alarm, user: user?.toLowerCase(), machine, since: msOf(since), until: msOf(until) };
}

export async function searchMessages(
  { records }: Services,
  { body }: Call<Messages, unknown>,
): Promise<Answer> {
  const { cursor, limit = DEFAULT_LIMIT } = body;
  const page = { cursor, limit, order: 'newest' } as const;
  return { json: await records.ask({ kind: 'messages', query: messageQuery(body), page }) };
}

export async function searchEvents({ records }: Services, { query }: Call<unknown, Events>): Promise<Answer> {
  const { cursor, limit = DEFAULT_LIMIT } = query;
  const page = { cursor, limit, order: 'newest' } as const;
  return { json: await records.ask({ kind: 'events', query: eventQuery(query), page }) };
}

export async function recordsStatus({ records }: Services): Promise<Answer> {
  return { json: await records.ask({ kind: 'status' }) };
}

/** Follows the hashes of the console's own log, or of what the collector has of the clients. */
export async function checkChain(
  { records, config, server }: Services,
  { query }: Call<unknown, Chain>,
): Promise<Answer> {
  const own = () =>
    readdirSync(server.log)
      .filter((name) => CHAINED.test(name))
      .sort()
      .map((name) => join(server.log, name));
  const paths = query.source === 'console' ? own() : config.collected;
  const { heads, findings, ...report } = await records.ask({ kind: 'chain', paths });
  return {
    json: { ...report, heads: heads.slice(0, 100), findings: findings.slice(0, 100), found: findings.length },
  };
}

async function makeExport(
  { records, exports, server }: Services,
  { who, approvedBy }: Call<unknown, unknown>,
  of: 'messages' | 'events',
  query: MessageQuery | EventQuery,
  body: ExportMessages | ExportEvents,
): Promise<Answer> {
  const id = randomBytes(12).toString('base64url');
  const { marking, reason, ...asked } = body;
  const head = {
    format: 'sallyport.export/1',
    marking,
    of,
    domain: server.domain,
    asked,
    reason,
    by: who.id,
    approvedBy: approvedBy?.id,
    time: new Date().toISOString(),
  };
  try {
    const written = await records.ask({ kind: 'export', of, query, head, path: exports.pathOf(id) });
    return { json: await exports.keep(id, of, who.id, marking, written) };
  } catch (error) {
    exports.drop(id);
    throw error;
  }
}

export function exportMessages(services: Services, call: Call<ExportMessages, unknown>): Promise<Answer> {
  return makeExport(services, call, 'messages', messageQuery(call.body), call.body);
}

export function exportEvents(services: Services, call: Call<ExportEvents, unknown>): Promise<Answer> {
  return makeExport(services, call, 'events', eventQuery(call.body), call.body);
}

export function listExports({ exports }: Services, { who }: Call<unknown, unknown>): Answer {
  return { json: { exports: exports.list(who.id) } };
}

export function exportData({ exports }: Services, { who, path }: Call<unknown, unknown>): Answer {
  const id = path.id ?? '';
  return { file: exports.data(id, who.id), name: `export-${id}.ndjson`, type: 'application/x-ndjson' };
}

export function exportSignature({ exports }: Services, { who, path }: Call<unknown, unknown>): Answer {
  const id = path.id ?? '';
  return {
    file: exports.signature(id, who.id),
    name: `export-${id}.ndjson.cms`,
    type: 'application/pkcs7-signature',
  };
}
