import type { ReactElement } from 'react';
import type { ConnectionInfo, LinkState } from '../../../shared/chat-model.ts';
import { useWindowState } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { DIALOGS_TEXT } from '../../text/dialogs.ts';
import { FactList } from './FactList.tsx';

function Verified({ verified }: { readonly verified: boolean }): ReactElement {
  return (
    <span className={verified ? 'verified' : 'not-verified'}>
      <Icon name={verified ? 'check' : 'alert'} size={14} />
      {verified ? DIALOGS_TEXT.verifiedBothWays : DIALOGS_TEXT.notVerified}
    </span>
  );
}

function Facts({ connection }: { readonly connection: ConnectionInfo }): ReactElement {
  const { lock, identity, streamManagement } = connection;
  return (
    <>
      <FactList
        title={DIALOGS_TEXT.server}
        facts={[
          { name: DIALOGS_TEXT.address, value: `${connection.host}:${connection.port}` },
          { name: DIALOGS_TEXT.domain, value: connection.domain },
          { name: DIALOGS_TEXT.certificate, value: connection.serverCertificateSubject },
          { name: DIALOGS_TEXT.validUntil, value: <Moment at={connection.serverCertificateNotAfter} /> },
          { name: DIALOGS_TEXT.pinnedKey, value: connection.serverPin, code: true },
        ]}
      />
      <FactList
        title={DIALOGS_TEXT.encryption}
        facts={[
          { name: DIALOGS_TEXT.version, value: connection.tlsVersion.replace('TLSv', 'TLS ') },
          { name: DIALOGS_TEXT.cipherSuite, value: connection.cipherSuite, code: true },
          { name: DIALOGS_TEXT.keyExchange, value: connection.keyExchangeGroup },
        ]}
      />
      <FactList
        title={DIALOGS_TEXT.lock}
        facts={[
          { name: DIALOGS_TEXT.proof, value: <Verified verified={lock.verified} /> },
          { name: DIALOGS_TEXT.channelBinding, value: lock.binding },
          { name: DIALOGS_TEXT.epoch, value: lock.epoch },
          { name: DIALOGS_TEXT.thisComputer, value: lock.kid },
        ]}
      />
      <FactList
        title={DIALOGS_TEXT.you}
        facts={[
          ...(identity.issuer === ''
            ? [{ name: DIALOGS_TEXT.signedInWith, value: DIALOGS_TEXT.password }]
            : [
                { name: DIALOGS_TEXT.certificate, value: identity.commonName },
                { name: DIALOGS_TEXT.principalName, value: identity.upn },
                { name: DIALOGS_TEXT.issuer, value: identity.issuer },
                { name: DIALOGS_TEXT.validUntil, value: <Moment at={identity.notAfter} /> },
              ]),
          { name: DIALOGS_TEXT.address, value: connection.jid, code: true },
        ]}
      />
      <FactList
        title={DIALOGS_TEXT.session}
        facts={[
          { name: DIALOGS_TEXT.since, value: <Moment at={connection.since} /> },
          {
            name: DIALOGS_TEXT.streamManagement,
            value: DIALOGS_TEXT.streamManagementIs(streamManagement),
          },
        ]}
      />
    </>
  );
}

function linkText(link: LinkState): string {
  return link.kind === 'connecting' ? DIALOGS_TEXT.connectingTo(link.host) : DIALOGS_TEXT.noConnection;
}

/** How this connection is protected: everything here was observed on it. */
export function ConnectionDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const link = useWindowState((state) => state.chat.link);
  const connection = useWindowState((state) => state.chat.connection);
  const online = link.kind === 'online' && connection !== undefined;
  return (
    <Modal title={DIALOGS_TEXT.connection} onClose={onClose} size="large">
      {online ? <Facts connection={connection} /> : <p className="lead">{linkText(link)}</p>}
      {link.kind === 'waiting' ? <ErrorNotice error={link.error} role="status" tone="warning" /> : null}
    </Modal>
  );
}
