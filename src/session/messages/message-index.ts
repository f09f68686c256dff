import type { ChatMessage } from '../../shared/chat-model.ts';

/** Messages that share one id of their senders' making and are told apart; the rest of them is not found. */
const MAX_SAME_ID = 16;

/** The messages of one conversation by the ids under which others speak of them. */
export class MessageIndex {
  readonly #byArchive = new Map<string, string>();
  readonly #bySender = new Map<string, readonly string[]>();

  /** Adds a message, or what has become known of it. */
  add({ id, reference }: ChatMessage): void {
    if (reference === undefined) return;
    if (reference.archive !== undefined && !this.#byArchive.has(reference.archive))
      this.#byArchive.set(reference.archive, id);
    for (const key of [reference.id, reference.stanza]) {
      if (key === undefined) continue;
      const known = this.#bySender.get(key) ?? [];
      if (!known.includes(id) && known.length < MAX_SAME_ID) this.#bySender.set(key, [...known, id]);
    }
  }

  forget({ id, reference }: ChatMessage): void {
    if (reference?.archive !== undefined && this.#byArchive.get(reference.archive) === id)
      this.#byArchive.delete(reference.archive);
    for (const key of [reference?.id, reference?.stanza]) {
      const rest = key === undefined ? undefined : this.#bySender.get(key)?.filter((one) => one !== id);
      if (key === undefined || rest === undefined) continue;
      if (rest.length === 0) this.#bySender.delete(key);
      else this.#bySender.set(key, rest);
    }
  }

  /** The id of the message to which the archive gave that one. */
  byArchive(id: string): string | undefined {
    return this.#byArchive.get(id);
  }

  /** The ids of the messages to which their senders gave that one, in the order in which they came. */
  bySender(id: string): readonly string[] {
    return this.#bySender.get(id) ?? [];
  }
}
