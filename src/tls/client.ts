/** Opening a TLS connection whose private key stays on the card. */
import type { TlsErrorCode, TokenErrorCode } from '../shared/error-catalogue.ts';
import { AppError, type ErrorReport } from '../shared/errors.ts';
import { TlsConnection } from './connection.ts';
import { type ConnectParameters, checkOptions, type TlsClientOptions } from './options.ts';
import { type ConnectionReport, type ReportListener, type WorkerHost, workerHost } from './worker-host.ts';
import { SignReply } from './worker-protocol.ts';

/** What must have happened in the worker is given up on after the sum of all limits and this. */
const GRACE_MS = 5_000;

/**
 * Connects, checks the server, presents the card's certificate. Resolves when the handshake is complete and every check
 * has passed; nothing of the application is sent before. Rejects with the error of the first check that failed, with
 * the token's error when the card could not sign, with `SIGN_TIMEOUT` when it did not answer in `timeouts.signMs`.
 *
 * `signal` aborts the attempt and, later, the connection (`TLS_CLOSED`).
 */
export function connectTls(options: TlsClientOptions, signal?: AbortSignal): Promise<TlsConnection> {
  return new Promise((resolve, reject) => {
    const parameters = checkOptions(options);
    if (signal?.aborted === true) throw aborted(signal);
    const host = workerHost(options.workerFile, options.libraryDirectory);
    new Attempt(host, parameters, options.identity, signal, resolve, reject).start();
  });
}

function aborted(signal: AbortSignal): AppError<TlsErrorCode> {
  return new AppError('TLS_CLOSED', { reason: 'aborted' }, { cause: signal.reason });
}

/** One connection from the first request to the last report. */
class Attempt implements ReportListener {
  readonly signMs: number;
  readonly #host: WorkerHost;
  readonly #parameters: ConnectParameters;
  readonly #identity: TlsClientOptions['identity'];
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (connection: TlsConnection) => void;
  readonly #reject: (error: AppError) => void;
  readonly #onAbort = (): void => this.#abort();
  #id = 0;
  #connection: TlsConnection | undefined;
  #settled = false;
  #reply: SignReply | undefined;
  #signError: AppError<TokenErrorCode> | undefined;
  #limit: NodeJS.Timeout | undefined;

  constructor(
    host: WorkerHost,
    parameters: ConnectParameters,
    identity: TlsClientOptions['identity'],
    signal: AbortSignal | undefined,
    resolve: (connection: TlsConnection) => void,
    reject: (error: AppError) => void,
  ) {
    this.signMs = parameters.signMs;
    this.#host = host;
    this.#parameters = parameters;
    this.#identity = identity;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { connectMs, handshakeMs, signMs, host, port } = this.#parameters;
    this.#limit = setTimeout(
      () => this.#giveUp(new AppError('TLS_HANDSHAKE_TIMEOUT', { host, port })),
      connectMs + handshakeMs + signMs + GRACE_MS,
    );
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#id = this.#host.open(this.#parameters, this);
  }

  report(report: ConnectionReport): void {
    switch (report.kind) {
      case 'sign':
        this.#sign(report);
        return;
      case 'open':
        this.#open(report);
        return;
      case 'data':
        this.#connection?.receive(report.data);
        return;
      case 'written':
        this.#connection?.written(report.bytes);
        return;
      case 'ended':
        this.#connection?.serverEnded();
        return;
      case 'finished':
        this.#connection?.finished();
        return;
      case 'closed':
        this.#closed(report.error);
        return;
    }
  }

  cancelSignature(): void {
    this.#reply?.reject();
  }

  workerLost(): void {
    const reason = 'the TLS worker ended';
    const error: AppError<TlsErrorCode> =
      this.#connection === undefined
        ? new AppError('TLS_HANDSHAKE', { reason })
        : new AppError('TLS_CLOSED', { reason });
    this.#end(error);
  }

  /** Starts the card; the worker waits, blocked. */
  #sign(report: Extract<ConnectionReport, { kind: 'sign' }>): void {
    const reply = new SignReply(report.reply);
    this.#reply = reply;
    if (this.#settled) {
      reply.reject();
      return;
    }
    const { mechanism, data } = report;
    const identity = this.#identity;
    if (identity === 'none') {
      reply.reject();
      return;
    }
    Promise.resolve()
      .then(() => identity.sign({ mechanism, data }))
      .then((signature) => reply.resolve(signature))
      .catch((error: unknown) => {
        if (error instanceof AppError) this.#signError = error as AppError<TokenErrorCode>;
        reply.reject();
      });
  }

  #open(report: Extract<ConnectionReport, { kind: 'open' }>): void {
    if (this.#settled) return;
    this.#settle();
    const connection = new TlsConnection(this.#id, this.#host, {
      info: report.info,
      tlsExporter: report.tlsExporter,
      tlsServerEndPoint: report.tlsServerEndPoint,
    });
    connection.once('close', () => this.#signal?.removeEventListener('abort', this.#onAbort));
    this.#connection = connection;
    this.#resolve(connection);
  }

  #closed(report: ErrorReport | undefined): void {
    if (report === undefined) this.#end(undefined);
    else if (report.code === 'SIGN_FAILED' && this.#signError !== undefined) this.#end(this.#signError);
    else this.#end(new AppError(report.code, report.detail));
  }

  /** The last word about this connection. */
  #end(error: AppError | undefined): void {
    if (this.#connection !== undefined) {
      this.#connection.released(error);
      return;
    }
    if (this.#settled) return;
    this.#settle();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#reject(error ?? new AppError('TLS_CLOSED', { reason: 'closed' }));
  }

  #abort(): void {
    if (this.#signal === undefined) return;
    if (this.#connection === undefined) this.#giveUp(aborted(this.#signal));
    else this.#connection.destroy(aborted(this.#signal));
  }

  /** Ends an attempt from this side. A worker that waits for the card is woken, so that it can let go at once. */
  #giveUp(error: AppError): void {
    if (this.#settled) return;
    this.#host.post({ kind: 'abort', id: this.#id });
    this.#reply?.reject();
    this.#end(error);
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#limit);
  }
}
