import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import type { NameWarning } from '../../shared/display-name.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { SecurityLabel } from '../../shared/labels.ts';
import { type MessageVersion, SELF, withoutRange } from '../../shared/message-actions.ts';
import type { ConversationAction, ConversationMessage } from '../../xmpp/index.ts';
import type { ChatModel } from '../chat-model.ts';
import type { StoredChanges } from '../store/stored-changes.ts';
import { acknowledged, claimed, corrected, isAuthor, quoting, reacted, retracted } from './apply.ts';
import { PendingActions, type Space } from './pending-actions.ts';

export interface MessageActionsOptions {
  readonly model: ChatModel;
  readonly catalogue: readonly SecurityLabel[];
  /** Messages that are kept, but not in memory. */
  readonly stored: Pick<StoredChanges, 'changeCalled'>;
  /** Somebody's name as it is shown. */
  nameOf(conversation: BareJid, kind: ConversationKind, name: string): string;
  /** What is to be said of a nickname besides. */
  warningOf?(room: BareJid, nick: string): NameWarning | undefined;
}

/** Own messages that one marker moves on. */
const MAX_DISPLAYED = 200;

/** What waits for a message: something done to it, a correction of it, or an answer that quotes it. */
type Waiting =
  | { readonly type: 'action'; readonly action: ConversationAction }
  | {
      readonly type: 'correction';
      readonly replaces: string;
      readonly version: MessageVersion;
      readonly author: string | undefined;
    }
  | { readonly type: 'quote'; readonly id: string };

/**
 * What was done to messages, live, by the user's other machines and in archives, in whatever order it comes: each action
 * reaches its message when both are here, and only if whoever did it may.
 */
export class MessageActions {
  readonly #options: MessageActionsOptions;
  readonly #model: ChatModel;
  readonly #waiting = new PendingActions<Waiting>();
  /** Apart: one message acknowledges 32, and must push nothing else out. */
  readonly #acknowledged = new PendingActions<Waiting>();

  constructor(options: MessageActionsOptions) {
    this.#options = options;
    this.#model = options.model;
  }

  /** Something was done to a message. */
  onAction(action: ConversationAction): void {
    const { conversation, kind } = action;
    const target = this.#targetOf(action);
    if (target !== undefined) {
      const changed = this.#apply(target, action);
      if (changed !== undefined) this.#model.updateMessage(conversation, changed);
      return;
    }
    // Of what is not here nobody sees how far it got.
    if (action.action.type === 'displayed') return;
    const space = kind === 'room' ? 'archive' : 'sender';
    const waiting = action.action.type === 'acknowledge' ? this.#acknowledged : this.#waiting;
    waiting.add(conversation, space, action.action.id, { type: 'action', action });
    // It waits all the same: its message may be on its way into memory.
    const meant = (called: readonly ChatMessage[]) => meantBy(action, called);
    this.#options.stored.changeCalled(
      conversation,
      space,
      action.action.id,
      meant,
      (message) => this.#apply(message, action),
      action.action.type === 'acknowledge',
    );
  }

  /**
   * A message that corrects another one (XEP-0308). False: that one is not here, or may not be corrected by it; it stands for
   * itself then. `run`: messages of the same page that are not in the model yet.
   */
  correct({ conversation, message, replaces }: ConversationMessage, run: ChatMessage[] = []): boolean {
    if (replaces === undefined) return false;
    const { reference, body, at, label, reply } = message;
    const version: MessageVersion = {
      id: reference?.id ?? message.id,
      // What an answer quotes stands above it already.
      body: reply?.fallback === undefined ? body : withoutRange(body, reply.fallback),
      at,
      ...(label === undefined ? {} : { label }),
    };
    const author = reference?.author;
    const isTarget = (one: ChatMessage | undefined): boolean =>
      one !== undefined &&
      isAuthor(one, author) &&
      (one.reference?.stanza === replaces || one.reference?.id === replaces);
    const inRun = run.findLastIndex(isTarget);
    const ids = this.#model.named(conversation, replaces, 'sender');
    const target = run[inRun] ?? ids.map((id) => this.#model.message(conversation, id)).findLast(isTarget);
    if (target === undefined) {
      if (ids.length === 0) {
        const waiting = { type: 'correction', replaces, version, author } as const;
        this.#waiting.add(conversation, 'sender', replaces, waiting);
        const meant = (called: readonly ChatMessage[]) => called.findLast(isTarget);
        this.#options.stored.changeCalled(conversation, 'sender', replaces, meant, (stored) =>
          corrected(stored, version, author, this.#options.catalogue),
        );
      }
      return false;
    }
    const changed = corrected(target, version, author, this.#options.catalogue);
    if (changed === undefined) return false;
    if (inRun !== -1) run[inRun] = changed;
    else if (changed !== target) this.#model.updateMessage(conversation, changed);
    return true;
  }

  /** Messages are in the model, or more is known of them: what waited for them is done. */
  onAdded(conversation: BareJid, kind: ConversationKind, messages: readonly ChatMessage[]): void {
    for (const { id } of messages) {
      const added = this.#model.message(conversation, id);
      if (added === undefined) continue;
      const waiting = [
        ...this.#waiting.take(conversation, added),
        ...this.#acknowledged.take(conversation, added),
      ];
      let changed = added;
      for (const one of waiting) {
        if (isOthers(changed, one)) this.#waitOn(conversation, kind, one);
        changed = this.#settle(conversation, changed, one) ?? changed;
      }
      changed = this.#quote(conversation, kind, changed) ?? changed;
      if (changed !== added) this.#model.updateMessage(conversation, changed);
    }
  }

  /** Another message has the same id by chance or on purpose; the right one may still come. */
  #waitOn(conversation: BareJid, kind: ConversationKind, one: Waiting): void {
    if (one.type === 'correction') this.#waiting.add(conversation, 'sender', one.replaces, one);
    else if (one.type === 'action') {
      const space = kind === 'room' ? 'archive' : 'sender';
      this.#waiting.add(conversation, space, one.action.action.id, one);
    }
  }

  #settle(conversation: BareJid, message: ChatMessage, waiting: Waiting): ChatMessage | undefined {
    switch (waiting.type) {
      case 'action':
        return this.#apply(message, waiting.action);
      case 'correction':
        return corrected(message, waiting.version, waiting.author, this.#options.catalogue);
      case 'quote': {
        const answer = this.#model.message(conversation, waiting.id);
        if (answer !== undefined) this.#model.updateMessage(conversation, this.#quoting(answer, message));
        return undefined;
      }
    }
  }

  /** The answer with what it answers, where that is here; else it waits for it. */
  #quote(conversation: BareJid, kind: ConversationKind, message: ChatMessage): ChatMessage | undefined {
    const { reply } = message;
    if (reply === undefined || reply.id !== undefined) return undefined;
    const target = this.#find(conversation, kind, reply.reference);
    if (target !== undefined && target.id !== message.id) return this.#quoting(message, target);
    const space = kind === 'room' ? 'archive' : 'sender';
    this.#waiting.add(conversation, space, reply.reference, { type: 'quote', id: message.id });
    return undefined;
  }

  #quoting(message: ChatMessage, target: ChatMessage): ChatMessage {
    const sender = target.direction === 'out' ? undefined : (target.shownAs ?? target.sender);
    return quoting(message, target, sender);
  }

  #targetOf(action: ConversationAction): ChatMessage | undefined {
    return meantBy(action, this.#called(action.conversation, action.kind, action.action.id));
  }

  #find(conversation: BareJid, kind: ConversationKind, id: string): ChatMessage | undefined {
    return this.#called(conversation, kind, id)[0];
  }

  /** The messages with that id on the wire: the archive's in a room, their senders' else (XEP-0461 3.1). */
  #called(conversation: BareJid, kind: ConversationKind, id: string): readonly ChatMessage[] {
    const space: Space = kind === 'room' ? 'archive' : 'sender';
    return this.#model
      .named(conversation, id, space)
      .flatMap((one) => this.#model.message(conversation, one) ?? []);
  }

  /** `undefined`: whoever did it may not, or it changes nothing. */
  #apply(message: ChatMessage, done: ConversationAction): ChatMessage | undefined {
    const { conversation, kind, author, at, action } = done;
    switch (action.type) {
      case 'react': {
        if (author === undefined) return undefined;
        const name = author === SELF ? '' : this.#options.nameOf(conversation, kind, done.name);
        return reacted(message, { author, name, emojis: action.emojis, at });
      }
      case 'retract':
        if (isAuthor(message, author)) return retracted(message, { at, by: 'sender' });
        return kind === 'room' ? claimed(message, done) : undefined;
      case 'moderate': {
        if (kind !== 'room') return undefined;
        const nick =
          action.by?.startsWith(`${conversation}/`) === true ? action.by.slice(conversation.length + 1) : '';
        return retracted(message, {
          at,
          by: 'room',
          ...(nick === '' ? {} : { moderator: this.#options.nameOf(conversation, kind, nick) }),
          ...(action.reason === '' ? {} : { reason: action.reason }),
        });
      }
      case 'acknowledge': {
        if (kind !== 'room') return undefined;
        const warning = author === SELF ? undefined : this.#options.warningOf?.(conversation, done.name);
        return acknowledged(message, {
          author: author ?? `name:${done.name}`,
          name: this.#options.nameOf(conversation, kind, done.name),
          ...(warning === undefined ? {} : { warning }),
          at,
        });
      }
      case 'displayed':
        if (kind === 'contact' && author !== SELF) this.#displayedUpTo(conversation, message);
        return undefined;
    }
  }

  /** XEP-0333: with one message all before it have been on the screen. */
  #displayedUpTo(conversation: BareJid, last: ChatMessage): void {
    const before = this.#model.page(conversation, MAX_DISPLAYED, last.id);
    for (const message of [last, ...[...before].reverse()]) {
      if (message.direction !== 'out') continue;
      if (message.delivery === 'displayed') break;
      if (message.delivery === 'failed' || message.delivery === 'queued') continue;
      this.#model.updateMessage(conversation, { ...message, delivery: 'displayed' });
    }
  }
}

/** Which of the messages with that id an action means. */
function meantBy(
  { author, action }: ConversationAction,
  called: readonly ChatMessage[],
): ChatMessage | undefined {
  switch (action.type) {
    case 'react':
    case 'moderate':
    case 'acknowledge':
      return called[0];
    case 'retract':
      return called.findLast((message) => isAuthor(message, author)) ?? called[0];
    case 'displayed':
      return called.findLast((message) => isAuthor(message, SELF));
  }
}

/** Only its author may do that, and they did not write this message. */
function isOthers(message: ChatMessage, waiting: Waiting): boolean {
  if (waiting.type === 'correction') return !isAuthor(message, waiting.author);
  return (
    waiting.type === 'action' &&
    waiting.action.action.type === 'retract' &&
    !isAuthor(message, waiting.action.author)
  );
}
