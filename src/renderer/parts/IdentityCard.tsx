import type { ReactElement } from 'react';
import type { CertificateChoice } from '../../shared/app-state.ts';
import { PARTS_TEXT } from '../text/parts.ts';
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
            {PARTS_TEXT.issuerUntil(identity.issuer)} <Moment at={identity.notAfter} />
          </p>
        )}
      </div>
    </div>
  );
}
