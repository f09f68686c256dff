/**
 * The records of an export as a chain: each has the SHA-256 of its canonical form (RFC 8785), in which the hash of the one
 * before it stands, so that none can be changed, taken out, put in or moved.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ExportRecord } from '../shared/export-contract.ts';

/** What stands before the first record. */
export const NO_HASH = '0'.repeat(64);

export interface ChainedRecord extends ExportRecord {
  /** From 1 on. */
  readonly seq: number;
  /** Hash of the record before, hex. */
  readonly previous: string;
  /** Of all of this but itself, hex. */
  readonly hash: string;
}

/** The canonical form; throws for what has none. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('no canonical form');
  return text;
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The hash of a record without its own. */
export function recordHash(record: Omit<ChainedRecord, 'hash'>): string {
  return sha256(canonical(record));
}

export function chainOf(records: readonly ExportRecord[]): readonly ChainedRecord[] {
  const chain: ChainedRecord[] = [];
  for (const record of records) {
    const linked = { ...record, seq: chain.length + 1, previous: chain.at(-1)?.hash ?? NO_HASH };
    chain.push({ ...linked, hash: recordHash(linked) });
  }
  return chain;
}

/** What is wrong with a chain, in a sentence for each place; empty: nothing. */
export function chainProblems(chain: readonly unknown[]): readonly string[] {
  const problems: string[] = [];
  let previous = NO_HASH;
  for (const [index, value] of chain.entries()) {
    const place = `record ${index + 1}`;
    if (typeof value !== 'object' || value === null) return [...problems, `${place} is no record`];
    const { hash, ...rest } = value as Readonly<Record<string, unknown>>;
    if (rest.seq !== index + 1)
      problems.push(`${place} has the number ${String(rest.seq)}: records were taken out, put in or moved`);
    else if (rest.previous !== previous) problems.push(`${place} does not follow the one before it`);
    if (sha256(canonical(rest)) !== hash) problems.push(`${place} was changed`);
    previous = typeof hash === 'string' ? hash : '';
  }
  return problems;
}
