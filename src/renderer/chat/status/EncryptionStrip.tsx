import type { ReactElement } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';

/** OpenSSL's name of every suite without encryption has this part. */
const WITHOUT_ENCRYPTION = 'NULL';

/** Says as long as the connection lasts that the policy's /tls/integrityOnly leaves it readable on the wire. */
export function EncryptionStrip(): ReactElement | null {
  const readable = useWindowState(
    ({ chat }) => chat.connection?.cipherSuite.includes(WITHOUT_ENCRYPTION) === true,
  );
  if (!readable) return null;
  return (
    <section className="strip strip-warning" aria-label="Encryption">
      <Icon name="alert" />
      <p role="status">
        <strong>Not encrypted: others on the network can read this connection.</strong>
      </p>
      <p className="strip-detail">
        Your organisation’s policy asks for it. Both sides are still authenticated, and nothing can be changed
        unnoticed.
      </p>
    </section>
  );
}
