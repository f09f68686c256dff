/**
 * One exchange, node:http over a TLS connection of src/tls. Everything that node:http offers beyond that is left out:
 * no agent, no second request on a connection, no redirect, no compression, no upgrade.
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { AppError } from '../shared/errors.ts';
import { systemCode } from '../shared/system-code.ts';
import { connectTls, type TlsConnection } from '../tls/index.ts';
import { type CheckedExchange, checkExchange, type HttpsExchange, type HttpsResponse } from './options.ts';

/**
 * Connects, sends the request and resolves with the answer's head; the body is read by the caller. Any final status but
 * a redirect resolves. An answer that comes before the request's body is through ends the sending.
 *
 * Rejects with the TLS layer's error, HTTP_REQUEST_INVALID, HTTP_TIMEOUT, HTTP_MALFORMED, HTTP_INCOMPLETE,
 * HTTP_TOO_LARGE, HTTP_REDIRECT_REFUSED, the signal's reason, or what the request's `chunks` throws; nothing is left
 * open then.
 */
export async function exchange(options: HttpsExchange): Promise<HttpsResponse> {
  const checked = checkExchange(options);
  const ending = new AbortController();
  const { signal } = checked;
  const onAbort = (): void => ending.abort(signal?.reason);
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const total = setTimeout(() => ending.abort(timeout(checked)), checked.bounds.totalMs);
  const release = (): void => {
    clearTimeout(total);
    signal?.removeEventListener('abort', onAbort);
  };
  try {
    const connection = await connectTls(checked.tls, ending.signal);
    return await new Exchange(checked, connection, ending.signal, release).run();
  } catch (error) {
    release();
    throw ending.signal.aborted ? ending.signal.reason : error;
  }
}

function timeout({ host }: CheckedExchange): AppError<'HTTP_TIMEOUT'> {
  return new AppError('HTTP_TIMEOUT', { host });
}

class Exchange {
  readonly #options: CheckedExchange;
  readonly #connection: TlsConnection;
  readonly #signal: AbortSignal;
  readonly #release: () => void;
  readonly #request: ClientRequest;
  /** The connection's own error says more than what node:http makes of it. */
  #lost: unknown;
  /** Set when the server was given up: what the closing brings about is not the reason. */
  #late: AppError | undefined;
  #answered = false;
  readonly #onAbort = (): void => this.#close();

  constructor(options: CheckedExchange, connection: TlsConnection, signal: AbortSignal, release: () => void) {
    this.#options = options;
    this.#connection = connection;
    this.#signal = signal;
    this.#release = release;
    connection.on('error', (error) => {
      this.#lost ??= error;
    });
    this.#request = httpRequest({
      createConnection: () => connection,
      method: options.method,
      path: options.target,
      headers: options.fields,
      setHost: false,
      maxHeaderSize: options.bounds.headerBytes,
      insecureHTTPParser: false,
    });
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#close();
  }

  async run(): Promise<HttpsResponse> {
    try {
      const answered = this.#answer();
      // Whichever comes first decides; the other one's failure has been told by then.
      answered.catch(() => undefined);
      await Promise.race([this.#send(), answered]);
      const response = await this.#within(answered);
      this.#check(response);
      return this.#respond(response);
    } catch (error) {
      this.#close();
      throw this.#signal.aborted ? this.#signal.reason : error;
    }
  }

  #answer(): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      this.#request.once('response', (response) => {
        this.#answered = true;
        resolve(response);
      });
      this.#request.on('error', (error) => reject(this.#failure(error)));
      this.#request.once('close', () => reject(this.#failure(undefined)));
    });
  }

  /** Writes the body as the server takes it. */
  async #send(): Promise<void> {
    const { body } = this.#options;
    const request = this.#request;
    if (body === undefined) {
      request.end();
      return;
    }
    let sent = 0;
    for await (const chunk of body.chunks) {
      sent += chunk.length;
      if (sent > body.length) throw new AppError('HTTP_REQUEST_INVALID', { reason: 'length' });
      if (request.destroyed || this.#answered) return;
      if (!request.write(chunk)) await this.#within(this.#drained());
    }
    if (sent !== body.length) throw new AppError('HTTP_REQUEST_INVALID', { reason: 'length' });
    request.end();
  }

  /** Settles when the request takes more, or never will. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        for (const event of ['drain', 'response', 'close']) this.#request.off(event, done);
        resolve();
      };
      for (const event of ['drain', 'response', 'close']) this.#request.once(event, done);
      if (this.#request.destroyed) done();
    });
  }

  #check(response: IncomingMessage): void {
    const { host, method, bounds } = this.#options;
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 599) throw new AppError('HTTP_MALFORMED', { host });
    if (status >= 300 && status < 400) throw new AppError('HTTP_REDIRECT_REFUSED', { host, status });
    const { 'content-length': length, 'content-encoding': encoding } = response.headers;
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
      throw new AppError('HTTP_MALFORMED', { host });
    if (method !== 'HEAD' && length !== undefined && Number(length) > bounds.bodyBytes)
      throw new AppError('HTTP_TOO_LARGE', { host });
  }

  #respond(response: IncomingMessage): HttpsResponse {
    const headers = new Map<string, string>();
    for (const [name, value] of Object.entries(response.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    // Without a reader nobody else would hear of it.
    response.on('error', () => undefined);
    return {
      status: response.statusCode ?? 0,
      headers,
      body: this.#read(response),
      close: () => this.#close(),
    };
  }

  async *#read(response: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
    const { host, bounds } = this.#options;
    const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
    let received = 0;
    try {
      for (;;) {
        const next = await this.#within(chunks.next());
        if (next.done === true) break;
        received += next.value.length;
        if (received > bounds.bodyBytes) throw new AppError('HTTP_TOO_LARGE', { host });
        yield next.value;
      }
      if (!response.complete) throw this.#failure(undefined);
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason;
      throw error instanceof AppError ? error : this.#failure(error);
    } finally {
      this.#close();
    }
  }

  /** Bounds the wait for the other side. */
  async #within<Value>(waited: Promise<Value>): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#late ??= timeout(this.#options);
        reject(this.#late);
        this.#close();
      }, this.#options.bounds.idleMs);
    });
    try {
      return await Promise.race([waited, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(error: unknown): AppError {
    const { host } = this.#options;
    if (this.#late !== undefined) return this.#late;
    if (this.#lost instanceof AppError && this.#lost.code !== 'TLS_CLOSED') return this.#lost;
    const code = systemCode(error) ?? '';
    if (code === 'HPE_HEADER_OVERFLOW') return new AppError('HTTP_TOO_LARGE', { host });
    if (code.startsWith('HPE_')) return new AppError('HTTP_MALFORMED', { host }, { cause: error });
    return new AppError('HTTP_INCOMPLETE', { host }, { cause: this.#lost ?? error });
  }

  #close(): void {
    this.#release();
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#request.destroy();
    this.#connection.destroy();
  }
}
