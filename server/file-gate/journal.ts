/** The gate's log: JSON lines, append-only, UTC to the millisecond. What cannot be logged is not done. */
import { type FileHandle, open } from 'node:fs/promises';
import { Refusal } from './refusal.ts';

export type JournalEvent =
  | 'started'
  | 'stopped'
  | 'recovered'
  | 'reloaded'
  | 'reload-failed'
  | 'connection-refused'
  | 'slot-accepted'
  | 'upload-refused'
  | 'uploaded'
  | 'verdict'
  | 'scanner-down'
  | 'scanner-up'
  | 'download'
  | 'download-ended'
  | 'download-refused'
  | 'expired'
  | 'admin';

/** Values of one line; undefined ones are left out. */
export type JournalFields = Readonly<Record<string, string | number | boolean | undefined>>;

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Longer than any name, path or reason; what is longer is cut. */
const MAX_VALUE_CHARACTERS = 2048;

/** Opens the log so that the next line is one of its own, even after a crash in the middle of one. */
async function openForAppend(path: string): Promise<FileHandle> {
  const file = await open(path, 'a+', 0o640);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    if (size > 0 && last.toString() !== '\n') await file.appendFile('\n');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

export class Journal {
  readonly #path: string;
  #file: FileHandle;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  /** The last write failed, perhaps in the middle of a line. */
  #torn = false;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<Journal> {
    return new Journal(path, await openForAppend(path));
  }

  /**
   * Appends one line; resolves when it is on the disk.
   *
   * @throws Refusal `audit-failed`
   */
  write(event: JournalEvent, fields: JournalFields): Promise<void> {
    const values = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, MAX_VALUE_CHARACTERS) : value,
    ]);
    const line = `${JSON.stringify({ time: new Date().toISOString(), event, ...Object.fromEntries(values) })}\n`;
    return new Promise((done, failed) => {
      this.#waiting.push({ line, done, failed });
      this.#writing ??= this.#drain();
    });
  }

  /** Opens the file anew, after somebody moved it away (logrotate). */
  async reopen(): Promise<void> {
    const fresh = await openForAppend(this.#path);
    await this.#writing;
    const old = this.#file;
    this.#file = fresh;
    await old.close();
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  /** Lines that came in while others were being written share one flush. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#file.appendFile(`${this.#torn ? '\n' : ''}${batch.map(({ line }) => line).join('')}`);
        await this.#file.datasync();
        this.#torn = false;
        for (const { done } of batch) done();
      } catch (cause) {
        this.#torn = true;
        for (const { failed } of batch) failed(new Refusal('audit-failed', { cause }));
      }
    }
    this.#writing = undefined;
  }
}
