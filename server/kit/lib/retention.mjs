/** Deleting what is older than the organisation keeps, except what is on legal hold. */
import { statSync, unlinkSync } from 'node:fs';
import { replaceFile } from './files.mjs';
import { linesOf, logAction, logFiles, recordOf } from './journal.mjs';
import { matches } from './search.mjs';

const DAY_MS = 86_400_000;

/** The last UTC day that is to go. @param {number} days @param {number} now ms */
function lastDay(days, now) {
  return new Date(now - days * DAY_MS).toISOString().slice(0, 10);
}

/** @param {Record<string, any>} record @param {{ holdUsers: readonly string[], holdRooms: readonly string[] }} retention */
function isHeld(record, { holdUsers, holdRooms }) {
  return (
    holdUsers.some((user) => matches(record, { user })) || holdRooms.some((room) => matches(record, { room }))
  );
}

/**
 * The lines of a file that are on hold, and how many are not. A line that cannot be read is held when anything is: nobody
 * can say whom it concerns.
 */
async function heldLines(path, retention) {
  const anyHold = retention.holdUsers.length + retention.holdRooms.length > 0;
  const held = [];
  let dropped = 0;
  for await (const line of linesOf(path)) {
    const record = recordOf(line);
    if (anyHold && (record === undefined || isHeld(record, retention))) held.push(line.toString('utf8'));
    else dropped += 1;
  }
  return { held, dropped };
}

/**
 * @param {Record<string, any>} settings
 * @param {{ dryRun?: boolean, now?: number }} [options]
 * @returns {Promise<{ files: number, records: number, held: number }>} files gone whole, records gone, records held back
 */
export async function applyRetention(settings, { dryRun = false, now = Date.now() } = {}) {
  const { retention, log } = settings;
  const { messageDays, auditDays } = retention;
  const limits = { messages: messageDays, audit: auditDays, admin: auditDays, console: auditDays };
  const done = { files: 0, records: 0, held: 0 };
  const due = logFiles(log, Object.keys(limits)).filter(({ kind, day }) => day < lastDay(limits[kind], now));
  if (!dryRun) logAction(settings, 'admin.retention', { due: due.length });
  for (const { path } of due) {
    const { held, dropped } = await heldLines(path, retention);
    done.records += dropped;
    done.held += held.length;
    if (held.length === 0) done.files += 1;
    if (dryRun || (held.length > 0 && dropped === 0)) continue;
    if (held.length === 0) unlinkSync(path);
    else replaceFile(path, `${held.join('\n')}\n`, statSync(path).mode & 0o777);
  }
  return done;
}
