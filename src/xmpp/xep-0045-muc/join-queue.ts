/**
 * Rooms that wait to be entered. All of them at once would be a herd: the server would have to answer hundreds of requests with
 * their occupants and histories before anything else, and nothing typed meanwhile would get through.
 */
import type { BareJid } from '../../shared/jid.ts';

/** Rooms that are being entered at a time. */
const MAX_UNDER_WAY = 12;

export class JoinQueue {
  readonly #enter: (room: BareJid) => void;
  /** In the order in which they were asked for. */
  readonly #waiting = new Set<BareJid>();
  readonly #underWay = new Set<BareJid>();
  #preferred: BareJid | undefined;
  #held = false;

  /** @param enter sends the request; `settled` has to follow, whatever comes of it */
  constructor(enter: (room: BareJid) => void) {
    this.#enter = enter;
  }

  isUnderWay(room: BareJid): boolean {
    return this.#underWay.has(room);
  }

  /** Has a room entered when it is its turn, at once where there is none before it. */
  add(room: BareJid): void {
    if (this.#underWay.has(room)) return;
    this.#waiting.add(room);
    this.pump();
  }

  /** The room that somebody looks at goes first, and needs no turn. */
  prefer(room: BareJid | undefined): void {
    this.#preferred = room;
    if (!this.#held && room !== undefined && this.#waiting.has(room)) this.#start(room);
  }

  /** The room was entered, or was not, or is not wanted any more. */
  settled(room: BareJid): void {
    this.#waiting.delete(room);
    if (this.#underWay.delete(room)) this.pump();
  }

  /** The session is over: nothing is under way, nothing waits. */
  clear(): void {
    this.#waiting.clear();
    this.#underWay.clear();
  }

  /** There is no connection: what waits goes on waiting. */
  hold(): void {
    this.#held = true;
  }

  /** There is one again. */
  release(): void {
    this.#held = false;
  }

  /** Starts as many as there is room for; without a connection nothing starts, and the next one asks again. */
  pump(): void {
    while (!this.#held && this.#underWay.size < MAX_UNDER_WAY) {
      const preferred = this.#preferred;
      const [first] = this.#waiting;
      const next = preferred !== undefined && this.#waiting.has(preferred) ? preferred : first;
      if (next === undefined) return;
      this.#start(next);
    }
  }

  #start(room: BareJid): void {
    this.#waiting.delete(room);
    this.#underWay.add(room);
    this.#enter(room);
  }
}
