import { AppError } from '../../shared/errors.ts';
import { FILE_PARTS_IN_FLIGHT } from '../../shared/file-contract.ts';

/** How long the window may take to hand over the next part, milliseconds: it reads a disk, maybe a slow share. */
const PART_MS = 60_000;

interface Waiting {
  readonly part: Uint8Array;
  readonly taken: () => void;
  readonly refused: (error: AppError) => void;
}

/**
 * The parts of one file between the window, which puts them in, and the upload, which takes them out. Holds at most
 * {@link FILE_PARTS_IN_FLIGHT} parts; a window that puts in more, or other than the announced size, is refused.
 */
export class PartQueue {
  readonly #name: string;
  readonly #size: number;
  readonly #waiting: Waiting[] = [];
  #received = 0;
  #error: AppError | undefined;
  #wake: (() => void) | undefined;

  /** @param size bytes in all, as announced */
  constructor(name: string, size: number) {
    this.#name = name;
    this.#size = size;
  }

  /** Whether the window has handed over everything. */
  get complete(): boolean {
    return this.#received === this.#size;
  }

  /** Resolves when the part was taken out. Rejects with FILE_READ_FAILED or what {@link fail} was given. */
  put(part: Uint8Array): Promise<void> {
    const tooMuch = this.#received + part.length > this.#size;
    if (tooMuch || this.#waiting.length >= FILE_PARTS_IN_FLIGHT) this.fail(this.#unreadable());
    if (this.#error !== undefined) return Promise.reject(this.#error);
    this.#received += part.length;
    return new Promise((taken, refused) => {
      this.#waiting.push({ part, taken, refused });
      this.#wake?.();
    });
  }

  /** Ends both sides with an error; the first one counts. */
  fail(error: AppError = this.#unreadable()): void {
    this.#error ??= error;
    for (const { refused } of this.#waiting.splice(0)) refused(this.#error);
    this.#wake?.();
  }

  /** The parts in order; to be read once. Throws what the queue failed with. */
  async *parts(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let sent = 0; sent < this.#size; ) {
      const next = this.#error === undefined ? this.#waiting.shift() : undefined;
      if (next === undefined) {
        await this.#change();
        continue;
      }
      next.taken();
      sent += next.part.length;
      yield next.part;
    }
  }

  async #change(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(() => this.fail(), PART_MS);
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }

  #unreadable(): AppError {
    return new AppError('FILE_READ_FAILED', { name: this.#name });
  }
}
