/**
 * Noticing readers and cards. C_GetSlotList is asked again and again, because C_GetTokenInfo never shows a removal and
 * not every module has slot events; where there are events, they also show a card that was swapped between two looks.
 */
import type { Handle } from './module.ts';

/** How often the slots are looked at, in milliseconds. */
export const POLL_MS = 150;
/**
 * The same while a card is signed in with, for hours: a look takes OpenSC 5 ms and more, at the other pace 4 % of a core. A card
 * that is pulled is noticed within this time, one that is swapped meanwhile by its event.
 */
export const CALM_POLL_MS = 400;

/** The part of the module that the watcher needs. */
export interface SlotSource {
  slots(withToken: boolean): Handle[];
  slotEvents(): ReadonlySet<string>;
}

/** What a look at the slots found. */
export interface SlotView {
  readonly hasReader: boolean;
  /** Slots with a card. */
  readonly present: readonly Handle[];
  /** Slots whose card is not the one of the look before: gone, new or swapped (handles in hex). */
  readonly changed: ReadonlySet<string>;
}

export class CardWatcher {
  readonly #source: SlotSource;
  #seen: ReadonlySet<string> = new Set();

  constructor(source: SlotSource) {
    this.#source = source;
  }

  look(): SlotView {
    const events = this.#source.slotEvents();
    const present = this.#source.slots(true);
    const now = new Set(present.map((slot) => slot.toString('hex')));
    const before = this.#seen;
    this.#seen = now;
    const changed = [...before, ...now].filter((id) => events.has(id) || before.has(id) !== now.has(id));
    return {
      hasReader: present.length > 0 || this.#source.slots(false).length > 0,
      present,
      changed: new Set(changed),
    };
  }
}
