/**
 * What the session thread and the TLS worker say to each other. Both are ours and in one process, yet each side drops
 * what names a connection that it does not know: messages may cross on the way.
 *
 * Flow control is by credit, both ways. The worker reads from the socket only while the session has granted credit
 * (`credit`, starting with {@link WINDOW_BYTES}); the session sends at most {@link WINDOW_BYTES} that the worker has
 * not yet handed to the socket (`written`). Both are told in steps of {@link TOLD_BYTES}.
 */
import type { ErrorReport } from '../shared/errors.ts';
import { MAX_SIGN_BYTES, type SignMechanism } from '../shared/signing.ts';
import type { ConnectParameters } from './options.ts';

/** Bytes under way in one direction of one connection, between the two threads. */
export const WINDOW_BYTES = 256 * 1024;
/** The largest piece of data in one message. */
export const MAX_DATA_BYTES = 64 * 1024;
/**
 * Credit, and what was written, is told once it comes to so many bytes: each message wakes a thread, and where people talk the
 * waking is most of the work. What is not told yet leaves three quarters of the window, so neither side waits for it.
 */
export const TOLD_BYTES = WINDOW_BYTES / 4;
/** The longest time that what comes may be left in the socket to be read together, milliseconds. */
export const MAX_PACE_MS = 250;

/** What is known about the server after the handshake. */
export interface TlsInfo {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL's name, which is IANA's for TLS 1.3. */
  readonly cipherSuite: string;
  /** The key exchange's group, for example `P-384`; empty when there was none. */
  readonly group: string;
  /** `sha256/` and base64 of the SHA-256 of the server's SubjectPublicKeyInfo. */
  readonly serverPin: string;
  readonly serverSubject: string;
  /** ISO 8601, UTC. */
  readonly serverNotAfter: string;
}

/** What is passed when the worker thread is started. */
export interface WorkerStart {
  readonly libraryDirectory: string | undefined;
  /** The memory of the thread's CallGuard. */
  readonly guard: SharedArrayBuffer;
}

/** Session to worker. */
export type WorkerRequest =
  | { readonly kind: 'open'; readonly id: number; readonly parameters: ConnectParameters }
  | { readonly kind: 'write'; readonly id: number; readonly data: Uint8Array }
  | { readonly kind: 'credit'; readonly id: number; readonly bytes: number }
  /** After a read of little, wait so long before the next one, milliseconds; 0: read what comes as it comes. */
  | { readonly kind: 'pace'; readonly id: number; readonly ms: number }
  /** No more writes: send close_notify once all is written. */
  | { readonly kind: 'end'; readonly id: number }
  /** Drop the connection at once. Answered with `closed`. */
  | { readonly kind: 'abort'; readonly id: number }
  /** Load OpenSSL ahead of the first connection; what is wrong with it that one is told. */
  | { readonly kind: 'prepare' }
  | { readonly kind: 'ping'; readonly sequence: number }
  | { readonly kind: 'statistics'; readonly sequence: number }
  /** Drop everything, free everything and end the thread. */
  | { readonly kind: 'stop' };

/** Counts of what a worker holds; everything but `callbacks` and `objects` is zero when no connection is open. */
export interface WorkerStatistics {
  readonly connections: number;
  /** Registered native objects; a constant number of them belongs to the thread itself. */
  readonly objects: number;
  readonly callbacks: number;
  readonly hooks: number;
  readonly keys: number;
  /** Bytes that wait in the worker, over all connections. */
  readonly bufferedBytes: number;
}

/** Worker to session. */
export type WorkerReport =
  /** The worker waits, blocked, until `reply` is settled (see {@link SignReply}). */
  | {
      readonly kind: 'sign';
      readonly id: number;
      readonly mechanism: SignMechanism;
      readonly data: Uint8Array;
      readonly reply: SharedArrayBuffer;
    }
  | {
      readonly kind: 'open';
      readonly id: number;
      readonly info: TlsInfo;
      /** RFC 9266, 32 bytes; only TLS 1.3. */
      readonly tlsExporter: Uint8Array | undefined;
      readonly tlsServerEndPoint: Uint8Array;
    }
  | { readonly kind: 'data'; readonly id: number; readonly data: Uint8Array }
  | { readonly kind: 'written'; readonly id: number; readonly bytes: number }
  /** The server's close_notify: no more data. */
  | { readonly kind: 'ended'; readonly id: number }
  /** Our close_notify is on its way. */
  | { readonly kind: 'finished'; readonly id: number }
  /** The last report about a connection: everything of it is freed. */
  | { readonly kind: 'closed'; readonly id: number; readonly error: ErrorReport | undefined }
  | { readonly kind: 'pong'; readonly sequence: number }
  | { readonly kind: 'statistics'; readonly sequence: number; readonly statistics: WorkerStatistics };

const HEADER_BYTES = 8;
const STATE = 0;
const LENGTH = 1;
const PENDING = 0;
const SIGNED = 1;
const FAILED = 2;

/**
 * A one-shot answer in shared memory. Each signature has its own, so a late answer writes where nobody looks.
 */
export class SignReply {
  readonly buffer: SharedArrayBuffer;
  readonly #control: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(HEADER_BYTES + MAX_SIGN_BYTES)) {
    this.buffer = buffer;
    this.#control = new Int32Array(buffer, 0, 2);
  }

  /** Answers with a signature. An answer of impossible length counts as a failure. */
  resolve(signature: Uint8Array): void {
    if (signature.length === 0 || signature.length > MAX_SIGN_BYTES) {
      this.reject();
      return;
    }
    new Uint8Array(this.buffer, HEADER_BYTES, signature.length).set(signature);
    this.#control[LENGTH] = signature.length;
    this.#settle(SIGNED);
  }

  /** Answers that there is no signature. */
  reject(): void {
    this.#settle(FAILED);
  }

  /** Blocks the thread until there is an answer, at most `ms` milliseconds. */
  wait(ms: number): Uint8Array | 'failed' | 'timed-out' {
    const outcome = Atomics.wait(this.#control, STATE, PENDING, ms);
    const state = Atomics.load(this.#control, STATE);
    if (outcome === 'timed-out' && state === PENDING) return 'timed-out';
    const length = this.#control[LENGTH] ?? 0;
    if (state !== SIGNED || length < 1 || length > MAX_SIGN_BYTES) return 'failed';
    return new Uint8Array(this.buffer, HEADER_BYTES, length).slice();
  }

  #settle(state: number): void {
    if (Atomics.compareExchange(this.#control, STATE, PENDING, state) === PENDING) {
      Atomics.notify(this.#control, STATE);
    }
  }
}
