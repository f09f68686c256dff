import type { ChatEvent } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';

/** Who says nothing for so long does not write any more, whether their client says so or not. */
const STALE_MS = 60_000;

/** People who are seen to write at a time. */
const MAX_WRITING = 1_000;

/** Who writes to this user at present. */
export class Typing {
  readonly #emit: (event: ChatEvent) => void;
  readonly #writing = new Map<BareJid, NodeJS.Timeout>();

  constructor(emit: (event: ChatEvent) => void) {
    this.#emit = emit;
  }

  /** What brings an empty window up to date. */
  get event(): ChatEvent {
    const upsert = [...this.#writing.keys()].map((id) => ({ id }));
    return { type: 'collection', collection: 'typing', reset: true, upsert, remove: [] };
  }

  on(from: BareJid, typing: boolean): void {
    const known = this.#writing.get(from);
    if (known === undefined && this.#writing.size >= MAX_WRITING) return;
    clearTimeout(known);
    if (typing) {
      const timer = setTimeout(() => this.on(from, false), STALE_MS);
      timer.unref();
      this.#writing.set(from, timer);
    } else this.#writing.delete(from);
    if (typing === (known !== undefined)) return;
    const upsert = typing ? [{ id: from }] : [];
    this.#emit({
      type: 'collection',
      collection: 'typing',
      reset: false,
      upsert,
      remove: typing ? [] : [from],
    });
  }

  /** The connection is gone: nobody can be seen to write. */
  clear(): void {
    for (const from of [...this.#writing.keys()]) this.on(from, false);
  }
}
