import type { ChatMessage } from '../../shared/chat-model.ts';

/** Messages in one chunk; a change copies one chunk and the list of chunks. */
const CHUNK_BITS = 9;
const CHUNK_SIZE = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_SIZE - 1;

type Chunk = readonly (ChatMessage | undefined)[];

/**
 * The messages of one conversation, oldest first. A value: every change returns a new log and leaves the old one as
 * it was, so React sees a change by comparing references; 100,000 messages share all but the chunks that changed.
 *
 * A message has a position that never changes: the first one ever has 0, older ones that are loaded later have
 * negative positions. The index from id to position is shared by all logs that were made from one another; an entry
 * counts only where the message at that position has that id, so an old log stays readable.
 */
export class MessageLog {
  static readonly empty = new MessageLog([], 0, 0, 0, new Map());

  readonly #chunks: readonly Chunk[];
  /** Chunk number of `#chunks[0]`; position `p` is in chunk `p >> CHUNK_BITS`. */
  readonly #firstChunk: number;
  readonly #index: Map<string, number>;
  /** Position of the oldest message. */
  readonly start: number;
  /** Position after the newest message. */
  readonly end: number;

  private constructor(
    chunks: readonly Chunk[],
    firstChunk: number,
    start: number,
    end: number,
    index: Map<string, number>,
  ) {
    this.#chunks = chunks;
    this.#firstChunk = firstChunk;
    this.start = start;
    this.end = end;
    this.#index = index;
  }

  get size(): number {
    return this.end - this.start;
  }

  /** The message at `index`, 0 being the oldest. */
  at(index: number): ChatMessage | undefined {
    return index < 0 || index >= this.size ? undefined : this.#atPosition(this.start + index);
  }

  get first(): ChatMessage | undefined {
    return this.at(0);
  }

  get last(): ChatMessage | undefined {
    return this.at(this.size - 1);
  }

  /** Where the message with `id` is, 0 being the oldest; -1 when it is not here. */
  indexOf(id: string): number {
    const position = this.#positionOf(id);
    return position === undefined ? -1 : position - this.start;
  }

  get(id: string): ChatMessage | undefined {
    const position = this.#positionOf(id);
    return position === undefined ? undefined : this.#atPosition(position);
  }

  /** Adds messages at the end; those whose id is already here replace the one that is. */
  append(messages: readonly ChatMessage[]): MessageLog {
    const fresh = this.#fresh(messages);
    const known = messages.filter((message) => this.#positionOf(message.id) !== undefined);
    return this.replace(known).#place(fresh, this.end);
  }

  /** Adds messages before the oldest; those whose id is already here are left out. */
  prepend(messages: readonly ChatMessage[]): MessageLog {
    const fresh = this.#fresh(messages);
    return this.#place(fresh, this.start - fresh.length);
  }

  /**
   * Adds messages before the one with id `before`, which is not the usual place: all older ones are laid out anew. Those
   * after it keep their positions. Without that message nothing happens.
   */
  insert(before: string, messages: readonly ChatMessage[]): MessageLog {
    const fresh = this.#fresh(messages);
    const index = this.indexOf(before);
    if (index === -1 || fresh.length === 0) return this;
    const inOrder = [...this.slice(0, index), ...fresh, ...this.slice(index, this.size)];
    return MessageLog.empty.#place(inOrder, this.start - fresh.length);
  }

  /** Without the messages before the one at `index`, which are let go; the others keep their positions. */
  from(index: number): MessageLog {
    if (index <= 0) return this;
    if (index >= this.size) return MessageLog.empty;
    const start = this.start + index;
    const firstChunk = start >> CHUNK_BITS;
    const positions = new Map<string, number>();
    for (let position = start; position < this.end; position += 1) {
      const message = this.#atPosition(position);
      if (message !== undefined) positions.set(message.id, position);
    }
    const chunks = this.#chunks.slice(firstChunk - this.#firstChunk);
    return new MessageLog(chunks, firstChunk, start, this.end, positions);
  }

  /** Replaces messages by id; ids that are not here are ignored. */
  replace(messages: readonly ChatMessage[]): MessageLog {
    const writer = new ChunkWriter(this.#chunks, this.#firstChunk);
    let changed = false;
    for (const message of messages) {
      const position = this.#positionOf(message.id);
      if (position === undefined || this.#atPosition(position) === message) continue;
      writer.set(position, message);
      changed = true;
    }
    if (!changed) return this;
    return new MessageLog(writer.chunks, writer.firstChunk, this.start, this.end, this.#index);
  }

  /** The messages from `from` up to, not including, `to`; for small ranges. */
  slice(from: number, to: number): readonly ChatMessage[] {
    const messages: ChatMessage[] = [];
    for (let index = Math.max(0, from); index < Math.min(to, this.size); index += 1) {
      const message = this.at(index);
      if (message !== undefined) messages.push(message);
    }
    return messages;
  }

  #place(messages: readonly ChatMessage[], position: number): MessageLog {
    if (messages.length === 0) return this;
    const writer = new ChunkWriter(this.#chunks, this.#firstChunk);
    const index = this === MessageLog.empty ? new Map<string, number>() : this.#index;
    let next = position;
    for (const message of messages) {
      writer.set(next, message);
      index.set(message.id, next);
      next += 1;
    }
    const start = this.size === 0 ? position : Math.min(this.start, position);
    return new MessageLog(writer.chunks, writer.firstChunk, start, Math.max(this.end, next), index);
  }

  /** Those of `messages` that are not here yet, each id once; the last one of an id wins. */
  #fresh(messages: readonly ChatMessage[]): readonly ChatMessage[] {
    const fresh = new Map<string, ChatMessage>();
    for (const message of messages) {
      if (this.#positionOf(message.id) === undefined) fresh.set(message.id, message);
    }
    return [...fresh.values()];
  }

  #positionOf(id: string): number | undefined {
    const position = this.#index.get(id);
    if (position === undefined || position < this.start || position >= this.end) return undefined;
    return this.#atPosition(position)?.id === id ? position : undefined;
  }

  #atPosition(position: number): ChatMessage | undefined {
    return this.#chunks[(position >> CHUNK_BITS) - this.#firstChunk]?.[position & CHUNK_MASK];
  }
}

/** Writes into a copy of the chunks; each chunk is copied once. */
class ChunkWriter {
  readonly chunks: Chunk[];
  firstChunk: number;
  readonly #own = new Map<number, (ChatMessage | undefined)[]>();

  constructor(chunks: readonly Chunk[], firstChunk: number) {
    this.chunks = [...chunks];
    this.firstChunk = firstChunk;
  }

  set(position: number, message: ChatMessage): void {
    this.#chunk(position >> CHUNK_BITS)[position & CHUNK_MASK] = message;
  }

  #chunk(number: number): (ChatMessage | undefined)[] {
    const owned = this.#own.get(number);
    if (owned !== undefined) return owned;
    this.#cover(number);
    const chunk = [...(this.chunks[number - this.firstChunk] ?? [])];
    chunk.length = CHUNK_SIZE;
    this.chunks[number - this.firstChunk] = chunk;
    this.#own.set(number, chunk);
    return chunk;
  }

  /** Makes room in the list of chunks for chunk `number`. */
  #cover(number: number): void {
    if (this.chunks.length === 0) this.firstChunk = number;
    while (number < this.firstChunk) {
      this.chunks.unshift([]);
      this.firstChunk -= 1;
    }
    while (number >= this.firstChunk + this.chunks.length) this.chunks.push([]);
  }
}
