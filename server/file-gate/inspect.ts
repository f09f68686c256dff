/** The gate's own checks of a file that clamd found clean: its type, its name, what is packed in it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inspectArchive } from './archive/inspect.ts';
import type { ArchiveLimits } from './config.ts';
import type { FileRecord } from './records.ts';
import { ruleOf } from './types.ts';

const run = promisify(execFile);

const FILE_MS = 10_000;
const MAX_ANSWER_BYTES = 1024;

/**
 * What a file is by its content: `file` (libmagic), in a process of its own that seccomp keeps from doing more.
 *
 * @throws Error when it gives no answer
 */
export async function realType(path: string): Promise<string> {
  const { stdout } = await run('file', ['--brief', '--mime-type', '--', path], {
    timeout: FILE_MS,
    maxBuffer: MAX_ANSWER_BYTES,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  const type = stdout.trim();
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) throw new Error('file gives no media type');
  return type;
}

export interface Inspection {
  /** Media types that are taken. */
  readonly types: readonly string[];
  readonly archives: ArchiveLimits;
  /** A folder for members of archives while they are looked at. */
  readonly work: string;
}

/** Why the file does not pass; undefined when it does. */
export async function inspect(
  path: string,
  record: FileRecord,
  { types, archives, work }: Inspection,
): Promise<string | undefined> {
  const real = await realType(path);
  const rule = ruleOf({ name: record.name, declared: record.type, real }, types);
  if (typeof rule === 'string') return rule;
  if (rule.container === undefined) return undefined;
  return inspectArchive(path, {
    kind: rule.container,
    requires: rule.requires ?? [],
    limits: archives,
    work,
  });
}
