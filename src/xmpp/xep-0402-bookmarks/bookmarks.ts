/**
 * XEP-0402 PEP Native Bookmarks, version 1.1.4: the rooms that the user keeps, at the own account (XEP-0223), where nobody else can
 * read them. That events and lists come from the own account alone, and that nothing is published for other eyes, is the guard's
 * (`guard/pubsub.ts`).
 */
import { safeDisplayName } from '../../shared/display-name.ts';
import { AppError } from '../../shared/errors.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import type { BookmarkSupport, RoomBookmark } from '../../shared/room-contract.ts';
import { Emitter } from '../emitter.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import { NS } from '../namespaces.ts';
import { buildSubmit } from '../xep-0004-data-forms/forms.ts';
import { childOf, childText, type Element, elementsOf, toXmlText, xml } from '../xml.ts';

/** Bookmarks taken of one account. */
const MAX_BOOKMARKS = 500;
const MAX_NICK = 256;

interface BookmarkEvents {
  change: readonly [change: BookmarkChange];
  support: readonly [support: BookmarkSupport];
}

export interface BookmarkChange {
  /** True: forget all others first. */
  readonly reset: boolean;
  readonly upsert: readonly RoomBookmark[];
  readonly remove: readonly BareJid[];
}

/** 4.1: kept for ever, all of them, never sent unasked, for nobody else. */
const OPTIONS = [
  { name: 'FORM_TYPE', values: ['http://jabber.org/protocol/pubsub#publish-options'] },
  { name: 'pubsub#persist_items', values: ['true'] },
  { name: 'pubsub#max_items', values: ['max'] },
  { name: 'pubsub#send_last_published_item', values: ['never'] },
  { name: 'pubsub#access_model', values: ['whitelist'] },
];

export class Bookmarks implements Extension {
  readonly features = [`${NS.bookmarks}+notify`];
  readonly #host: ExtensionHost;
  readonly #events = new Emitter<BookmarkEvents>();
  readonly #bookmarks = new Map<BareJid, RoomBookmark>();
  #support: BookmarkSupport = 'unknown';

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  on: Emitter<BookmarkEvents>['on'] = (name, listener) => this.#events.on(name, listener);

  get support(): BookmarkSupport {
    return this.#support;
  }

  get(room: BareJid): RoomBookmark | undefined {
    return this.#bookmarks.get(room);
  }

  get all(): readonly RoomBookmark[] {
    return [...this.#bookmarks.values()];
  }

  onNewSession(): void {
    const question = xml('pubsub', { xmlns: NS.pubsub }, xml('items', { node: NS.bookmarks }));
    this.#host.requests.call(
      'get',
      question,
      undefined,
      (answer) => {
        const pubsub = childOf(answer, 'pubsub', NS.pubsub);
        const items = pubsub === undefined ? undefined : childOf(pubsub, 'items', NS.pubsub);
        const is = items?.attrs.node === NS.bookmarks;
        this.#replace(is ? elementsOf(items) : []);
      },
      (error) => this.#onRefused(error),
    );
  }

  /** Keeps a room. Rejects with BOOKMARKS_*, BOOKMARK_FOREIGN, GUARD_REFUSED, STREAM_TIMEOUT or NOT_CONNECTED. */
  async keep({ id, name, nick, autojoin }: Omit<RoomBookmark, 'foreign'>): Promise<void> {
    this.#requireSupport();
    if (this.#bookmarks.get(id)?.foreign === true) throw new AppError('BOOKMARK_FOREIGN');
    if (this.#bookmarks.size >= MAX_BOOKMARKS && !this.#bookmarks.has(id)) {
      throw new AppError('ROOM_REFUSED', { condition: 'too-many-bookmarks' });
    }
    const conference = xml(
      'conference',
      { xmlns: NS.bookmarks, name: toXmlText(name), autojoin: String(autojoin) },
      nick === undefined ? undefined : xml('nick', {}, toXmlText(nick)),
    );
    await this.#set([
      xml('publish', { node: NS.bookmarks }, xml('item', { id }, conference)),
      xml('publish-options', {}, buildSubmit(OPTIONS)),
    ]);
    const bookmark = { id, name, autojoin, foreign: false, ...(nick === undefined ? {} : { nick }) };
    this.#bookmarks.set(id, bookmark);
    this.#events.emit('change', { reset: false, upsert: [bookmark], remove: [] });
  }

  /** Keeps a room no longer; one that is not kept is left alone. Rejects as {@link keep}. */
  async remove(room: BareJid): Promise<void> {
    this.#requireSupport();
    if (!this.#bookmarks.has(room)) return;
    await this.#set([xml('retract', { node: NS.bookmarks, notify: 'true' }, xml('item', { id: room }))]);
    this.#drop([room]);
  }

  onMessage(stanza: Element): boolean {
    const event = childOf(stanza, 'event', NS.pubsubEvent);
    const [change] = event === undefined ? [] : elementsOf(event);
    if (change?.attrs.node !== NS.bookmarks) return false;
    if (change.name === 'purge' || change.name === 'delete') this.#replace([]);
    else this.#onItems(elementsOf(change));
    return true;
  }

  #onItems(items: readonly Element[]): void {
    const upsert: RoomBookmark[] = [];
    const remove: BareJid[] = [];
    for (const item of items) {
      if (item.name === 'retract') {
        const room = toBareJid(item.attrs.id ?? '');
        if (room !== undefined) remove.push(room);
        continue;
      }
      const bookmark = this.#read(item);
      if (bookmark === undefined) continue;
      if (!this.#bookmarks.has(bookmark.id) && this.#bookmarks.size >= MAX_BOOKMARKS) continue;
      this.#bookmarks.set(bookmark.id, bookmark);
      upsert.push(bookmark);
    }
    if (upsert.length > 0) this.#events.emit('change', { reset: false, upsert, remove: [] });
    if (remove.length > 0) this.#drop(remove);
  }

  #replace(items: readonly Element[]): void {
    this.#tellSupport('kept');
    this.#bookmarks.clear();
    for (const item of items.slice(0, MAX_BOOKMARKS)) {
      const bookmark = this.#read(item);
      if (bookmark !== undefined) this.#bookmarks.set(bookmark.id, bookmark);
    }
    this.#events.emit('change', { reset: true, upsert: this.all, remove: [] });
  }

  #drop(rooms: readonly BareJid[]): void {
    const gone = rooms.filter((room) => this.#bookmarks.delete(room));
    if (gone.length > 0) this.#events.emit('change', { reset: false, upsert: [], remove: gone });
  }

  /** A room of one of the policy's services; another client may keep others, which are none of this one's business. */
  #read(item: Element): RoomBookmark | undefined {
    const conference = childOf(item, 'conference', NS.bookmarks);
    const room = this.#host.guard.resolve(item.attrs.id ?? '');
    if (conference === undefined || room?.room !== true) return undefined;
    if (room.local === undefined || room.resource !== undefined) return undefined;
    const nick = childText(conference, 'nick', NS.bookmarks)?.slice(0, MAX_NICK) ?? '';
    const { name, autojoin } = conference.attrs;
    const foreign =
      childOf(conference, 'password', NS.bookmarks) ?? childOf(conference, 'extensions', NS.bookmarks);
    return {
      id: room.bare as BareJid,
      name: safeDisplayName(name ?? '').text || room.local,
      autojoin: autojoin === 'true' || autojoin === '1',
      foreign: foreign !== undefined,
      ...(nick === '' ? {} : { nick }),
    };
  }

  /** No node yet is no lack: the first bookmark makes it. */
  #onRefused(error: unknown): void {
    if (!(error instanceof AppError) || error.code !== 'MESSAGE_REFUSED') return;
    if (error.detail?.condition === 'item-not-found') this.#replace([]);
    else this.#tellSupport('unsupported');
  }

  #requireSupport(): void {
    if (this.#support === 'unsupported') throw new AppError('BOOKMARKS_UNSUPPORTED');
  }

  async #set(wishes: readonly Element[]): Promise<void> {
    try {
      await this.#host.requests.send('set', xml('pubsub', { xmlns: NS.pubsub }, ...wishes));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'MESSAGE_REFUSED') throw error;
      // XEP-0060 7.1.5: the node is there and is not as it has to be.
      if (error.detail?.condition === 'conflict') {
        this.#tellSupport('unsafe');
        throw new AppError('BOOKMARKS_UNSAFE', undefined, { cause: error });
      }
      throw new AppError('BOOKMARKS_UNSUPPORTED', undefined, { cause: error });
    }
  }

  #tellSupport(support: BookmarkSupport): void {
    if (this.#support === support) return;
    this.#support = support;
    this.#events.emit('support', support);
  }
}
