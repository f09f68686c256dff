import { SAVE_REASONS } from '../../shared/error-catalogue/file.ts';
import { AppError, isErrorCode } from '../../shared/errors.ts';
import {
  FILE_PARTS_IN_FLIGHT,
  MAX_FILE_NAME,
  type SaveRequest,
  type SharedFile,
} from '../../shared/file-contract.ts';
import type { Port } from '../ports.ts';

/** A file that the main process writes. */
export interface SaveTarget {
  /** Resolves when the next part may come. Rejects with the main process's error. */
  write(part: Uint8Array): Promise<void>;
  /** Resolves with the file's name on disk when it is complete, checked and in its place. */
  finish(): Promise<string>;
  /** Gives the file up; after {@link finish} resolved it has no effect. */
  abort(): void;
}

interface Saving {
  readonly opened: () => void;
  readonly saved: (name: string) => void;
  readonly taken: () => void;
  readonly failed: (error: AppError) => void;
}

/** The session's end of the port of `attach-files`: bytes go out in parts, as the main process takes them. */
export class SaveChannel {
  readonly #saving = new Map<number, Saving>();
  #port: Port | undefined;
  #nextId = 1;

  /** Takes a fresh port; what was under way on the one before fails. */
  attach(port: Port): void {
    this.#port?.close();
    this.#lose();
    this.#port = port;
    port.onMessage((data) => this.#receive(data));
    port.onClose(() => {
      if (this.#port !== port) return;
      this.#port = undefined;
      this.#lose();
    });
  }

  /** Opens a file. Rejects with FILE_SAVE_FAILED, FILE_SAVE_DIRECTORY or FILE_TOO_LARGE. */
  async open(file: SharedFile, source: string): Promise<SaveTarget> {
    const id = this.#nextId++;
    let credits = 0;
    let wake: (() => void) | undefined;
    let failure: AppError | undefined;
    const opening = new Promise<void>((resolve, reject) => {
      this.#saving.set(id, {
        opened: () => {
          credits = FILE_PARTS_IN_FLIGHT;
          resolve();
        },
        taken: () => {
          credits += 1;
          wake?.();
        },
        saved: (name) => finished.resolve(name),
        failed: (error) => {
          failure = error;
          reject(error);
          finished.reject(error);
          wake?.();
        },
      });
    });
    const finished = deferred<string>();
    const { name, size, sha256 } = file;
    this.#post({ kind: 'open', id, name, size, sha256, source });
    await opening;
    return {
      write: async (part) => {
        while (credits === 0 && failure === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (failure !== undefined) throw failure;
        credits -= 1;
        this.#post({ kind: 'data', id, data: part });
      },
      finish: () => {
        this.#post({ kind: 'end', id });
        return finished.promise;
      },
      abort: () => {
        if (this.#saving.delete(id)) this.#port?.postMessage({ kind: 'abort', id } satisfies SaveRequest);
      },
    };
  }

  #post(request: SaveRequest): void {
    if (this.#port === undefined) this.#fail(request.id, lost());
    else this.#port.postMessage(request);
  }

  #receive(data: unknown): void {
    if (typeof data !== 'object' || data === null) return;
    const reply = data as Readonly<Record<string, unknown>>;
    const id = typeof reply.id === 'number' ? reply.id : 0;
    const saving = this.#saving.get(id);
    if (saving === undefined) return;
    if (reply.kind === 'opened') saving.opened();
    else if (reply.kind === 'taken') saving.taken();
    else if (reply.kind === 'saved') {
      this.#saving.delete(id);
      saving.saved(typeof reply.name === 'string' ? reply.name.slice(0, MAX_FILE_NAME) : '');
    } else if (reply.kind === 'failed') this.#fail(id, readError(reply.error));
  }

  #fail(id: number, error: AppError): void {
    const saving = this.#saving.get(id);
    this.#saving.delete(id);
    saving?.failed(error);
  }

  #lose(): void {
    for (const id of [...this.#saving.keys()]) this.#fail(id, lost());
  }
}

function lost(): AppError<'FILE_SAVE_FAILED'> {
  return new AppError('FILE_SAVE_FAILED', { reason: SAVE_REASONS.notConnected });
}

function readError(value: unknown): AppError {
  const error = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const reason = typeof error.detail === 'object' && error.detail !== null ? error.detail : {};
  const text = 'reason' in reason && typeof reason.reason === 'string' ? reason.reason.slice(0, 200) : '';
  const code = isErrorCode(error.code) ? error.code : 'FILE_SAVE_FAILED';
  return new AppError(code, text === '' ? undefined : { reason: text });
}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<Value>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Whoever waits hears of it; nobody may be waiting yet.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
