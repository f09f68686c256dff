/** Checking a log: that nothing in it was changed and nothing taken out of its middle. */
import { type AuditLine, FIRST_HASH, follows, parseLine } from './line.ts';

/** What reading a text of the log found. */
export interface AuditCheck {
  readonly lines: readonly AuditLine[];
  /** Where the chain breaks: the index of the first row that does not follow from the one before. */
  readonly brokenAt: number | undefined;
}

/** Checks the text of one file. The first line is checked in itself: the file before may be gone by rotation. */
export function checkAuditText(text: string): AuditCheck {
  const end = text.lastIndexOf('\n') + 1;
  const lines: AuditLine[] = [];
  let brokenAt: number | undefined;
  for (const [index, row] of text.slice(0, end).split('\n').slice(0, -1).entries()) {
    const line = parseLine(row);
    if (line === undefined || !follows(line, lines.at(-1))) brokenAt ??= index;
    if (line !== undefined) lines.push(line);
  }
  return { lines, brokenAt };
}

/** What is wrong with one row. */
export type ChainProblem =
  /** No line of the log. */
  | 'unreadable'
  /** Its own hash does not fit its content. */
  | 'changed'
  /** The lines before it are missing. */
  | 'gap'
  /** Another line follows the same one. */
  | 'forked';

export interface ChainFinding {
  readonly problem: ChainProblem;
  /** The number of the row in what was given, from 1 on. */
  readonly row: number;
  readonly seq?: number;
  readonly machine?: string;
}

/** The sum of a check. */
export interface ChainReport {
  readonly lines: number;
  /** Logs that the rows belong to: a collector has those of many computers and accounts. */
  readonly chains: number;
  /** Chains that begin with their first line: nothing is missing before it. */
  readonly complete: number;
  /** Lines that came more than once, unchanged: a collector that was sent something again. */
  readonly repeated: number;
  /** Hashes of the last lines, to be compared with what another copy says. */
  readonly heads: readonly string[];
  readonly findings: readonly ChainFinding[];
}

/** More would not tell more. */
const MAX_FINDINGS = 1000;

/** Follows chains row by row, in the order in which they were written. */
export class ChainChecker {
  readonly #findings: ChainFinding[] = [];
  readonly #seen = new Set<string>();
  readonly #heads = new Set<string>();
  readonly #machines = new Set<string>();
  #row = 0;
  #chains = 0;
  #complete = 0;
  #repeated = 0;

  /** The next row, without its line end. */
  add(text: string): void {
    this.#row += 1;
    const line = parseLine(text);
    if (line === undefined) this.#find('unreadable');
    else if (!follows(line, undefined)) this.#find('changed', line);
    else if (this.#seen.has(line.hash)) this.#repeated += 1;
    else this.#take(line);
  }

  report(): ChainReport {
    return {
      lines: this.#seen.size,
      chains: this.#chains,
      complete: this.#complete,
      repeated: this.#repeated,
      heads: [...this.#heads],
      findings: this.#findings,
    };
  }

  #take(line: AuditLine): void {
    if (!this.#heads.delete(line.prev)) this.#begin(line);
    this.#seen.add(line.hash);
    this.#heads.add(line.hash);
    this.#machines.add(line.machine);
  }

  /** A line that continues nothing known: the first of a log, the first that is kept of one, or the one after a gap. */
  #begin(line: AuditLine): void {
    this.#chains += 1;
    if (line.seq === 1 && line.prev === FIRST_HASH) this.#complete += 1;
    else if (this.#seen.has(line.prev)) this.#find('forked', line);
    else if (this.#machines.has(line.machine)) this.#find('gap', line);
  }

  #find(problem: ChainProblem, line?: AuditLine): void {
    if (this.#findings.length >= MAX_FINDINGS) return;
    const where = line === undefined ? {} : { seq: line.seq, machine: line.machine };
    this.#findings.push({ problem, row: this.#row, ...where });
  }
}
