/**
 * Invitations to rooms: XEP-0249 Direct MUC Invitations, version 1.2, and those that the room passes on (XEP-0045 7.8.2). Whether
 * there are any, from whom and to where, is the guard's (`guard/message.ts`).
 */
import { safeText } from '../../shared/display-name.ts';
import { AppError } from '../../shared/errors.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import { MAX_REASON, type RoomInvitation } from '../../shared/room-contract.ts';
import { Emitter } from '../emitter.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import type { Address } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { delayOf } from '../xep-0203-delay/delay.ts';
import { childOf, childText, type Element, toXmlText, xml } from '../xml.ts';

/** Invitations that wait for an answer; the oldest goes first. */
const MAX_OPEN = 50;

interface InvitationEvents {
  /** An invitation came, or one is not open any more (`invitation` absent). */
  change: readonly [room: BareJid, invitation: RoomInvitation | undefined];
}

export class Invitations implements Extension {
  readonly features: readonly string[];
  readonly #host: ExtensionHost;
  readonly #events = new Emitter<InvitationEvents>();
  readonly #open = new Map<BareJid, RoomInvitation>();

  constructor(host: ExtensionHost) {
    this.#host = host;
    this.features = host.guard.policy.rooms.invite ? [NS.conference] : [];
  }

  on: Emitter<InvitationEvents>['on'] = (name, listener) => this.#events.on(name, listener);

  get open(): readonly RoomInvitation[] {
    return [...this.#open.values()];
  }

  /**
   * Invites a person to a room: through the room where this user is in it, because a room for members lets the person in then
   * (XEP-0045 7.8.2), and directly where it is not. Throws ROOM_INVITE_OFF, GUARD_REFUSED or NOT_CONNECTED.
   */
  invite(room: BareJid, person: BareJid, reason: string): void {
    if (!this.#host.guard.policy.rooms.invite) throw new AppError('ROOM_INVITE_OFF');
    const text = toXmlText(reason.slice(0, MAX_REASON));
    const stanza = this.#host.inRoom(room)
      ? buildMediated(room, person, text)
      : xml(
          'message',
          { xmlns: NS.client, to: person, id: this.#host.newId() },
          xml('x', { xmlns: NS.conference, jid: room, ...(text === '' ? {} : { reason: text }) }),
        );
    this.#host.send(stanza);
  }

  /** Closes an invitation; a declined one is declined to the room as well, if that passed it on (7.8.2). Throws INVITATION_GONE. */
  answer(room: BareJid, accept: boolean): void {
    const invitation = this.#open.get(room);
    if (invitation === undefined) throw new AppError('INVITATION_GONE');
    const to = toBareJid(invitation.from);
    if (!accept && invitation.by === 'room' && to !== undefined && to !== room) {
      const decline = xml('decline', { to });
      this.#host.send(
        xml('message', { xmlns: NS.client, to: room }, xml('x', { xmlns: NS.mucUser }, decline)),
      );
    }
    this.close(room);
  }

  /** An invitation has nothing to ask any more, for example because the room was entered. */
  close(room: BareJid): void {
    if (this.#open.delete(room)) this.#events.emit('change', room, undefined);
  }

  onMessage(stanza: Element, sender: Address | undefined): boolean {
    if (stanza.attrs.type === 'error' || stanza.attrs.type === 'groupchat') return false;
    const read = sender?.room === true ? readMediated(stanza, sender) : readDirect(stanza, sender);
    if (read === undefined) return false;
    // Where this user is, there is nowhere to be invited to. A room that was invited to twice asks once.
    if (this.#host.inRoom(read.room)) return true;
    // Prosody and ejabberd put a direct invitation beside the room's own: whoever invites by name is worth more.
    const known = this.#open.get(read.room);
    if (known !== undefined && known.by === 'room' && read.by === 'person') return true;
    this.#open.delete(read.room);
    if (this.#open.size >= MAX_OPEN) {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined) this.close(oldest);
    }
    const { domain } = this.#host.guard;
    const at = delayOf(stanza, [domain, read.room], Date.now()) ?? Date.now();
    const invitation = { ...read, at };
    this.#open.set(read.room, invitation);
    this.#events.emit('change', read.room, invitation);
    return true;
  }
}

type Read = Omit<RoomInvitation, 'at'>;

function buildMediated(room: BareJid, person: BareJid, reason: string): Element {
  const invite = xml('invite', { to: person }, reason === '' ? undefined : xml('reason', {}, reason));
  return xml('message', { xmlns: NS.client, to: room }, xml('x', { xmlns: NS.mucUser }, invite));
}

function readMediated(stanza: Element, sender: Address): Read | undefined {
  const user = childOf(stanza, 'x', NS.mucUser);
  const invite = user === undefined ? undefined : childOf(user, 'invite', NS.mucUser);
  const room = toBareJid(sender.bare);
  if (invite === undefined || room === undefined || sender.local === undefined) return undefined;
  return {
    id: room,
    room,
    from: invite.attrs.from ?? room,
    reason: safeText(childText(invite, 'reason', NS.mucUser) ?? '', MAX_REASON),
    by: 'room',
  };
}

function readDirect(stanza: Element, sender: Address | undefined): Read | undefined {
  const invitation = childOf(stanza, 'x', NS.conference);
  const room = toBareJid(invitation?.attrs.jid ?? '');
  if (invitation === undefined || room === undefined || sender?.local === undefined) return undefined;
  const reason = safeText(invitation.attrs.reason ?? '', MAX_REASON);
  return { id: room, room, from: sender.bare, reason, by: 'person' };
}
