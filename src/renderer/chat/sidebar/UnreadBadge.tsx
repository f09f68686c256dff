import type { ReactElement } from 'react';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';

/** How many messages are unread; nothing when there are none. */
export function UnreadBadge({ count }: { readonly count: number }): ReactElement | null {
  if (count === 0) return null;
  return (
    <span className="unread">
      {count > 999 ? '999+' : count}
      <span className="visually-hidden"> {SIDEBAR_TEXT.unread}</span>
    </span>
  );
}
