import type { ReactElement } from 'react';

/** How many messages are unread; nothing when there are none. */
export function UnreadBadge({ count }: { readonly count: number }): ReactElement | null {
  if (count === 0) return null;
  return (
    <span className="unread">
      {count > 999 ? '999+' : count}
      <span className="visually-hidden"> unread</span>
    </span>
  );
}
