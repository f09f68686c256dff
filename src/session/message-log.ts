import type { ChatMessage } from '../shared/chat-model.ts';

/** Messages of one conversation kept in memory; the oldest go first when there are more. */
const MAX_MESSAGES = 20_000;
/** And so many UTF-16 code units of text: 20,000 of the longest messages would be 650 MB. */
const MAX_TEXT = 8 * 1024 * 1024;

/** The messages of one conversation, oldest first, found by id in constant time. */
export class MessageLog {
  #messages: ChatMessage[] = [];
  /** Position of each id, counted from the first message ever, so that dropping old ones moves nothing. */
  readonly #positions = new Map<string, number>();
  #dropped = 0;
  #text = 0;

  get lastAt(): number {
    return this.#messages.at(-1)?.at ?? 0;
  }

  get(id: string): ChatMessage | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#messages[position - this.#dropped];
  }

  append(message: ChatMessage): void {
    this.#positions.set(message.id, this.#dropped + this.#messages.length);
    this.#messages.push(message);
    this.#text += message.body.length;
    if (this.#messages.length >= MAX_MESSAGES * 1.25) this.#dropOldest(this.#messages.length - MAX_MESSAGES);
    if (this.#text >= MAX_TEXT * 1.25) this.#dropOldest(this.#countOver(MAX_TEXT));
  }

  /** Replaces the message with the same id; false when there is none. */
  replace(message: ChatMessage): boolean {
    const position = this.#positions.get(message.id);
    if (position === undefined) return false;
    const at = position - this.#dropped;
    this.#text += message.body.length - (this.#messages[at]?.body.length ?? 0);
    this.#messages[at] = message;
    return true;
  }

  /** The newest `limit` messages before message `before` (before the end without it), oldest first. */
  page(limit: number, before?: string): readonly ChatMessage[] {
    const position = before === undefined ? undefined : this.#positions.get(before);
    if (before !== undefined && position === undefined) return [];
    const end = position === undefined ? this.#messages.length : position - this.#dropped;
    return this.#messages.slice(Math.max(0, end - limit), end);
  }

  /** How many of the oldest messages have to go until the rest holds at most `limit` of text. */
  #countOver(limit: number): number {
    let text = this.#text;
    let count = 0;
    while (text > limit && count < this.#messages.length) text -= this.#messages[count++]?.body.length ?? 0;
    return count;
  }

  #dropOldest(count: number): void {
    for (const message of this.#messages.slice(0, count)) {
      this.#positions.delete(message.id);
      this.#text -= message.body.length;
    }
    this.#messages = this.#messages.slice(count);
    this.#dropped += count;
  }
}
