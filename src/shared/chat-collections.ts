/**
 * Parts of the chat model that are nothing but things with an id: the session owns each collection, the window mirrors it.
 * A collection needs its line in {@link ChatCollections} and in {@link NO_ITEMS}; how its changes wait for the window,
 * arrive there and are applied is the same for all.
 */
import type { BoardInfo, BoardItem } from './chat-board-commands.ts';
import type { BlockedAddress, ContactRequest } from './chat-people-commands.ts';
import type { ErrorReport } from './errors.ts';
import type { Feed, OpenFeed, ShownFeedItem } from './feed-contract.ts';
import type { FileTransfer } from './file-contract.ts';
import type { PresenceExtras } from './presence-extras.ts';
import type { BookmarkNotice, RoomBookmark, RoomInvitation } from './room-contract.ts';
import type { Alert, LayoutItem, LevelItem, WatchlistItem } from './watch-contract.ts';

/** By name, what is in it. Every item has an `id`, unique in its collection. */
export interface ChatCollections {
  /** Files under way, and what became of them, in the order in which they began. */
  readonly transfers: FileTransfer;
  /** Who asks to see this user's presence, in the order in which they came. */
  readonly requests: ContactRequest;
  /** Whom the server keeps away. */
  readonly blocked: BlockedAddress;
  /** What watchwords and mentions raised, in the order in which it came. */
  readonly alerts: Alert;
  /** Conversations whose level the user has chosen. */
  readonly notifyLevels: LevelItem;
  /** The policy's lists of watchwords and the user's own. */
  readonly watchlists: WatchlistItem;
  /** Arrangements of conversations side by side, the policy's first. */
  readonly layouts: LayoutItem;
  /** What contacts and this user tell of themselves besides presence. */
  readonly extras: PresenceExtras;
  /** Who writes to this user at present, by their bare addresses. */
  readonly typing: { readonly id: string };
  /** Invitations to rooms that wait for an answer. */
  readonly invitations: RoomInvitation;
  /** Rooms that the user keeps. */
  readonly bookmarks: RoomBookmark;
  /** One item at most: whether the server keeps bookmarks. */
  readonly bookmarkSupport: BookmarkNotice;
  /** Whiteboards that are open, by their rooms. */
  readonly boards: BoardInfo;
  /** What is on them. */
  readonly boardElements: BoardItem;
  /** What this user reads of services. */
  readonly feeds: Feed;
  /** What is in the feed that is open, the oldest first. */
  readonly feedItems: ShownFeedItem;
  /** One item at most: the feed that is open. */
  readonly openFeed: OpenFeed;
  /** What lasts and should be known, such as that nothing is kept; by what it is about. */
  readonly notices: ChatNotice;
}

/** A lasting state that is not as it should be. */
export interface ChatNotice {
  readonly id: 'history';
  readonly error: ErrorReport;
}

export type CollectionName = keyof ChatCollections;

/** All collections, each by the ids of its items, in the order in which these first came. */
export type CollectionMaps = {
  readonly [Name in CollectionName]: ReadonlyMap<string, ChatCollections[Name]>;
};

export const NO_ITEMS: CollectionMaps = {
  transfers: new Map(),
  requests: new Map(),
  blocked: new Map(),
  alerts: new Map(),
  notifyLevels: new Map(),
  watchlists: new Map(),
  layouts: new Map(),
  extras: new Map(),
  typing: new Map(),
  invitations: new Map(),
  bookmarks: new Map(),
  bookmarkSupport: new Map(),
  boards: new Map(),
  boardElements: new Map(),
  feeds: new Map(),
  feedItems: new Map(),
  openFeed: new Map(),
  notices: new Map(),
};

export interface CollectionChange<Name extends CollectionName> {
  readonly type: 'collection';
  readonly collection: Name;
  /** True: forget all others first. */
  readonly reset: boolean;
  readonly upsert: readonly ChatCollections[Name][];
  /** Ids. */
  readonly remove: readonly string[];
}

/** Any item, by which code that serves all collections knows them. */
export type CollectionItem = ChatCollections[CollectionName];

/** A change of any collection. */
export type CollectionEvent = CollectionChange<CollectionName>;

/** Whether an event changes that collection. */
export function isChangeOf<Name extends CollectionName>(
  event: { readonly type: string },
  collection: Name,
): event is CollectionChange<Name> {
  return event.type === 'collection' && 'collection' in event && event.collection === collection;
}

/** The collections after a change; those it does not touch keep their identity. */
export function applyCollectionChange<Name extends CollectionName>(
  maps: CollectionMaps,
  { collection, reset, upsert, remove }: CollectionChange<Name>,
): CollectionMaps {
  const items = new Map<string, ChatCollections[Name]>(reset ? [] : maps[collection]);
  for (const id of remove) items.delete(id);
  for (const item of upsert) items.set(item.id, item);
  return { ...maps, [collection]: items };
}
