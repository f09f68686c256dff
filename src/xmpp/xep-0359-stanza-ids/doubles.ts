/**
 * XEP-0359 Unique and Stable Stanza IDs, version 0.7.0: the ids of incoming messages, and the memory that drops doubles.
 *
 * After a lost connection both sides send again what was not acknowledged, so a message may come twice; it is shown once.
 */
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';

/** Longest id that is remembered; a longer one is treated as absent. */
const MAX_ID_LENGTH = 256;

function usable(id: string | undefined): string | undefined {
  return id !== undefined && id !== '' && id.length <= MAX_ID_LENGTH ? id : undefined;
}

/** The id that the sender gave the message (XEP-0359 3.2). */
export function originIdOf(message: Element): string | undefined {
  return usable(childOf(message, 'origin-id', NS.stanzaIds)?.attrs.id);
}

/** The id that `by` gave the message; those by anyone else are not believed (XEP-0359 6). */
export function stanzaIdOf(message: Element, by: string): string | undefined {
  for (const child of elementsOf(message)) {
    if (child.is('stanza-id', NS.stanzaIds) && child.attrs.by === by) return usable(child.attrs.id);
  }
  return undefined;
}

/** The latest keys, up to a number; the oldest are forgotten first. */
export class SeenKeys {
  readonly #keys = new Set<string>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  add(key: string): void {
    if (this.#keys.has(key)) return;
    if (this.#keys.size >= this.#capacity) {
      const [oldest] = this.#keys;
      if (oldest !== undefined) this.#keys.delete(oldest);
    }
    this.#keys.add(key);
  }
}

export interface DoubleCheck {
  /** Whose message it is: the bare address, or a room and nickname. */
  readonly sender: string;
  /** Who may give it a stanza id: the own account, or the room. */
  readonly archive: string;
  readonly body: string;
  readonly delayed: boolean;
}

/**
 * Tells doubles by the archive's id or the sender's origin id. Plain stanza ids are weaker, some clients count them from
 * 1 each day: with those only a delayed copy with the same text counts as a double.
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
    if (stanzaId !== undefined) strong.push(`s\n${check.archive}\n${stanzaId}`);
    if (originId !== undefined) strong.push(`o\n${check.sender}\n${originId}`);
    const weak =
      plainId === undefined ? undefined : `p\n${check.sender}\n${plainId}\n${check.body.slice(0, 256)}`;
    const double =
      strong.some((key) => this.#seen.has(key)) ||
      (weak !== undefined && originId === undefined && check.delayed && this.#seen.has(weak));
    for (const key of strong) this.#seen.add(key);
    if (weak !== undefined && originId === undefined) this.#seen.add(weak);
    return double;
  }
}
