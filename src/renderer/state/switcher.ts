import { type Feed, feedId } from '../../shared/feed-contract.ts';
import type { ChatState } from './chat-state.ts';
import { foldText } from './directory.ts';
import type { ConversationKey } from './view-state.ts';

export interface SwitcherEntry extends ConversationKey {
  readonly name: string;
  readonly unread: number;
}

/** A feed among the places that one can go to. */
export interface FeedEntry {
  readonly kind: 'feed';
  readonly feed: Feed;
  readonly name: string;
  readonly unread: number;
}

const MAX_RESULTS = 12;

interface Found<Entry> {
  readonly entry: Entry;
  readonly score: number;
  readonly lastAt: number;
}

/** How well `name` fits; lower is better, `undefined` not at all. */
function score(name: string, address: string, query: string): number | undefined {
  if (query === '') return 0;
  const folded = foldText(name);
  if (folded.startsWith(query)) return 0;
  if (folded.split(/[\s\-_./]+/u).some((word) => word.startsWith(query))) return 1;
  if (folded.includes(query)) return 2;
  return foldText(address).includes(query) ? 3 : undefined;
}

/** Best first; among equals those with something unread, then those with the newest message. */
function ranked<Entry extends { readonly name: string; readonly unread: number }>(
  found: Found<Entry>[],
): readonly Entry[] {
  found.sort(
    (left, right) =>
      left.score - right.score ||
      Number(right.entry.unread > 0) - Number(left.entry.unread > 0) ||
      right.lastAt - left.lastAt ||
      left.entry.name.localeCompare(right.entry.name),
  );
  return found.slice(0, MAX_RESULTS).map(({ entry }) => entry);
}

function conversations(
  chat: ChatState,
  query: string,
  without: ReadonlySet<string>,
): readonly Found<SwitcherEntry>[] {
  const found: Found<SwitcherEntry>[] = [];
  const consider = (name: string, key: ConversationKey) => {
    const fit = without.has(key.jid) ? undefined : score(name, key.jid, query);
    if (fit === undefined) return;
    const summary = chat.summaries.get(key.jid);
    const entry = { ...key, name, unread: summary?.unread ?? 0 };
    found.push({ entry, score: fit, lastAt: summary?.lastAt ?? 0 });
  };
  for (const room of chat.rooms.values()) consider(room.name, { jid: room.jid, kind: 'room' });
  for (const contact of chat.contacts.values()) consider(contact.name, { jid: contact.jid, kind: 'contact' });
  return found;
}

/** The conversations that fit what was typed, best first ({@link ranked}). */
export function searchConversations(
  chat: ChatState,
  typed: string,
  without: ReadonlySet<string> = new Set(),
): readonly SwitcherEntry[] {
  return ranked([...conversations(chat, foldText(typed.trim()), without)]);
}

/** Conversations and feeds that fit what was typed, best first ({@link ranked}). */
export function searchPlaces(chat: ChatState, typed: string): readonly (SwitcherEntry | FeedEntry)[] {
  const query = foldText(typed.trim());
  const found: Found<SwitcherEntry | FeedEntry>[] = [...conversations(chat, query, new Set())];
  for (const feed of chat.collections.feeds.values()) {
    const fit = score(feed.title, feedId(feed), query);
    if (fit === undefined) continue;
    const entry: FeedEntry = { kind: 'feed', feed, name: feed.title, unread: feed.unread };
    found.push({ entry, score: fit, lastAt: 0 });
  }
  return ranked(found);
}
