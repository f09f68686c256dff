/** One-to-one messages (RFC 6121 5): building them, and taking in messages, carbons, receipts and errors. */
import { type ChatMessage, MAX_BODY_LENGTH } from '../../shared/chat-model.ts';
import type { DataForm } from '../../shared/data-form.ts';
import { fileDescription, type SharedFile } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { MessageLabel } from '../../shared/labels.ts';
import { type MessageReply, type MessageRetraction, SELF } from '../../shared/message-actions.ts';
import type { FileGatePolicy } from '../../shared/session-contract.ts';
import type { BoardOperation } from '../../shared/whiteboard.ts';
import type { ConversationAction, ConversationMessage } from '../api.ts';
import type { LabelBook } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { readBoard } from '../sallyport-whiteboard/board.ts';
import { stanzaErrorCondition } from '../stream/errors.ts';
import { readFormMessage } from '../xep-0004-data-forms/form-message.ts';
import { activeState } from '../xep-0085-chat-states/chat-states.ts';
import { asksForReceipt, buildReceipt, receiptRequest, receivedIdOf } from '../xep-0184-receipts/receipts.ts';
import { delayOf } from '../xep-0203-delay/delay.ts';
import { messageLabel } from '../xep-0258-security-labels/message-label.ts';
import { readCarbon } from '../xep-0280-carbons/carbons.ts';
import { correctedIdOf } from '../xep-0308-correction/correction.ts';
import type { ArchivedStanza } from '../xep-0313-mam/stanzas.ts';
import { markable } from '../xep-0333-markers/markers.ts';
import {
  type Doubles,
  keysOf,
  type MessageKeys,
  originIdOf,
  SeenKeys,
} from '../xep-0359-stanza-ids/doubles.ts';
import { readTombstone } from '../xep-0424-retraction/retraction.ts';
import { readFileSharing } from '../xep-0447-stateless-file-sharing/file-sharing.ts';
import { readReply } from '../xep-0461-replies/replies.ts';
import { childText, type Element, xml } from '../xml.ts';
import { readAction, referenceOf } from './actions.ts';
import type { Outbox, Outgoing } from './outbox.ts';
import { contentPayloads } from './payloads.ts';

export interface DirectMessagesOptions {
  readonly domain: string;
  /** Absent: no files. */
  readonly fileGate: FileGatePolicy | undefined;
  readonly labels: LabelBook;
  readonly outbox: Outbox;
  readonly doubles: Doubles;
  account(): BareJid;
  /** The bare form of an address that passed the guard. */
  bare(address: string): BareJid | undefined;
  /** Whether that address is subscribed to this user's presence. */
  mayKnow(jid: BareJid): boolean;
  send(stanza: Element): void;
  emit(message: ConversationMessage): void;
  emitAction(action: ConversationAction): void;
  newId(): string;
}

/** Longest id of a message that another client of this account sent; a window may name one of this length. */
const MAX_FOREIGN_ID = 128;

/** What is shown of a longer one. */
export function readBody(message: Element): string | undefined {
  const body = childText(message, 'body', NS.client);
  if (body === undefined || body === '') return undefined;
  return body.length <= MAX_BODY_LENGTH ? body : `${body.slice(0, MAX_BODY_LENGTH - 2)} …`;
}

/** What a message says. */
export interface MessageContent {
  readonly body: string;
  readonly file?: SharedFile;
  readonly form?: DataForm;
  readonly board?: readonly BoardOperation[];
  readonly label?: MessageLabel;
  readonly reply?: MessageReply;
  readonly retraction?: MessageRetraction;
}

/** Text, file, label and what it answers; `undefined` for a message that says nothing. */
export function readContent(
  message: Element,
  gate: FileGatePolicy | undefined,
  labels: LabelBook,
): MessageContent | undefined {
  const file = readFileSharing(message, gate);
  const body = readBody(message) ?? (file && fileDescription(file));
  if (body === undefined) return undefined;
  const form = readFormMessage(message, body);
  const board = readBoard(message, body, file);
  const label = messageLabel(message, labels);
  const reply = readReply(message);
  return {
    body,
    ...(file === undefined ? {} : { file }),
    ...(form === undefined ? {} : { form }),
    ...(board === undefined ? {} : { board }),
    ...(label === undefined ? {} : { label }),
    ...(reply === undefined ? {} : { reply }),
  };
}

/** The same of a message in an archive, which may be what is left of one that was taken back. */
export function readArchivedContent(
  { message, at }: ArchivedStanza,
  gate: FileGatePolicy | undefined,
  labels: LabelBook,
): MessageContent | undefined {
  const content = readContent(message, gate, labels);
  const tombstone = readTombstone(message);
  // A tombstone has no text: with one, its sender wrote both, and nobody took anything back.
  if (tombstone === undefined || content !== undefined) return content;
  const retraction = { by: tombstone.by, at: Math.min(tombstone.at ?? at, Date.now()) };
  return { body: '', retraction: { ...retraction, gone: true } };
}

export function buildDirectMessage(message: Outgoing): Element {
  const { id, conversation, action } = message;
  const asked = action === undefined ? [receiptRequest(), markable(), activeState()] : [];
  return xml(
    'message',
    { xmlns: NS.client, type: 'chat', to: conversation, id },
    ...contentPayloads(message),
    ...asked,
  );
}

/** The message that this one corrects, as a part of what is told of it. */
export function replaces(stanza: Element): Pick<ConversationMessage, 'replaces'> {
  const id = correctedIdOf(stanza);
  return id === undefined ? {} : { replaces: id };
}

/** Receipts in archives that are remembered until their messages are read: pages are read from the newest back. */
const MAX_RECEIPTS = 5_000;

export class DirectMessages {
  readonly #options: DirectMessagesOptions;
  readonly #receipts = new SeenKeys(MAX_RECEIPTS);

  constructor(options: DirectMessagesOptions) {
    this.#options = options;
  }

  /** Takes a message of any type but `groupchat` that did not come from a room. */
  onMessage(stanza: Element): void {
    const carbon = readCarbon(stanza);
    if (carbon === undefined) this.#onIncoming(stanza, true);
    else if (carbon.direction === 'received') this.#onIncoming(carbon.message, false);
    else this.#onSentElsewhere(carbon.message);
  }

  /** `live`: it was sent to this client, not copied to it. */
  #onIncoming(stanza: Element, live: boolean): void {
    const { outbox, domain } = this.#options;
    const sender = this.#options.bare(stanza.attrs.from ?? domain);
    if (sender === undefined) return;
    if (stanza.attrs.type === 'error') {
      this.#onError(stanza, sender);
      return;
    }
    const receivedId = receivedIdOf(stanza);
    if (receivedId !== undefined && outbox.get(receivedId)?.conversation === sender) {
      outbox.advance(receivedId, 'delivered');
    }
    if (this.#onAction(stanza, sender, sender)) return;
    const content = readContent(stanza, this.#options.fileGate, this.#options.labels);
    if (content === undefined) return;
    const message = this.#read(stanza, sender, content);
    // A double is answered again: that it came twice may well mean that the first receipt did not arrive.
    if (live && asksForReceipt(stanza) && (!message.delayed || this.#options.mayKnow(sender))) {
      this.#options.send(buildReceipt(stanza, this.#options.newId()));
    }
    const keys = this.#keys(stanza, sender, message);
    if (this.#options.doubles.isKnown(keys, message)) return;
    this.#options.emit({ conversation: sender, kind: 'contact', message, keys, ...replaces(stanza) });
  }

  /** Takes a message that does something to another one; `author`: this user, or the other side. */
  #onAction(stanza: Element, conversation: BareJid, author: string, at = this.#timeOf(stanza)): boolean {
    const action = readAction(stanza, false);
    if (action === undefined) return false;
    const name = author === SELF ? this.#options.account() : author;
    this.#options.emitAction({ conversation, kind: 'contact', author, name, at, action });
    return true;
  }

  #timeOf(stanza: Element): number {
    const now = Date.now();
    return delayOf(stanza, [this.#options.domain, this.#options.account()], now) ?? now;
  }

  #onError(stanza: Element, sender: BareJid): void {
    const { id } = stanza.attrs;
    if (id === undefined || this.#options.outbox.get(id)?.conversation !== sender) return;
    const condition = stanzaErrorCondition(stanza);
    this.#options.outbox.fail(id, { code: 'MESSAGE_REFUSED', detail: { condition } });
  }

  /** What the user wrote on another machine. */
  #onSentElsewhere(stanza: Element): void {
    const conversation = this.#options.bare(stanza.attrs.to ?? '');
    if (conversation === undefined || this.#onAction(stanza, conversation, SELF)) return;
    const content = readContent(stanza, this.#options.fileGate, this.#options.labels);
    if (content === undefined) return;
    const account = this.#options.account();
    const message = this.#read(stanza, account, content);
    const keys = this.#keys(stanza, `${account}\n${conversation}`, message);
    if (this.#options.doubles.isKnown(keys, message)) return;
    const id = this.#foreignId(stanza) ?? message.id;
    this.#options.outbox.addForeign({ id, conversation, kind: 'contact' });
    this.#options.emit({
      conversation,
      kind: 'contact',
      message: { ...message, id, direction: 'out', delivery: 'stored' },
      keys,
      ...replaces(stanza),
    });
  }

  /** Takes a message of the own account's archive (XEP-0313); `undefined` for one that says nothing. */
  readArchived(archived: ArchivedStanza): ConversationMessage | undefined {
    const { id: archiveId, message: stanza, at } = archived;
    const { outbox, doubles } = this.#options;
    const account = this.#options.account();
    const from = this.#options.bare(stanza.attrs.from ?? '');
    const to = this.#options.bare(stanza.attrs.to ?? '');
    if (from === undefined || to === undefined) return undefined;
    const own = from === account;
    const conversation = own ? to : from;
    const receivedId = own ? undefined : receivedIdOf(stanza);
    if (receivedId !== undefined) {
      this.#receipts.add(`${conversation}\n${receivedId}`, at);
      if (outbox.get(receivedId)?.conversation === conversation) outbox.advance(receivedId, 'delivered');
    }
    if (this.#onAction(stanza, conversation, own ? SELF : conversation, at)) return undefined;
    const content = readArchivedContent(archived, this.#options.fileGate, this.#options.labels);
    if (content === undefined) return undefined;
    const read = { ...this.#read(stanza, own ? account : conversation, content), at, delayed: false };
    const keys = this.#keys(stanza, own ? `${account}\n${conversation}` : conversation, read, archiveId);
    doubles.remember(keys, at);
    if (!own) return { conversation, kind: 'contact', message: read, keys, ...replaces(stanza) };
    const id = this.#archivedId(stanza, conversation) ?? read.id;
    outbox.addForeign({ id, conversation, kind: 'contact' });
    outbox.advance(id, this.#receipts.has(`${conversation}\n${id}`) ? 'delivered' : 'stored');
    return {
      conversation,
      kind: 'contact',
      message: { ...read, id, direction: 'out', delivery: 'stored' },
      keys,
      ...replaces(stanza),
    };
  }

  /** The origin id of an own message: its id here, if this client sent it, and the one that receipts name. */
  #archivedId(stanza: Element, conversation: BareJid): string | undefined {
    const id = originIdOf(stanza);
    if (id === undefined || id.length > MAX_FOREIGN_ID) return undefined;
    const known = this.#options.outbox.get(id);
    return known === undefined || known.conversation === conversation ? id : undefined;
  }

  /** The id by which receipts will name the message, unless another message has it already: some clients count from 1. */
  #foreignId(stanza: Element): string | undefined {
    const { id } = stanza.attrs;
    const usable = id !== undefined && id !== '' && id.length <= MAX_FOREIGN_ID;
    return usable && this.#options.outbox.get(id) === undefined ? id : undefined;
  }

  #read(stanza: Element, sender: BareJid, content: MessageContent): ChatMessage {
    const now = Date.now();
    const account = this.#options.account();
    const stamp = delayOf(stanza, [this.#options.domain, account], now);
    return {
      // Never one that came with it: a sender who chose it could overwrite what stands in the conversation.
      id: this.#options.newId(),
      direction: 'in',
      sender,
      ...content,
      at: stamp ?? now,
      delayed: stamp !== undefined,
      reference: referenceOf(stanza, sender === account ? SELF : sender, undefined),
    };
  }

  #keys(stanza: Element, sender: string, { body }: ChatMessage, archiveId?: string): MessageKeys {
    return keysOf(stanza, { sender, archive: this.#options.account(), body }, archiveId);
  }
}
