/** Searching the logs: by user, room, word, event and time. */
import { ToolError } from './errors.mjs';
import { linesOf, logFiles, recordOf } from './journal.mjs';

const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/;

/**
 * A time of the command line, UTC, as a record has it.
 *
 * @param {string | undefined} text `2026-03-01` or `2026-03-01T09:15Z`, seconds and milliseconds as you like
 * @param {string} option for the message
 */
export function timeOf(text, option) {
  if (text === undefined) return undefined;
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new ToolError(`${option} takes a time in UTC, like 2026-03-01 or 2026-03-01T09:15Z`, 2);
  return new Date(ms).toISOString();
}

/** Whether `address` is the JID that `wanted` names: all of it, or its part before the @. @param {unknown} address @param {string} wanted */
function names(address, wanted) {
  if (typeof address !== 'string') return false;
  const lower = address.toLowerCase();
  return lower === wanted || lower.split('@')[0] === wanted;
}

/** @param {Record<string, any>} record @param {string} word lower case */
function hasWord(record, word) {
  return [record.body, record.subject, record.payloads].some(
    (text) => typeof text === 'string' && text.toLowerCase().includes(word),
  );
}

/**
 * @param {Record<string, any>} record
 * @param {{ user?: string, room?: string, word?: string, machine?: string, event?: string, since?: string, until?: string }} query
 */
export function matches(record, query) {
  const { user, room, word, machine, event, since, until } = query;
  if (since !== undefined && record.time < since) return false;
  if (until !== undefined && record.time >= until) return false;
  if (user !== undefined) {
    const people = [record.from, record.to, record.user, record.target === 'user' ? record.name : undefined];
    if (!people.some((address) => names(address, user.toLowerCase()))) return false;
  }
  if (room !== undefined && !names(record.room, room.toLowerCase())) return false;
  if (machine !== undefined && record.machine !== machine && record.name !== machine) return false;
  if (event !== undefined && record.event !== event && !String(record.event).startsWith(`${event}.`))
    return false;
  return word === undefined || hasWord(record, word.toLowerCase());
}

/** Texts that JSON writes in one way only, and addresses have in one case only. */
const FIXED = /^[a-z0-9._@-]+$/;

/**
 * Texts that every line that matches must contain as they are, so that most lines need not be parsed.
 *
 * @param {{ user?: string, room?: string, machine?: string, event?: string }} query
 */
function fixedTexts({ user, room, machine, event }) {
  const addresses = [user?.toLowerCase(), room?.toLowerCase()].filter(
    (text) => text !== undefined && FIXED.test(text),
  );
  return [...addresses, ...[machine, event].filter((text) => text !== undefined)];
}

/**
 * The records that match, oldest first.
 *
 * @param {string} directory @param {readonly string[]} kinds @param {Parameters<typeof matches>[1]} query
 */
export async function* search(directory, kinds, query) {
  const { since, until } = query;
  const fixed = fixedTexts(query);
  for (const file of logFiles(directory, kinds)) {
    if (since !== undefined && file.day < since.slice(0, 10)) continue;
    if (until !== undefined && file.day > until.slice(0, 10)) continue;
    for await (const line of linesOf(file.path)) {
      if (!fixed.every((text) => line.includes(text))) continue;
      const record = recordOf(line);
      if (record !== undefined && matches(record, query)) yield record;
    }
  }
}

/** Control characters out of what others wrote: a terminal must not obey a message. @param {unknown} text */
function shown(text) {
  return String(text ?? '').replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (sign) => {
    if (sign === '\n') return ' ⏎ ';
    return `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

/** A message as one line for a reader. @param {Record<string, any>} record */
export function messageLine(record) {
  const where =
    record.room === undefined
      ? record.to
      : `${record.room}${record.to === undefined ? '' : ` → ${record.to}`}`;
  const label = record.label === undefined ? '' : `[${record.label}] `;
  const subject = record.subject === undefined ? '' : `subject “${record.subject}” `;
  const body = record.body ?? (record.payloads === undefined ? '' : `⟨${record.payloads}⟩`);
  return shown(`${record.time}  ${record.from} → ${where}  ${label}${subject}${body}`);
}

/** An event as one line for a reader. @param {Record<string, any>} record */
export function eventLine({ time, event, ...rest }) {
  const fields = Object.entries(rest)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return shown(`${time}  ${event}  ${fields.join(' ')}`);
}
