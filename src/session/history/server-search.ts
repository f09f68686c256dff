import type { SearchHit, SearchReply } from '../../shared/chat-history-commands.ts';
import { AppError } from '../../shared/errors.ts';
import { MAX_EXPORT_RECORDS } from '../../shared/export-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { fits, parseQuery, type SearchQuery, serverWords } from '../../shared/search-query.ts';
import type { Archive, ArchivedMessage } from '../../xmpp/index.ts';
import type { Conversations } from './conversations.ts';

/** Messages a page: some 10 kB. */
const PAGE_SIZE = 20;
/** Pages that one step asks for, and hits that end it. */
const MAX_ASKED = 4;
const ENOUGH = 20;
/** Pages of one archive in a search. */
const MAX_PAGES = 10;
/** One-to-one conversations that `in:` names. */
const MAX_PEOPLE = 8;

export interface ServerSearchOptions {
  readonly conversations: Conversations;
  readonly archive: Pick<Archive, 'find' | 'textField'>;
}

/** What is asked of one archive. */
interface Place {
  /** Absent: the own account's. */
  readonly room?: BareJid;
  readonly with?: BareJid;
}

interface Search {
  readonly text: string;
  readonly query: SearchQuery;
  readonly words: string;
  readonly places: readonly Place[];
  /** What was told of it, for an export; no more than one too many for that. */
  readonly found: SearchHit[];
  /** Which of them is next, and from where on. */
  next: number;
  before: string;
  pages: number;
  silent: number;
  step: number;
}

/**
 * Searches the server's archives by words (XEP-0431), one after the other and a few at a step, as long as somebody asks on: the own
 * account's, then those of the rooms that this user is in, where something was said last first. What is found is kept in memory alone.
 */
export class ServerSearch {
  readonly #options: ServerSearchOptions;
  #search: Search | undefined;

  constructor(options: ServerSearchOptions) {
    this.#options = options;
  }

  /**
   * The next step of a search; `from` is `next` of the one before, without it the search begins anew. Rejects with IPC_REFUSED for
   * a query without words or a step that is not the next one, with NOT_CONNECTED, or STREAM_TIMEOUT.
   */
  async search(text: string, from: number | undefined): Promise<SearchReply> {
    const search = from === undefined ? this.#begin(text) : this.#search;
    if (search === undefined || search.text !== text || (from ?? 0) !== search.step)
      throw new AppError('IPC_REFUSED');
    this.#search = search;
    search.step += 1;
    const hits: SearchHit[] = [];
    for (let asked = 0; asked < MAX_ASKED && hits.length < ENOUGH; asked += 1) {
      const place = search.places[search.next];
      if (place === undefined) break;
      hits.push(...(await this.#ask(search, place)));
    }
    search.found.push(...hits.slice(0, MAX_EXPORT_RECORDS + 1 - search.found.length));
    const done = search.next >= search.places.length;
    return {
      hits,
      source: 'server',
      archives: { total: search.places.length, asked: search.next, silent: search.silent },
      ...(done ? {} : { next: search.step }),
    };
  }

  /** What the search of this text has found so far; `undefined` where it is not the last one. */
  found(text: string): readonly SearchHit[] | undefined {
    return this.#search?.text === text ? this.#search.found : undefined;
  }

  #begin(text: string): Search {
    const parsed = parseQuery(text);
    const words = serverWords(text);
    if (parsed.kind !== 'query' || words.length === 0) throw new AppError('IPC_REFUSED');
    const { query } = parsed;
    const places = this.#placesOf(query);
    const begin = { next: 0, before: '', pages: 0, silent: 0, step: 0 };
    return { text, query, words: words.join(' '), places, found: [], ...begin };
  }

  #placesOf({ in: parts }: SearchQuery): readonly Place[] {
    const { model } = this.#options.conversations;
    const isNamed = (jid: string) =>
      parts.length === 0 || parts.some((part) => jid.toLowerCase().includes(part));
    const talked = model.conversations.flatMap(({ jid, kind }) => (kind === 'contact' ? [jid] : []));
    const people = [...new Set([...talked, ...model.contacts.map(({ jid }) => jid)])].filter(isNamed);
    const own: readonly Place[] =
      parts.length === 0 ? [{}] : people.slice(0, MAX_PEOPLE).map((jid) => ({ with: jid }));
    const last = new Map(model.conversations.map(({ jid, lastAt }) => [jid, lastAt]));
    const rooms = model.rooms
      .filter(({ jid, state }) => state === 'joined' && isNamed(jid))
      .sort((a, b) => (last.get(b.jid) ?? 0) - (last.get(a.jid) ?? 0));
    return [...own, ...rooms.map(({ jid }) => ({ room: jid }))];
  }

  /** One page of one archive, or nothing where it says that there is nothing to be had from it. */
  async #ask(search: Search, place: Place): Promise<readonly SearchHit[]> {
    const { archive } = this.#options;
    const { query, words, before } = search;
    try {
      const field = await archive.textField(place.room);
      if (field === undefined) {
        leave(search, true);
        return [];
      }
      const page = await archive.find({
        ...place,
        start: query.after,
        end: query.before,
        text: { field, words },
        max: PAGE_SIZE,
        page: { before },
      });
      search.pages += 1;
      const more = !page.complete && page.first !== undefined && page.first !== before;
      if (more && search.pages < MAX_PAGES) search.before = page.first ?? '';
      else leave(search, false);
      return this.#hitsOf(query, page.messages);
    } catch (error) {
      // One that refuses, or a room that was left meanwhile, says nothing about the others.
      const code = error instanceof AppError ? error.code : undefined;
      const leaves =
        code === 'HISTORY_REFUSED' ||
        code === 'HISTORY_MALFORMED' ||
        (code === 'NOT_CONNECTED' && place.room !== undefined);
      if (!leaves) throw error;
      leave(search, true);
      return [];
    }
  }

  /** Newest first, what fits the whole query: servers know nothing of phrases, senders and labels. */
  #hitsOf(query: SearchQuery, found: readonly ArchivedMessage[]): readonly SearchHit[] {
    const hits: SearchHit[] = [];
    for (const archived of found) {
      const { conversation, kind } = archived;
      for (const message of this.#options.conversations.apart(conversation, kind, [archived])) {
        const about = { ...message, conversation, label: message.label?.text ?? '' };
        if (fits(query, about)) hits.push({ conversation, kind, message });
      }
    }
    return hits.reverse();
  }
}

function leave(search: Search, silent: boolean): void {
  search.next += 1;
  search.before = '';
  search.pages = 0;
  if (silent) search.silent += 1;
}
