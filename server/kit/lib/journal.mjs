/** The message and audit logs: one JSON object a line, one file a UTC day (README.md). */
import { appendFileSync, createReadStream, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ToolError } from './errors.mjs';

const NAME = /^(messages|audit|admin|console)-(\d{4}-\d{2}-\d{2})\.ndjson$/;
/** A line is at most a stanza (256 KiB) written as JSON. */
const MAX_LINE = 2 * 1024 * 1024;

/**
 * The log's files of these kinds, oldest first.
 *
 * @param {string} directory
 * @param {readonly string[]} kinds
 * @returns {{ kind: string, day: string, path: string }[]}
 */
export function logFiles(directory, kinds) {
  let found;
  try {
    found = readdirSync(directory);
  } catch (error) {
    throw new ToolError(`${directory} cannot be read: ${error.code ?? error.message}`);
  }
  return found
    .flatMap((name) => {
      const match = NAME.exec(name);
      return match && kinds.includes(match[1])
        ? [{ kind: match[1], day: match[2], path: join(directory, name) }]
        : [];
    })
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.kind < b.kind ? -1 : 1));
}

/**
 * The lines of a file as bytes, without the newline. A line that is too long is left out: no record is.
 *
 * @param {string} path
 */
export async function* linesOf(path) {
  /** @type {Buffer[]} */
  let rest = [];
  let restBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const part = chunk.subarray(from, end);
      from = end + 1;
      const line = restBytes === 0 ? part : Buffer.concat([...rest, part]);
      rest = [];
      restBytes = 0;
      if (line.length > 0 && line.length <= MAX_LINE) yield line;
    }
    if (from < chunk.length && restBytes <= MAX_LINE) {
      rest.push(chunk.subarray(from));
      restBytes += chunk.length - from;
    }
  }
  if (restBytes > 0 && restBytes <= MAX_LINE) yield Buffer.concat(rest);
}

/**
 * The record of a line; undefined for a line that is none, such as the half of one that a power cut left.
 *
 * @param {Buffer} line
 * @returns {Record<string, any> | undefined}
 */
export function recordOf(line) {
  try {
    const value = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null && typeof value.time === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Who runs the tool: behind sudo the person, not root. */
export function administrator() {
  return process.env.SUDO_USER || userInfo().username;
}

/**
 * Writes an action of the tool into `admin-<day>.ndjson`.
 *
 * @param {{ readonly log: string, readonly actor?: string }} settings `actor`: who it is, where that is not who runs this
 * @param {string} event
 * @param {Readonly<Record<string, unknown>>} fields
 * @throws ToolError when it cannot be written: what cannot be logged is not done
 */
export function logAction(settings, event, fields) {
  const time = new Date().toISOString();
  const record = { time, event, server: 'tool', user: settings.actor ?? administrator(), ...fields };
  const path = join(settings.log, `admin-${time.slice(0, 10)}.ndjson`);
  try {
    appendFileSync(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new ToolError(`${path} cannot be written, so nothing was done: ${error.code ?? error.message}`);
  }
}
