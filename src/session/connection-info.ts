import type { ConnectionInfo } from '../shared/chat-model.ts';
import type { ApprovedServer, SessionConfig } from '../shared/session-contract.ts';
import type { TlsConnection } from '../tls/index.ts';
import type { XmppSession } from '../xmpp/index.ts';

/** The facts of the connection panel, each as it was observed on this connection. */
export function connectionInfo(
  config: SessionConfig,
  server: ApprovedServer,
  tls: TlsConnection,
  session: XmppSession,
): ConnectionInfo {
  const { commonName, upn, issuer, notAfter } = config.identity;
  return {
    host: server.host,
    port: server.port,
    domain: config.domain,
    tlsVersion: tls.info.protocol,
    cipherSuite: tls.info.cipherSuite,
    keyExchangeGroup: tls.info.group,
    serverPin: tls.info.serverPin,
    serverCertificateSubject: tls.info.serverSubject,
    serverCertificateNotAfter: tls.info.serverNotAfter,
    lock: { verified: true, binding: session.lock.binding, epoch: session.lock.epoch, kid: config.lock.kid },
    identity: { commonName, upn, issuer, notAfter },
    jid: session.jid,
    streamManagement: { enabled: session.streamManagement, resumed: session.resumed },
    since: Date.now(),
  };
}
