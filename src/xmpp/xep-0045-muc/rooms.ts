/** The rooms this user is in or wants to be in (XEP-0045). They outlive connections. */
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Element } from '../xml.ts';
import { Room, type RoomContext } from './room.ts';

const MAX_ROOMS = 500;

export class Rooms {
  readonly #context: RoomContext;
  readonly #rooms = new Map<BareJid, Room>();

  constructor(context: RoomContext) {
    this.#context = context;
  }

  get(jid: BareJid): Room | undefined {
    return this.#rooms.get(jid);
  }

  /** Enters at once if `online`, else with the next session. A room that is joined already stays as it is. */
  join(jid: BareJid, nick: string, online: boolean): void {
    const known = this.#rooms.get(jid);
    if (known?.state === 'joined' || (known?.state === 'joining' && online)) return;
    if (known === undefined && this.#rooms.size >= MAX_ROOMS) {
      throw new AppError('ROOM_JOIN_FAILED', { condition: 'too-many-rooms' });
    }
    const room = known ?? new Room(jid, nick, this.#context);
    this.#rooms.set(jid, room);
    if (online) room.reenter();
  }

  leave(jid: BareJid, online: boolean): boolean {
    const room = this.#rooms.get(jid);
    if (room === undefined) return false;
    room.leave(online);
    return this.#rooms.delete(jid);
  }

  onPresence(stanza: Element, room: BareJid, nick: string | undefined): void {
    this.#rooms.get(room)?.onPresence(stanza, nick);
  }

  onMessage(stanza: Element, room: BareJid, nick: string | undefined): void {
    this.#rooms.get(room)?.onMessage(stanza, nick);
  }

  onLost(): void {
    for (const room of this.#rooms.values()) room.onLost();
  }

  onNewSession(): void {
    for (const room of this.#rooms.values()) if (room.wanted) room.reenter();
  }

  onResumed(): void {
    for (const room of this.#rooms.values()) room.onResumed();
  }
}
