/** The rows of audit logs: files, and directories as the client keeps them. */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MAX_LINE_BYTES } from '../../audit/index.ts';

const CURRENT = 'audit.jsonl';
const ROTATED = /^audit\.([1-9][0-9]{0,5})\.jsonl$/u;

/** The client's files in a directory, the oldest first; a path that is no directory stands for itself. */
export function logFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path);
  const rotated = names
    .map((name) => ({ name, age: Number(ROTATED.exec(name)?.[1] ?? 0) }))
    .filter(({ age }) => age > 0)
    .sort((a, b) => b.age - a.age)
    .map(({ name }) => name);
  return [...rotated, ...names.filter((name) => name === CURRENT)].map((name) => join(path, name));
}

/** The JSON object of a row: all of it, or what follows a collector's own beginning. */
function objectOf(row: string): string {
  const at = row.indexOf('{"seq":');
  return at < 0 ? row : row.slice(at);
}

/** Reads a file row by row, whatever its length; empty rows are left out. */
export async function* rowsOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, { encoding: 'utf8', highWaterMark: MAX_LINE_BYTES });
  for await (const row of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (row !== '') yield objectOf(row);
  }
}
