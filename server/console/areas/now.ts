/** The page of the present, its live updates, and the sessions on it. */
import { readSwitch, setSwitch } from '../../kit/lib/switch.mjs';
import type { RoomInfo } from '../contract.ts';
import { ACCOUNT, digits, maybe, REASON, record, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';
import { guarded } from './server-tables.ts';
import { kitProblem } from './switch.ts';

export const SESSIONS_QUERY = record({
  text: maybe(text(/^[^\p{Cc}]{1,200}$/u, 'a part of a user, a machine or an address')),
  offset: maybe(digits(0, 1_000_000)),
  limit: maybe(digits(1, 500)),
});
type Query = ReturnType<typeof SESSIONS_QUERY.rule>;
export const END_PATH = { account: ACCOUNT };
export const END_BODY = record({ reason: REASON });
type End = ReturnType<typeof END_BODY.rule>;

const DEFAULT_LIMIT = 100;

export async function showNow({ now }: Services): Promise<Answer> {
  return { json: await now.info() };
}

export function followNow(
  { now, sessions, administrators }: Services,
  { session, signal, who }: Call<unknown, unknown>,
): Answer {
  const still = () => administrators().all.some(({ id, role }) => id === who.id && role === who.role);
  return { events: now.changes(() => sessions.isOpen(session) && still(), signal) };
}

export const ROOMS_QUERY = record({ limit: maybe(digits(1, 500)) });

/** As the servers fold addresses, nearly: whoever typed the switch's name, or wrote its file, may have used capitals. */
const folded = (name: string): string => name.normalize('NFKC').toLowerCase();

export async function listRooms(
  { records, server }: Services,
  { query }: Call<unknown, ReturnType<typeof ROOMS_QUERY.rule>>,
): Promise<Answer> {
  const off = new Map(guarded(() => readSwitch(server)).rooms.map((name) => [folded(name), name]));
  const busy = await records.ask({ kind: 'rooms', limit: query.limit ?? DEFAULT_LIMIT });
  const rooms = busy.map((row): RoomInfo => {
    const localpart = row.room.split('@')[0] ?? '';
    const listed = off.get(folded(localpart));
    return { ...row, name: listed ?? localpart, off: listed !== undefined };
  });
  return { json: { rooms } };
}

export async function listSessions({ records }: Services, { query }: Call<unknown, Query>): Promise<Answer> {
  const { offset = 0, limit = DEFAULT_LIMIT } = query;
  const wanted = { text: query.text?.toLowerCase(), offset, limit };
  return { json: await records.ask({ kind: 'online', query: wanted }) };
}

/** Ends a user's sessions: off, and on again once the server has confirmed it. */
export async function endSessions(
  { server }: Services,
  { who, path, body }: Call<End, unknown>,
): Promise<Answer> {
  const settings = { ...server, actor: who.id };
  const target = { kind: 'user', name: (path.account ?? '').toLowerCase() } as const;
  try {
    // Whoever is off has no sessions, and must not be on afterwards.
    if (readSwitch(server).users.includes(target.name)) return { json: { ended: 0 } };
    const { ended, revision } = await setSwitch(settings, 'off', target, body.reason);
    // Somebody else has switched meanwhile, perhaps this user off for good: that stands.
    if (readSwitch(server).revision !== revision) throw new Problem('conflict');
    await setSwitch(settings, 'on', target, body.reason);
    return { json: { ended } };
  } catch (error) {
    throw kitProblem(error);
  }
}
