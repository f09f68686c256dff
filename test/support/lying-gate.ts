/** A server with the gate's certificate that answers as a test says. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Pki } from '../../build/site/pki.ts';

export interface LyingGate {
  readonly port: number;
  readonly server: https.Server;
  stop(): void;
}

export async function startLyingGate(pki: Pki, listener: RequestListener): Promise<LyingGate> {
  const { certificate, key } = pki.server.good;
  const server = https.createServer(
    {
      cert: readFileSync(certificate),
      key: readFileSync(key),
      ca: readFileSync(pki.chain),
      requestCert: true,
      rejectUnauthorized: true,
    },
    listener,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    server,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
