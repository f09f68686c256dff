/** Who is in a room (XEP-0045 7.2.3 and 7.14), and what of it is told. */
import type { Occupant } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { OccupantsChange } from '../api.ts';

const MAX_OCCUPANTS = 20_000;

export interface OccupantsContext {
  emitOccupants(change: OccupantsChange): void;
  /** Whether the room itself gives out hats (XEP-0317). */
  givesHats(room: BareJid): Promise<boolean>;
}

export class Occupants {
  readonly #room: BareJid;
  readonly #context: OccupantsContext;
  readonly #occupants = new Map<string, Occupant>();
  #hats: 'unasked' | 'asked' | 'given' = 'unasked';

  constructor(room: BareJid, context: OccupantsContext) {
    this.#room = room;
    this.#context = context;
  }

  get size(): number {
    return this.#occupants.size;
  }

  /** Forgets everybody, without a word. */
  clear(): void {
    this.#occupants.clear();
    this.#hats = 'unasked';
  }

  /** False where the room has more than is taken. */
  put(occupant: Occupant): boolean {
    if (!this.#occupants.has(occupant.nick) && this.#occupants.size >= MAX_OCCUPANTS) return false;
    this.#occupants.set(occupant.nick, occupant);
    if (occupant.hats !== undefined && this.#hats === 'unasked') this.#askForHats();
    return true;
  }

  delete(nick: string): void {
    this.#occupants.delete(nick);
  }

  /** Tells of all of them anew. */
  tellAll(): void {
    const upsert = [...this.#occupants.values()].map((occupant) => this.#shown(occupant));
    this.#context.emitOccupants({ room: this.#room, reset: true, upsert, remove: [] });
  }

  tell(upsert: readonly Occupant[], remove: readonly string[]): void {
    const shown = upsert.map((occupant) => this.#shown(occupant));
    this.#context.emitOccupants({ room: this.#room, reset: false, upsert: shown, remove });
  }

  #shown(occupant: Occupant): Occupant {
    if (occupant.hats === undefined || this.#hats === 'given') return occupant;
    const { hats: _own, ...rest } = occupant;
    return rest;
  }

  #askForHats(): void {
    this.#hats = 'asked';
    this.#context.givesHats(this.#room).then(
      (gives) => {
        if (!gives || this.#hats !== 'asked') return;
        this.#hats = 'given';
        const hatted = [...this.#occupants.values()].filter(({ hats }) => hats !== undefined);
        if (hatted.length > 0) this.tell(hatted, []);
      },
      () => undefined,
    );
  }
}
