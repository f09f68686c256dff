/** The console's HTTPS side: TLS 1.3 with the administrator's card, strict HTTP/1.1, bounds on everything. */
import { constants } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { type Identity, identityOf } from '../../file-gate/identity.ts';
import type { Config } from '../config.ts';

const MAX_CONNECTIONS = 1024;
const MAX_CONNECTIONS_PER_CARD = 32;
const MAX_HEADER_BYTES = 16 * 1024;
const HANDSHAKE_MS = 10_000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 30_000;

export type Answering = (
  request: IncomingMessage,
  response: ServerResponse,
  identity: Identity,
) => Promise<void>;

/** @throws when a file cannot be read or used, or holds no CRL: nobody would be checked */
function contextOf({ tls }: Config): SecureContextOptions {
  const crls = readFileSync(tls.crls, 'utf8').match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g);
  if (crls === null) throw new Error('the file of CRLs holds none');
  return {
    cert: readFileSync(tls.certificate),
    key: readFileSync(tls.key),
    ca: readFileSync(tls.clientAuthorities),
    crl: [...crls],
    minVersion: 'TLSv1.3',
    // Each connection takes a signature of the card, and is checked against today's CRL.
    secureOptions: constants.SSL_OP_NO_TICKET,
    ciphers: 'TLS_AES_256_GCM_SHA384',
    ecdhCurve: 'P-384:P-256:X25519',
  };
}

export class HttpsServer {
  readonly #config: Config;
  readonly #server: Server;
  readonly #identities = new WeakMap<TLSSocket, Identity>();
  readonly #open = new Map<string, Set<TLSSocket>>();

  /** @param refused called with the reason for each connection that came to nothing */
  constructor(config: Config, answer: Answering, refused: (reason: string, ip: string) => void) {
    this.#config = config;
    const server = createServer({
      ...contextOf(config),
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: HANDSHAKE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1000,
      insecureHTTPParser: false,
      requireHostHeader: true,
      noDelay: true,
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.on('secureConnection', (socket) => {
      if (!this.#take(socket)) socket.destroy();
    });
    server.on('tlsClientError', (error: Error & { code?: string }, socket) =>
      refused(error.code ?? error.message, socket.remoteAddress ?? ''),
    );
    server.on('clientError', (_error, socket) => socket.destroy());
    server.on('request', (request, response) => {
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      const identity = this.#identities.get(request.socket as TLSSocket);
      if (identity === undefined) request.socket.destroy();
      else answer(request, response, identity).catch(() => response.destroy());
    });
    this.#server = server;
  }

  listen(): Promise<void> {
    const { host, port } = this.#config.listen;
    return new Promise((done, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(port, host, () => {
        this.#server.off('error', failed);
        done();
      });
    });
  }

  /** Certificates, authorities or CRLs have changed: whoever is connected has to come again. @throws; the old ones stay */
  renew(): void {
    this.#server.setSecureContext(contextOf(this.#config));
    for (const key of [...this.#open.keys()]) this.endOf(key);
  }

  /** Ends the connections of a card: what comes next takes a signature of it. */
  endOf(key: string): void {
    for (const socket of this.#open.get(key) ?? []) socket.destroySoon();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    this.#server.closeAllConnections();
    await closed;
  }

  #take(socket: TLSSocket): boolean {
    const der =
      socket.authorized && !socket.isSessionReused() ? socket.getPeerX509Certificate()?.raw : undefined;
    const identity = der === undefined ? undefined : identityOf(der);
    if (identity === undefined) return false;
    const key = identity.spkiSha256;
    const open = this.#open.get(key) ?? new Set();
    this.#open.set(key, open);
    open.add(socket);
    this.#identities.set(socket, identity);
    socket.once('close', () => {
      open.delete(socket);
      if (open.size === 0 && this.#open.get(key) === open) this.#open.delete(key);
    });
    return open.size <= MAX_CONNECTIONS_PER_CARD;
  }
}
