/**
 * Keeps a worker thread from being ended while OpenSSL calls back into JavaScript: the callback would return an
 * undefined value to OpenSSL, which takes it for a length or a pointer, and the whole process would crash. The worker
 * enters the guard around every native call that may call back; whoever wants to end the thread closes it first.
 */
const BUSY = 0;
const CLOSED = 1;

export class CallGuard {
  /** Shared between the two threads. */
  readonly buffer: SharedArrayBuffer;
  readonly #state: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.buffer = buffer;
    this.#state = new Int32Array(buffer);
  }

  /** Worker: runs `call`; throws without running it when the thread is about to end. */
  run<T>(call: () => T): T {
    Atomics.store(this.#state, BUSY, 1);
    try {
      if (Atomics.load(this.#state, CLOSED) === 1) throw new Error('the TLS worker is ending');
      return call();
    } finally {
      Atomics.store(this.#state, BUSY, 0);
      Atomics.notify(this.#state, BUSY);
    }
  }

  /**
   * Owner: lets no further call in and waits, blocking, at most `ms` milliseconds for the one that runs. True when the
   * thread may be ended.
   */
  close(ms: number): boolean {
    Atomics.store(this.#state, CLOSED, 1);
    return Atomics.wait(this.#state, BUSY, 1, ms) !== 'timed-out';
  }
}
