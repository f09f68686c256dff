/** What was done to messages that are not here yet. */
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';

/** Actions that wait; the oldest are forgotten first. */
const MAX_WAITING = 5_000;

/** How a message is spoken of: by its archive's id, or by its sender's. */
export type Space = 'archive' | 'sender';

export class PendingActions<Action> {
  readonly #waiting = new Map<string, Action[]>();
  #count = 0;

  add(conversation: BareJid, space: Space, id: string, action: Action): void {
    const key = keyOf(conversation, space, id);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, [action]);
    else waiting.push(action);
    this.#count += 1;
    while (this.#count > MAX_WAITING) {
      const [oldest] = this.#waiting;
      if (oldest === undefined) break;
      this.#waiting.delete(oldest[0]);
      this.#count -= oldest[1].length;
    }
  }

  /** What waits for that message, in the order in which it came; nothing of it waits afterwards. */
  take(conversation: BareJid, { reference }: ChatMessage): readonly Action[] {
    if (this.#count === 0 || reference === undefined) return [];
    const { archive, id, stanza } = reference;
    const keys = [
      archive === undefined ? undefined : keyOf(conversation, 'archive', archive),
      id === undefined ? undefined : keyOf(conversation, 'sender', id),
      stanza === undefined ? undefined : keyOf(conversation, 'sender', stanza),
    ];
    return keys.flatMap((key) => {
      const waiting = key === undefined ? undefined : this.#waiting.get(key);
      if (key === undefined || waiting === undefined) return [];
      this.#waiting.delete(key);
      this.#count -= waiting.length;
      return waiting;
    });
  }
}

function keyOf(conversation: BareJid, space: Space, id: string): string {
  return `${conversation}\n${space}\n${id}`;
}
