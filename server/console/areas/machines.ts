/** Machines: the table that the lock reads (server/prosody/README.md), and what the events say of each. */
import { replaceFile } from '../../kit/lib/files.mjs';
import { readSwitch } from '../../kit/lib/switch.mjs';
import type { MachineInfo } from '../contract.ts';
import { ACCOUNT, integer, list, MACHINE, maybe, oneOf, REASON, record } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';
import { guarded, type ListQuery, pageOf, table } from './server-tables.ts';

const FORMAT = 'sallyport.machines/1';
const MINUTE_MS = 60_000;
const MAX_GRACE_MINUTES = 90 * 24 * 60;
const MAX_EPOCH = 999_999_999;

export const MACHINE_PATH = { kid: MACHINE };
export const MACHINE_BODY = record({
  state: oneOf('enrolled', 'revoked'),
  /** Accounts that may sign in from it; everybody without. */
  users: maybe(list(ACCOUNT, 1000)),
  reason: REASON,
});
export const MOVE_BODY = record({
  /** The next one by default. */
  epoch: maybe(integer(1, MAX_EPOCH)),
  /** How long earlier epochs are accepted; 0 refuses them at once. */
  graceMinutes: integer(0, MAX_GRACE_MINUTES),
  reason: REASON,
});
type MachineBody = ReturnType<typeof MACHINE_BODY.rule>;
type MoveBody = ReturnType<typeof MOVE_BODY.rule>;

interface MachineRow {
  readonly kid: string;
  readonly revoked?: boolean;
  readonly users?: readonly string[];
  /** The least epoch that it has to use. */
  readonly epoch?: number;
  /** RFC 3339, UTC: until then earlier ones are accepted. */
  readonly graceUntil?: string;
}

export async function listMachines(
  { server, records }: Services,
  { query }: Call<unknown, ListQuery>,
): Promise<Answer> {
  const { rows } = table<MachineRow>(server.machines, FORMAT, 'machines');
  const states = new Map((await records.ask({ kind: 'machines' })).map((state) => [state.machine, state]));
  const off = new Set(guarded(() => readSwitch(server)).machines);
  const wanted = query.text?.toLowerCase() ?? '';
  const found = rows
    .filter(({ kid }) => kid.toLowerCase().includes(wanted))
    .map(({ kid, revoked = false, users, epoch, graceUntil }): MachineInfo => {
      const state = states.get(kid);
      return {
        kid,
        revoked,
        off: off.has(kid),
        users,
        epoch: state?.epoch ?? null,
        required: epoch ?? null,
        graceUntil: graceUntil ?? null,
        policy: state?.policy ?? null,
        sequence: state?.sequence ?? null,
        version: state?.version ?? null,
        seen: state?.seen ?? '',
        user: state?.user ?? '',
      };
    });
  const { total, rows: machines } = pageOf(found, query);
  return { json: { total, machines } };
}

function replaceRow({ server }: Pick<Services, 'server'>, row: MachineRow): void {
  const { document, rows } = table<MachineRow>(server.machines, FORMAT, 'machines');
  const others = rows.filter(({ kid }) => kid !== row.kid);
  const machines = [...others, row].sort((a, b) => (a.kid < b.kid ? -1 : 1));
  guarded(() => replaceFile(server.machines, `${JSON.stringify({ ...document, machines }, undefined, 2)}\n`));
}

/** Enrols a machine, revokes it, or says who may sign in there. Its keys are made on the enrolment computer. */
export function setMachine(services: Services, { path, body }: Call<MachineBody, unknown>): Answer {
  const { rows } = table<MachineRow>(services.server.machines, FORMAT, 'machines');
  const kid = path.kid ?? '';
  const { users: before, ...known } = rows.find((row) => row.kid === kid) ?? {};
  const revoked = body.state === 'revoked';
  // Taking a machine away does not open it to everybody for when it comes back, nor to the keys it had to leave behind.
  const users = body.users ?? (revoked ? before : undefined);
  const row = { ...known, kid, revoked, ...(users === undefined ? {} : { users }) };
  replaceRow(services, row);
  return { json: row };
}

/**
 * From when on a machine has to use this epoch of the lock, or a later one. Keys are made on the enrolment computer and
 * master keys put where the server reads them before (docs/lock.md, "Rotation"); what no machine of the site comes near is a
 * slip of the hand, and would lock the machine out.
 */
export async function moveMachine(
  services: Services,
  { path, body }: Call<MoveBody, unknown>,
): Promise<Answer> {
  const states = await services.records.ask({ kind: 'machines' });
  // Nothing is waited for from here on: what somebody else changes at the same time would be undone.
  const { rows } = table<MachineRow>(services.server.machines, FORMAT, 'machines');
  const known = rows.find((row) => row.kid === path.kid);
  if (known === undefined) throw new Problem('unknown');
  const used = states.find(({ machine }) => machine === known.kid)?.epoch ?? undefined;
  const newest = Math.max(
    0,
    ...states.map(({ epoch }) => epoch ?? 0),
    ...rows.map(({ epoch }) => epoch ?? 0),
  );
  const from = Math.max(known.epoch ?? 0, used ?? 0);
  const epoch = body.epoch ?? from + 1;
  if (body.epoch === undefined && from === 0)
    throw new Problem('bad-request', 'Nobody knows which epoch this machine has; name the one to move to.');
  if (newest > 0 && epoch > newest + 1)
    throw new Problem('bad-request', `No machine has come further than epoch ${newest}.`);
  if (known.epoch !== undefined && epoch < known.epoch)
    throw new Problem('conflict', `This machine has to use epoch ${known.epoch} already; none goes back.`);
  const { graceUntil: _before, ...rest } = known;
  const until = new Date(Date.now() + body.graceMinutes * MINUTE_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  const row = { ...rest, epoch, ...(body.graceMinutes === 0 ? {} : { graceUntil: until }) };
  replaceRow(services, row);
  return { json: row };
}
