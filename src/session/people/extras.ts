/** What contacts and this user tell of themselves besides presence, as the window gets to know it. */
import type { CollectionChange } from '../../shared/chat-collections.ts';
import type { ChatEvent } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { PresenceExtras } from '../../shared/presence-extras.ts';
import type { XmppClient } from '../../xmpp/index.ts';

/** People of whom something is kept; a roster is no longer. */
const MAX_PEOPLE = 20_000;

export class Extras {
  readonly #emit: (event: ChatEvent) => void;
  readonly #people = new Map<BareJid, PresenceExtras>();
  readonly #subscriptions: readonly (() => void)[];

  constructor({ events }: XmppClient['extensions']['personalEvents'], emit: (event: ChatEvent) => void) {
    this.#emit = emit;
    this.#subscriptions = [
      events.on('position', (from, position) => {
        const { position: _former, ...rest } = this.#people.get(from) ?? { id: from };
        this.#put(position === undefined ? rest : { ...rest, position });
      }),
      events.on('activity', (from, activity) => {
        const { activity: _former, ...rest } = this.#people.get(from) ?? { id: from };
        this.#put(activity === undefined ? rest : { ...rest, activity });
      }),
      events.on('reset', () => {
        this.#people.clear();
        emit(this.event);
      }),
    ];
  }

  /** What brings an empty window up to date. */
  get event(): CollectionChange<'extras'> {
    return change(true, [...this.#people.values()], []);
  }

  forget(person: BareJid): void {
    if (this.#people.delete(person)) this.#emit(change(false, [], [person]));
  }

  close(): void {
    for (const end of this.#subscriptions) end();
  }

  #put(extras: PresenceExtras): void {
    if (extras.position === undefined && extras.activity === undefined) {
      this.forget(extras.id);
      return;
    }
    if (this.#people.size >= MAX_PEOPLE && !this.#people.has(extras.id)) return;
    this.#people.set(extras.id, extras);
    this.#emit(change(false, [extras], []));
  }
}

function change(
  reset: boolean,
  upsert: readonly PresenceExtras[],
  remove: readonly BareJid[],
): CollectionChange<'extras'> {
  return { type: 'collection', collection: 'extras', reset, upsert, remove };
}
