/** Parts of the window's state about people. */
import { useMemo } from 'react';
import type { PresenceExtras } from '../../../shared/presence-extras.ts';
import { useWindowState } from '../../hooks/services.ts';

/** The names of all groups, in order. */
export function useGroups(): readonly string[] {
  const contacts = useWindowState((state) => state.chat.contacts);
  return useMemo(
    () => [...new Set([...contacts.values()].flatMap(({ groups }) => groups))].sort(),
    [contacts],
  );
}

/** What this user tells of themselves besides presence. */
export function useOwnExtras(): PresenceExtras | undefined {
  return useWindowState(({ chat }) =>
    chat.self === undefined ? undefined : chat.collections.extras.get(chat.self.jid),
  );
}

/** Whether that person is kept away by the server. */
export function useBlocked(jid: string): boolean {
  return useWindowState((state) => state.chat.collections.blocked.has(jid));
}
