/**
 * Noticing readers and cards. C_GetSlotList is asked again and again, because C_GetTokenInfo never shows a removal and
 * not every module has slot events; where there are events, they also show a card that was swapped between two looks.
 */
import type { Handle } from './module.ts';

/** How often the slots are looked at, in milliseconds. */
export const POLL_MS = 150;
/**
 * The same while a card is signed in with, for hours: a look takes OpenSC 5 ms and more, at the other pace 4 % of a core, and even
 * a glance a third of that. A card that is pulled is noticed within this time, one that is swapped meanwhile by its event, at the
 * next glance but one; and before each PIN and signature there is a look.
 */
export const CALM_POLL_MS = 400;

/** After so many glances a look is due, whatever they said: readers are listed anew then, too. */
const GLANCES = 10;

/** The part of the module that the watcher needs. */
export interface SlotSource {
  slots(withToken: boolean): Handle[];
  slotEvents(): ReadonlySet<string>;
  /** False once it turned out that there are no events. */
  readonly hasEvents: boolean;
  /** The slots with a token, asked for in one call; `undefined` where that is not enough. */
  slotsAtOnce(): readonly Handle[] | undefined;
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
  /** Whether the module has told of something by an event. */
  #hasTold = false;
  /** Events of a glance, which the next look has to know. */
  #told: ReadonlySet<string> = new Set();
  #glances = 0;

  constructor(source: SlotSource) {
    this.#source = source;
  }

  look(): SlotView {
    const events = new Set([...this.#told, ...this.#events()]);
    this.#told = new Set();
    this.#glances = 0;
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

  /**
   * True where nothing has changed since the last look; otherwise a look is due. Each call of the module takes OpenSC a question to
   * the card service for each reader, and a look is three such calls. This is one, in turn for events and for the slots: either
   * shows a card that is gone. A module that never told of anything is asked for both, since its events may be none. One without events
   * is looked at each time: PKCS#11 lets it list its readers anew in C_GetSlotList(NULL) alone, and a token that is reader and card
   * in one would seem to be there. Throws as a look does.
   */
  isUnchanged(): boolean {
    this.#glances += 1;
    if (this.#glances > GLANCES || !this.#source.hasEvents) return false;
    const isTurnOfEvents = this.#glances % 2 === 0;
    if (isTurnOfEvents || !this.#hasTold) {
      const events = this.#events();
      this.#told = new Set([...this.#told, ...events]);
      if (events.size > 0) return false;
    }
    return (isTurnOfEvents && this.#hasTold) || (this.#source.hasEvents && this.#isListUnchanged());
  }

  #events(): ReadonlySet<string> {
    const events = this.#source.slotEvents();
    if (events.size > 0) this.#hasTold = true;
    return events;
  }

  #isListUnchanged(): boolean {
    const slots = this.#source.slotsAtOnce();
    if (slots?.length !== this.#seen.size) return false;
    const now = new Set(slots.map((slot) => slot.toString('hex')));
    return [...this.#seen].every((id) => now.has(id));
  }
}
