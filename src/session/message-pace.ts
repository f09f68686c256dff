import type { ChatEvent } from '../shared/chat-model.ts';

/** What comes faster than anybody reads, messages a second. */
const READABLE_PER_SECOND = 8;
const SECOND_MS = 1_000;
/** So many seconds one after the other make a stream one that lasts. */
const LASTING_SECONDS = 3;
/** After a pause this long it begins anew. */
const PAUSE_MS = 750;

/** Tells a stream of messages that lasts from a moment in which many come. Its clock is what it is given. */
export class MessagePace {
  #secondAt = Number.NEGATIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Messages of this second. */
  #count = 0;
  /** Full seconds before it. */
  #seconds = 0;

  /** @param now milliseconds, of the same clock each time */
  arrived(count: number, now: number): void {
    if (now - this.#lastAt > PAUSE_MS) {
      this.#seconds = 0;
      this.#count = 0;
      this.#secondAt = now;
    } else if (now - this.#secondAt >= SECOND_MS) {
      this.#seconds = this.#count > READABLE_PER_SECOND ? this.#seconds + 1 : 0;
      this.#count = 0;
      this.#secondAt = now;
    }
    this.#lastAt = now;
    this.#count += count;
  }

  /** True while more messages come than can be read, and have for {@link LASTING_SECONDS} s. */
  isLasting(now: number): boolean {
    return this.#seconds >= LASTING_SECONDS && now - this.#lastAt <= PAUSE_MS;
  }
}

/** Collections of which a change may come a moment later where messages come faster than they can be read. */
const CALM: ReadonlySet<string> = new Set(['typing', 'extras', 'feedItems']);

/**
 * Whether an event is no more than the stream itself: what others say to a room, and what it does to unread numbers, presences and
 * occupants. Alerts, what is said to this user alone, own messages and their states, the connection: none of that waits for it.
 */
export function isPassing(event: ChatEvent): boolean {
  switch (event.type) {
    case 'messages':
      return (
        event.before === undefined &&
        event.append.every(({ direction, sender }) => direction === 'in' && sender !== event.conversation)
      );
    case 'message-updates':
      return event.messages.every(({ direction }) => direction === 'in');
    case 'collection':
      return CALM.has(event.collection);
    case 'conversations':
    case 'contacts':
    case 'occupants':
      return true;
    case 'snapshot':
    case 'link':
    case 'connection':
    case 'rooms':
      return false;
  }
}
