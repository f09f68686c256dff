import type { ApprovedServer, SessionConfig } from '../shared/session-contract.ts';
import type { Sign } from '../shared/signing.ts';
import type { TlsClientOptions } from '../tls/index.ts';

/** Milliseconds; for links with a round trip of two seconds and cards that need one to sign. */
const TIMEOUTS = { connectMs: 15_000, handshakeMs: 90_000, signMs: 10_000 } as const;

/** What the TLS layer has to demand of `server`, all of it from the policy. An XMPP server has the domain's name. */
export function tlsOptionsFor(
  config: SessionConfig,
  server: ApprovedServer,
  sign: Sign,
  workerFile: string,
  serverName: string = config.domain,
): TlsClientOptions {
  return {
    host: server.host,
    port: server.port,
    serverName,
    trustAnchors: config.trustAnchors,
    pins: server.pins,
    minVersion: config.tls.minVersion,
    maxVersion: config.tls.maxVersion,
    groups: config.tls.groups,
    cipherSuites: config.tls.cipherSuites,
    cipherList: config.tls.cipherList,
    requireFips: config.tls.requireFips,
    revocationLists: config.tls.revocationLists,
    integrityOnly: config.tls.integrityOnly,
    identity:
      config.password === undefined
        ? { certificate: config.identity.certificate, chain: config.identity.chain, sign }
        : 'none',
    timeouts: TIMEOUTS,
    workerFile,
  };
}
