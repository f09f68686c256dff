/** Off and on: the whole service, one user, one machine. The kit's switch does it (server/kit/README.md). */
import { ToolError } from '../../kit/lib/errors.mjs';
import { readSwitch, setSwitch, type Target } from '../../kit/lib/switch.mjs';
import type { Mark } from '../config.ts';
import { ACCOUNT, MACHINE, oneOf, REASON, record } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';

const KINDS = ['service', 'user', 'machine'] as const;

/** A switch is at `/api/switch/{kind}/{name}`; the service's name is `all`. */
export const SWITCH_BODY = record({ position: oneOf('on', 'off'), reason: REASON });
export const SWITCH_PATH = {
  kind: oneOf(...KINDS),
  name: { rule: ACCOUNT.rule, schema: { type: 'string', description: 'all, an account or a machine' } },
};
type Body = ReturnType<typeof SWITCH_BODY.rule>;

/** A failure of the kit's tool, as one of the console. */
export function kitProblem(error: unknown): unknown {
  if (!(error instanceof ToolError)) return error;
  return error.exitCode === 3
    ? new Problem('not-confirmed')
    : new Problem('server-files', undefined, { cause: error });
}

export function switchMark(_body: Body, { kind }: Readonly<Record<string, string>>): Mark {
  return kind === 'user' ? 'switch-user' : kind === 'machine' ? 'switch-machine' : 'switch-service';
}

export function showSwitch({ server }: Services): Answer {
  try {
    const { service, users, machines, revision } = readSwitch(server);
    return { json: { service, users, machines, revision } };
  } catch (error) {
    throw kitProblem(error);
  }
}

function targetOf({ kind, name = '' }: Readonly<Record<string, string>>): Target {
  if (kind === 'user') return { kind, name: name.toLowerCase() };
  if (kind === 'machine') {
    try {
      return { kind, name: MACHINE.rule(name, 'name') };
    } catch {
      throw new Problem('unknown');
    }
  }
  if (name !== 'all') throw new Problem('unknown');
  return { kind: 'all' };
}

/** Waits until the server has taken note; answers how many sessions it ended. */
export async function throwSwitch(
  { server }: Services,
  { who, path, body, approvedBy }: Call<Body, unknown>,
): Promise<Answer> {
  const actor = approvedBy === undefined ? who.id : `${who.id} with ${approvedBy.id}`;
  try {
    return { json: await setSwitch({ ...server, actor }, body.position, targetOf(path), body.reason) };
  } catch (error) {
    throw kitProblem(error);
  }
}
