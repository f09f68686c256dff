import type { ReactElement } from 'react';
import type { Severity } from '../../../shared/watch-contract.ts';
import { Icon, type IconName } from '../../parts/Icon.tsx';
import { SEVERITY_TEXT } from '../../text/watch.ts';

const ICONS: Readonly<Record<Severity, IconName>> = { info: 'info', warning: 'alert', critical: 'siren' };

/** How much an alert matters, by shape, colour and word. */
export function SeverityMark({ severity }: { readonly severity: Severity }): ReactElement {
  return (
    <span className={`severity severity-${severity}`} title={SEVERITY_TEXT[severity]}>
      <Icon name={ICONS[severity]} size={14} />
      <span className="visually-hidden">{SEVERITY_TEXT[severity]}. </span>
    </span>
  );
}
