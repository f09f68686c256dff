import type { ReactElement } from 'react';
import type { NameWarning as Warning } from '../../shared/display-name.ts';
import { Icon } from './Icon.tsx';

const TEXT: Readonly<Record<Warning, string>> = {
  confusable: 'This name looks like the name of someone else you know. Check the address.',
  'mixed-script': 'This name mixes letters of different alphabets. Check the address.',
};

/** Beside a name that may be meant to be taken for another. */
export function NameWarning({ warning }: { readonly warning: Warning | undefined }): ReactElement | null {
  if (warning === undefined) return null;
  return (
    <span className="name-warning" title={TEXT[warning]}>
      <Icon name="alert" size={12} />
      <span className="visually-hidden">{TEXT[warning]}</span>
    </span>
  );
}
