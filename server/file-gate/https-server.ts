/** The gate's HTTPS side: TLS 1.3 with client certificates, strict HTTP/1.1, one handler for the three methods. */
import { constants } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { type Address, parseAddress } from './address.ts';
import type { Config } from './config.ts';
import { Connections, type PersonLookup } from './connections.ts';
import type { Deliverer } from './deliver.ts';
import type { Journal } from './journal.ts';
import { LimitedLog } from './limited-log.ts';
import type { Receiver } from './receive.ts';
import { Refusal } from './refusal.ts';

export interface HttpsOptions {
  readonly config: Config;
  readonly journal: Journal;
  readonly lookUp: PersonLookup;
  readonly receiver: Receiver;
  readonly deliverer: Deliverer;
}

/** RFC 9110: never sniffed, never shown as a page, never kept by anything between. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const;

const MAX_HEADER_BYTES = 16 * 1024;
const KEEP_ALIVE_MS = 15_000;
const MAX_REQUESTS_PER_CONNECTION = 100;
const HANDSHAKE_MS = 10_000;
/** Who causes lines in the log without an account. */
const STRANGERS = '';
/** How long an upload that was refused may go on before its connection is cut: time to read the answer. */
const LINGER_MS = 3000;
/** Seconds after which somebody whose requests were refused too often may come again. */
const RETRY_LATER_S = 60;
/** For what is no HTTP, or HTTP that two readers could read differently. */
const MALFORMED_ANSWER = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** Node reads one CRL a text. @throws Error when there is none: nobody would be checked */
function crlsOf(pem: string): string[] {
  const crls = pem.match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g);
  if (crls === null) throw new Error('the file of CRLs holds none');
  return crls;
}

/** @throws when a file cannot be read or used */
function contextOf({ tls }: Config): SecureContextOptions {
  return {
    cert: readFileSync(tls.certificate),
    key: readFileSync(tls.key),
    ca: readFileSync(tls.clientAuthorities),
    crl: crlsOf(readFileSync(tls.crls, 'utf8')),
    minVersion: 'TLSv1.3',
    // A resumed session would not be checked against today's CRL.
    secureOptions: constants.SSL_OP_NO_TICKET,
    ciphers: 'TLS_AES_256_GCM_SHA384',
    ecdhCurve: 'P-384:P-256:X25519',
  };
}

function serverOptions(config: Config): ServerOptions {
  return {
    ...contextOf(config),
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: HANDSHAKE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: config.limits.headerSeconds * 1000,
    // A large file takes as long as the minimum rate lets it.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1000,
    insecureHTTPParser: false,
    requireHostHeader: true,
    noDelay: true,
  };
}

function problem(response: ServerResponse, refusal: Refusal, head: boolean): void {
  const { status, title, code, retryAfter, reason } = refusal;
  const verdict = code === 'quarantined' ? { verdict: 'quarantined', reason } : {};
  const body = `${JSON.stringify({ type: 'about:blank', title, status, code, ...verdict })}\n`;
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(status === 405 ? { allow: 'GET, HEAD, PUT' } : {}),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(head ? undefined : body);
}

/**
 * Reads the rest of a body that nobody wants, for a moment: closing at once would reset the connection and take the
 * answer along. Behind the body the connection is as good as before.
 */
function linger(request: IncomingMessage): void {
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  const over = () => clearTimeout(timer);
  request.once('end', over);
  socket.once('close', over);
  request.resume();
}

export class HttpsServer {
  readonly #options: HttpsOptions;
  readonly #server: Server;
  readonly #connections: Connections;
  readonly #refused: LimitedLog;
  /** Connections with a request that has not been answered to its end; settles when the last one is. */
  readonly #answering = new WeakMap<Socket, Promise<void>>();
  #stopping = false;

  constructor(options: HttpsOptions) {
    this.#options = options;
    const { config } = options;
    this.#refused = new LimitedLog(options.journal, config.limits.refusalsPerMinute);
    this.#connections = new Connections(config.limits.connectionsPerCard);
    const server = createServer(serverOptions(config));
    server.maxConnections = config.limits.connections;
    server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION;
    server.timeout = (config.limits.rateWindowSeconds + config.limits.waitSeconds) * 1000;
    server.on('secureConnection', (socket) => {
      if (!this.#connections.take(socket)) this.#end(socket, 'too-many-connections');
    });
    // Of TLS and of HTTP alike; a handshake that failed leaves nothing to write to.
    server.on('clientError', (error: Error, socket) => this.#refusedConnection(error, socket as TLSSocket));
    server.on('timeout', (socket: TLSSocket) => socket.destroy());
    server.on('request', (request, response) =>
      this.#inTurn(request, response, () => this.#answer(request, response, () => undefined)),
    );
    server.on('checkContinue', (request, response) =>
      this.#inTurn(request, response, () => this.#answer(request, response, () => response.writeContinue())),
    );
    server.on('checkExpectation', (request, response) =>
      this.#inTurn(request, response, () => Promise.reject(new Refusal('expectation'))),
    );
    this.#server = server;
  }

  listen(): Promise<void> {
    const { host, port } = this.#options.config.listen;
    return new Promise((done, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(port, host, () => {
        this.#server.off('error', failed);
        done();
      });
    });
  }

  /** Certificates, authorities or CRLs have changed. @throws when they cannot be used; the old ones stay in force */
  renewTls(): void {
    this.#server.setSecureContext(contextOf(this.#options.config));
    this.#connections.renew();
    this.#server.closeIdleConnections();
  }

  /** Takes no more requests; those under way are finished, or cut off after `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    this.#server.closeIdleConnections();
    const impatient = setTimeout(() => this.#server.closeAllConnections(), patienceMs);
    await closed;
    clearTimeout(impatient);
  }

  #noteConnection(reason: string, { remoteAddress: ip }: TLSSocket): void {
    this.#refused.write(STRANGERS, 'connection-refused', { reason, ip }).catch(() => undefined);
  }

  #end(socket: TLSSocket, reason: string): void {
    this.#noteConnection(reason, socket);
    socket.destroy();
  }

  #refusedConnection(error: Error & { code?: string }, socket: TLSSocket): void {
    this.#noteConnection(error.code ?? error.message, socket);
    // In the middle of an answer it would be taken for a part of it, or for the answer.
    if (socket.authorized && socket.writable && !this.#answering.has(socket))
      socket.end(MALFORMED_ANSWER, () => socket.destroy());
    else socket.destroy();
  }

  /**
   * One request of a connection after the other (RFC 9112 9.3.2). Side by side, those that a client sends in one go
   * would each open a file and hold a piece of it.
   */
  #inTurn(request: IncomingMessage, response: ServerResponse, work: () => Promise<void>): void {
    const { socket } = request;
    const before = this.#answering.get(socket);
    const turn = this.#handle(request, response, before, work).finally(() => {
      if (this.#answering.get(socket) === turn) this.#answering.delete(socket);
    });
    this.#answering.set(socket, turn);
  }

  async #handle(
    request: IncomingMessage,
    response: ServerResponse,
    before: Promise<void> | undefined,
    work: () => Promise<void>,
  ): Promise<void> {
    // Whatever happens to the connection is seen where the body is read or written.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const closed = new Promise<void>((done) => response.once('close', done));
    await before;
    if (request.socket.destroyed) return;
    for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
    try {
      await work();
    } catch (error) {
      await this.#fail(request, response, error);
    }
    if (!request.socket.destroyed) await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, proceed: () => void): Promise<void> {
    const socket = request.socket as TLSSocket;
    if (this.#stopping || !this.#connections.isCurrent(socket))
      throw new Refusal('stopping', { retryAfter: 1 });
    const { lookUp, receiver, deliverer, config } = this.#options;
    const person = this.#connections.personOf(socket, lookUp);
    if (this.#refused.isFull(person.jid)) throw new Refusal('busy', { retryAfter: RETRY_LATER_S });
    const address: Address = parseAddress(request.url ?? '', config.basePath);
    if (request.method === 'PUT') {
      await receiver.put(request, address, person, proceed);
      response.writeHead(201, { 'content-length': 0 }).end();
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal('method');
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
    if (length !== '0' || encoding !== undefined || address.query !== '') throw new Refusal('bad-header');
    await deliverer.get(request, response, address, person);
  }

  async #fail(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    const refusal = error instanceof Refusal ? error : new Refusal('internal', { cause: error });
    await this.#log(request, refusal).catch(() => undefined);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (!this.#connections.isCurrent(request.socket as TLSSocket)) response.setHeader('connection', 'close');
    if (!request.readableEnded) linger(request);
    problem(response, refusal, request.method === 'HEAD');
  }

  #log(request: IncomingMessage, refusal: Refusal): Promise<void> {
    const polled =
      refusal.code === 'scanner-down' || (refusal.code === 'quarantined' && request.method === 'HEAD');
    if (polled) return Promise.resolve();
    const { lookUp } = this.#options;
    let by: string | undefined;
    try {
      by = this.#connections.personOf(request.socket as TLSSocket, lookUp).jid;
    } catch {
      by = undefined;
    }
    const cause = refusal.cause instanceof Error ? refusal.cause.message : undefined;
    const event = request.method === 'PUT' ? 'upload-refused' : 'download-refused';
    return this.#refused.write(by ?? STRANGERS, event, {
      code: refusal.code,
      cause,
      by,
      method: request.method,
      path: request.url?.split('?')[0],
      ip: request.socket.remoteAddress,
    });
  }
}
