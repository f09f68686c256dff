/** Alarms: what was found in the logs that somebody should look at, and that somebody did. */
import { digits, list, maybe, oneOf, REASON, record, TIME, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import { SEEN_EVENT } from '../records/alarms.ts';
import { ALARM_EVENTS } from '../records/query.ts';
import { type Answer, type Call, doerOf } from '../route.ts';
import type { Services } from '../services.ts';
import { msOf } from './records.ts';

export const ALARMS_QUERY = record({
  kind: maybe(oneOf(...ALARM_EVENTS)),
  state: maybe(oneOf('open', 'seen')),
  since: maybe(TIME),
  until: maybe(TIME),
  cursor: maybe(digits(0, Number.MAX_SAFE_INTEGER)),
  limit: maybe(digits(1, 500)),
});
export const SEEN_BODY = record({
  alarms: list(text(/^[0-9a-f]{32}$/, 'the id of an alarm'), 100),
  reason: REASON,
});

type Query = ReturnType<typeof ALARMS_QUERY.rule>;
type Seen = ReturnType<typeof SEEN_BODY.rule>;

const DEFAULT_LIMIT = 100;

export async function listAlarms({ records }: Services, { query }: Call<unknown, Query>): Promise<Answer> {
  const { kind, state, since, until, cursor, limit = DEFAULT_LIMIT } = query;
  const wanted = { kind, state, since: msOf(since), until: msOf(until) };
  return {
    json: await records.ask({ kind: 'alarms', query: wanted, page: { cursor, limit, order: 'newest' } }),
  };
}

/** Says of each alarm, in a line of its own, that it was seen; of those that somebody has seen already, nothing. */
export async function markSeen({ records, audit }: Services, call: Call<Seen, unknown>): Promise<Answer> {
  const { alarms, reason } = call.body;
  if (alarms.length === 0) throw new Problem('bad-request', 'No alarm is named.');
  const open = await records.ask({ kind: 'open', alarms: [...new Set(alarms)] });
  for (const alarm of open) audit.write(SEEN_EVENT, 'success', doerOf(call), { alarm, reason });
  return { json: { seen: open.length } };
}
