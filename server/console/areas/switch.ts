/** Off and on: the whole service, a user, a machine, a room, a partner's domain, a feed. The kit's switch does it (server/kit/README.md). */
import { ToolError } from '../../kit/lib/errors.mjs';
import { readSwitch, refuseOwn, setSwitch, type Target, targetNamed } from '../../kit/lib/switch.mjs';
import type { Mark } from '../config.ts';
import { oneOf, REASON, record, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import { fromSegment } from '../room-names.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';

const KINDS = ['service', 'user', 'machine', 'room', 'partner', 'feed'] as const;
type Kind = (typeof KINDS)[number];

/** A switch is at `/api/switch/{kind}/{name}`; the service's name is `all`. */
export const SWITCH_BODY = record({ position: oneOf('on', 'off'), reason: REASON });
export const SWITCH_PATH = {
  kind: oneOf(...KINDS),
  name: text(
    /^[^\p{Cc}]{1,1023}$/u,
    'all, or the name of a user, a machine, a room (~ for \\, ~7e for ~), a domain or a feed (as a room)',
  ),
};
type Body = ReturnType<typeof SWITCH_BODY.rule>;

/** A failure of the kit's tool, as one of the console. */
export function kitProblem(error: unknown): unknown {
  if (!(error instanceof ToolError)) return error;
  if (error.exitCode === 3) return new Problem('not-confirmed');
  if (error.exitCode === 2) return new Problem('bad-request', error.message);
  return new Problem('server-files', undefined, { cause: error });
}

const MARK_OF: Readonly<Record<Kind, Mark>> = {
  service: 'switch-service',
  user: 'switch-user',
  machine: 'switch-machine',
  room: 'switch-room',
  partner: 'switch-partner',
  feed: 'switch-feed',
};

/** What each of them can need a second person for. */
export const SWITCH_MARKS: readonly Mark[] = Object.values(MARK_OF);

/** The kind that a path names; its shape has been checked. */
function kindOf({ kind }: Readonly<Record<string, string>>): Kind {
  const found = KINDS.find((known) => known === kind);
  if (found === undefined) throw new Problem('unknown');
  return found;
}

/** @throws Problem where no second person need be asked, because there is no such target */
export function switchMark(_body: Body, path: Readonly<Record<string, string>>, { server }: Services): Mark {
  targetOf(path, server.domain);
  return MARK_OF[kindOf(path)];
}

export function showSwitch({ server }: Services): Answer {
  try {
    const { service, users, machines, rooms, partners, feeds, revision } = readSwitch(server);
    return { json: { service, users, machines, rooms, partners, feeds, revision } };
  } catch (error) {
    throw kitProblem(error);
  }
}

/** @throws Problem `bad-request` that says what such a name looks like */
function targetOf(path: Readonly<Record<string, string>>, domain: string): Target {
  const kind = kindOf(path);
  const { name = '' } = path;
  if (kind === 'service') {
    if (name !== 'all') throw new Problem('unknown');
    return { kind: 'all' };
  }
  try {
    const target = targetNamed(kind, kind === 'room' || kind === 'feed' ? fromSegment(name) : name);
    refuseOwn(target, domain);
    return target;
  } catch (error) {
    throw kitProblem(error);
  }
}

/** Waits until the server has taken note; answers how many sessions, occupants and streams it ended. */
export async function throwSwitch(
  { server }: Services,
  { who, path, body, approvedBy }: Call<Body, unknown>,
): Promise<Answer> {
  const actor = approvedBy === undefined ? who.id : `${who.id} with ${approvedBy.id}`;
  try {
    return {
      json: await setSwitch({ ...server, actor }, body.position, targetOf(path, server.domain), body.reason),
    };
  } catch (error) {
    throw kitProblem(error);
  }
}
