import type { ReactElement } from 'react';
import type { CertificateChoice } from '../../shared/app-state.ts';
import { Icon } from '../parts/Icon.tsx';

/** What is asked, and whose card it is. */
export function PinHead({
  title,
  identity,
}: {
  readonly title: string;
  readonly identity: CertificateChoice;
}): ReactElement {
  return (
    <div className="pin-head">
      <Icon name="card" size={24} />
      <div>
        <h1>{title}</h1>
        <p className="pin-name" dir="auto">
          {identity.commonName}
        </p>
        <p className="pin-issuer">{identity.issuer}</p>
      </div>
    </div>
  );
}
