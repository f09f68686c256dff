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
    if (this.#keys.size >= this.#capacity) {
      const [oldest] = this.#keys.keys();
      if (oldest !== undefined) this.#keys.delete(oldest);
    }
    this.#keys.set(key, at);
  }
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
    const stanzaId = stanzaIdOf(message, check.archive);
    const originId = originIdOf(message);
    const plainId = usable(message.attrs.id);
    const strong: string[] = [];
    if (stanzaId !== undefined) strong.push(`s\n${check.archive}\n${check.sender}\n${stanzaId}`);
    if (originId !== undefined) strong.push(`o\n${check.sender}\n${originId}`);
    const weak =
      plainId === undefined ? undefined : `p\n${check.sender}\n${plainId}\n${check.body.slice(0, 256)}`;
    const weakly =
      weak === undefined || originId !== undefined || !check.delayed ? undefined : this.#seen.at(weak);
    const double =
      strong.some((key) => this.#seen.has(key)) ||
      (weakly !== undefined && Math.abs(check.at - weakly) <= WEAK_WINDOW_MS);
    for (const key of strong) this.#seen.add(key, check.at);
    if (weak !== undefined && originId === undefined) this.#seen.add(weak, check.at);
    return double;
  }
}
