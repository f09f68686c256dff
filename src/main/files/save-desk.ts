/**
 * Takes files from the session process and keeps them. The session reads what servers send, so what it asks is judged: a
 * bounded number of files at a time and in a minute, of a bounded size, in the policy's folder, under names made here.
 */
import { decodeBase64Exactly } from '../../shared/encoding.ts';
import { SAVE_REASONS } from '../../shared/error-catalogue/file.ts';
import { AppError } from '../../shared/errors.ts';
import {
  FILE_PART_BYTES,
  FILE_PARTS_IN_FLIGHT,
  MAX_FILE_NAME,
  type SaveReply,
  type SaveRequest,
} from '../../shared/file-contract.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { AuditQuota } from '../audit/audit-quota.ts';
import { asSaveError, type ExpectedFile, ReceivedFile, removeAbandoned } from './received-file.ts';
import { type SavePlaces, saveDirectory } from './save-directory.ts';

/** The few methods of Electron's MessagePortMain that are used. */
export interface SavePort {
  postMessage(message: SaveReply): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

export interface SaveDeskOptions {
  /** The policy's folders at this moment; `undefined`: files are off. */
  readonly places: () => (SavePlaces & { readonly maximumBytes: number }) | undefined;
  readonly audit: (record: AuditRecord) => void;
}

/** Files at a time; the session keeps to fewer. */
const MAX_OPEN = 8;
/** Files in a minute: somebody saves each of them by hand. */
const MAX_A_MINUTE = 60;
const MINUTE_MS = 60_000;
const SHA256_BYTES = 32;
const MAX_SOURCE = 300;
const SOURCE = /^https:\/\/[a-z0-9.-]+:\d{1,5}\/$/u;

interface Saving {
  readonly expected: ExpectedFile;
  /** One step after the other; a failed one ends the file. */
  turn: Promise<ReceivedFile | undefined>;
  waiting: number;
  ended: boolean;
}

export class SaveDesk {
  readonly #options: SaveDeskOptions;
  readonly #audit: AuditQuota;
  /** When the files of the last minute were opened, whatever session asked. */
  #opened: readonly number[] = [];

  constructor(options: SaveDeskOptions) {
    this.#options = options;
    this.#audit = new AuditQuota({ audit: options.audit });
  }

  /** Serves one session process over `port` until it closes; what is not complete by then is removed. */
  attach(port: SavePort): void {
    const saving = new Map<number, Saving>();
    port.on('message', ({ data }) => {
      const request = parseSaveRequest(data);
      // A session that breaks the contract is not ours any more.
      if (request === undefined) port.close();
      else this.#handle(port, saving, request);
    });
    port.on('close', () => {
      for (const [id, one] of saving) this.#drop(saving, id, one);
    });
    port.start();
  }

  #handle(port: SavePort, saving: Map<number, Saving>, request: SaveRequest): void {
    const { id } = request;
    const one = saving.get(id);
    if (request.kind === 'open') {
      if (one !== undefined || saving.size >= MAX_OPEN) port.close();
      else this.#open(port, saving, id, request);
      return;
    }
    if (one === undefined || one.ended) return;
    switch (request.kind) {
      case 'data':
        one.waiting += 1;
        if (one.waiting > FILE_PARTS_IN_FLIGHT) {
          port.close();
          return;
        }
        this.#step(port, saving, id, one, async (file) => {
          await file.write(request.data);
          one.waiting -= 1;
          port.postMessage({ kind: 'taken', id });
        });
        return;
      case 'end':
        one.ended = true;
        this.#step(port, saving, id, one, async (file) => {
          const { name, marked } = await file.finish();
          saving.delete(id);
          const { size, sha256 } = one.expected;
          this.#audit.append({ event: 'file.saved', outcome: 'success', detail: { size, sha256, marked } });
          port.postMessage({ kind: 'saved', id, name });
        });
        return;
      case 'abort':
        this.#drop(saving, id, one);
        return;
    }
  }

  #open(port: SavePort, saving: Map<number, Saving>, id: number, expected: ExpectedFile): void {
    const one: Saving = { expected, turn: Promise.resolve(undefined), waiting: 0, ended: false };
    saving.set(id, one);
    one.turn = this.#create(expected).then(
      (file) => {
        port.postMessage({ kind: 'opened', id });
        return file;
      },
      (error: unknown) => {
        this.#fail(port, saving, id, one, error);
        return undefined;
      },
    );
  }

  #count(): void {
    const now = performance.now();
    this.#opened = this.#opened.filter((at) => now - at < MINUTE_MS);
    if (this.#opened.length >= MAX_A_MINUTE) throw new AppError('FILE_TOO_MANY');
    this.#opened = [...this.#opened, now];
  }

  async #create(expected: ExpectedFile): Promise<ReceivedFile> {
    this.#count();
    const places = this.#options.places();
    if (places === undefined) throw new AppError('FILES_OFF');
    if (expected.size > places.maximumBytes)
      throw new AppError('FILE_SAVE_FAILED', { reason: SAVE_REASONS.tooLarge });
    const directory = await saveDirectory(places);
    await removeAbandoned(directory, Date.now());
    return ReceivedFile.open(directory, expected);
  }

  #step(
    port: SavePort,
    saving: Map<number, Saving>,
    id: number,
    one: Saving,
    work: (file: ReceivedFile) => Promise<void>,
  ): void {
    one.turn = one.turn.then(async (file) => {
      if (file === undefined || !saving.has(id)) return file;
      try {
        await work(file);
        return file;
      } catch (error) {
        await file.discard();
        this.#fail(port, saving, id, one, error);
        return undefined;
      }
    });
  }

  #fail(port: SavePort, saving: Map<number, Saving>, id: number, one: Saving, error: unknown): void {
    saving.delete(id);
    one.ended = true;
    const failure = asSaveError(error);
    const { size, sha256 } = one.expected;
    this.#audit.append({
      event: 'file.saved',
      outcome: 'failure',
      detail: { size, sha256, code: failure.code },
    });
    port.postMessage({ kind: 'failed', id, error: failure.toReport() });
  }

  #drop(saving: Map<number, Saving>, id: number, one: Saving): void {
    saving.delete(id);
    one.ended = true;
    void one.turn.then((file) => file?.discard());
  }
}

/** The request, or `undefined` when it is not exactly one the contract knows. */
export function parseSaveRequest(value: unknown): SaveRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, id, name, size, sha256, source, data } = value as Readonly<Record<string, unknown>>;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1) return undefined;
  if (kind === 'end' || kind === 'abort') return { kind, id };
  if (kind === 'data') {
    const isPart = data instanceof Uint8Array && data.length > 0 && data.length <= FILE_PART_BYTES;
    return isPart ? { kind, id, data } : undefined;
  }
  if (kind !== 'open') return undefined;
  if (typeof name !== 'string' || name.length > MAX_FILE_NAME) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  if (typeof sha256 !== 'string' || decodeBase64Exactly(sha256, SHA256_BYTES) === undefined) return undefined;
  if (typeof source !== 'string' || source.length > MAX_SOURCE || !SOURCE.test(source)) return undefined;
  return { kind, id, name, size, sha256, source };
}
