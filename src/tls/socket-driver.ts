/** One connection in the worker: a TCP socket, the TLS session over it, and the credit of both directions. */
import net from 'node:net';
import type { ErrorCode, TlsErrorCode } from '../shared/error-catalogue.ts';
import { AppError } from '../shared/errors.ts';
import { type BlockedClock, Deadline } from './deadline.ts';
import type { TlsSession } from './native/tls-session.ts';
import type { ConnectParameters } from './options.ts';
import { Rest } from './rest.ts';
import { MAX_DATA_BYTES, TOLD_BYTES, WINDOW_BYTES, type WorkerReport } from './worker-protocol.ts';

/** Plain data is taken from the queue only while the socket holds less than this, in bytes. */
const OUTPUT_LIMIT_BYTES = 256 * 1024;
/** Only answers to control records can make the socket hold this much: a server that floods us with them. */
const OUTPUT_FLOOD_BYTES = 4 * 1024 * 1024;
/** How long to wait for the server's close_notify after ours, and for the last bytes to leave. */
const LINGER_MS = 3_000;
const ALERT_MS = 1_000;
/** Node's default of 250 ms an address gives up on a satellite link. */
const MIN_ATTEMPT_MS = 3_000;
/** Two round trips of two seconds, the bytes of our certificates at 2.4 kbit/s, and what was lost once more. */
const MAX_SILENCE_MS = 30_000;

/** Decrypted bytes pass through here; one thread, so one is enough. */
const scratch = new Uint8Array(MAX_DATA_BYTES);

/** Buffers of sockets that are closed, for the next ones: garbage of this size is collected late. */
const spareBuffers: Buffer[] = [];
const MAX_SPARE_BUFFERS = 4;

export interface DriverContext {
  readonly id: number;
  readonly parameters: ConnectParameters;
  readonly clock: BlockedClock;
  readonly post: (report: WorkerReport, transfer?: ArrayBuffer[]) => void;
  /** The connection is over and freed. */
  readonly closed: () => void;
}

type Phase = 'connecting' | 'handshake' | 'open' | 'over';

export class SocketDriver {
  readonly #context: DriverContext;
  readonly #tls: TlsSession;
  readonly #socket: net.Socket;
  readonly #deadline: Deadline;
  readonly #queue: Uint8Array[] = [];
  /** How long the server may say nothing before the handshake is through. */
  readonly #silence: Deadline;
  #queuedBytes = 0;
  /** Bytes that the socket has and the session does not know of. */
  #untoldBytes = 0;
  readonly #rest = new Rest(() => this.#advance());
  #phase: Phase = 'connecting';
  #credit = WINDOW_BYTES;
  #tcpEnded = false;
  #serverEnded = false;
  #endWanted = false;
  #finished = false;
  #error: AppError | undefined;

  /** Starts to connect. `tls` is freed by the driver. */
  constructor(context: DriverContext, tls: TlsSession) {
    this.#context = context;
    this.#tls = tls;
    this.#deadline = new Deadline(context.clock);
    this.#silence = new Deadline(context.clock);
    const { host, port, connectMs } = context.parameters;
    // Of this socket alone: where the system fills a buffer by itself, it may do so at any time.
    const received = spareBuffers.pop() ?? Buffer.alloc(MAX_DATA_BYTES);
    this.#socket = net.connect({
      host,
      port,
      noDelay: true,
      allowHalfOpen: true,
      autoSelectFamilyAttemptTimeout: Math.max(MIN_ATTEMPT_MS, Math.floor(connectMs / 3)),
      // Not by `data` events: only so does a socket that is paused leave what comes to the kernel, and wake nobody.
      onread: {
        buffer: received,
        callback: (length) => {
          this.#onData(received.subarray(0, length));
          return true;
        },
      },
    });
    this.#deadline.start(connectMs, () => this.#fail(new AppError('CONNECT_TIMEOUT', { host, port })));
    this.#socket.on('connect', () => this.#onConnect());
    this.#socket.on('drain', () => this.#advance());
    this.#socket.on('end', () => {
      this.#tcpEnded = true;
      this.#advance();
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(this.#socketError(error)));
    this.#socket.on('close', () => {
      if (spareBuffers.length < MAX_SPARE_BUFFERS) spareBuffers.push(received);
      this.#onClose();
    });
  }

  /** Bytes that wait here, both ways. */
  get bufferedBytes(): number {
    return this.#queuedBytes + this.#socket.writableLength + this.#socket.readableLength;
  }

  /** Data to send; the session thread keeps to its window. */
  write(data: Uint8Array): void {
    if (this.#phase !== 'open' || this.#endWanted) return;
    this.#queue.push(data);
    this.#queuedBytes += data.length;
    if (this.#queuedBytes > 2 * WINDOW_BYTES) {
      this.#fail(new AppError('TLS_CLOSED', { reason: 'the sender ignores its window' }));
      return;
    }
    this.#advance();
  }

  /** The session has room for `bytes` more. */
  grant(bytes: number): void {
    this.#credit = Math.min(WINDOW_BYTES, this.#credit + bytes);
    this.#advance();
  }

  /** See `pace` in worker-protocol.ts. */
  pace(ms: number): void {
    this.#rest.pace(ms);
  }

  /** Sends close_notify when the queue is empty. */
  end(): void {
    this.#endWanted = true;
    this.#advance();
  }

  /** Ends at once, without an error and without a word to the server; an orderly close under way goes on. */
  abort(): void {
    if (this.#phase === 'over') return;
    this.#release();
    this.#socket.destroy();
  }

  #onConnect(): void {
    if (this.#phase !== 'connecting') return;
    this.#phase = 'handshake';
    this.#deadline.start(this.#context.parameters.handshakeMs, () => this.#handshakeTimedOut());
    this.#listen();
    this.#advance();
  }

  #handshakeTimedOut(): void {
    const { host, port } = this.#context.parameters;
    this.#fail(new AppError('TLS_HANDSHAKE_TIMEOUT', { host, port }));
  }

  /** The certificates of both sides take half a minute at 2.4 kbit/s; a server that says nothing is given up sooner. */
  #listen(): void {
    const { handshakeMs } = this.#context.parameters;
    this.#silence.start(Math.min(handshakeMs, MAX_SILENCE_MS), () => this.#handshakeTimedOut());
  }

  #onData(chunk: Uint8Array): void {
    // After close_notify nothing counts (RFC 8446, 6.1), and nobody would take it out of OpenSSL's buffer again.
    if (this.#phase === 'over' || this.#serverEnded) return;
    if (this.#phase === 'handshake') this.#listen();
    try {
      this.#tls.feed(chunk);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#advance();
  }

  #onClose(): void {
    if (this.#phase !== 'over') {
      this.#error ??= this.#closedByServer();
      this.#release();
    }
    this.#context.post({ kind: 'closed', id: this.#context.id, error: this.#error?.toReport() });
    this.#context.closed();
  }

  /** Does all that can be done now. */
  #advance(): void {
    try {
      if (this.#phase === 'handshake') this.#handshake();
      if (this.#phase !== 'open') return;
      this.#read();
      if (this.#phase === 'open') this.#write();
      if (this.#phase === 'open' && this.#finished && this.#serverEnded) this.#close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #handshake(): void {
    const result = this.#tls.handshake();
    this.#flush();
    if (result === undefined) {
      if (this.#tcpEnded) throw this.#closedByServer();
      return;
    }
    this.#deadline.stop();
    this.#silence.stop();
    this.#phase = 'open';
    const { host, port } = this.#context.parameters;
    this.#context.post({
      kind: 'open',
      id: this.#context.id,
      info: { host, port, ...result.info },
      tlsExporter: result.tlsExporter,
      tlsServerEndPoint: result.tlsServerEndPoint,
    });
  }

  #read(): void {
    if (this.#rest.resting) return;
    let total = 0;
    while (this.#credit > 0 && !this.#serverEnded) {
      const { length, state } = this.#fill(Math.min(this.#credit, scratch.length));
      if (length > 0) {
        const data = scratch.slice(0, length);
        scratch.fill(0, 0, length);
        this.#credit -= length;
        total += length;
        this.#context.post({ kind: 'data', id: this.#context.id, data }, [data.buffer]);
      }
      if (state === 'ended') this.#onServerEnded();
      else if (state === 'more') {
        if (this.#tcpEnded) this.#onCut();
        break;
      }
    }
    this.#flush();
    const rests = !this.#serverEnded && this.#rest.afterRead(total);
    if (!rests && (this.#credit > 0 || this.#serverEnded)) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Decrypts as much as there is, at most `limit`, so that small records travel in one message. */
  #fill(limit: number): { readonly length: number; readonly state: 'full' | 'more' | 'ended' } {
    let length = 0;
    while (length < limit) {
      const result = this.#tls.read(scratch.subarray(length, limit));
      if (typeof result !== 'number') return { length, state: result };
      length += result;
    }
    return { length, state: 'full' };
  }

  #write(): void {
    while (this.#socket.writableLength < OUTPUT_LIMIT_BYTES) {
      const data = this.#queue.shift();
      if (data === undefined) break;
      this.#queuedBytes -= data.length;
      if (data.length > 0) this.#tls.write(data);
      this.#flush();
      this.#untoldBytes += data.length;
      if (this.#untoldBytes < TOLD_BYTES) continue;
      this.#context.post({ kind: 'written', id: this.#context.id, bytes: this.#untoldBytes });
      this.#untoldBytes = 0;
    }
    if (!this.#endWanted || this.#finished || this.#queue.length > 0) return;
    this.#finished = true;
    this.#tls.shutdown();
    this.#flush();
    this.#context.post({ kind: 'finished', id: this.#context.id });
    this.#deadline.start(LINGER_MS, () => this.#endOfPatience());
  }

  #flush(): void {
    for (;;) {
      const bytes = this.#tls.take(MAX_DATA_BYTES);
      if (bytes.length === 0) break;
      this.#socket.write(bytes);
    }
    if (this.#socket.writableLength > OUTPUT_FLOOD_BYTES) {
      throw new AppError('TLS_CLOSED', { reason: 'the server floods the connection with control records' });
    }
  }

  #onServerEnded(): void {
    if (this.#serverEnded) return;
    this.#serverEnded = true;
    this.#context.post({ kind: 'ended', id: this.#context.id });
  }

  /** The TCP connection ended without close_notify: an attacker may have cut the end off, unless we ended first. */
  #onCut(): void {
    if (this.#finished) this.#onServerEnded();
    else throw this.#closedByServer();
  }

  /** The server did not answer our close_notify in time. */
  #endOfPatience(): void {
    if (this.#phase !== 'open') return;
    this.#onServerEnded();
    this.#close();
  }

  #closedByServer(): AppError<TlsErrorCode> {
    const { host, port } = this.#context.parameters;
    if (this.#phase === 'connecting') return new AppError('SERVER_UNREACHABLE', { host, port });
    if (this.#phase === 'handshake') {
      return new AppError('TLS_HANDSHAKE', { reason: 'the server closed the connection' });
    }
    return new AppError('TLS_CLOSED', { reason: 'the server cut the connection without close_notify' });
  }

  #socketError(error: NodeJS.ErrnoException): AppError<TlsErrorCode> {
    const { host, port } = this.#context.parameters;
    const reason = (error.code ?? 'unknown').slice(0, 40);
    if (this.#phase === 'connecting') {
      if (reason === 'ENOTFOUND' || reason.startsWith('EAI_'))
        return new AppError('DNS_FAILED', { host, reason });
      return new AppError(reason === 'ETIMEDOUT' ? 'CONNECT_TIMEOUT' : 'SERVER_UNREACHABLE', {
        host,
        port,
        reason,
      });
    }
    if (this.#phase === 'handshake') return new AppError('TLS_HANDSHAKE', { reason });
    return new AppError('TLS_CLOSED', {
      reason: this.#tls.received ? reason : `${reason} before the server said anything`,
    });
  }

  /** Orderly end of both directions. */
  #close(): void {
    this.#release();
    this.#leave(LINGER_MS);
  }

  #fail(cause: unknown): void {
    if (this.#phase === 'over') return;
    const error: AppError<ErrorCode> =
      cause instanceof AppError
        ? cause
        : new AppError('TLS_HANDSHAKE', { reason: 'internal error' }, { cause });
    this.#error = error;
    const alert = this.#tls.alertPrepared ? this.#tls.take(MAX_DATA_BYTES) : new Uint8Array(0);
    this.#release();
    if (alert.length === 0) {
      this.#socket.destroy();
      return;
    }
    this.#socket.write(alert);
    this.#leave(ALERT_MS);
  }

  /** Frees everything native; from here on only the socket is left. */
  #release(): void {
    this.#phase = 'over';
    this.#deadline.stop();
    this.#silence.stop();
    this.#rest.stop();
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#tls.free();
  }

  /** Lets the last bytes leave, then closes the socket. */
  #leave(ms: number): void {
    this.#socket.resume();
    this.#socket.destroySoon();
    this.#deadline.start(ms, () => this.#socket.destroy());
    this.#socket.once('close', () => this.#deadline.stop());
  }
}
