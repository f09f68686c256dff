/** An established TLS connection as a Node stream. */
import { Duplex } from 'node:stream';
import { AppError } from '../shared/errors.ts';
import {
  MAX_DATA_BYTES,
  MAX_PACE_MS,
  type TlsInfo,
  TOLD_BYTES,
  WINDOW_BYTES,
  type WorkerRequest,
} from './worker-protocol.ts';

/** How a connection speaks to its worker. */
export interface ConnectionPort {
  post(request: WorkerRequest, transfer?: readonly ArrayBuffer[]): void;
}

/** What is known once the handshake is complete. */
export interface ConnectionFacts {
  readonly info: TlsInfo;
  readonly tlsExporter: Uint8Array | undefined;
  readonly tlsServerEndPoint: Uint8Array;
}

interface PendingWrite {
  readonly chunk: Uint8Array;
  readonly callback: (error?: Error | null) => void;
  offset: number;
}

/**
 * Plain bytes in and out. Back-pressure holds both ways: at most 256 KiB are under way in each direction besides the
 * stream's own buffers. `end()` sends close_notify after the last byte; the server's close_notify ends the readable side
 * and then, the stream being no half-open one, the writable side too. A connection that is cut without close_notify
 * ends in `TLS_CLOSED`. A server that does not accept the client's certificate says so only after the handshake in TLS
 * 1.3: then the first event is the error `TLS_CLIENT_CERTIFICATE_REFUSED`.
 */
export class TlsConnection extends Duplex {
  readonly info: TlsInfo;
  /** RFC 9266, 32 bytes; `undefined` for TLS 1.2, where it is not unique to the connection. */
  readonly tlsExporter: Uint8Array | undefined;
  /** RFC 5929, section 4: the hash of the server's certificate, 32 to 64 bytes. */
  readonly tlsServerEndPoint: Uint8Array;
  readonly #id: number;
  readonly #port: ConnectionPort;
  /** Bytes that were sent to the worker and that the socket has not taken. */
  #inFlight = 0;
  /** Bytes that the reader took and that the worker does not know of: credit that is owed. */
  #owedCredit = 0;
  #pending: PendingWrite | undefined;
  #final: ((error?: Error | null) => void) | undefined;
  #serverEnded = false;
  #closed = false;

  constructor(id: number, port: ConnectionPort, facts: ConnectionFacts) {
    super({ allowHalfOpen: false, decodeStrings: true });
    this.#id = id;
    this.#port = port;
    this.info = facts.info;
    this.tlsExporter = facts.tlsExporter;
    this.tlsServerEndPoint = facts.tlsServerEndPoint;
  }

  /**
   * Lets what comes wait in the socket up to `ms` milliseconds after a read, so that it is read together: for a server that says
   * little and often. What comes after a longer silence, or in quantity, is read at once. 0: everything is.
   */
  pace(ms: number): void {
    if (!this.#closed) this.#port.post({ kind: 'pace', id: this.#id, ms: Math.min(MAX_PACE_MS, ms) });
  }

  /** Data from the server. For the owner of the worker's port, like the methods below. */
  receive(data: Uint8Array): void {
    if (this.destroyed || this.#serverEnded) return;
    const roomLeft = this.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    this.#owedCredit += data.length;
    if (roomLeft) this.#payCredit();
  }

  /** The worker has handed `bytes` to the socket. */
  written(bytes: number): void {
    this.#inFlight = Math.max(0, this.#inFlight - bytes);
    this.#send();
  }

  /** The server sends no more. */
  serverEnded(): void {
    if (this.#serverEnded || this.destroyed) return;
    this.#serverEnded = true;
    this.push(null);
  }

  /** Our close_notify is sent. */
  finished(): void {
    const callback = this.#final;
    this.#final = undefined;
    callback?.();
  }

  /** The worker has freed the connection. Without an error both directions have ended before. */
  released(error: AppError | undefined): void {
    this.#closed = true;
    if (error !== undefined) this.destroy(error);
    else this.serverEnded();
  }

  override _read(): void {
    this.#payCredit();
  }

  override _write(
    chunk: Uint8Array,
    _encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    this.#pending = { chunk, callback, offset: 0 };
    this.#send();
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.#closed) {
      callback();
      return;
    }
    this.#final = callback;
    this.#port.post({ kind: 'end', id: this.#id });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#port.post({ kind: 'abort', id: this.#id });
    }
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.callback(error ?? new AppError('TLS_CLOSED', { reason: 'closed here' }));
    callback(error);
  }

  #payCredit(): void {
    if (this.#owedCredit < TOLD_BYTES || this.#closed) return;
    this.#port.post({ kind: 'credit', id: this.#id, bytes: this.#owedCredit });
    this.#owedCredit = 0;
  }

  /** Sends what the window allows of the pending write; a write is done when its last byte was sent. */
  #send(): void {
    for (let pending = this.#pending; pending !== undefined; pending = this.#pending) {
      const left = pending.chunk.length - pending.offset;
      if (left === 0) {
        this.#pending = undefined;
        pending.callback();
        return;
      }
      const size = Math.min(left, MAX_DATA_BYTES, WINDOW_BYTES - this.#inFlight);
      if (size <= 0 || this.#closed) return;
      const data = new Uint8Array(pending.chunk.subarray(pending.offset, pending.offset + size));
      pending.offset += size;
      this.#inFlight += size;
      this.#port.post({ kind: 'write', id: this.#id, data }, [data.buffer]);
    }
  }
}
