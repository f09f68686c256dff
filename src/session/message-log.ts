import type { ChatMessage } from '../shared/chat-model.ts';
import { weightOf } from '../shared/whiteboard.ts';
import { MessageIndex } from './messages/message-index.ts';

/** Messages of one conversation kept in memory; the oldest go first when there are more. */
const MAX_MESSAGES = 20_000;
/** And so many UTF-16 code units of text: 20,000 of the longest messages would be 650 MB. */
const MAX_TEXT = 8 * 1024 * 1024;

/** The messages of one conversation, oldest first, found by id in constant time. */
export class MessageLog {
  readonly #onDropped: (messages: readonly ChatMessage[]) => void;
  #messages: ChatMessage[] = [];
  /** Position of each id, counted from the first message taken in, so that neither end moves the others. */
  readonly #positions = new Map<string, number>();
  readonly #index = new MessageIndex();
  #dropped = 0;
  #text = 0;

  constructor(onDropped: (messages: readonly ChatMessage[]) => void = () => undefined) {
    this.#onDropped = onDropped;
  }

  get lastAt(): number {
    return this.#messages.at(-1)?.at ?? 0;
  }

  get(id: string): ChatMessage | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#messages[position - this.#dropped];
  }

  /** The id of the message to which the archive gave that one. */
  byArchive(id: string): string | undefined {
    return this.#index.byArchive(id);
  }

  /** The ids of the messages to which their senders gave that one, in the order in which they came. */
  bySender(id: string): readonly string[] {
    return this.#index.bySender(id);
  }

  append(message: ChatMessage): void {
    this.#positions.set(message.id, this.#dropped + this.#messages.length);
    this.#messages.push(message);
    this.#index.add(message);
    this.#text += textOf(message);
    this.#bound();
  }

  get first(): ChatMessage | undefined {
    return this.#messages[0];
  }

  get last(): ChatMessage | undefined {
    return this.#messages.at(-1);
  }

  /** The message after the one with this id. */
  after(id: string): ChatMessage | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#messages[position - this.#dropped + 1];
  }

  /** The message with this id with at most so many before and behind it; empty where it is not here. */
  around(id: string, before: number, behind: number): readonly ChatMessage[] {
    const position = this.#positions.get(id);
    if (position === undefined) return [];
    const at = position - this.#dropped;
    return this.#messages.slice(Math.max(0, at - before), at + behind + 1);
  }

  /** Whether the message with id `id` stands behind the one with id `other`; false where one of them is not here. */
  isBehind(id: string, other: string): boolean {
    const [position, before] = [this.#positions.get(id), this.#positions.get(other)];
    return position !== undefined && before !== undefined && position > before;
  }

  /** All messages, oldest first. */
  *[Symbol.iterator](): Iterator<ChatMessage> {
    yield* this.#messages;
  }

  /** Whether older messages can be put before the rest; where not, they would be dropped at once. */
  hasRoomFor(messages: readonly ChatMessage[]): boolean {
    const text = messages.reduce((sum, message) => sum + textOf(message), this.#text);
    return this.#messages.length + messages.length <= MAX_MESSAGES && text <= MAX_TEXT;
  }

  /** Puts messages before the one with id `before`; false when there is none. The newer ones keep their positions. */
  insert(before: string, messages: readonly ChatMessage[]): boolean {
    const position = this.#positions.get(before);
    if (position === undefined) return false;
    const older = this.#messages.slice(0, position - this.#dropped);
    this.#messages.splice(older.length, 0, ...messages);
    this.#dropped -= messages.length;
    for (const [index, { id }] of [...older, ...messages].entries())
      this.#positions.set(id, this.#dropped + index);
    for (const message of messages) {
      this.#text += textOf(message);
      this.#index.add(message);
    }
    this.#bound();
    return true;
  }

  /** Replaces the message with the same id; false when there is none. */
  replace(message: ChatMessage): boolean {
    const position = this.#positions.get(message.id);
    if (position === undefined) return false;
    const at = position - this.#dropped;
    const former = this.#messages[at];
    this.#text += textOf(message) - (former === undefined ? 0 : textOf(former));
    this.#messages[at] = message;
    this.#index.add(message);
    return true;
  }

  /** The newest `limit` messages before message `before` (before the end without it), oldest first. */
  page(limit: number, before?: string): readonly ChatMessage[] {
    const position = before === undefined ? undefined : this.#positions.get(before);
    if (before !== undefined && position === undefined) return [];
    const end = position === undefined ? this.#messages.length : position - this.#dropped;
    return this.#messages.slice(Math.max(0, end - limit), end);
  }

  #bound(): void {
    if (this.#messages.length >= MAX_MESSAGES * 1.25) this.#dropOldest(this.#messages.length - MAX_MESSAGES);
    if (this.#text >= MAX_TEXT * 1.25) this.#dropOldest(this.#countOver(MAX_TEXT));
  }

  /** How many of the oldest messages have to go until the rest holds at most `limit` of text. */
  #countOver(limit: number): number {
    let text = this.#text;
    let count = 0;
    while (text > limit && count < this.#messages.length) {
      const message = this.#messages[count++];
      text -= message === undefined ? 0 : textOf(message);
    }
    return count;
  }

  #dropOldest(count: number): void {
    const dropped = this.#messages.slice(0, count);
    for (const message of dropped) {
      this.#positions.delete(message.id);
      this.#text -= textOf(message);
      this.#index.forget(message);
    }
    this.#messages = this.#messages.slice(count);
    this.#dropped += count;
    this.#onDropped(dropped);
  }
}

/** A point takes as much memory as so many UTF-16 code units. */
const POINT = 24;

/** UTF-16 code units that a message holds: all its texts, and what it drew in their measure. */
export function textOf({ body, versions = [], board }: ChatMessage): number {
  return versions.reduce((sum, version) => sum + version.body.length, body.length + POINT * weightOf(board));
}
