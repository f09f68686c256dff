import type { ReactElement } from 'react';
import type { ConnectionInfo, LinkState } from '../../../shared/chat-model.ts';
import { useWindowState } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { FactList } from './FactList.tsx';

function Verified({ verified }: { readonly verified: boolean }): ReactElement {
  return (
    <span className={verified ? 'verified' : 'not-verified'}>
      <Icon name={verified ? 'check' : 'alert'} size={14} />
      {verified ? 'Verified both ways' : 'Not verified'}
    </span>
  );
}

function Facts({ connection }: { readonly connection: ConnectionInfo }): ReactElement {
  const { lock, identity, streamManagement } = connection;
  return (
    <>
      <FactList
        title="Server"
        facts={[
          { name: 'Address', value: `${connection.host}:${connection.port}` },
          { name: 'Domain', value: connection.domain },
          { name: 'Certificate', value: connection.serverCertificateSubject },
          { name: 'Valid until', value: <Moment at={connection.serverCertificateNotAfter} /> },
          { name: 'Pinned key', value: connection.serverPin, code: true },
        ]}
      />
      <FactList
        title="Encryption"
        facts={[
          { name: 'Version', value: connection.tlsVersion.replace('TLSv', 'TLS ') },
          { name: 'Cipher suite', value: connection.cipherSuite, code: true },
          { name: 'Key exchange', value: connection.keyExchangeGroup },
        ]}
      />
      <FactList
        title="Lock"
        facts={[
          { name: 'Proof', value: <Verified verified={lock.verified} /> },
          { name: 'Channel binding', value: lock.binding },
          { name: 'Epoch', value: lock.epoch },
          { name: 'This computer', value: lock.kid },
        ]}
      />
      <FactList
        title="You"
        facts={[
          ...(identity.issuer === ''
            ? [{ name: 'Signed in with', value: 'Password (SCRAM, bound to this connection)' }]
            : [
                { name: 'Certificate', value: identity.commonName },
                { name: 'Principal name', value: identity.upn },
                { name: 'Issuer', value: identity.issuer },
                { name: 'Valid until', value: <Moment at={identity.notAfter} /> },
              ]),
          { name: 'Address', value: connection.jid, code: true },
        ]}
      />
      <FactList
        title="Session"
        facts={[
          { name: 'Since', value: <Moment at={connection.since} /> },
          {
            name: 'Stream management',
            value: streamManagement.enabled ? (streamManagement.resumed ? 'On, resumed' : 'On') : 'Off',
          },
        ]}
      />
    </>
  );
}

function linkText(link: LinkState): string {
  return link.kind === 'connecting' ? `Connecting to ${link.host}.` : 'There is no connection.';
}

/** How this connection is protected: everything here was observed on it. */
export function ConnectionDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const link = useWindowState((state) => state.chat.link);
  const connection = useWindowState((state) => state.chat.connection);
  const online = link.kind === 'online' && connection !== undefined;
  return (
    <Modal title="Connection" onClose={onClose} size="large">
      {online ? <Facts connection={connection} /> : <p className="lead">{linkText(link)}</p>}
      {link.kind === 'waiting' ? <ErrorNotice error={link.error} role="status" tone="warning" /> : null}
    </Modal>
  );
}
