/** Where names of others enter the model: made safe to show, and compared with those the user knows. */
import type { ChatMessage, Contact, Occupant } from '../shared/chat-model.ts';
import {
  type DisplayName,
  type KnownNames,
  knownNames,
  type NameWarning,
  safeDisplayName,
} from '../shared/display-name.ts';
import type { BareJid } from '../shared/jid.ts';

/** What the model adds to a nickname. */
interface Shown {
  readonly shownAs?: string;
  readonly warning?: NameWarning;
}

/** Nicknames that are remembered as they are shown. */
const MAX_NICKS = 4_096;

/** A contact's name and groups as the roster has them, and as they are shown. Presence comes with the same ones again and again. */
interface ShownContact {
  readonly of: Pick<Contact, 'name' | 'groups'>;
  readonly shown: Pick<Contact, 'name' | 'groups' | 'warning'>;
}

/** A bare address was valid when it was made: what stands before the only sign that there can be. */
function localOf(jid: BareJid): string {
  const at = jid.indexOf('@');
  return at === -1 ? jid : jid.slice(0, at);
}

export class Names {
  /** The user, by address and as the card says. */
  readonly #own: readonly string[];
  readonly #contacts = new Map<BareJid, ShownContact>();
  /** Made anew when a name has changed; a roster of 20,000 takes some 50 ms. */
  #known: KnownNames | undefined;
  /** Nicknames as they are shown beside those names: who speaks in a room speaks more than once. */
  readonly #nicks = new Map<string, DisplayName>();

  constructor(own: readonly string[]) {
    this.#own = own;
  }

  /** Forgets all contacts. */
  reset(): void {
    this.#contacts.clear();
    this.#known = undefined;
  }

  forget(jid: BareJid): void {
    if (this.#contacts.delete(jid)) this.#known = undefined;
  }

  contact(contact: Contact): Contact {
    const before = this.#contacts.get(contact.jid);
    if (before?.of.name === contact.name && before.of.groups === contact.groups)
      return { ...contact, ...before.shown };
    const shown = shownContact(contact);
    this.#contacts.set(contact.jid, { of: { name: contact.name, groups: contact.groups }, shown });
    if (before?.shown.name !== shown.name) this.#known = undefined;
    return { ...contact, ...shown };
  }

  occupant(occupant: Occupant): Occupant {
    return occupant.self ? occupant : { ...occupant, ...this.#shown(occupant.nick, occupant.jid) };
  }

  /** Whether a nickname may be meant to be taken for another's; `jid`: the real address, if the room shows it. */
  warningOf(nick: string, jid: BareJid | undefined): NameWarning | undefined {
    return this.#shown(nick, jid).warning;
  }

  /** A room's message; `occupant` is who has that nickname now. */
  message(message: ChatMessage, occupant: Occupant | undefined): ChatMessage {
    if (message.direction === 'out') return message;
    return { ...message, ...this.#shown(message.sender, occupant?.jid) };
  }

  /** `jid`: the real address, if the room shows it. */
  #shown(nick: string, jid: BareJid | undefined): Shown {
    const { text, warning } = this.#nick(nick);
    // A contact may call himself in a room what he is not called here.
    const isKnown = warning === 'confusable' && jid !== undefined && this.#contacts.has(jid);
    return {
      ...(text === nick ? {} : { shownAs: text }),
      ...(warning === undefined || isKnown ? {} : { warning }),
    };
  }

  #nick(nick: string): DisplayName {
    if (this.#known === undefined) {
      this.#known = knownNames(this.#all());
      this.#nicks.clear();
    }
    let shown = this.#nicks.get(nick);
    if (shown === undefined) {
      shown = safeDisplayName(nick, this.#known);
      if (this.#nicks.size >= MAX_NICKS) this.#nicks.clear();
      this.#nicks.set(nick, shown);
    }
    return shown;
  }

  *#all(): Iterable<string> {
    yield* this.#own;
    for (const [jid, { shown }] of this.#contacts) {
      if (shown.name !== '') yield shown.name;
      yield localOf(jid);
    }
  }
}

function shownContact({ jid, name, groups }: Contact): ShownContact['shown'] {
  const { warning } = safeDisplayName(localOf(jid));
  return {
    name: safeDisplayName(name).text,
    groups: groups.map((group) => safeDisplayName(group).text).filter((group) => group !== ''),
    ...(warning === undefined ? {} : { warning }),
  };
}
