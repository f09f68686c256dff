/** The files of the audit log in their directory: the current one, and the rotated ones, the newest first. */
import { existsSync, readFileSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditCheck, type AuditLine, checkAuditText, parseLine } from '../../audit/index.ts';

/** Octets at which a file is full. */
export const FILE_BYTES = 1024 * 1024;
const NEW_LINE = 0x0a;

/** The path of a file; 0 is the current one. */
export function auditPath(directory: string, index: number): string {
  return join(directory, index === 0 ? 'audit.jsonl' : `audit.${index}.jsonl`);
}

/** What one file holds. */
export interface AuditFile extends AuditCheck {
  readonly bytes: number;
  /** Octets up to the end of the last whole line. In octets, because a damaged file is no UTF-8. */
  readonly wholeBytes: number;
}

const NO_FILE: AuditFile = { lines: [], brokenAt: undefined, bytes: 0, wholeBytes: 0 };

/** Reads a file that need not be there. @throws Error for one that grew beyond its bound: it was not written by us */
export function readAuditFile(path: string, maxBytes: number): AuditFile {
  if (!existsSync(path)) return NO_FILE;
  if (statSync(path).size > 4 * maxBytes) throw new Error('the audit file is too large');
  const bytes = readFileSync(path);
  return {
    ...checkAuditText(bytes.toString('utf8')),
    bytes: bytes.length,
    wholeBytes: bytes.lastIndexOf(NEW_LINE) + 1,
  };
}

/** How many rotated files there are, which have no gaps. */
export function countRotated(directory: string): number {
  let count = 0;
  while (existsSync(auditPath(directory, count + 1))) count += 1;
  return count;
}

/** Moves every file one place back, so that the current one can be begun; what is beyond `keep` rotated ones is deleted. */
export function rotateAuditFiles(directory: string, keep: number): void {
  const rotated = countRotated(directory);
  for (let index = rotated; index >= keep; index--) unlinkSync(auditPath(directory, index));
  for (let index = Math.min(rotated, keep - 1); index >= 0; index--) {
    if (existsSync(auditPath(directory, index))) {
      renameSync(auditPath(directory, index), auditPath(directory, index + 1));
    }
  }
}

/** A line, and its text as it is on the disk. */
export interface StoredLine {
  readonly line: AuditLine;
  readonly text: string;
}

/** Times that reading begins again because files were rotated meanwhile. */
const MAX_READINGS = 20;

/** The lines after number `seq`, the oldest first, at most `limit`. None while the files are rotated faster than read. */
export async function linesAfter(
  directory: string,
  seq: number,
  limit: number,
): Promise<readonly StoredLine[]> {
  for (let reading = 0; reading < MAX_READINGS; reading++) {
    const current = currentFile(directory);
    const found = await readAfter(directory, seq, limit);
    // A rotation in between moves lines to names that were read before: what came of it may have holes.
    if (current === currentFile(directory)) return found;
  }
  return [];
}

/** What tells the current file from the one that takes its place. */
function currentFile(directory: string): string {
  const path = auditPath(directory, 0);
  return existsSync(path) ? `${statSync(path).ino} ${countRotated(directory)}` : '';
}

async function readAfter(directory: string, seq: number, limit: number): Promise<readonly StoredLine[]> {
  const found: StoredLine[] = [];
  for (let index = await newestAtOrBefore(directory, seq); index >= 0 && found.length < limit; index--) {
    for (const row of await rowsOf(auditPath(directory, index))) {
      const line = parseLine(row);
      const next = found.at(-1)?.line.seq ?? seq;
      if (line !== undefined && line.seq > next && found.length < limit) found.push({ line, text: row });
    }
  }
  return found;
}

async function rowsOf(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
}

/** The file with which reading has to begin: the newest that begins at or before the line after `seq`, or the oldest. */
async function newestAtOrBefore(directory: string, seq: number): Promise<number> {
  const oldest = countRotated(directory);
  for (let index = 0; index < oldest; index++) {
    const first = parseLine((await rowsOf(auditPath(directory, index)))[0] ?? '');
    if (first !== undefined && first.seq <= seq + 1) return index;
  }
  return oldest;
}
