/**
 * A prompt window's end of a port to the one process that may have what is typed there. Secrets pass as bytes, are posted
 * once and overwritten; they never pass the main process. It knows nothing of Electron, so that it is tested alone.
 */

/** The part of a MessagePort that is used. */
export interface SecretPort<Request> {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: Request): void;
  close(): void;
  start(): void;
  addEventListener(type: 'close', listener: () => void): void;
}

/** What is answered in place of the other process. */
export interface Refusals<Reply> {
  /** There is no port, or it went away. */
  readonly gone: Reply;
  /** A request is under way already; a second one does not cost a try. */
  readonly busy: Reply;
}

export class SecretLink<Request, Reply> {
  readonly #refusals: Refusals<Reply>;
  #port: SecretPort<Request> | undefined;
  #answer: ((reply: Reply) => void) | undefined;

  constructor(refusals: Refusals<Reply>) {
    this.#refusals = refusals;
  }

  /** Takes a fresh port; what waited on an older one is answered. */
  attach(port: SecretPort<Request>): void {
    this.#drop();
    this.#port = port;
    port.onmessage = (event) => {
      if (this.#port === port) this.#settle(event.data as Reply);
    };
    port.addEventListener('close', () => {
      if (this.#port === port) this.#drop();
    });
    port.start();
  }

  /** Sends one request. Its `secrets` are all zeros when this returns, whatever happened. */
  send(request: Request, secrets: readonly Uint8Array[] = []): Promise<Reply> {
    try {
      return this.#post(request);
    } finally {
      for (const secret of secrets) secret.fill(0);
    }
  }

  /** Replies carry no id, so one request is under way at a time. */
  #post(request: Request): Promise<Reply> {
    const port = this.#port;
    if (port === undefined) return Promise.resolve(this.#refusals.gone);
    if (this.#answer !== undefined) return Promise.resolve(this.#refusals.busy);
    return new Promise((resolve) => {
      port.postMessage(request);
      this.#answer = resolve;
    });
  }

  #settle(reply: Reply): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(reply);
  }

  #drop(): void {
    const port = this.#port;
    this.#port = undefined;
    port?.close();
    this.#settle(this.#refusals.gone);
  }
}
