/**
 * XEP-0359 Unique and Stable Stanza IDs, version 0.7.0: the ids of incoming messages, and the memory that drops doubles.
 *
 * After a lost connection both sides send again what was not acknowledged, so a message may come twice; it is shown once.
 */
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';

/** Longest id that is remembered; a longer one is treated as absent. */
const MAX_ID_LENGTH = 256;

/** How far the clocks of two servers and the way of a message may put the times of its copies apart. */
const WEAK_WINDOW_MS = 10 * 60_000;

function usable(id: string | undefined): string | undefined {
  return id !== undefined && id !== '' && id.length <= MAX_ID_LENGTH ? id : undefined;
}

/** The id that the sender gave the message (XEP-0359 3.2). */
export function originIdOf(message: Element): string | undefined {
  return usable(childOf(message, 'origin-id', NS.stanzaIds)?.attrs.id);
}

/**
 * The id that `by` gave the message; those by anyone else are not believed (XEP-0359 6). Of several the last: `by` adds its
 * own at the end, and a server that archives nothing may leave a sender's forgery where it is.
 */
export function stanzaIdOf(message: Element, by: string): string | undefined {
  let id: string | undefined;
  for (const child of elementsOf(message)) {
    if (child.is('stanza-id', NS.stanzaIds) && child.attrs.by === by) id = child.attrs.id;
  }
  return usable(id);
}

/** The latest keys, up to a number, and the time each was seen first; the oldest are forgotten first. */
export class SeenKeys {
  readonly #keys = new Map<string, number>();
  readonly #capacity: number;
  /** The keys in a ring. A Map that loses its first entry all the time looks for the next one from its very beginning. */
  readonly #ring: string[] = [];
  /** Where the oldest one is once the ring is full. */
  #oldest = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Milliseconds since 1970. */
  at(key: string): number | undefined {
    return this.#keys.get(key);
  }

  add(key: string, at: number): void {
    if (this.#keys.has(key)) return;
    this.#keys.set(key, at);
    if (this.#ring.length < this.#capacity) {
      this.#ring.push(key);
      return;
    }
    const forgotten = this.#ring[this.#oldest];
    if (forgotten !== undefined) this.#keys.delete(forgotten);
    this.#ring[this.#oldest] = key;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }
}

/** What a message is known by when it comes again. */
export interface MessageKeys {
  /** The id that its archive gave it. */
  readonly archiveId?: string | undefined;
  /** Whoever has one of these is the same message. */
  readonly strong: readonly string[];
  /** By its plain id and text, where the sender gave no origin id: the same if it is of about the same time. */
  readonly weak?: string | undefined;
}

/** Whether two times are so close that the weak keys of two copies mean the same message. */
export function isAboutSameTime(one: number, other: number): boolean {
  return Math.abs(one - other) <= WEAK_WINDOW_MS;
}

export interface DoubleCheck {
  /**
   * Whose message it is: the bare address, a room and nickname, or, for own messages, the own address and the
   * conversation. Every key has it in it, so that nobody can make another one's message a double.
   */
  readonly sender: string;
  /** Who may give it a stanza id: the own account, or the room. */
  readonly archive: string;
  readonly body: string;
  /** When it was sent, milliseconds since 1970. */
  readonly at: number;
  readonly delayed: boolean;
}

/** @param archiveId the id that the archive itself has told, where it is asked */
export function keysOf(
  message: Element,
  check: Omit<DoubleCheck, 'at' | 'delayed'>,
  archiveId?: string,
): MessageKeys {
  const { sender, archive, body } = check;
  const stanzaId = usable(archiveId) ?? stanzaIdOf(message, archive);
  const originId = originIdOf(message);
  const plainId = usable(message.attrs.id);
  const strong: string[] = [];
  if (stanzaId !== undefined) strong.push(`s\n${archive}\n${sender}\n${stanzaId}`);
  if (originId !== undefined) strong.push(originKey(sender, originId));
  return {
    ...(stanzaId === undefined ? {} : { archiveId: stanzaId }),
    strong,
    ...(plainId === undefined || originId !== undefined
      ? {}
      : { weak: `p\n${sender}\n${plainId}\n${body.slice(0, 256)}` }),
  };
}

/** The key of a message by the id that its sender gave it. */
export function originKey(sender: string, originId: string): string {
  return `o\n${sender}\n${originId}`;
}

/**
 * Tells doubles by the archive's id or the sender's origin id. Plain stanza ids are weaker, some clients count them from
 * 1 each day: with those only a delayed copy with the same text and of about the same time counts as a double.
 */
export class Doubles {
  readonly #seen: SeenKeys;

  constructor(capacity = 20_000) {
    this.#seen = new SeenKeys(capacity);
  }

  /** Whether the message was seen before; remembers it if not. */
  isDouble(message: Element, check: DoubleCheck): boolean {
    return this.isKnown(keysOf(message, check), check);
  }

  /** The same, of a message whose keys were taken already. */
  isKnown(keys: MessageKeys, { at, delayed }: Pick<DoubleCheck, 'at' | 'delayed'>): boolean {
    const { strong, weak } = keys;
    const weakly = weak === undefined || !delayed ? undefined : this.#seen.at(weak);
    const double =
      strong.some((key) => this.#seen.has(key)) || (weakly !== undefined && isAboutSameTime(at, weakly));
    this.remember(keys, at);
    return double;
  }

  /** Has later copies count as doubles. */
  remember({ strong, weak }: MessageKeys, at: number): void {
    for (const key of strong) this.#seen.add(key, at);
    if (weak !== undefined) this.#seen.add(weak, at);
  }
}
