import { isAboutSameTime, type MessageKeys } from '../../xmpp/index.ts';

/** Archive ids that are remembered for messages which are no longer kept, so that the window can go on from them. */
const MAX_ARCHIVE_IDS = 50_000;
/** One at a time would cost a search each: a Map that loses its first entry looks for the next one from its beginning. */
const FORGOTTEN_AT_ONCE = 1_000;

interface Known {
  readonly keys: MessageKeys;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** By what the messages of one conversation are known when they come again, and where they are in its archive. */
export class KnownMessages {
  readonly #messages = new Map<string, Known[]>();
  /** Message ids by strong key. */
  readonly #strong = new Map<string, string>();
  readonly #weak = new Map<string, { readonly id: string; readonly at: number }>();
  readonly #archiveIds = new Map<string, string>();

  /** Adds what a message is known by; a message may have several copies. */
  add(id: string, keys: MessageKeys, at: number): void {
    const known = this.#messages.get(id);
    if (known === undefined) this.#messages.set(id, [{ keys, at }]);
    else if (known.length < 4) known.push({ keys, at });
    for (const key of keys.strong) if (!this.#strong.has(key)) this.#strong.set(key, id);
    if (keys.weak !== undefined) this.#weak.set(keys.weak, { id, at });
    if (keys.archiveId === undefined || this.#archiveIds.has(id)) return;
    this.#archiveIds.set(id, keys.archiveId);
    if (this.#archiveIds.size >= MAX_ARCHIVE_IDS + FORGOTTEN_AT_ONCE) this.#forgetOldest();
  }

  #forgetOldest(): void {
    let left = FORGOTTEN_AT_ONCE;
    for (const id of this.#archiveIds.keys()) {
      this.#archiveIds.delete(id);
      left -= 1;
      if (left === 0) return;
    }
  }

  /** The id of the message that another copy has these keys of. */
  find({ strong, weak }: MessageKeys, at: number): string | undefined {
    for (const key of strong) {
      const id = this.#strong.get(key);
      if (id !== undefined) return id;
    }
    const weakly = weak === undefined ? undefined : this.#weak.get(weak);
    return weakly !== undefined && isAboutSameTime(weakly.at, at) ? weakly.id : undefined;
  }

  /** Everything that a message is known by. */
  keysOf(id: string): readonly MessageKeys[] {
    return this.#messages.get(id)?.map(({ keys }) => keys) ?? [];
  }

  /** Where a message is in the archive, if that was told. */
  archiveIdOf(id: string): string | undefined {
    return this.#archiveIds.get(id);
  }

  /** The message is no longer kept: another copy of it is new. Its place in the archive is remembered. */
  forget(id: string): void {
    for (const { keys } of this.#messages.get(id) ?? []) {
      for (const key of keys.strong) if (this.#strong.get(key) === id) this.#strong.delete(key);
      if (keys.weak !== undefined && this.#weak.get(keys.weak)?.id === id) this.#weak.delete(keys.weak);
    }
    this.#messages.delete(id);
  }
}
