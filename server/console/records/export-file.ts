/**
 * An export: one JSON object a line. The first says what it is, its marking, who asked, who agreed and why; the last how
 * many records there are of each label. Oldest first.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import type { ExportHead, Written } from './protocol.ts';
import type { Found, Page } from './query.ts';

const PAGE_RECORDS = 1000;
export const MAX_EXPORT_RECORDS = 1_000_000;

/** @throws Error when there is more than an export may hold; nothing is left behind then */
export function writeExport(path: string, head: ExportHead, find: (page: Page) => Found): Written {
  const hash = createHash('sha256');
  const labels = new Map<string, number>();
  const file = openSync(path, 'wx', 0o600);
  let bytes = 0;
  let count = 0;
  const write = (value: unknown): void => {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    for (let from = 0; from < line.length; ) from += writeSync(file, line, from);
    hash.update(line);
    bytes += line.length;
  };
  try {
    write(head);
    for (let cursor: number | undefined, first = true; first || cursor !== undefined; first = false) {
      const { records, next } = find({ order: 'oldest', limit: PAGE_RECORDS, cursor });
      for (const record of records) {
        count += 1;
        if (count > MAX_EXPORT_RECORDS) throw new Error('too many records for one export');
        const label = typeof record.label === 'string' ? record.label : '';
        labels.set(label, (labels.get(label) ?? 0) + 1);
        write(record);
      }
      cursor = next;
    }
    write({ end: true, records: count, labels: Object.fromEntries(labels), marking: head.marking });
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
  closeSync(file);
  return { count, bytes, sha256: hash.digest('hex') };
}
