import type { ChatState } from './chat-state.ts';
import { foldText } from './directory.ts';
import type { ConversationKey } from './view-state.ts';

export interface SwitcherEntry extends ConversationKey {
  readonly name: string;
  readonly unread: number;
}

const MAX_RESULTS = 12;

/** How well `name` fits; lower is better, `undefined` not at all. */
function score(name: string, jid: string, query: string): number | undefined {
  if (query === '') return 0;
  const folded = foldText(name);
  if (folded.startsWith(query)) return 0;
  if (folded.split(/[\s\-_./]+/u).some((word) => word.startsWith(query))) return 1;
  if (folded.includes(query)) return 2;
  return foldText(jid).includes(query) ? 3 : undefined;
}

/**
 * The conversations that fit what was typed, best first; among equals those with unread messages, then those with the
 * newest message.
 */
export function searchConversations(
  chat: ChatState,
  typed: string,
  without: ReadonlySet<string> = new Set(),
): readonly SwitcherEntry[] {
  const query = foldText(typed.trim());
  const found: { entry: SwitcherEntry; score: number; lastAt: number }[] = [];
  const consider = (name: string, key: ConversationKey) => {
    const fit = without.has(key.jid) ? undefined : score(name, key.jid, query);
    if (fit === undefined) return;
    const summary = chat.summaries.get(key.jid);
    const entry = { ...key, name, unread: summary?.unread ?? 0 };
    found.push({ entry, score: fit, lastAt: summary?.lastAt ?? 0 });
  };
  for (const room of chat.rooms.values()) consider(room.name, { jid: room.jid, kind: 'room' });
  for (const contact of chat.contacts.values()) consider(contact.name, { jid: contact.jid, kind: 'contact' });
  found.sort(
    (left, right) =>
      left.score - right.score ||
      Number(right.entry.unread > 0) - Number(left.entry.unread > 0) ||
      right.lastAt - left.lastAt ||
      left.entry.name.localeCompare(right.entry.name),
  );
  return found.slice(0, MAX_RESULTS).map(({ entry }) => entry);
}
