import type { ReactElement } from 'react';
import type { NameWarning as Warning } from '../../shared/display-name.ts';
import { NAME_WARNING_TEXT } from '../text/parts.ts';
import { Icon } from './Icon.tsx';

/** Beside a name that may be meant to be taken for another. */
export function NameWarning({ warning }: { readonly warning: Warning | undefined }): ReactElement | null {
  if (warning === undefined) return null;
  return (
    <span className="name-warning" title={NAME_WARNING_TEXT[warning]}>
      <Icon name="alert" size={12} />
      <span className="visually-hidden">{NAME_WARNING_TEXT[warning]}</span>
    </span>
  );
}
