import { type CollectionMaps, NO_ITEMS } from '../../shared/chat-collections.ts';
import type {
  ChatSnapshot,
  ConnectionInfo,
  Contact,
  ConversationSummary,
  LinkState,
  Occupant,
  Room,
} from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { MessageLog } from './message-log.ts';
import { NO_LABELS, type SeenLabels } from './seen-labels.ts';

/**
 * Whether there are older messages than those here: `more` may be asked for, `loading` are being asked for, `failed`
 * could not be had, `complete` means that the session said so.
 */
export type HistoryState = 'more' | 'loading' | 'failed' | 'complete';

/** The messages of one conversation as far as this window has them. */
export interface ConversationMessages {
  readonly log: MessageLog;
  readonly history: HistoryState;
  readonly labels: SeenLabels;
  /** The log begins with messages that were opened apart from the rest; absent: it is of one piece. */
  readonly island?: Island;
}

/** Messages around one that was opened, with a gap between them and the newest. */
export interface Island {
  /** The id of its last message: the gap is behind it. */
  readonly last: string;
  /** What is between is being asked for, or could not be had. */
  readonly gap: 'open' | 'loading' | 'failed';
}

/** The window's read-only mirror of the session's state. Every part is replaced, never changed. */
export interface ChatState {
  /** Absent until the first snapshot. */
  readonly self: ChatSnapshot['self'] | undefined;
  readonly link: LinkState;
  readonly connection: ConnectionInfo | undefined;
  readonly contacts: ReadonlyMap<BareJid, Contact>;
  readonly rooms: ReadonlyMap<BareJid, Room>;
  readonly summaries: ReadonlyMap<BareJid, ConversationSummary>;
  readonly occupants: ReadonlyMap<BareJid, ReadonlyMap<string, Occupant>>;
  readonly conversations: ReadonlyMap<BareJid, ConversationMessages>;
  readonly collections: CollectionMaps;
}

export const NO_MESSAGES: ConversationMessages = {
  log: MessageLog.empty,
  history: 'more',
  labels: NO_LABELS,
};

export const EMPTY_CHAT: ChatState = {
  self: undefined,
  link: { kind: 'offline' },
  connection: undefined,
  contacts: new Map(),
  rooms: new Map(),
  summaries: new Map(),
  occupants: new Map(),
  conversations: new Map(),
  collections: NO_ITEMS,
};
