import type { ReactElement } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { STATUS_TEXT } from '../../text/status.ts';

/** OpenSSL's name of every suite without encryption has this part. */
const WITHOUT_ENCRYPTION = 'NULL';

/** Says as long as the connection lasts that the policy's /tls/integrityOnly leaves it readable on the wire. */
export function EncryptionStrip(): ReactElement | null {
  const readable = useWindowState(
    ({ chat }) => chat.connection?.cipherSuite.includes(WITHOUT_ENCRYPTION) === true,
  );
  if (!readable) return null;
  return (
    <section className="strip strip-warning" aria-label={STATUS_TEXT.encryption}>
      <Icon name="alert" />
      <p role="status">
        <strong>{STATUS_TEXT.notEncryptedOthersOnThe}</strong>
      </p>
      <p className="strip-detail">{STATUS_TEXT.yourOrganisationsPolicyAsksFor}</p>
    </section>
  );
}
