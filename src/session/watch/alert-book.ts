import type { ChatEvent, ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import { type FeedAddress, feedId } from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { SELF } from '../../shared/message-actions.ts';
import {
  type Alert,
  type AlertManner,
  MAX_NAMED_OTHERS,
  SEVERITIES,
  type SharedAcknowledgements,
  type WatchwordList,
} from '../../shared/watch-contract.ts';
import type { WatchHit } from './matcher.ts';

/** Alerts that are kept; what was acknowledged goes first, then the oldest. */
const MAX_ALERTS = 1000;
const MAX_EXCERPT = 160;
/** Of an excerpt, what stands before the word. */
const BEFORE_WORD = 40;

/** How a mention is announced. */
const MENTION: AlertManner = { severity: 'info', sound: 'soft', repeat: false };

/** Why a message is told of. */
export type AlertReason =
  | { readonly reason: 'mention'; readonly start: number }
  | { readonly reason: 'watchword'; readonly hit: WatchHit; readonly own: boolean };

/** Alerts and mentions over all conversations: one for each watchword and list in a message, one for a mention. */
export class AlertBook {
  readonly #emit: (event: ChatEvent) => void;
  readonly #alerts = new Map<string, Alert>();
  /** By alert that others have as well: the id that the room's archive gave its message. */
  readonly #archived = new Map<string, string>();

  constructor(emit: (event: ChatEvent) => void) {
    this.#emit = emit;
  }

  get all(): readonly Alert[] {
    return [...this.#alerts.values()];
  }

  /** The time of the oldest alert of a message that nobody has acknowledged, milliseconds since 1970. */
  get oldestRaisedAt(): number | undefined {
    let oldest: number | undefined;
    for (const { at, acknowledged, feed } of this.#alerts.values()) {
      if (acknowledged === undefined && feed === undefined && (oldest === undefined || at < oldest))
        oldest = at;
    }
    return oldest;
  }

  /** The feeds, by {@link feedId}, with alerts that nobody has acknowledged. */
  get raisedFeeds(): ReadonlySet<string> {
    const feeds = new Set<string>();
    for (const { acknowledged, feed } of this.#alerts.values())
      if (acknowledged === undefined && feed !== undefined) feeds.add(feedId(feed));
    return feeds;
  }

  /** The archive's id of the oldest message in a room that raised something which others there have as well. */
  oldestShared(room: BareJid): string | undefined {
    let oldest: Alert | undefined;
    for (const id of this.#archived.keys()) {
      const alert = this.#alerts.get(id);
      if (alert?.conversation === room && (oldest === undefined || alert.at < oldest.at)) oldest = alert;
    }
    return oldest === undefined ? undefined : this.#archived.get(oldest.id);
  }

  /** Raises what a message gave reason for; what it raised before stays as it is. Returns what is new. */
  raise(
    conversation: BareJid,
    kind: ConversationKind,
    message: ChatMessage,
    reasons: readonly AlertReason[],
    quiet: boolean,
    feed?: FeedAddress,
  ): readonly Alert[] {
    const raised: Alert[] = [];
    for (const reason of reasons) {
      const made = alertOf(conversation, kind, message, reason, quiet);
      const others = isShared(made) && feed === undefined ? othersOf(message) : undefined;
      const alert = {
        ...made,
        ...(feed === undefined ? {} : { feed }),
        ...(others === undefined ? {} : { others }),
      };
      if (this.#alerts.has(alert.id)) continue;
      this.#alerts.set(alert.id, alert);
      const archived = message.reference?.archive;
      if (archived !== undefined && isShared(alert)) this.#archived.set(alert.id, archived);
      raised.push(alert);
    }
    if (raised.length > 0) this.#change(raised, this.#bound());
    return raised;
  }

  /** Says who has seen these. Returns those of which that is news. */
  acknowledge(ids: readonly string[], by: BareJid, at: number): readonly Alert[] {
    const changed: Alert[] = [];
    for (const id of ids) {
      const alert = this.#alerts.get(id);
      if (alert === undefined || alert.acknowledged !== undefined) continue;
      const seen = { ...alert, acknowledged: { by, at } };
      this.#alerts.set(id, seen);
      changed.push(seen);
    }
    if (changed.length > 0) this.#change(changed, []);
    return changed;
  }

  /** More is known of who else acknowledged what a message raised. */
  setOthers(conversation: BareJid, message: ChatMessage): void {
    const others = othersOf(message);
    if (others === undefined) return;
    const changed: Alert[] = [];
    for (const alert of this.#alerts.values()) {
      if (alert.message !== message.id || alert.conversation !== conversation || !isShared(alert)) continue;
      const next = { ...alert, others };
      this.#alerts.set(alert.id, next);
      changed.push(next);
    }
    if (changed.length > 0) this.#change(changed, []);
  }

  /** A conversation was made quiet, or is not any more. */
  setQuiet(conversation: BareJid, quiet: boolean): void {
    const changed: Alert[] = [];
    for (const alert of this.#alerts.values()) {
      if (alert.conversation !== conversation || alert.quiet === quiet || alert.acknowledged !== undefined)
        continue;
      const next = { ...alert, quiet };
      this.#alerts.set(alert.id, next);
      changed.push(next);
    }
    if (changed.length > 0) this.#change(changed, []);
  }

  #change(upsert: readonly Alert[], remove: readonly string[]): void {
    this.#emit({ type: 'collection', collection: 'alerts', reset: false, upsert, remove });
  }

  /** Lets go of what is too much. */
  #bound(): readonly string[] {
    const removed: string[] = [];
    const letGo = (which: (alert: Alert) => boolean): void => {
      for (const alert of this.#alerts.values()) {
        if (this.#alerts.size <= MAX_ALERTS) return;
        if (!which(alert)) continue;
        this.#alerts.delete(alert.id);
        this.#archived.delete(alert.id);
        removed.push(alert.id);
      }
    };
    letGo(({ acknowledged }) => acknowledged !== undefined);
    letGo(({ severity }) => severity !== 'critical');
    letGo(() => true);
    return removed;
  }
}

function alertOf(
  conversation: BareJid,
  kind: ConversationKind,
  message: ChatMessage,
  reason: AlertReason,
  quiet: boolean,
): Alert {
  const { sender, shownAs, warning, at, label, body } = message;
  const about =
    reason.reason === 'mention'
      ? { reason: 'mention' as const, word: '', list: '', ...MENTION }
      : { reason: 'watchword' as const, word: reason.hit.word, ...fromList(reason.hit.list) };
  const start = reason.reason === 'mention' ? reason.start : reason.hit.start;
  const source = reason.reason === 'mention' ? 'mention' : `${reason.own ? 'own' : 'policy'} ${about.list}`;
  return {
    id: JSON.stringify([conversation, message.id, source, about.word]),
    conversation,
    kind,
    message: message.id,
    sender,
    ...(shownAs === undefined ? {} : { shownAs }),
    ...(warning === undefined ? {} : { warning }),
    excerpt: excerptOf(body, start),
    at,
    ...(label === undefined ? {} : { label }),
    ...about,
    quiet,
  };
}

/** Whether everybody in the room has this alert: a word of the policy's lists raised it there. */
export function isShared({ kind, feed, reason, list }: Alert): boolean {
  return kind === 'room' && feed === undefined && reason === 'watchword' && list !== '';
}

function othersOf({ acknowledgements = [] }: ChatMessage): SharedAcknowledgements | undefined {
  const others = acknowledgements.filter(({ author }) => author !== SELF);
  if (others.length === 0) return undefined;
  const first = others
    .slice(0, MAX_NAMED_OTHERS)
    .map(({ name, warning, at }) => ({ name, ...(warning === undefined ? {} : { warning }), at }));
  return { first, count: others.length };
}

function fromList({ name, severity, sound, repeat }: WatchwordList): AlertManner & { readonly list: string } {
  return { list: name, severity, sound, repeat };
}

/** What is around a place, on one line, cut at characters. */
export function excerptOf(text: string, start: number): string {
  const from = start <= MAX_EXCERPT - BEFORE_WORD ? 0 : start - BEFORE_WORD;
  const cut = text.slice(from, from + MAX_EXCERPT);
  const whole = cut.replace(/^[\udc00-\udfff]/u, '').replace(/[\ud800-\udbff]$/u, '');
  const line = whole.replace(/\s+/gu, ' ').trim();
  return `${from > 0 ? '…' : ''}${line}${from + MAX_EXCERPT < text.length ? '…' : ''}`;
}

/** The more severe of two. */
export function higher<Value extends (typeof SEVERITIES)[number]>(a: Value, b: Value): Value {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}
