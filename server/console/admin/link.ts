/** How `sallyport-admin` reaches the console: with a key in a file, or with one that stays on the card. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { connectTls, stopTlsWorkers } from '../../../src/tls/index.ts';
import type { OpenCard } from './card.ts';
import type { Settings } from './settings.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const HTTPS_PORT = 443;
/** Milliseconds; a card may take a second for its signature. */
const TIMEOUTS = { connectMs: 15_000, handshakeMs: 30_000, signMs: 15_000 } as const;

export interface Link {
  /** A request that has not been sent yet. Rejects where no connection can be made. */
  request(options: RequestOptions, answered: (answer: IncomingMessage) => void): Promise<ClientRequest>;
  end(): Promise<void>;
}

export function linkWithFiles({ url, ca, certificate, key }: Extract<Settings, { kind: 'files' }>): Link {
  const agent = new Agent({
    keepAlive: true,
    minVersion: 'TLSv1.3',
    ca: readFileSync(ca),
    cert: readFileSync(certificate),
    key: readFileSync(key),
  });
  const { hostname, port } = new URL(url);
  return {
    request: async (options, answered) =>
      httpsRequest({ ...options, host: hostname, port: port === '' ? HTTPS_PORT : port, agent }, answered),
    end: async () => agent.destroy(),
  };
}

/** @param workerFile the bundled src/tls/worker.ts */
export function linkWithCard(
  { url, ca, pins }: Extract<Settings, { kind: 'card' }>,
  card: OpenCard,
  workerFile: string,
): Link {
  const { hostname, port, host } = new URL(url);
  const pem = readFileSync(ca, 'utf8').match(CERTIFICATE) ?? [];
  const trustAnchors = pem.map((certificate) => new Uint8Array(new X509Certificate(certificate).raw));
  return {
    request: async (options, answered) => {
      // One connection a request, and one signature: what node:http would keep needs more of a socket than this is.
      const connection = await connectTls({
        host: hostname,
        port: port === '' ? HTTPS_PORT : Number(port),
        serverName: hostname,
        trustAnchors,
        pins,
        minVersion: '1.3',
        maxVersion: '1.3',
        groups: [],
        cipherSuites: [],
        cipherList: [],
        requireFips: false,
        revocationLists: undefined,
        integrityOnly: false,
        identity: card.identity,
        timeouts: TIMEOUTS,
        workerFile,
      });
      const headers = { ...options.headers, host, connection: 'close' };
      return httpRequest(
        { ...options, headers, setHost: false, createConnection: () => connection },
        answered,
      );
    },
    end: async () => {
      await card.close();
      await stopTlsWorkers();
    },
  };
}
