/** What is said and done in a room, live and in its archive: whose it is, and whether it was there before. */
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ConversationAction, ConversationMessage, MessageAction } from '../api.ts';
import { NS } from '../namespaces.ts';
import { readActions, referenceOf } from '../rfc6121-message/actions.ts';
import { type MessageContent, readArchivedContent, replaces } from '../rfc6121-message/direct-messages.ts';
import { delayOf } from '../xep-0203-delay/delay.ts';
import type { ArchivedStanza } from '../xep-0313-mam/stanzas.ts';
import { keysOf, type MessageKeys } from '../xep-0359-stanza-ids/doubles.ts';
import { childOf, type Element } from '../xml.ts';
import type { Authors } from './authors.ts';
import type { OwnTraces, Said } from './own-traces.ts';
import type { RoomContext } from './room-context.ts';

export interface RoomMessagesOptions {
  readonly room: BareJid;
  readonly context: RoomContext;
  readonly own: OwnTraces;
  readonly authors: Authors;
  /** This user's nickname now. */
  nick(): string;
  /** The room's name, in which it speaks itself. */
  name(): string;
}

/** Empty where the room itself speaks. */
function nickOf({ attrs: { from = '' } }: Element): string {
  return from.includes('/') ? from.slice(from.indexOf('/') + 1) : '';
}

export class RoomMessages {
  readonly #options: RoomMessagesOptions;
  readonly #room: BareJid;
  readonly #context: RoomContext;
  readonly #own: OwnTraces;

  constructor(options: RoomMessagesOptions) {
    this.#options = options;
    this.#room = options.room;
    this.#context = options.context;
    this.#own = options.own;
  }

  /** Takes a message with a text; `nick` is empty where the room itself speaks. */
  onContent(stanza: Element, nick: string, content: MessageContent): void {
    const { body } = content;
    const now = Date.now();
    const stamp = delayOf(stanza, [this.#room, this.#context.domain], now);
    const at = stamp ?? now;
    const said = { stanza, nick, body, delayed: stamp !== undefined };
    const own = this.#own.isOwn(said, this.#options.nick());
    const ownId = this.#own.reflected(said, own);
    const keys = this.#keys(stanza, nick, body);
    const double = this.#context.doubles.isKnown(keys, { at, delayed: stamp !== undefined });
    if (ownId !== undefined) {
      this.#context.outbox.advance(ownId, 'stored');
      this.#context.emitReflected({ conversation: this.#room, id: ownId, keys });
      return;
    }
    if (double) {
      if (keys.archiveId !== undefined) this.#context.emitRepeated(this.#room, keys.archiveId);
      return;
    }
    const message = this.#shown(said, content, own, at);
    this.#context.emitMessage({ conversation: this.#room, kind: 'room', message, keys, ...replaces(stanza) });
  }

  /**
   * Takes a message that does something to another one; false: it does not. `archivedAt`: when, where the archive says so,
   * milliseconds since 1970. `inHistory`: the room still tells its past; later anybody could write a delay in its name.
   */
  onAction(stanza: Element, nick: string, archivedAt?: number, inHistory = false): boolean {
    const actions = readActions(stanza, nick === '');
    if (actions.length === 0) return false;
    const now = Date.now();
    const stamp = archivedAt ?? delayOf(stanza, [this.#room, this.#context.domain], now);
    const said = { stanza, nick, body: '', delayed: stamp !== undefined };
    const own = this.#own.isOwn(said, this.#options.nick());
    const ownId = this.#own.reflected(said, own);
    if (ownId !== undefined) this.#context.outbox.advance(ownId, 'stored');
    const isOwn = own || ownId !== undefined;
    const isRepeated = inHistory && archivedAt === undefined && stamp !== undefined;
    const isText = childOf(stanza, 'body', NS.client) !== undefined;
    const repeated = isRepeated && !isText ? { repeated: true as const } : {};
    for (const action of actions)
      this.#context.emitAction({ ...this.#done(said, isOwn, stamp ?? now, action), ...repeated });
    return true;
  }

  /** Takes a message of the room's archive (XEP-0313); `undefined` for one that says nothing by itself. */
  readArchived(archived: ArchivedStanza): ConversationMessage | undefined {
    const { id: archiveId, message: stanza, at } = archived;
    const nick = nickOf(stanza);
    if (this.onAction(stanza, nick, at)) return undefined;
    const content = readArchivedContent(archived, this.#context.fileGate, this.#context.labels);
    if (content === undefined) return undefined;
    const said = { stanza, nick, body: content.body, delayed: true };
    const own = this.#own.isOwn(said, this.#options.nick());
    const ownId = this.#own.reflected(said, own);
    if (ownId !== undefined) this.#context.outbox.advance(ownId, 'stored');
    const keys = this.#keys(stanza, nick, content.body, archiveId);
    this.#context.doubles.remember(keys, at);
    const isOwn = own || ownId !== undefined;
    const shown = this.#shown(said, content, isOwn, at, archiveId);
    const message = { ...shown, delayed: false, ...(ownId === undefined ? {} : { id: ownId }) };
    return { conversation: this.#room, kind: 'room', message, keys, ...replaces(stanza) };
  }

  /** The same without taking it in: nothing is remembered, told or settled by it. */
  peekArchived(archived: ArchivedStanza): readonly (ConversationMessage | ConversationAction)[] {
    const { id: archiveId, message: stanza, at } = archived;
    const nick = nickOf(stanza);
    const actions = readActions(stanza, nick === '');
    const content =
      actions.length === 0
        ? readArchivedContent(archived, this.#context.fileGate, this.#context.labels)
        : undefined;
    const said = { stanza, nick, body: content?.body ?? '', delayed: true };
    const own = this.#own.isOwn(said, this.#options.nick());
    const ownId = this.#own.reflected(said, own);
    const isOwn = own || ownId !== undefined;
    if (actions.length > 0) return actions.map((action) => this.#done(said, isOwn, at, action));
    if (content === undefined) return [];
    const shown = this.#shown(said, content, isOwn, at, archiveId);
    const message = { ...shown, delayed: false, ...(ownId === undefined ? {} : { id: ownId }) };
    const keys = this.#keys(stanza, nick, content.body, archiveId);
    return [{ conversation: this.#room, kind: 'room', message, keys, ...replaces(stanza) }];
  }

  #done(said: Said, own: boolean, at: number, action: MessageAction): ConversationAction {
    const { stanza, nick, delayed } = said;
    const author = this.#options.authors.of(stanza, nick, own, delayed);
    return { conversation: this.#room, kind: 'room', author, name: nick, at, action };
  }

  #shown(
    { stanza, nick, delayed }: Said,
    content: MessageContent,
    own: boolean,
    at: number,
    archiveId?: string,
  ): ChatMessage {
    const author = this.#options.authors.of(stanza, nick, own, delayed);
    const reference = referenceOf(stanza, author, this.#room);
    return {
      id: this.#context.newId(),
      direction: own ? 'out' : 'in',
      sender: nick === '' ? this.#options.name() : nick,
      ...content,
      at,
      delayed,
      reference: archiveId === undefined ? reference : { ...reference, archive: archiveId },
      ...(own ? { delivery: 'stored' } : {}),
    };
  }

  #keys(stanza: Element, nick: string, body: string, archiveId?: string): MessageKeys {
    const sender = nick === '' ? this.#room : `${this.#room}/${nick}`;
    return keysOf(stanza, { sender, archive: this.#room, body }, archiveId);
  }
}
