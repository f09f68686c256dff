/**
 * The console's audit log: one line a deed, chained as the clients' are (docs/audit.md), one file a UTC day beside the
 * server's logs. What cannot be logged is not done.
 */
import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditLine, parseLine, sealLine } from '../../src/audit/index.ts';
import { Problem } from './problem.ts';

const NAME = /^console-\d{4}-\d{2}-\d{2}\.ndjson$/;

export type AuditDetail = Readonly<Record<string, string | number | boolean>>;

/** Who is responsible for a line: nobody before a certificate is known. */
export interface Doer {
  readonly id: string;
  /** First characters of the session's name; empty without one. */
  readonly session: string;
}

export const CONSOLE_ITSELF: Doer = { id: '', session: '' };

/** The last whole line of the newest log; its chain goes on. */
function lastLine(directory: string): AuditLine | undefined {
  const names = readdirSync(directory)
    .filter((name) => NAME.test(name))
    .sort()
    .reverse();
  for (const name of names) {
    const rows = readFileSync(join(directory, name), 'utf8').split('\n').reverse();
    for (const row of rows) {
      const line = row === '' ? undefined : parseLine(row);
      if (line !== undefined) return line;
    }
  }
  return undefined;
}

export class AuditTrail {
  readonly #directory: string;
  readonly #machine: string;
  #last: AuditLine | undefined;
  /** The last write failed, perhaps in the middle of a line. */
  #torn: boolean;

  /** @param machine what the lines call this console */
  constructor(directory: string, machine: string) {
    this.#directory = directory;
    this.#machine = machine;
    this.#last = lastLine(directory);
    // A line end too many is an empty row, which readers pass over.
    this.#torn = this.#last !== undefined;
  }

  /** Writes one line; it is on the disk when this returns. @throws Problem `audit-failed` */
  write(event: string, outcome: 'success' | 'failure', doer: Doer, detail: AuditDetail): void {
    const context = { machine: this.#machine, user: doer.id, session: doer.session };
    const line = sealLine({ event: `console.${event}`, outcome, detail }, context, this.#last, Date.now());
    const path = join(this.#directory, `console-${line.time.slice(0, 10)}.ndjson`);
    try {
      const file = openSync(path, 'a', 0o600);
      try {
        const data = Buffer.from(`${this.#torn ? '\n' : ''}${JSON.stringify(line)}\n`);
        if (writeSync(file, data) !== data.length) throw new Error('a line was cut off');
        fdatasyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      this.#torn = true;
      throw new Problem('audit-failed', undefined, { cause });
    }
    this.#torn = false;
    this.#last = line;
  }
}
