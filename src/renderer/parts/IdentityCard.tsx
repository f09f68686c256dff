import type { ReactElement } from 'react';
import type { CertificateChoice } from '../../shared/app-state.ts';
import { Icon } from './Icon.tsx';
import { Moment } from './Moment.tsx';

/** Whose certificate it is, as the card says; or whose account, where a password signs in. */
export function IdentityCard({ identity }: { readonly identity: CertificateChoice }): ReactElement {
  return (
    <div className="identity">
      <Icon name={identity.issuer === '' ? 'keyboard' : 'card'} size={20} />
      <div className="identity-text">
        <p className="identity-name" dir="auto">
          {identity.commonName}
        </p>
        <p className="identity-facts">{identity.upn}</p>
        {identity.issuer === '' ? null : (
          <p className="identity-facts">
            {identity.issuer} · until <Moment at={identity.notAfter} />
          </p>
        )}
      </div>
    </div>
  );
}
