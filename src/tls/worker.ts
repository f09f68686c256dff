/**
 * The TLS worker: a thread that holds OpenSSL and the sockets. It may block while a card signs, which is why it is a
 * thread. Bundled into a file of its own.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { keepHeapSmall } from '../platform/heap.ts';
import { AppError, toErrorReport } from '../shared/errors.ts';
import type { SignMechanism } from '../shared/signing.ts';
import { CallGuard } from './call-guard.ts';
import { BlockedClock } from './deadline.ts';
import { TlsEngine } from './native/engine.ts';
import { TlsSession } from './native/tls-session.ts';
import type { ConnectParameters } from './options.ts';
import { SocketDriver } from './socket-driver.ts';
import {
  SignReply,
  type WorkerReport,
  type WorkerRequest,
  type WorkerStart,
  type WorkerStatistics,
} from './worker-protocol.ts';

class TlsWorker {
  readonly #post: (report: WorkerReport, transfer?: ArrayBuffer[]) => void;
  readonly #libraryDirectory: string | undefined;
  readonly #guard: CallGuard;
  readonly #clock = new BlockedClock();
  readonly #connections = new Map<number, SocketDriver>();
  #engine: TlsEngine | undefined;

  constructor(start: WorkerStart, post: (report: WorkerReport, transfer?: ArrayBuffer[]) => void) {
    this.#libraryDirectory = start.libraryDirectory;
    this.#guard = new CallGuard(start.guard);
    this.#post = post;
  }

  /** Does what the session asks. True when the thread is to end. */
  handle(request: WorkerRequest): boolean {
    switch (request.kind) {
      case 'open':
        this.#open(request.id, request.parameters);
        return false;
      case 'write':
        this.#connections.get(request.id)?.write(request.data);
        return false;
      case 'credit':
        this.#connections.get(request.id)?.grant(request.bytes);
        return false;
      case 'pace':
        this.#connections.get(request.id)?.pace(request.ms);
        return false;
      case 'end':
        this.#connections.get(request.id)?.end();
        return false;
      case 'abort':
        this.#connections.get(request.id)?.abort();
        return false;
      case 'prepare':
        this.#prepare();
        return false;
      case 'ping':
        this.#post({ kind: 'pong', sequence: request.sequence });
        return false;
      case 'statistics':
        this.#post({ kind: 'statistics', sequence: request.sequence, statistics: this.#statistics() });
        return false;
      case 'stop':
        for (const connection of this.#connections.values()) connection.abort();
        this.#engine?.dispose();
        return true;
    }
  }

  #prepare(): void {
    try {
      this.#engine ??= new TlsEngine(this.#libraryDirectory, this.#guard);
    } catch {
      // Tried again, and told, by the first connection.
    }
  }

  #open(id: number, parameters: ConnectParameters): void {
    try {
      this.#engine ??= new TlsEngine(this.#libraryDirectory, this.#guard);
      const sign = (mechanism: SignMechanism, data: Uint8Array): Uint8Array =>
        this.#sign(id, mechanism, data, parameters.signMs);
      const tls = new TlsSession(this.#engine, id, parameters, sign);
      const driver = new SocketDriver(
        {
          id,
          parameters,
          clock: this.#clock,
          post: this.#post,
          closed: () => this.#connections.delete(id),
        },
        tls,
      );
      this.#connections.set(id, driver);
    } catch (error) {
      this.#post({ kind: 'closed', id, error: toErrorReport(error) });
    }
  }

  /** Asks the session for a signature and blocks this thread until it comes. */
  #sign(id: number, mechanism: SignMechanism, data: Uint8Array, signMs: number): Uint8Array {
    const reply = new SignReply();
    this.#post({ kind: 'sign', id, mechanism, data, reply: reply.buffer });
    const signature = this.#clock.measure(() => reply.wait(signMs));
    if (signature === 'timed-out') throw new AppError('SIGN_TIMEOUT', { ms: signMs });
    if (signature === 'failed') throw new AppError('SIGN_FAILED');
    return signature;
  }

  #statistics(): WorkerStatistics {
    let bufferedBytes = 0;
    for (const connection of this.#connections.values()) bufferedBytes += connection.bufferedBytes;
    const engine = this.#engine?.statistics() ?? { objects: 0, callbacks: 0, hooks: 0, keys: 0 };
    return { connections: this.#connections.size, bufferedBytes, ...engine };
  }
}

function run(): void {
  const port = parentPort;
  if (port === null) throw new Error('this file is a worker thread');
  keepHeapSmall();
  const worker = new TlsWorker(workerData as WorkerStart, (report, transfer) =>
    port.postMessage(report, transfer),
  );
  let stopped = false;
  port.on('message', (request: WorkerRequest) => {
    // Closing the port does not take back what is in its queue, and every native object is freed by now.
    if (stopped || !worker.handle(request)) return;
    stopped = true;
    port.close();
  });
}

run();
