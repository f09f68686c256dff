import type { ChatEvent, ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import type { WatchCommand } from '../../shared/chat-watch-commands.ts';
import type { DataForm } from '../../shared/data-form.ts';
import { AppError } from '../../shared/errors.ts';
import { type FeedAddress, type FeedItem, feedId, isOfPerson } from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { mentionsIn } from '../../shared/mentions.ts';
import {
  type Alert,
  defaultLevel,
  MAX_LAYOUTS,
  MAX_LEVELS,
  type Notice,
  type NotifyLevel,
  type Severity,
  type WatchPolicy,
  type WatchPrefs,
  type WatchwordList,
} from '../../shared/watch-contract.ts';
import { done, type Handlers } from '../commands/handlers.ts';
import { AlertBook, type AlertReason, higher, isShared } from './alert-book.ts';
import { FeedMarks } from './feed-marks.ts';
import { WatchwordMatcher } from './matcher.ts';
import { Notices } from './notices.ts';
import { layoutsEvent, listsEvent } from './watch-events.ts';

/** What the user chose is kept at most once in this time, milliseconds; nothing of it is lost when the session ends. */
const SAVE_MS = 1_000;
/** The same of how far messages were matched, which every message moves on; of what raised nothing not more is lost. */
const SAVE_MATCHED_MS = 15_000;

/** All that is read in a form. */
function wordsOf({ title, instructions, fields, rows }: DataForm): readonly string[] {
  return [
    title,
    ...instructions,
    ...fields.flatMap(({ label, values }) => [label, ...values]),
    ...rows.flat(),
  ];
}

export interface WatchDeskOptions {
  readonly policy: WatchPolicy;
  readonly prefs: WatchPrefs;
  readonly emit: (event: ChatEvent) => void;
  /** Whose desk this is. */
  readonly self: () => BareJid;
  /** The user's nickname in a room. */
  readonly nick: (room: BareJid) => string | undefined;
  /** Whether somebody has a conversation before the eyes now. */
  readonly isAttended: (conversation: BareJid) => boolean;
  readonly notify: (notice: Notice) => void;
  /** Keeps what the user chose. */
  readonly save: (prefs: WatchPrefs) => void;
  /** A level changed: what counts as unread may have. */
  readonly onLevel: () => void;
  /**
   * Tells a room that these of its messages were acknowledged; returns of how many it cannot be told. Throws what sending
   * throws. Absent: the policy wants nobody told (/features/acknowledgements).
   */
  readonly share?: (room: BareJid, messages: readonly string[]) => number;
  /** An alert that others in the room have as well was raised by what was said there before. */
  readonly onLate?: (room: BareJid) => void;
}

/** What a user is called in a room. */
interface OwnNames {
  readonly self: BareJid;
  readonly nick: string | undefined;
  readonly names: readonly string[];
}

/**
 * Watches over all conversations: matches what arrives against the policy's and the user's words and the user's names,
 * raises alerts, says what is to be announced, and holds what the user chose about all that.
 */
export class WatchDesk {
  readonly #options: WatchDeskOptions;
  readonly #alerts: AlertBook;
  readonly #notices: Notices;
  readonly #levels: Map<BareJid, NotifyLevel>;
  readonly #marks: FeedMarks;
  #policy: WatchPolicy;
  #prefs: WatchPrefs;
  #matcher: WatchwordMatcher;
  readonly #names = new Map<BareJid, OwnNames>();
  /** The newest time of a message that was matched. */
  #matchedUntil: number;
  /** What messages of before the sign-in are compared with. */
  readonly #since: number;
  #saving: NodeJS.Timeout | undefined;
  /** When that is, milliseconds of `performance.now()`. */
  #saveAt = 0;

  constructor(options: WatchDeskOptions) {
    this.#options = options;
    this.#policy = options.policy;
    this.#prefs = options.prefs;
    this.#levels = new Map(options.prefs.levels.map(({ jid, level }) => [jid, level]));
    this.#marks = new FeedMarks(options.prefs.feeds);
    this.#since = options.prefs.since;
    this.#matchedUntil = options.prefs.since;
    this.#alerts = new AlertBook(options.emit);
    this.#notices = new Notices(options.notify, () => this.#policy.notifications);
    this.#matcher = this.#makeMatcher();
  }

  /** The events that bring an empty window up to date. */
  state(): readonly ChatEvent[] {
    return [
      { type: 'collection', collection: 'alerts', reset: true, upsert: this.#alerts.all, remove: [] },
      {
        type: 'collection',
        collection: 'notifyLevels',
        reset: true,
        upsert: [...this.#levels].map(([id, level]) => ({ id, level })),
        remove: [],
      },
      listsEvent(this.#policy, this.#prefs),
      layoutsEvent(this.#policy, this.#prefs),
    ];
  }

  level(conversation: BareJid, kind: ConversationKind): NotifyLevel {
    return this.#levels.get(conversation) ?? defaultLevel(kind);
  }

  /** The policy changed while the session goes on. */
  configure(policy: WatchPolicy): void {
    this.#policy = policy;
    this.#matcher = this.#makeMatcher();
    this.#options.emit(listsEvent(this.#policy, this.#prefs));
    this.#options.emit(layoutsEvent(this.#policy, this.#prefs));
  }

  /** Messages that were put into a conversation: arrived now, come late, or missed and fetched. */
  onMessages(conversation: BareJid, kind: ConversationKind, messages: readonly ChatMessage[]): void {
    for (const message of messages) {
      if (message.direction === 'in') this.#look(conversation, kind, message);
    }
  }

  /** Messages changed: what a correction says is read like what is said. */
  onChanged(conversation: BareJid, kind: ConversationKind, messages: readonly ChatMessage[]): void {
    for (const message of messages) {
      if (message.acknowledgements !== undefined) this.#alerts.setOthers(conversation, message);
      const newest = message.versions?.at(-1);
      if (newest === undefined || message.direction !== 'in' || message.retraction !== undefined) continue;
      // Late: of a correction without such words nothing is to be told.
      this.#look(conversation, kind, { ...message, at: newest.at, delayed: true });
    }
  }

  /** A notice was published just now: watchwords count in it, names do not. */
  onFeedItem(feed: FeedAddress, item: FeedItem): void {
    const id = feedId(feed);
    this.#lookAtItem(feed, item, false, this.#marks.matched(id));
    this.#marks.setMatched(id, item.id);
    this.#saveSoon(SAVE_MATCHED_MS);
  }

  /**
   * The newest items of a feed were read, oldest first; those that `fresh` names nobody has seen. What stands behind the last that was
   * looked through came since, whatever it says of its own age. Of a feed that was never seen, what is newer than the last sign-out.
   */
  onFeedRead(feed: FeedAddress, items: readonly FeedItem[], fresh: ReadonlySet<string>): void {
    const id = feedId(feed);
    const mark = this.#marks.matched(id);
    const at = items.findIndex((item) => item.id === mark);
    for (const [index, item] of items.entries()) {
      if (index <= at || !fresh.has(item.id)) continue;
      if (mark === undefined && item.at <= this.#since) continue;
      this.#lookAtItem(feed, item, true, items[index - 1]?.id);
    }
    const newest = items.at(-1);
    if (newest === undefined || newest.id === mark) return;
    this.#marks.setMatched(id, newest.id);
    this.#saveSoon(SAVE_MATCHED_MS);
  }

  /** @param before the item before it */
  #lookAtItem(feed: FeedAddress, item: FeedItem, late: boolean, before: string | undefined): void {
    const { id, title, author, text, form, label } = item;
    const body = [title, text, ...(form === undefined ? [] : wordsOf(form))]
      .filter((part) => part !== '')
      .join('\n');
    const reasons = this.#words(body);
    if (reasons.length === 0) return;
    const message: ChatMessage = {
      id: `${feed.node} ${id}`,
      direction: 'in',
      // An item that a person publishes says of its author what that person likes.
      sender: isOfPerson(feed) ? feed.service : author || feed.node,
      body,
      // When it was received: when it was written is its author's word, and would put it anywhere in the inbox.
      at: Date.now(),
      delayed: late,
      ...(label === undefined ? {} : { label }),
    };
    const raised = this.#alerts.raise(feed.service, 'room', message, reasons, false, feed);
    if (raised.length === 0) return;
    this.#marks.raised(feedId(feed), before);
    this.#saveSoon();
    const severity = raised.reduce((most, alert) => higher(most, alert.severity), 'info' as Severity);
    this.#notices.add({ reason: 'watchword', severity }, message);
  }

  /** As with `PastActionsOptions`; none where the policy wants nobody told. */
  oldestAlerted(room: BareJid): string | undefined {
    return this.#options.share === undefined ? undefined : this.#alerts.oldestShared(room);
  }

  /** The item of a feed up to which this account's user has read. */
  feedRead(feed: string): string | undefined {
    return this.#marks.read(feed);
  }

  /** The feeds of which that is known. */
  feedsRead(): readonly string[] {
    return this.#marks.feeds;
  }

  forgetFeed(feed: string): void {
    this.#marks.forget(feed);
    this.#saveSoon();
  }

  keepFeedRead(feed: string, item: string): void {
    this.#marks.setRead(feed, item);
    this.#saveSoon();
  }

  close(): void {
    this.#notices.close();
    if (this.#saving === undefined) return;
    clearTimeout(this.#saving);
    this.#save();
  }

  handlers(): Handlers<WatchCommand> {
    return {
      'set-notify-level': done(({ conversation, level }) => this.#setLevel(conversation, level)),
      'set-watchwords': done(({ words, severity, sound, repeat }) => {
        this.#prefs = { ...this.#prefs, own: { name: '', words, severity, sound, repeat } };
        this.#matcher = this.#makeMatcher();
        this.#options.emit(listsEvent(this.#policy, this.#prefs));
        this.#saveSoon();
      }),
      'acknowledge-alerts': done(({ alerts }) => {
        const seen = this.#alerts.acknowledge(alerts, this.#options.self(), Date.now());
        if (seen.length === 0) return;
        this.#saveSoon();
        this.#share(seen);
      }),
      'save-layout': done(({ name, tiles }) => {
        const others = this.#prefs.layouts.filter((layout) => layout.name !== name);
        if (others.length >= MAX_LAYOUTS) throw new AppError('LAYOUTS_FULL', { count: MAX_LAYOUTS });
        this.#setLayouts([...others, { name, tiles }]);
      }),
      'delete-layout': done(({ name }) =>
        this.#setLayouts(this.#prefs.layouts.filter((layout) => layout.name !== name)),
      ),
      // Which window it is about, the desk's windows know.
      attend: done(() => undefined),
    };
  }

  /** Tells the rooms, where the policy wants that; at this desk they are acknowledged either way. Throws ACKNOWLEDGEMENT_NOT_SHARED. */
  #share(seen: readonly Alert[]): void {
    const { share } = this.#options;
    if (share === undefined) return;
    const byRoom = new Map<BareJid, Set<string>>();
    for (const { conversation, message } of seen.filter(isShared))
      byRoom.set(conversation, (byRoom.get(conversation) ?? new Set()).add(message));
    let missing = 0;
    for (const [room, messages] of byRoom) {
      try {
        missing += share(room, [...messages]);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        missing += messages.size;
      }
    }
    if (missing > 0) throw new AppError('ACKNOWLEDGEMENT_NOT_SHARED', { count: missing });
  }

  #look(conversation: BareJid, kind: ConversationKind, message: ChatMessage): void {
    const late = message.delayed;
    const now = Date.now();
    // A clock that is ahead must not hide what comes later.
    this.#matchedUntil = Math.max(this.#matchedUntil, Math.min(message.at, now));
    if (late && message.at <= this.#since) return;
    const reasons = this.#reasons(conversation, kind, message);
    const level = this.level(conversation, kind);
    const raised = this.#alerts.raise(conversation, kind, message, reasons, level === 'none');
    if (late && raised.some(isShared)) this.#options.onLate?.(conversation);
    if (raised.length > 0) this.#saveSoon();
    else if (!late) this.#saveSoon(SAVE_MATCHED_MS);
    if (level === 'none' || this.#options.isAttended(conversation)) return;
    const severity = raised.reduce((most, alert) => higher(most, alert.severity), 'info' as Severity);
    if (raised.length > 0) {
      const reason = raised.some((alert) => alert.reason === 'watchword') ? 'watchword' : 'mention';
      this.#notices.add({ reason, severity }, message);
    } else if (level === 'all' && !late) this.#notices.add({ reason: 'message', severity }, message);
  }

  #words(text: string): readonly AlertReason[] {
    return this.#matcher
      .find(text)
      .map((hit) => ({ reason: 'watchword', hit, own: hit.list === this.#prefs.own }));
  }

  #reasons(conversation: BareJid, kind: ConversationKind, { body }: ChatMessage): readonly AlertReason[] {
    const reasons = this.#words(body);
    if (kind === 'contact') return reasons;
    const [mention] = mentionsIn(body, this.#namesIn(conversation));
    return mention === undefined ? reasons : [...reasons, { reason: 'mention', start: mention.start }];
  }

  /** What the user is called in a room; the same list as long as it is the same. */
  #namesIn(room: BareJid): readonly string[] {
    const self = this.#options.self();
    const nick = this.#options.nick(room);
    const known = this.#names.get(room);
    if (known !== undefined && known.self === self && known.nick === nick) return known.names;
    const names = [...(nick === undefined ? [] : [nick]), self.slice(0, self.indexOf('@')), self];
    this.#names.set(room, { self, nick, names });
    return names;
  }

  #setLevel(conversation: BareJid, level: NotifyLevel): void {
    if (!this.#levels.has(conversation) && this.#levels.size >= MAX_LEVELS) {
      throw new AppError('LEVELS_FULL', { count: MAX_LEVELS });
    }
    this.#levels.set(conversation, level);
    const levels = [...this.#levels].map(([jid, of]) => ({ jid, level: of }));
    this.#prefs = { ...this.#prefs, levels };
    this.#options.emit({
      type: 'collection',
      collection: 'notifyLevels',
      reset: false,
      upsert: [{ id: conversation, level }],
      remove: [],
    });
    this.#alerts.setQuiet(conversation, level === 'none');
    this.#options.onLevel();
    this.#saveSoon();
  }

  #setLayouts(layouts: WatchPrefs['layouts']): void {
    this.#prefs = { ...this.#prefs, layouts };
    this.#options.emit(layoutsEvent(this.#policy, this.#prefs));
    this.#saveSoon();
  }

  #makeMatcher(): WatchwordMatcher {
    return new WatchwordMatcher<WatchwordList>([...this.#policy.lists, this.#prefs.own]);
  }

  /** Keeps it after `wait` milliseconds at the latest. */
  #saveSoon(wait = SAVE_MS): void {
    const at = performance.now() + wait;
    if (this.#saving !== undefined && this.#saveAt <= at) return;
    clearTimeout(this.#saving);
    this.#saveAt = at;
    this.#saving = setTimeout(() => this.#save(), wait);
  }

  #save(): void {
    this.#saving = undefined;
    // What nobody has acknowledged is raised again after the next sign-in.
    const raised = this.#alerts.oldestRaisedAt;
    const since = Math.max(
      0,
      raised === undefined ? this.#matchedUntil : Math.min(raised - 1, this.#matchedUntil),
    );
    const waiting = this.#alerts.raisedFeeds;
    const { feeds: _former, ...prefs } = this.#prefs;
    const feeds = this.#marks.kept((feed) => waiting.has(feed));
    this.#prefs = { ...prefs, since, ...(feeds.length === 0 ? {} : { feeds }) };
    this.#options.save(this.#prefs);
  }
}
