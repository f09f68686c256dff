/**
 * The gate's files. The folder that a file is in says how far it has come, so that a crash at any point loses no file
 * and releases none:
 *
 *     incoming/    being received; removed at start
 *     scanning/    complete, judged by nobody; scanned again at start
 *     quarantine/  found bad        released/    found clean
 *     records/     one JSON record a file, kept for ever: a used slot stays used
 *     expiry/      by time, what has to be looked at then
 *
 * No name on the disk comes from outside: files are called by the hex SHA-256 of their slot's path.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  statfs,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../src/platform/atomic-file.ts';
import { systemCode } from '../../src/shared/system-code.ts';
import { type FileRecord, parseRecord } from './records.ts';
import { Refusal } from './refusal.ts';

export type Folder = 'incoming' | 'scanning' | 'quarantine' | 'released';

const FOLDERS = ['incoming', 'scanning', 'quarantine', 'released', 'records', 'expiry', 'work'] as const;
/** Files that expire in the same ten minutes share a folder. */
const BUCKET_MS = 600_000;
const ID = /^[0-9a-f]{64}$/;

/** A file's name on the disk, from its slot's path (decoded). */
export function idOf(path: string): string {
  return createHash('sha256').update(path, 'utf8').digest('hex');
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** A full disk, by whatever name the system gives it: no room, over the quota, over the process's file size. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemCode(error) ?? '');
}

/** An upload's file while it is received. */
export interface Incoming {
  readonly path: string;
  readonly file: FileHandle;
}

/** An entry of the list of what may have expired. */
export interface Due {
  readonly id: string;
  /** True when it is this entry that stands for the file's expiry, false when that has moved. */
  readonly holds: (record: FileRecord) => boolean;
  /** Takes it off the list. */
  readonly done: () => Promise<void>;
}

function bucketOf(time: string): number {
  return Math.floor(Date.parse(time) / BUCKET_MS);
}

export class Store {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /** Makes what is missing of the folders below `root`. */
  static async open(root: string): Promise<Store> {
    for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true, mode: 0o700 });
    return new Store(root);
  }

  /** The path of a judged or waiting file. */
  pathOf(folder: Folder, id: string): string {
    return join(this.#root, folder, id);
  }

  /** Where archives' members are put while they are looked at; emptied at start. */
  get work(): string {
    return join(this.#root, 'work');
  }

  #recordPath(id: string): string {
    return join(this.#root, 'records', id.slice(0, 2), `${id}.json`);
  }

  /** @throws Refusal `internal` when the record cannot be read: a file without a good record is not given out */
  async record(id: string): Promise<FileRecord | undefined> {
    let source: string;
    try {
      source = await readFile(this.#recordPath(id), 'utf8');
    } catch (cause) {
      if (systemCode(cause) === 'ENOENT') return undefined;
      throw new Refusal('internal', { cause });
    }
    try {
      const record = parseRecord(source);
      if (record.id === id) return record;
    } catch (cause) {
      throw new Refusal('internal', { cause });
    }
    throw new Refusal('internal');
  }

  async writeRecord(record: FileRecord): Promise<void> {
    const path = this.#recordPath(record.id);
    const directory = join(path, '..');
    const made = await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFileAtomically(path, `${JSON.stringify(record)}\n`);
    if (made !== undefined) await syncDirectory(join(this.#root, 'records'));
  }

  /** Bytes that are free for the gate. */
  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  async createIncoming(id: string): Promise<Incoming> {
    const path = join(this.#root, 'incoming', `${id}.${randomBytes(8).toString('hex')}`);
    return { path, file: await open(path, 'wx', 0o600) };
  }

  /** Closes and removes what was received of an upload that failed. */
  async discard({ path, file }: Incoming): Promise<void> {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
  }

  /** Takes a complete upload over: the record first, so that no file in `scanning` is ever without one. */
  async keep({ path, file }: Incoming, record: FileRecord): Promise<void> {
    await file.sync();
    await file.close();
    await this.noteExpiry(record);
    await this.writeRecord(record);
    await rename(path, this.pathOf('scanning', record.id));
    await syncDirectory(join(this.#root, 'scanning'));
  }

  /** Undoes a {@link keep} that failed, so that the slot can be used again. */
  async forget(id: string): Promise<void> {
    await rm(this.pathOf('scanning', id), { force: true });
    await rm(this.#recordPath(id), { force: true });
  }

  async move(id: string, from: Folder, to: Folder): Promise<void> {
    await rename(this.pathOf(from, id), this.pathOf(to, id));
    await syncDirectory(join(this.#root, to));
  }

  async remove(id: string, from: Folder): Promise<void> {
    await unlink(this.pathOf(from, id)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
  }

  async list(folder: Folder): Promise<readonly string[]> {
    return (await readdir(join(this.#root, folder))).filter((name) => ID.test(name));
  }

  /** Every record's id, one folder after the other. */
  async *ids(): AsyncGenerator<string> {
    const records = join(this.#root, 'records');
    for (const folder of (await readdir(records)).sort()) {
      for (const name of (await readdir(join(records, folder))).sort()) {
        const id = name.slice(0, -'.json'.length);
        if (name.endsWith('.json') && ID.test(id)) yield id;
      }
    }
  }

  /** Removes what uploads and archive checks left behind in a crash; returns how many. */
  async clearUnfinished(): Promise<number> {
    await this.#forgetUnfinished();
    let removed = 0;
    for (const folder of ['incoming', 'work']) {
      for (const name of await readdir(join(this.#root, folder))) {
        await rm(join(this.#root, folder, name), { recursive: true, force: true });
        removed += 1;
      }
    }
    return removed;
  }

  /** A crash between record and file: nobody was told that the file is here, and its slot would count as used for ever. */
  async #forgetUnfinished(): Promise<void> {
    const whole = new Set(await this.list('scanning'));
    for (const name of await readdir(join(this.#root, 'incoming'))) {
      const [id = ''] = name.split('.');
      if (!ID.test(id) || whole.has(id)) continue;
      const record = await this.record(id).catch(() => undefined);
      if (record?.state === 'scanning') await this.forget(id);
    }
  }

  /** Makes sure that the file is looked at when it expires. */
  async noteExpiry({ id, expires }: FileRecord): Promise<void> {
    const bucket = join(this.#root, 'expiry', String(bucketOf(expires)));
    await mkdir(bucket, { recursive: true, mode: 0o700 });
    await writeFile(join(bucket, id), '', { mode: 0o600 });
  }

  /** Ids that may have expired by `now` (milliseconds since 1970). */
  async *due(now: number): AsyncGenerator<Due> {
    const current = Math.floor(now / BUCKET_MS);
    const root = join(this.#root, 'expiry');
    for (const name of await readdir(root)) {
      const bucket = Number(name);
      if (!/^\d{1,12}$/.test(name) || bucket > current) continue;
      const ids = (await readdir(join(root, name))).filter((id) => ID.test(id));
      for (const id of ids) {
        yield {
          id,
          holds: ({ expires }) => bucketOf(expires) === bucket,
          done: () => rm(join(root, name, id), { force: true }),
        };
      }
      if (ids.length === 0 && bucket < current) await rm(join(root, name), { recursive: true, force: true });
    }
  }
}
