/**
 * Watching over many conversations: how loud each may be, which words are watched for, what they raised, and which
 * conversations stand side by side. What a user chose is kept for the account by the main process ({@link WatchPrefs});
 * what the policy says comes with the session's configuration ({@link WatchPolicy}).
 */
import type { Acknowledgement } from './acknowledgements.ts';
import type { ConversationKind } from './chat-model.ts';
import type { NameWarning } from './display-name.ts';
import { FEED_LIMITS, type FeedAddress } from './feed-contract.ts';
import { type BareJid, toBareJid } from './jid.ts';
import type { MessageLabel } from './labels.ts';
import { MAX_OWN_WATCHWORDS, MAX_WATCHWORD_LENGTH, parseWatchword } from './watchwords.ts';

/** What of a conversation is announced: every message, what calls the user or holds a watchword, nothing. */
export type NotifyLevel = 'all' | 'mentions' | 'none';
export const NOTIFY_LEVELS: readonly NotifyLevel[] = ['all', 'mentions', 'none'];

/** Lowest first. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const ALERT_SOUNDS = ['none', 'soft', 'urgent'] as const;
export type AlertSound = (typeof ALERT_SOUNDS)[number];

/** How a list's words are announced. */
export interface AlertManner {
  readonly severity: Severity;
  readonly sound: AlertSound;
  /** The sound comes again until somebody at this desk acknowledges the alert. */
  readonly repeat: boolean;
}

export interface WatchwordList extends AlertManner {
  readonly name: string;
  readonly words: readonly string[];
}

/** A conversation on the watch floor. */
export interface WatchTile {
  readonly jid: BareJid;
  readonly kind: ConversationKind;
}

/** Conversations side by side, under a name. */
export interface TileSet {
  readonly name: string;
  readonly tiles: readonly WatchTile[];
}

/** Tiles side by side in one window. */
export const MAX_TILES = 12;
/** Arrangements that a user keeps. */
export const MAX_LAYOUTS = 20;
export const MAX_LAYOUT_NAME = 64;
/** Conversations with a level of their own. */
export const MAX_LEVELS = 2000;
/** Torn-off windows beside the chat window. */
export const MAX_TILE_WINDOWS = 6;

/** What the policy says about watching. */
export interface WatchPolicy {
  readonly lists: readonly WatchwordList[];
  readonly layouts: readonly TileSet[];
  readonly notifications: {
    readonly enabled: boolean;
    readonly content: 'none' | 'sender' | 'full';
  };
}

/** What a user chose, kept for the account. */
export interface WatchPrefs {
  readonly levels: readonly { readonly jid: BareJid; readonly level: NotifyLevel }[];
  /** The user's own list; its name is not shown. */
  readonly own: WatchwordList;
  readonly layouts: readonly TileSet[];
  /** Messages that arrive late are watched only from then on, milliseconds since 1970: what is older was seen. */
  readonly since: number;
  readonly feeds?: readonly FeedMark[];
}

/** How far this user has come in a feed. */
export interface FeedMark {
  /** `Feed.id`. */
  readonly id: string;
  /** Id of the item up to which it was read. */
  readonly read?: string;
  /** Id of the item up to which watchwords were looked for; empty: nothing of it was looked through. */
  readonly matched?: string;
}

export const NO_PREFS: WatchPrefs = {
  levels: [],
  own: { name: '', severity: 'warning', sound: 'soft', repeat: false, words: [] },
  layouts: [],
  since: 0,
};

/** A policy that says nothing about watching. */
export const NOTHING_WATCHED: WatchPolicy = {
  lists: [],
  layouts: [],
  notifications: { enabled: false, content: 'none' },
};

/** What a message raised: an item of the collection `alerts`. */
export interface Alert extends AlertManner {
  readonly id: string;
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  /** Present: it is a notice of this feed, `conversation` the feed's service. */
  readonly feed?: FeedAddress;
  /** The message's id in its conversation. */
  readonly message: string;
  /** As with `ChatMessage`. */
  readonly sender: string;
  readonly shownAs?: string;
  readonly warning?: NameWarning;
  /** The beginning of the text, or what is around the word. */
  readonly excerpt: string;
  /** When the message was sent, milliseconds since 1970. */
  readonly at: number;
  readonly label?: MessageLabel;
  readonly reason: 'watchword' | 'mention';
  /** As the list writes it; empty with a mention. */
  readonly word: string;
  /** The list's name; empty for the user's own and with a mention. */
  readonly list: string;
  /** The conversation's level is `none`: it makes no sound and is not announced. */
  readonly quiet: boolean;
  /** Who acknowledged it at this desk and when, milliseconds since 1970; absent while it is raised. */
  readonly acknowledged?: { readonly by: BareJid; readonly at: number };
  /** Others in the room who told it that they acknowledged it; absent: nobody. */
  readonly others?: SharedAcknowledgements;
}

/** Who else acknowledged an alert, the first one first. */
export interface SharedAcknowledgements {
  /** At most {@link MAX_NAMED_OTHERS}. */
  readonly first: readonly Pick<Acknowledgement, 'name' | 'warning' | 'at'>[];
  /** All of them. */
  readonly count: number;
}

/** Others whom an alert names; the message has all. */
export const MAX_NAMED_OTHERS = 10;

/** An item of the collection `notifyLevels`, for conversations that do not have the level of their kind. */
export interface LevelItem {
  readonly id: BareJid;
  readonly level: NotifyLevel;
}

/** An item of the collection `watchlists`. The words of the policy's lists stay in the session process. */
export interface WatchlistItem extends AlertManner {
  readonly id: string;
  readonly origin: 'own' | 'policy';
  readonly name: string;
  /** How many words it has. */
  readonly count: number;
  /** The user's own only. */
  readonly words?: readonly string[];
}

/** An item of the collection `layouts`. */
export interface LayoutItem extends TileSet {
  readonly id: string;
  readonly origin: 'own' | 'policy';
}

/** The level of a conversation that was given none: people are answered, rooms are watched. */
export function defaultLevel(kind: ConversationKind): NotifyLevel {
  return kind === 'contact' ? 'all' : 'mentions';
}

/** What the desktop is told of: at most what the policy's /notifications/content allows. */
export interface Notice {
  readonly reason: 'message' | 'mention' | 'watchword';
  readonly severity: Severity;
  /** How much of it came within a moment. */
  readonly count: number;
  /** With `sender` and `full`: of the newest. */
  readonly sender?: string;
  /** With `full`: the newest message's marking, where it has one, and text. */
  readonly label?: string;
  readonly text?: string;
}

export const MAX_NOTICE_TEXT = 200;

type Fields = Readonly<Record<string, unknown>>;

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The items, or `undefined` when one of them is wrong or there are too many. */
function itemsOf<Item>(
  value: unknown,
  max: number,
  parse: (item: unknown) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(value) || value.length > max) return undefined;
  const items: Item[] = [];
  for (const one of value) {
    const item = parse(one);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function isOneOf<Value extends string>(values: readonly Value[], value: unknown): value is Value {
  return values.some((one) => one === value);
}

export function isNotifyLevel(value: unknown): value is NotifyLevel {
  return isOneOf(NOTIFY_LEVELS, value);
}

/** A bare address with a localpart, as it is compared. */
function addressOf(value: unknown): BareJid | undefined {
  const jid = typeof value === 'string' ? toBareJid(value) : undefined;
  return jid !== undefined && jid === value && jid.includes('@') ? jid : undefined;
}

/** A name on one line that can be seen. */
export function parseLayoutName(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LAYOUT_NAME) return undefined;
  return value.trim() === value && value !== '' && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(value)
    ? value
    : undefined;
}

function parseTile(value: unknown): WatchTile | undefined {
  const fields = asFields(value);
  const jid = addressOf(fields?.jid);
  const kind = fields?.kind;
  if (jid === undefined || (kind !== 'contact' && kind !== 'room')) return undefined;
  return { jid, kind };
}

/** One to twelve conversations, each once. */
export function parseTiles(value: unknown): readonly WatchTile[] | undefined {
  const tiles = itemsOf(value, MAX_TILES, parseTile);
  if (tiles === undefined || tiles.length === 0) return undefined;
  return new Set(tiles.map(({ jid }) => jid)).size === tiles.length ? tiles : undefined;
}

function parseLayout(value: unknown): TileSet | undefined {
  const fields = asFields(value);
  const name = parseLayoutName(fields?.name);
  const tiles = parseTiles(fields?.tiles);
  return name === undefined || tiles === undefined ? undefined : { name, tiles };
}

/** The user's words, each a watchword and once. */
export function parseWords(value: unknown): readonly string[] | undefined {
  const words = itemsOf(value, MAX_OWN_WATCHWORDS, (word) =>
    typeof word === 'string' && word.length <= MAX_WATCHWORD_LENGTH && parseWatchword(word) !== undefined
      ? word
      : undefined,
  );
  return words === undefined || new Set(words).size !== words.length ? undefined : words;
}

export function parseManner({ severity, sound, repeat }: Fields): AlertManner | undefined {
  if (!isOneOf(SEVERITIES, severity) || !isOneOf(ALERT_SOUNDS, sound) || typeof repeat !== 'boolean') {
    return undefined;
  }
  return { severity, sound, repeat };
}

function parseOwn(value: unknown): WatchwordList | undefined {
  const fields = asFields(value);
  if (fields === undefined) return undefined;
  const [words, manner] = [parseWords(fields.words), parseManner(fields)];
  return words === undefined || manner === undefined ? undefined : { name: '', ...manner, words };
}

/** A service, a slash and a node. */
const MAX_FEED_ID = 1023 + 1 + 253 + 1 + FEED_LIMITS.node;

function parseFeedMark(value: unknown): FeedMark | undefined {
  const fields = asFields(value);
  const { id, read, matched } = fields ?? {};
  if (!isTextUpTo(id, MAX_FEED_ID) || (read === undefined && matched === undefined)) return undefined;
  if (read !== undefined && !isTextUpTo(read, FEED_LIMITS.id)) return undefined;
  if (matched !== undefined && !isTextUpTo(matched, FEED_LIMITS.id)) return undefined;
  return { id, ...(read === undefined ? {} : { read }), ...(matched === undefined ? {} : { matched }) };
}

/** What was kept, or what the session process says is to be kept; `undefined` for anything that is not exactly that. */
export function parseWatchPrefs(value: unknown): WatchPrefs | undefined {
  const fields = asFields(value);
  if (fields === undefined) return undefined;
  const levels = itemsOf(fields.levels, MAX_LEVELS, (item) => {
    const level = asFields(item);
    const jid = addressOf(level?.jid);
    return jid !== undefined && isNotifyLevel(level?.level) ? { jid, level: level.level } : undefined;
  });
  const own = parseOwn(fields.own);
  const layouts = itemsOf(fields.layouts, MAX_LAYOUTS, parseLayout);
  const { since } = fields;
  if (levels === undefined || own === undefined || layouts === undefined) return undefined;
  if (typeof since !== 'number' || !Number.isSafeInteger(since) || since < 0) return undefined;
  const feeds = fields.feeds === undefined ? [] : itemsOf(fields.feeds, FEED_LIMITS.feeds, parseFeedMark);
  if (feeds === undefined) return undefined;
  return { levels, own, layouts, since, ...(feeds.length === 0 ? {} : { feeds }) };
}

function isTextUpTo(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max;
}

/** A notice as the session process reports it; `undefined` for what is none. */
export function parseNotice(value: unknown): Notice | undefined {
  const fields = asFields(value);
  if (fields === undefined) return undefined;
  const { reason, severity, count, sender, label, text } = fields;
  if (!isOneOf(['message', 'mention', 'watchword'] as const, reason) || !isOneOf(SEVERITIES, severity)) {
    return undefined;
  }
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1) return undefined;
  for (const part of [sender, label, text]) {
    if (part !== undefined && !isTextUpTo(part, MAX_NOTICE_TEXT)) return undefined;
  }
  return {
    reason,
    severity,
    count,
    ...(isTextUpTo(sender, MAX_NOTICE_TEXT) ? { sender } : {}),
    ...(isTextUpTo(label, MAX_NOTICE_TEXT) ? { label } : {}),
    ...(isTextUpTo(text, MAX_NOTICE_TEXT) ? { text } : {}),
  };
}
