/** How this user's own messages in a room are told from those of others. */
import type { BareJid } from '../../shared/jid.ts';
import type { Outbox } from '../rfc6121-message/outbox.ts';
import { writtenBody } from '../rfc6121-message/payloads.ts';
import { originIdOf } from '../xep-0359-stanza-ids/doubles.ts';
import type { Element } from '../xml.ts';
import { occupantIdOf } from './stanzas.ts';

/** Own nicknames and occupant ids that are remembered. */
const MAX_OWN = 16;

/** A text as it comes back over XML (XML 1.0 2.11). */
function asReceived(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** A message of the room, as far as its writer is concerned. */
export interface Said {
  readonly stanza: Element;
  readonly nick: string;
  readonly body: string;
  /** It was said in the past. */
  readonly delayed: boolean;
}

export class OwnTraces {
  readonly #room: BareJid;
  readonly #outbox: Outbox;
  /** Nicknames that were the user's own. */
  readonly #nicks = new Set<string>();
  /** Occupant ids (XEP-0421) that were the user's own. */
  readonly #ids = new Set<string>();

  constructor(room: BareJid, outbox: Outbox) {
    this.#room = room;
    this.#outbox = outbox;
  }

  /** The room has called an occupant of this nickname the user. */
  add(presence: Element, nick: string): void {
    if (this.#nicks.size < MAX_OWN) this.#nicks.add(nick);
    const id = occupantIdOf(presence);
    if (id !== undefined && this.#ids.size < MAX_OWN) this.#ids.add(id);
  }

  /**
   * Written by this user elsewhere or earlier; `present` is the nickname now. In the past a nickname proves nothing, an
   * occupant id does.
   */
  isOwn({ stanza, nick, delayed }: Said, present: string): boolean {
    const id = occupantIdOf(stanza);
    if (id !== undefined && this.#ids.size > 0) return this.#ids.has(id);
    return !delayed && nick === present;
  }

  /**
   * The id of the own message that this one reflects. Everyone in the room has read the ids of its messages, and whoever
   * could pass for a reflection would be hidden from this user alone: where only the nickname speaks for the writer, as
   * in the history of a room without occupant ids, the text has to be the same as well.
   */
  reflected({ stanza, nick, body }: Said, own: boolean): string | undefined {
    const id = originIdOf(stanza) ?? stanza.attrs.id;
    const message = id === undefined ? undefined : this.#outbox.get(id);
    if (message?.kind !== 'room' || message.conversation !== this.#room) return undefined;
    if (own) return id;
    if (occupantIdOf(stanza) !== undefined && this.#ids.size > 0) return undefined;
    return this.#nicks.has(nick) && asReceived(writtenBody(message)) === body ? id : undefined;
  }
}
