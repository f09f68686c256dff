/** What administrators do with files. Each deed is in the log before it is done. */
import { type FileHandle, open } from 'node:fs/promises';
import type { Journal } from './journal.ts';
import type { FileRecord, FileState } from './records.ts';
import type { Store } from './store.ts';

export type AdminProblem = 'unknown' | 'not-quarantined' | 'gone' | 'bad-request';

export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly problem: AdminProblem;

  constructor(problem: AdminProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** Who does it and why. */
export interface Deed {
  readonly actor: string;
  readonly reason: string;
}

export interface AdministrationOptions {
  readonly store: Store;
  readonly journal: Journal;
  /** Until when a file that is released now is kept, milliseconds since 1970. */
  readonly releasedUntil: () => number;
}

export class Administration {
  readonly #options: AdministrationOptions;
  /** Deeds on files run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: AdministrationOptions) {
    this.#options = options;
  }

  /** Records, those in `state` only when it is given. One that cannot be read is left out. */
  async *list(state: FileState | undefined): AsyncGenerator<FileRecord> {
    for await (const id of this.#options.store.ids()) {
      const record = await this.#options.store.record(id).catch(() => undefined);
      if (record !== undefined && (state === undefined || record.state === state)) yield record;
    }
  }

  /** @throws AdminError `unknown` */
  async show(id: string): Promise<FileRecord> {
    const record = await this.#options.store.record(id);
    if (record === undefined) throw new AdminError('unknown');
    return record;
  }

  /** Gives a file in quarantine free, against the scanner's verdict. @throws AdminError */
  release(id: string, deed: Deed): Promise<FileRecord> {
    return this.#inTurn(async () => {
      const { store, releasedUntil } = this.#options;
      const record = await this.show(id);
      if (record.state !== 'quarantined') throw new AdminError('not-quarantined');
      await this.#note('release', record, deed);
      const released = this.#marked(
        { ...record, expires: new Date(releasedUntil()).toISOString() },
        deed,
        'released',
      );
      await store.noteExpiry(released);
      await store.writeRecord(released);
      await store.move(id, 'quarantine', 'released');
      return released;
    });
  }

  /** Removes the file; its record stays. @throws AdminError */
  delete(id: string, deed: Deed): Promise<FileRecord> {
    return this.#inTurn(async () => {
      const { store } = this.#options;
      const record = await this.show(id);
      if (record.state !== 'quarantined' && record.state !== 'released') throw new AdminError('gone');
      await this.#note('delete', record, deed);
      const deleted = this.#marked(record, deed, 'deleted');
      await store.writeRecord(deleted);
      await store.remove(id, record.state === 'released' ? 'released' : 'quarantine');
      return deleted;
    });
  }

  /** Opens the file for an administrator to look at elsewhere; the caller closes it. @throws AdminError */
  export(id: string, deed: Deed): Promise<{ readonly record: FileRecord; readonly file: FileHandle }> {
    return this.#inTurn(async () => {
      const record = await this.show(id);
      if (record.state !== 'quarantined' && record.state !== 'released') throw new AdminError('gone');
      await this.#note('export', record, deed);
      const folder = record.state === 'released' ? 'released' : 'quarantine';
      return { record, file: await open(this.#options.store.pathOf(folder, id), 'r') };
    });
  }

  #marked(record: FileRecord, { actor, reason }: Deed, state: FileState): FileRecord {
    return { ...record, state, admin: { actor, reason, time: new Date().toISOString() } };
  }

  #note(deed: 'release' | 'delete' | 'export', record: FileRecord, { actor, reason }: Deed): Promise<void> {
    const { id, name, sha256, sender, state } = record;
    return this.#options.journal.write('admin', {
      deed,
      id,
      name,
      sha256,
      sender,
      was: state,
      actor,
      reason,
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
