/** The kill switch: off and on for all, for a user, for a machine. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from './errors.mjs';
import { readDocument, replaceFile } from './files.mjs';
import { linesOf, logAction, logFiles, recordOf } from './journal.mjs';

const FORMAT = 'sallyport.switch/1';
const USER = /^[^\s"&'/:<>@\p{Cc}]{1,255}$/u;
const KID = /^[A-Za-z0-9._-]{1,64}$/;
const CONFIRM_MS = 8000;
const LOOK_MS = 100;

/** @param {{ readonly switch: string, readonly domain: string }} settings */
export function readSwitch(settings) {
  const state = readDocument(settings.switch, FORMAT);
  const lists = [state.users, state.machines];
  const good =
    state.domain === settings.domain &&
    Number.isSafeInteger(state.revision) &&
    (state.service === 'on' || state.service === 'off') &&
    lists.every((list) => Array.isArray(list) && list.every((name) => typeof name === 'string'));
  if (!good) throw new ToolError(`${settings.switch} is not this domain's switch, or damaged`);
  return state;
}

/** A switch on which everything is on, for a new server. @param {string} domain */
export function newSwitch(domain) {
  return { format: FORMAT, domain, revision: 1, service: 'on', users: [], machines: [] };
}

/**
 * @param {readonly string[]} list @param {string} name @param {boolean} listed
 */
function withName(list, name, listed) {
  const others = list.filter((item) => item !== name);
  return listed ? [...others, name].sort() : others;
}

/** @typedef {{ kind: 'all' } | { kind: 'user' | 'machine', name: string }} Target */

/**
 * @param {{ all?: boolean, user?: string, machine?: string }} options exactly one
 * @returns {Target}
 */
export function targetOf({ all, user, machine }) {
  const given = [all === true, user !== undefined, machine !== undefined].filter(Boolean).length;
  if (given !== 1) throw new ToolError('give one of --all, --user NAME, --machine KID', 2);
  if (all === true) return { kind: 'all' };
  if (user !== undefined) {
    if (!USER.test(user)) throw new ToolError('a user is the part of the address before the @', 2);
    return { kind: 'user', name: user.toLowerCase() };
  }
  if (!KID.test(machine ?? '')) throw new ToolError('a machine id has 1 to 64 letters, digits, . _ -', 2);
  return { kind: 'machine', name: machine ?? '' };
}

/** Older than this is what a killed tool left behind. */
const LOCK_STALE_MS = 10_000;

/**
 * Does `change` while no other run of the tool does: of two administrators who switch at the same moment neither undoes
 * what the other did.
 *
 * @template Value
 * @param {string} path @param {() => Value} change
 */
async function alone(path, change) {
  const lock = `${path}.lock`;
  for (const deadline = Date.now() + 2 * LOCK_STALE_MS; ; await sleep(LOOK_MS)) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST' || Date.now() > deadline) {
        throw new ToolError(`${lock} cannot be made: ${error.code ?? error.message}`);
      }
      const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - made > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true });
    }
  }
  try {
    return change();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** The audit event by which the server says that it has taken over `revision`, or a later one. @param {Record<string, any>} settings @param {number} revision @param {string} since */
async function confirmation(settings, revision, since) {
  const day = since.slice(0, 10);
  for (const file of logFiles(settings.log, ['audit']).filter((found) => found.day >= day)) {
    for await (const line of linesOf(file.path)) {
      if (!line.includes('switch.applied')) continue;
      const record = recordOf(line);
      if (record?.event === 'switch.applied' && record.revision >= revision && record.time >= since)
        return record;
    }
  }
  return undefined;
}

/** Writes the switch and returns its new revision. */
function write(settings, position, target, reason) {
  const before = readSwitch(settings);
  const revision = before.revision + 1;
  const off = position === 'off';
  const after = {
    ...before,
    revision,
    service: target.kind === 'all' ? position : before.service,
    users: target.kind === 'user' ? withName(before.users, target.name, off) : before.users,
    machines: target.kind === 'machine' ? withName(before.machines, target.name, off) : before.machines,
  };
  logAction(settings, 'admin.switch', {
    position,
    target: target.kind,
    ...(target.kind === 'all' ? {} : { name: target.name }),
    reason,
    revision,
  });
  replaceFile(settings.switch, `${JSON.stringify(after, undefined, 2)}\n`);
  return revision;
}

/**
 * Writes the switch and waits until the server says that it obeys.
 *
 * @param {Record<string, any>} settings @param {'on' | 'off'} position @param {Target} target @param {string} reason
 * @returns {Promise<{ revision: number, ended: number }>} how many sessions were ended
 * @throws ToolError with exit code 3 when the switch is written and the server did not confirm within 8 seconds
 */
export async function setSwitch(settings, position, target, reason) {
  const since = new Date(Date.now() - 1000).toISOString();
  const revision = await alone(settings.switch, () => write(settings, position, target, reason));
  for (const deadline = Date.now() + CONFIRM_MS; Date.now() < deadline; await sleep(LOOK_MS)) {
    const record = await confirmation(settings, revision, since);
    if (record !== undefined) return { revision, ended: Number(record.ended) };
  }
  throw new ToolError(
    'The switch is set, but the server did not confirm it. Is it running? If it is and does not obey, stop it.',
    3,
  );
}
