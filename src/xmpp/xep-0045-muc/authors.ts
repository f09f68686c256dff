/** Whose a room's messages are, as far as that can be told: who may correct and retract them. */
import type { BareJid } from '../../shared/jid.ts';
import { SELF } from '../../shared/message-actions.ts';
import type { Element } from '../xml.ts';
import { occupantIdOf } from './stanzas.ts';

interface Stay {
  readonly id: string;
  readonly jid: BareJid | undefined;
}

/**
 * With occupant ids (XEP-0421) an author is known for ever. Without them a nickname is somebody only as long as they stay:
 * whoever takes it later is another, and of what was said in the past nobody can tell. What stands for a stay is used for no
 * other one, neither in another session nor after a restart: messages are kept with their authors.
 */
export class Authors {
  readonly #newId: () => string;
  readonly #stays = new Map<string, Stay>();

  /** @param newId Answers what it never answered before, without a colon. */
  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Somebody is in the room under this nickname; `jid` is whose address it is, where the room tells. */
  present(nick: string, jid: BareJid | undefined): void {
    const stay = this.#stays.get(nick);
    if (stay !== undefined && (stay.jid === undefined || jid === undefined || stay.jid === jid)) return;
    this.#stays.set(nick, { id: this.#newId(), jid });
  }

  gone(nick: string): void {
    this.#stays.delete(nick);
  }

  /** This user is not in the room any more. */
  reset(): void {
    this.#stays.clear();
  }

  /** `own`: this user wrote it; `delayed`: in the past. */
  of(message: Element, nick: string, own: boolean, delayed: boolean): string | undefined {
    if (own) return SELF;
    const id = occupantIdOf(message);
    if (id !== undefined) return `occupant:${id}`;
    const stay = delayed ? undefined : this.#stays.get(nick);
    return stay === undefined ? undefined : `nick:${stay.id}:${nick}`;
  }
}
