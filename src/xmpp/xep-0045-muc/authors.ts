/** Whose a room's messages are, as far as that can be told: who may correct and retract them. */
import { SELF } from '../../shared/message-actions.ts';
import type { Element } from '../xml.ts';
import { occupantIdOf } from './stanzas.ts';

/**
 * With occupant ids (XEP-0421) an author is known for ever. Without them a nickname is somebody only as long as they stay:
 * whoever takes it later is another, and of what was said in the past nobody can tell.
 */
export class Authors {
  readonly #stays = new Map<string, number>();
  #count = 0;

  /** Somebody is in the room under this nickname. */
  present(nick: string): void {
    if (!this.#stays.has(nick)) this.#stays.set(nick, ++this.#count);
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
    return stay === undefined ? undefined : `nick:${stay}:${nick}`;
  }
}
