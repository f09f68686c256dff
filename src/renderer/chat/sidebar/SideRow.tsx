import type { ReactElement, ReactNode } from 'react';
import { UnreadBadge } from './UnreadBadge.tsx';

interface Props {
  readonly kind: 'room' | 'contact';
  readonly unread: number;
  /** Nothing comes from there now. */
  readonly quiet: boolean;
  /** It is the one that is open. */
  readonly active: boolean;
  readonly title: string;
  readonly onOpen: () => void;
  /** What stands before the number of what is unread. */
  readonly children: ReactNode;
}

/** One line of the side bar: a room, a contact or a feed. */
export function SideRow({ kind, unread, quiet, active, title, onOpen, children }: Props): ReactElement {
  const classes = ['row', `row-${kind}`];
  if (unread > 0) classes.push('row-unread');
  if (quiet) classes.push('row-quiet');
  return (
    <button
      type="button"
      className={classes.join(' ')}
      data-roving
      data-pane-focus={active ? '' : undefined}
      aria-current={active ? 'page' : undefined}
      title={title}
      onClick={onOpen}
    >
      {children}
      <UnreadBadge count={unread} />
    </button>
  );
}
