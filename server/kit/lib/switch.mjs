/** The kill switch: off and on for all, for a user, a machine, a room, a partner domain, a feed; and notices that are taken away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { alone } from './alone.mjs';
import { ToolError } from './errors.mjs';
import { readDocument, replaceFile } from './files.mjs';
import { linesOf, logAction, logFiles, recordOf } from './journal.mjs';

const FORMAT = 'sallyport.switch/3';
/** The former ones, newest first, and what they have not. */
const FORMER = /** @type {const} */ ({
  'sallyport.switch/2': ['feeds', 'notices'],
  'sallyport.switch/1': ['feeds', 'notices', 'rooms', 'partners'],
});
/** Of which the servers keep the ids; the oldest make room. */
const MAX_NOTICES = 1000;
const MAX_NAME_BYTES = 1024;
const USER = /^[^\s"&'/:<>@\p{Cc}]{1,255}$/u;
const KID = /^[A-Za-z0-9._-]{1,64}$/;
/** A domain as RFC 7622 3.2 leaves it; no dot at its end. */
const PARTNER = /^(?=.{1,253}$)[\p{L}\p{N}\p{M}-]{1,63}(?:\.[\p{L}\p{N}\p{M}-]{1,63})*$/u;
const MAX_ROOM_BYTES = 1023;
/** XEP-0106: what a localpart cannot hold, and how it is written there. */
const ESCAPED = /[ "&'/:<>@]/g;
const CONFIRM_MS = 8000;
const LOOK_MS = 100;

/** The switch's file; one of the former format as the present one. @param {{ readonly switch: string, readonly domain: string }} settings */
export function readSwitch(settings) {
  const state = present(readDocument(settings.switch, FORMAT, ...Object.keys(FORMER)), settings.switch);
  const lists = [state.users, state.machines, state.rooms, state.partners, state.feeds];
  const good =
    state.domain === settings.domain &&
    Number.isSafeInteger(state.revision) &&
    (state.service === 'on' || state.service === 'off') &&
    lists.every((list) => Array.isArray(list) && list.every((name) => typeof name === 'string')) &&
    Array.isArray(state.notices) &&
    state.notices.every((notice) => typeof notice?.feed === 'string' && typeof notice.id === 'string');
  if (!good) throw new ToolError(`${settings.switch} is not this domain's switch, or damaged`);
  return state;
}

/** @param {Record<string, any>} state @param {string} path */
function present(state, path) {
  if (state.format === FORMAT) return state;
  const missing = FORMER[state.format];
  // Whoever writes a room into an old file expects that it counts.
  const wrong = missing.find((name) => name in state);
  if (wrong !== undefined) throw new ToolError(`${path} has ${wrong}, which ${state.format} has not`);
  return { ...state, format: FORMAT, ...Object.fromEntries(missing.map((name) => [name, []])) };
}

/** A switch on which everything is on, for a new server. @param {string} domain */
export function newSwitch(domain) {
  return {
    format: FORMAT,
    domain,
    revision: 1,
    service: 'on',
    users: [],
    machines: [],
    rooms: [],
    partners: [],
    feeds: [],
    notices: [],
  };
}

/**
 * @param {readonly string[]} list @param {string} name @param {boolean} listed
 */
function withName(list, name, listed) {
  const others = list.filter((item) => item !== name);
  return listed ? [...others, name].sort() : others;
}

/** @typedef {{ kind: 'all' } | { kind: 'user' | 'machine' | 'room' | 'partner' | 'feed', name: string }} Target */

/** @param {string} text */
function userName(text) {
  if (!USER.test(text)) throw new ToolError('a user is the part of the address before the @', 2);
  return text.toLowerCase();
}

/** @param {string} text */
function machineName(text) {
  if (!KID.test(text)) throw new ToolError('a machine id has 1 to 64 letters, digits, . _ -', 2);
  return text;
}

/** @param {string} text */
function asciiLower(text) {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** What two names that a person may take for one have in common. @param {string} text */
function likeness(text) {
  return text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .toUpperCase();
}

/**
 * A room's localpart out of what a person types: the name as clients show it or as it stands in the address. Beyond ASCII the
 * servers alone fold it, as they fold addresses (Unicode 3.2 knows fewer letters that are one): by another rule it would be
 * another room.
 *
 * @param {string} text
 */
function roomName(text) {
  const name = asciiLower(text.trim()).replace(
    ESCAPED,
    (character) => `\\${character.charCodeAt(0).toString(16)}`,
  );
  // in no address can be what becomes one of these
  if (text.includes('@') || name === '' || /[\p{Cc}\p{Z}"&'/:<>@]/u.test(name.normalize('NFKC')))
    throw new ToolError('a room is the part of its address before the @', 2);
  if (Buffer.byteLength(name) > MAX_ROOM_BYTES) throw new ToolError('a room’s name is too long', 2);
  return name;
}

/** @param {string} text */
function partnerName(text) {
  const name = text.trim().normalize('NFKC').toLowerCase();
  if (!PARTNER.test(name)) throw new ToolError('a partner is a domain such as partner.example.mil', 2);
  return name;
}

/** A feed's node; a person's own is called by the person's address. @param {string} text */
function feedName(text) {
  const typed = text.trim();
  const name = /^[^@]+@[^@]+$/.test(typed) ? typed.toLowerCase() : typed;
  // Servers refuse a switch whole that has a longer name, or half of a surrogate pair.
  if (name === '' || /[\p{Cc}\p{Cs}]/u.test(name) || Buffer.byteLength(name) >= MAX_NAME_BYTES)
    throw new ToolError('a feed is its node, or the address of the person whose own it is', 2);
  return name;
}

const NAMES = { user: userName, machine: machineName, room: roomName, partner: partnerName, feed: feedName };
/** Where the file has them. */
const LISTS = /** @type {const} */ ({
  user: 'users',
  machine: 'machines',
  room: 'rooms',
  partner: 'partners',
  feed: 'feeds',
});

/**
 * @param {'user' | 'machine' | 'room' | 'partner' | 'feed'} kind @param {string} text
 * @returns {Target}
 */
export function targetNamed(kind, text) {
  return { kind, name: NAMES[kind](text) };
}

/**
 * @param {{ all?: boolean, user?: string, machine?: string, room?: string, partner?: string, feed?: string }} options exactly one
 * @returns {Target}
 */
export function targetOf(options) {
  const kinds = Object.keys(LISTS).filter((kind) => options[kind] !== undefined);
  if (kinds.length + (options.all === true ? 1 : 0) !== 1)
    throw new ToolError(
      'give one of --all, --user NAME, --machine KID, --room NAME, --partner DOMAIN, --feed NAME',
      2,
    );
  const [kind] = kinds;
  return kind === undefined ? { kind: 'all' } : targetNamed(kind, options[kind]);
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

/**
 * The server refuses a file with its own domain among the partners, and with it what was to be switched.
 *
 * @param {Target} target @param {string} domain the server's
 */
export function refuseOwn(target, domain) {
  if (target.kind === 'partner' && `.${likeness(domain)}`.endsWith(`.${likeness(target.name)}`))
    throw new ToolError(`${target.name} is this domain, or above it`, 2);
}

/**
 * A room that is to go on and is not off by that name, while one is that looks like it: said to be on, it would stay off.
 *
 * @param {readonly string[]} list @param {string} name
 */
function refuseLookalike(list, name) {
  const alike = list.find((item) => likeness(item) === likeness(name));
  if (!list.includes(name) && alike !== undefined)
    throw new ToolError(`the room is off as ${alike}; give its name as \`status\` shows it`, 2);
}

/** What the switch is after `target` was put to `position`. */
function changed(before, position, target) {
  if (target.kind === 'all') return { service: position };
  const list = LISTS[target.kind];
  // whoever writes the file by hand may write them in capitals
  const names = target.kind === 'room' ? before[list].map(asciiLower) : before[list];
  if (target.kind === 'room' && position === 'on') refuseLookalike(names, target.name);
  return { [list]: withName(names, target.name, position === 'off') };
}

/** Writes the switch and returns its new revision. */
function write(settings, position, target, reason) {
  const before = readSwitch(settings);
  refuseOwn(target, settings.domain);
  const revision = before.revision + 1;
  const after = { ...before, revision, ...changed(before, position, target) };
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
 * @returns {Promise<{ revision: number, ended: number, removed: number, streams: number }>} how many sessions were ended, how many
 * occupants put out of rooms, how many streams to partners ended
 * @throws ToolError with exit code 3 when the switch is written and the server did not confirm within 8 seconds
 */
export async function setSwitch(settings, position, target, reason) {
  const since = new Date(Date.now() - 1000).toISOString();
  const revision = await alone(settings.switch, () => write(settings, position, target, reason));
  const { ended, removed = 0, streams = 0 } = await confirmed(settings, revision, since);
  return { revision, ended: Number(ended), removed: Number(removed), streams: Number(streams) };
}

/** Writes that a notice is taken away and returns the new revision. */
function writeTaken(settings, notice, reason) {
  const before = readSwitch(settings);
  const revision = before.revision + 1;
  const others = before.notices.filter(({ feed, id }) => feed !== notice.feed || id !== notice.id);
  const after = { ...before, revision, notices: [...others, notice].slice(-MAX_NOTICES) };
  logAction(settings, 'admin.notice', { ...notice, reason, revision });
  replaceFile(settings.switch, `${JSON.stringify(after, undefined, 2)}\n`);
  return revision;
}

/**
 * Takes a notice of a feed away for everybody, and waits until the server says that it did. Its id is not published again.
 *
 * @param {Record<string, any>} settings @param {{ feed: string, id: string }} notice @param {string} reason
 * @returns {Promise<{ revision: number, taken: number }>} how many notices the server took away; 0 where it was gone already
 * @throws ToolError with exit code 3 when it is written and the server did not confirm within 8 seconds
 */
export async function takeNotice(settings, notice, reason) {
  const { id } = notice;
  if (typeof id !== 'string' || id === '' || /\p{Cs}/u.test(id) || Buffer.byteLength(id) > MAX_NAME_BYTES)
    throw new ToolError('a notice has an id', 2);
  const named = { feed: feedName(notice.feed), id };
  const since = new Date(Date.now() - 1000).toISOString();
  const revision = await alone(settings.switch, () => writeTaken(settings, named, reason));
  const { taken = 0 } = await confirmed(settings, revision, since);
  return { revision, taken: Number(taken) };
}

/** The server's word that it obeys. @throws ToolError with exit code 3 when it does not come within 8 seconds */
async function confirmed(settings, revision, since) {
  for (const deadline = Date.now() + CONFIRM_MS; Date.now() < deadline; await sleep(LOOK_MS)) {
    const record = await confirmation(settings, revision, since);
    if (record !== undefined) return record;
  }
  throw new ToolError(
    'The switch is set, but the server did not confirm it. Is it running? If it is and does not obey, stop it.',
    3,
  );
}
