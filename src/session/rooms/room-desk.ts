/** Rooms besides talking in them: what the window asks of the XMPP client, and what it is shown of it. */
import type { CollectionEvent } from '../../shared/chat-collections.ts';
import type { Room } from '../../shared/chat-model.ts';
import type { RoomCommand } from '../../shared/chat-room-commands.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { BookmarkSupport, RoomDetails } from '../../shared/room-contract.ts';
import type { Extensions } from '../../xmpp/index.ts';
import { done, type Handlers } from '../commands/handlers.ts';

/** Rooms described at a time: each is a question to the service. */
const DESCRIBED_AT_ONCE = 4;

export type RoomExtensions = Pick<
  Extensions,
  'roomService' | 'roomAdministration' | 'invitations' | 'bookmarks'
>;

export interface RoomDeskOptions {
  readonly extensions: RoomExtensions;
  readonly joinRoom: (room: BareJid, nick?: string) => void;
  /** A room that the user is in, or wants to be in. */
  readonly room: (jid: BareJid) => Room | undefined;
  readonly emit: (event: CollectionEvent) => void;
}

export class RoomDesk {
  readonly handlers: Handlers<RoomCommand>;
  readonly #options: RoomDeskOptions;
  readonly #subscriptions: readonly (() => void)[];
  /** Done for this sign-in: an event does not bring back a room that the user has left. */
  #autojoined = false;

  constructor(options: RoomDeskOptions) {
    this.#options = options;
    this.handlers = this.#makeHandlers();
    this.#subscriptions = this.#observe();
  }

  /** The events that bring an empty window up to date. */
  get events(): readonly CollectionEvent[] {
    const { invitations, bookmarks } = this.#options.extensions;
    return [
      { type: 'collection', collection: 'invitations', reset: true, upsert: invitations.open, remove: [] },
      { type: 'collection', collection: 'bookmarks', reset: true, upsert: bookmarks.all, remove: [] },
      supportEvent(bookmarks.support),
    ];
  }

  /** The user is in that room now: an invitation to it has nothing more to ask. */
  entered(room: BareJid): void {
    this.#options.extensions.invitations.close(room);
  }

  close(): void {
    for (const end of this.#subscriptions) end();
  }

  #observe(): readonly (() => void)[] {
    const { emit, extensions } = this.#options;
    const { invitations, bookmarks } = extensions;
    return [
      invitations.on('change', (room, invitation) =>
        emit({
          type: 'collection',
          collection: 'invitations',
          reset: false,
          upsert: invitation === undefined ? [] : [invitation],
          remove: invitation === undefined ? [room] : [],
        }),
      ),
      bookmarks.on('support', (support) => emit(supportEvent(support))),
      bookmarks.on('change', ({ reset, upsert, remove }) => {
        emit({ type: 'collection', collection: 'bookmarks', reset, upsert, remove });
        if (reset && !this.#autojoined) this.#autojoin();
      }),
    ];
  }

  /** Once a sign-in, as with the policy's rooms; rooms outlive connections by themselves. */
  #autojoin(): void {
    this.#autojoined = true;
    const { extensions, joinRoom, room } = this.#options;
    for (const { id, nick, autojoin } of extensions.bookmarks.all) {
      if (!autojoin || room(id) !== undefined) continue;
      try {
        joinRoom(id, nick);
      } catch {
        // Another client's bookmark may hold a nickname that is none; thrown here it would end the stream and keep all others out.
      }
    }
  }

  #makeHandlers(): Handlers<RoomCommand> {
    const { extensions, joinRoom } = this.#options;
    const { roomService, roomAdministration, invitations, bookmarks } = extensions;
    return {
      'list-rooms': async ({ service, after }) => ({ roomPage: await roomService.list(service, after) }),
      'describe-rooms': async ({ rooms }) => ({ roomDetails: await this.#describe(rooms) }),
      'look-at-room': done(({ room }) => roomService.prefer(room)),
      'room-form': async ({ room }) => ({ form: await roomAdministration.form(room) }),
      'configure-room': done(({ room, answers }) => roomAdministration.configure(room, answers)),
      'destroy-room': done(({ room, reason }) => roomAdministration.destroy(room, reason)),
      'invite-to-room': done(({ room, person, reason }) => invitations.invite(room, person, reason)),
      'answer-invitation': done(({ room, accept }) => {
        invitations.answer(room, accept);
        if (accept) joinRoom(room);
      }),
      'set-role': done(({ room, nick, role, reason }) =>
        roomAdministration.setRole(room, nick, role, reason),
      ),
      'set-affiliation': done(({ room, person, affiliation, reason }) =>
        roomAdministration.setAffiliation(room, person, affiliation, reason),
      ),
      'list-affiliated': async ({ room, affiliation }) => ({
        affiliated: await roomAdministration.affiliated(room, affiliation),
      }),
      'keep-room': done(({ room, autojoin }) => {
        const kept = bookmarks.get(room);
        const name = kept?.name ?? this.#options.room(room)?.name ?? room;
        const nick = kept?.nick;
        return bookmarks.keep({ id: room, name, autojoin, ...(nick === undefined ? {} : { nick }) });
      }),
      'forget-room': done(({ room }) => bookmarks.remove(room)),
    };
  }

  /** What rooms tell of themselves; one that tells nothing is left out, and a service that fails is an error. */
  async #describe(rooms: readonly BareJid[]): Promise<readonly RoomDetails[]> {
    const described: RoomDetails[] = [];
    const waiting = [...new Set(rooms)];
    const work = async () => {
      for (let room = waiting.shift(); room !== undefined; room = waiting.shift()) {
        const details = await this.#options.extensions.roomService.describe(room).catch(() => undefined);
        if (details !== undefined) described.push(details);
      }
    };
    await Promise.all(Array.from({ length: DESCRIBED_AT_ONCE }, work));
    return described;
  }
}

function supportEvent(support: BookmarkSupport): CollectionEvent {
  return {
    type: 'collection',
    collection: 'bookmarkSupport',
    reset: true,
    upsert: [{ id: 'support', support }],
    remove: [],
  };
}
