/** The rooms this user is in or wants to be in (XEP-0045). They outlive connections. */
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import { NS } from '../namespaces.ts';
import type { Requests } from '../rfc6120-iq/requests.ts';
import { SelfPing } from '../xep-0410-self-ping/self-ping.ts';
import { type Element, xml } from '../xml.ts';
import { JoinQueue } from './join-queue.ts';
import { Room } from './room.ts';
import type { RoomContext } from './room-context.ts';
import { isTemporary } from './room-error.ts';

const MAX_ROOMS = 500;
/** Messages of the past when a room is entered for the first time; fewer where there are many, the archive has the rest. */
const FIRST_HISTORY = 100;
const FIRST_HISTORY_OF_MANY = 20;
const MANY_ROOMS = 20;
/** After so long a room that did not answer is asked again; each time twice as long, milliseconds. */
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 5 * 60_000;
/** A room that is switched off is asked at least so often, and its occupants not all at once. */
const LAST_QUESTION_MS = 60_000;

export interface RoomsContext extends Omit<RoomContext, 'settled' | 'firstHistory'> {
  readonly requests: Requests;
  /** Milliseconds of silence after which a room is asked whether this user is in it. */
  readonly silence: number;
}

export class Rooms {
  readonly #context: RoomContext;
  readonly #rooms = new Map<BareJid, Room>();
  readonly #queue: JoinQueue;
  readonly #selfPing: SelfPing;
  /** Rooms that are to be entered again, and how often they were. */
  readonly #retries = new Map<BareJid, number>();
  readonly #timers = new Map<BareJid, NodeJS.Timeout>();
  readonly #requests: RoomsContext['requests'];

  constructor(context: RoomsContext) {
    this.#requests = context.requests;
    this.#queue = new JoinQueue((room) => this.#rooms.get(room)?.reenter());
    this.#context = {
      ...context,
      firstHistory: (known) =>
        known || this.#rooms.size > MANY_ROOMS ? FIRST_HISTORY_OF_MANY : FIRST_HISTORY,
      settled: (room) => {
        this.#queue.settled(room);
        this.#retryLater(room);
      },
    };
    this.#selfPing = new SelfPing(
      {
        requests: context.requests,
        joined: () => [...this.#rooms.values()].filter(({ state }) => state === 'joined'),
        isIn: (room) => this.#rooms.get(room)?.heard(),
        isOut: (room) => {
          const lost = this.#rooms.get(room);
          if (lost?.state === 'joined') this.#enter(lost);
        },
      },
      context.silence,
    );
  }

  get(jid: BareJid): Room | undefined {
    return this.#rooms.get(jid);
  }

  /**
   * Enters at once if `online`, else with the next session. A room that is joined already stays as it is.
   * @param knownUntil up to when it is known what was said in it, milliseconds since 1970
   */
  join(jid: BareJid, nick: string, online: boolean, knownUntil?: number): void {
    const known = this.#rooms.get(jid);
    if (known?.state === 'joined' || (known?.state === 'joining' && online)) return;
    if (known === undefined && this.#rooms.size >= MAX_ROOMS) {
      throw new AppError('ROOM_JOIN_FAILED', { condition: 'too-many-rooms' });
    }
    const room = known ?? new Room(jid, nick, this.#context, knownUntil);
    this.#rooms.set(jid, room);
    if (online) this.#enter(room);
  }

  /** The room that somebody looks at is entered before all others. */
  prefer(room: BareJid | undefined): void {
    this.#queue.prefer(room);
  }

  /** A room that did not answer, or is switched off, may let this user in another time. */
  #retryLater(jid: BareJid): void {
    const room = this.#rooms.get(jid);
    this.#stopRetry(jid);
    if (room === undefined || !(room.isLate || room.isOff)) {
      if (room?.state === 'joined') this.#retries.delete(jid);
      return;
    }
    const tries = this.#retries.get(jid) ?? 0;
    this.#retries.set(jid, tries + 1);
    const wait = FIRST_RETRY_MS * 2 ** tries;
    const timer = setTimeout(
      () => {
        if (this.#rooms.get(jid) !== room) return;
        if (room.isLate) this.#enter(room);
        else if (room.isOff) void this.#ask(room);
      },
      room.isOff ? Math.min(wait, LAST_QUESTION_MS) * (1 + Math.random() / 2) : Math.min(wait, LAST_RETRY_MS),
    );
    timer.unref();
    this.#timers.set(jid, timer);
  }

  /** Enters a room that is on again. It is asked first (XEP-0045 6.4), so that one that is still off does not look as if it were not. */
  async #ask(room: Room): Promise<void> {
    try {
      await this.#requests.send('get', xml('query', { xmlns: NS.discoInfo }), room.jid);
    } catch (error) {
      // Without a connection the next session enters it.
      if (!(error instanceof AppError) || error.code === 'NOT_CONNECTED') return;
      const { condition } = error.detail ?? {};
      if (error.code !== 'MESSAGE_REFUSED' || isTemporary(condition)) {
        if (this.#rooms.get(room.jid) === room) this.#retryLater(room.jid);
        return;
      }
    }
    if (room.isOff && this.#rooms.get(room.jid) === room) this.#enter(room);
  }

  #stopRetry(jid: BareJid): void {
    clearTimeout(this.#timers.get(jid));
    this.#timers.delete(jid);
  }

  #enter(room: Room): void {
    this.#stopRetry(room.jid);
    room.await();
    this.#queue.add(room.jid);
  }

  leave(jid: BareJid, online: boolean): boolean {
    const room = this.#rooms.get(jid);
    if (room === undefined) return false;
    room.leave(online);
    this.#stopRetry(jid);
    this.#retries.delete(jid);
    return this.#rooms.delete(jid);
  }

  onPresence(stanza: Element, room: BareJid, nick: string | undefined): void {
    this.#rooms.get(room)?.onPresence(stanza, nick);
  }

  onMessage(stanza: Element, room: BareJid, nick: string | undefined): void {
    this.#rooms.get(room)?.onMessage(stanza, nick);
  }

  onLost(): void {
    this.#selfPing.stop();
    this.#queue.hold();
    for (const room of this.#rooms.values()) {
      this.#stopRetry(room.jid);
      room.onLost();
    }
  }

  onNewSession(): void {
    this.#queue.clear();
    this.#queue.release();
    this.#retries.clear();
    for (const room of this.#rooms.values()) if (room.wanted) this.#enter(room);
    this.#selfPing.start();
  }

  onResumed(): void {
    for (const room of this.#rooms.values()) {
      room.onResumed(this.#queue.isUnderWay(room.jid));
      this.#retryLater(room.jid);
    }
    this.#queue.release();
    this.#queue.pump();
    this.#selfPing.start();
  }
}
