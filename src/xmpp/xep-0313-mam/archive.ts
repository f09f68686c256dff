/** Asking archives, one page a query, and who may answer: only the archive that was asked, until its page is at its end. */
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ConversationAction, ConversationMessage } from '../api.ts';
import type { Extension } from '../extension.ts';
import { archivedOf } from '../guard/index.ts';
import type { Requests } from '../rfc6120-iq/requests.ts';
import type { PageOf } from '../xep-0059-rsm/result-set.ts';
import type { Element } from '../xml.ts';
import {
  type ArchivedStanza,
  type ArchiveEnd,
  type ArchiveFilter,
  type ArchiveTextField,
  buildArchiveQuery,
  buildFieldsQuery,
  readArchived,
  readArchiveEnd,
  readTextField,
} from './stanzas.ts';

/** One page of an archive: of a room's, or of the own account's. */
export interface ArchiveRequest extends ArchiveFilter {
  /** Absent: the own account's. */
  readonly room?: BareJid | undefined;
  /** Messages at most, 1 to 100. */
  readonly max: number;
  readonly page: PageOf;
}

export interface ArchivePage {
  /** Oldest first. What says nothing, or what the guard refused, is not among them. */
  readonly messages: readonly ArchivedMessage[];
  /** The archive's ids of all that is on the page, also of those; absent where nobody goes by them. */
  readonly ids?: readonly string[];
  /** Archive ids of the ends of the page, also where the messages themselves did not pass; absent: it is empty. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** There is nothing more in the direction that was asked for. */
  readonly complete: boolean;
}

/** What a room's archive holds, as it stands there. */
export interface PeekedPage extends Omit<ArchivePage, 'messages'> {
  /** Oldest first: messages, and what was done to messages. */
  readonly items: readonly (ConversationMessage | ConversationAction)[];
}

export interface ArchivedMessage extends ConversationMessage {
  readonly archiveId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface ArchiveOptions {
  readonly requests: Requests;
  /** The own account. */
  account(): BareJid;
  /** Whether this user is in that room. */
  inRoom(room: BareJid): boolean;
  newId(): string;
  /** What an archived message says, and to whom it belongs. */
  read(stanza: ArchivedStanza, room: BareJid | undefined): ConversationMessage | undefined;
  /** The same, for whoever only looks: nobody is told, and nothing counts as seen. */
  peek(stanza: ArchivedStanza, room: BareJid): readonly (ConversationMessage | ConversationAction)[];
  /** Whether the recipient has acknowledged that own message. */
  isDelivered(id: string): boolean;
}

interface Query {
  /** Whose archive is asked. */
  readonly archive: BareJid;
  readonly max: number;
  /** The filter of the query: a page of one conversation holds nothing of another. */
  readonly with: BareJid | undefined;
  readonly room: BareJid | undefined;
  readonly stanzas: ArchivedStanza[];
  readonly ids: Set<string>;
  /** The archive shows signs of life. */
  prolong: () => void;
}

export class Archive implements Extension {
  readonly #options: ArchiveOptions;
  readonly #queries = new Map<string, Query>();
  /** By whose archive it is: the own account's, or those of a room service, which are alike. */
  readonly #textFields = new Map<string, ArchiveTextField | undefined>();

  constructor(options: ArchiveOptions) {
    this.#options = options;
  }

  /** Another server may know other fields. */
  onNewSession(): void {
    this.#textFields.clear();
  }

  /** Whether this archive was asked under this id and may still answer: at most as much as was asked for. */
  asked(queryId: string, archive: string): boolean {
    const query = this.#queries.get(queryId);
    return query !== undefined && query.archive === archive && query.stanzas.length < query.max;
  }

  /** Results (4.2); they are never messages of their own. */
  onMessage(stanza: Element): boolean {
    if (archivedOf(stanza) === undefined) return false;
    this.#onResult(stanza);
    return true;
  }

  #onResult(stanza: Element): void {
    const archived = readArchived(stanza, Date.now());
    const query = archived && this.#queries.get(archived.queryId);
    if (archived === undefined || query === undefined || query.ids.has(archived.id)) return;
    query.ids.add(archived.id);
    query.stanzas.push(archived);
    query.prolong();
  }

  /**
   * Fetches one page. One that goes forward and is cut short holds what came of it: over a link that breaks all the time the next
   * one goes on from there. Rejects with HISTORY_REFUSED (condition), HISTORY_MALFORMED, STREAM_TIMEOUT when nothing came for the
   * time of an answer, NOT_CONNECTED also outside the room, or GUARD_REFUSED.
   */
  async page(request: ArchiveRequest): Promise<ArchivePage> {
    const { query, end } = await this.#ask(request);
    return this.#pageOf(query, request.page, end);
  }

  /**
   * The field by which an archive is searched by words; `undefined`: it is not. Asked once for the own account and once for each
   * room service. Rejects as {@link page}.
   */
  async textField(room: BareJid | undefined): Promise<ArchiveTextField | undefined> {
    if (room !== undefined && !this.#options.inRoom(room)) throw new AppError('NOT_CONNECTED');
    const whose = room === undefined ? '' : room.slice(room.indexOf('@'));
    if (this.#textFields.has(whose)) return this.#textFields.get(whose);
    const answer = await this.#options.requests
      .send('get', buildFieldsQuery(), room ?? this.#options.account())
      .catch((error: unknown) => {
        throw refusal(error);
      });
    const field = readTextField(answer);
    this.#textFields.set(whose, field);
    return field;
  }

  /** Messages of a page only to be shown among what was found: what a room says is not taken as seen. Rejects as {@link page}. */
  async find({ room, ...request }: ArchiveRequest): Promise<ArchivePage> {
    if (room === undefined) return this.page(request);
    const { items, ...edges } = await this.peek({ ...request, room });
    const messages = items.flatMap((item) =>
      'message' in item && item.keys?.archiveId !== undefined
        ? [{ ...item, archiveId: item.keys.archiveId, at: item.message.at }]
        : [],
    );
    return { messages, ...edges };
  }

  /** Fetches one page of a room's archive only to look at it. Rejects as {@link page}. */
  async peek(request: ArchiveRequest & { readonly room: BareJid }): Promise<PeekedPage> {
    const { query, end } = await this.#ask(request);
    const edges = edgesOf(query, request.page, end);
    if (edges === undefined) return { items: [], first: undefined, last: undefined, complete: true };
    const items = query.stanzas.flatMap((stanza) => this.#options.peek(stanza, request.room));
    return { items, ...edges, complete: end.complete };
  }

  async #ask(request: ArchiveRequest): Promise<{ readonly query: Query; readonly end: ArchiveEnd }> {
    const { room, max, page, ...filter } = request;
    if (room !== undefined && !this.#options.inRoom(room)) throw new AppError('NOT_CONNECTED');
    const queryId = this.#options.newId();
    const query: Query = {
      archive: room ?? this.#options.account(),
      max,
      with: filter.with,
      room,
      stanzas: [],
      ids: new Set(),
      prolong: () => undefined,
    };
    this.#queries.set(queryId, query);
    const answer = await new Promise<Element | undefined>((resolve, reject) => {
      // At the moment of the answer: what comes after it answers nothing.
      const closing =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          this.#queries.delete(queryId);
          settle(value);
        };
      const payload = buildArchiveQuery(queryId, filter, max, page);
      query.prolong = this.#options.requests.call('set', payload, room, closing(resolve), closing(reject));
    }).catch((error: unknown) => {
      if (page.before === undefined && query.stanzas.length > 0 && isCut(error)) return undefined;
      throw refusal(error);
    });
    const end = answer === undefined ? CUT_SHORT : readArchiveEnd(answer);
    if (end === undefined) throw new AppError('HISTORY_MALFORMED', { reason: 'no end' });
    return { query, end };
  }

  #isDelivered({ message, kind }: ArchivedMessage): boolean {
    return kind === 'contact' && message.direction === 'out' && this.#options.isDelivered(message.id);
  }

  #pageOf(query: Query, page: PageOf, end: ArchiveEnd): ArchivePage {
    const { stanzas, with: peer, room } = query;
    const edges = edgesOf(query, page, end);
    if (edges === undefined) return { messages: [], first: undefined, last: undefined, complete: true };
    const messages: ArchivedMessage[] = [];
    for (const stanza of stanzas) {
      const read = this.#options.read(stanza, room);
      if (read === undefined || (peer !== undefined && read.conversation !== peer)) continue;
      messages.push({ ...read, archiveId: stanza.id, at: stanza.at });
    }
    // A receipt stands after its message.
    const settled = messages.map((one) => (this.#isDelivered(one) ? delivered(one) : one));
    return { messages: settled, ids: stanzas.map(({ id }) => id), ...edges, complete: end.complete };
  }
}

/** Where a page begins and ends; `undefined`: it is empty. Throws HISTORY_MALFORMED. */
function edgesOf(
  { stanzas }: Query,
  { before, after }: PageOf,
  end: ArchiveEnd,
): { readonly first: string; readonly last: string } | undefined {
  const first = end.first ?? stanzas[0]?.id;
  const last = end.last ?? stanzas.at(-1)?.id;
  if (first === undefined || last === undefined) return undefined;
  // A page that holds where it was to go on from would be asked for again and again.
  const edge = before === undefined ? last : first;
  const from = before === undefined ? after : before;
  if (edge === from && from !== '') throw new AppError('HISTORY_MALFORMED', { reason: 'repeats itself' });
  return { first, last };
}

/** What came of a page says where it ends; there is more. */
const CUT_SHORT: ArchiveEnd = { first: undefined, last: undefined, complete: false };

/** Whether a query failed for want of a connection. */
function isCut(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'NOT_CONNECTED' || error.code === 'STREAM_TIMEOUT');
}

function delivered(archived: ArchivedMessage): ArchivedMessage {
  return { ...archived, message: { ...archived.message, delivery: 'delivered' } };
}

function refusal(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'MESSAGE_REFUSED') return error;
  return new AppError('HISTORY_REFUSED', { condition: String(error.detail?.condition ?? '') });
}
