/**
 * The history on this computer: writes down what the model is told, and reads back what memory no longer has. Everything
 * happens in the store's thread; a store that fails is said once, and conversations go on in memory.
 */
import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import { type AppError, type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { SearchQuery } from '../../shared/search-query.ts';
import type { HistoryAccess } from '../../shared/session-contract.ts';
import {
  type Place,
  type PutRun,
  type ReferenceSpace,
  type SearchHit,
  type SearchPage,
  StoreClient,
  type StoredKeys,
  type StoredMessage,
  type StoredTail,
} from '../../store/index.ts';
import type { ModelJournal } from '../chat-model.ts';

/** Between two writes, milliseconds; what waits to be sent is written at once. */
const WRITE_MS = 200;
/** Messages of each conversation that memory has at first: as many as a room's own history may repeat. */
const TAIL = 100;
/** And of all together. */
const ALL_TAILS = 20_000;

export interface LocalHistoryOptions {
  /** The bundled thread of the store; empty: nothing can be kept. */
  readonly workerFile: string;
  /** Everything that a message is known by. */
  keysOf(conversation: BareJid, id: string): readonly StoredKeys[];
  /** What the user should know of the store; `undefined`: nothing. */
  onState(error: ErrorReport | undefined): void;
}

/** What a former session left. */
export interface Leftover {
  readonly tails: readonly StoredTail[];
  /** Own messages of which nobody knows that they arrived, in order. */
  readonly unsent: readonly SearchHit[];
}

interface Run {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly place: Place;
  readonly ids: string[];
}

const NOTHING: Leftover = { tails: [], unsent: [] };

function keyOf(conversation: BareJid, id: string): string {
  return `${conversation}\n${id}`;
}

export class LocalHistory implements ModelJournal {
  readonly #options: LocalHistoryOptions;
  #client: StoreClient | undefined;
  #runs: Run[] = [];
  /** The newest form of each message that is to be written. */
  #messages = new Map<string, ChatMessage>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failures = 0;
  /** What is said while all is well: a file that was put aside is not forgotten with the next write. */
  #lasting: ErrorReport | undefined;

  constructor(options: LocalHistoryOptions) {
    this.#options = options;
  }

  /** Whether this computer keeps anything. */
  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  /** Reads and writes that failed; where this grows, what was read is not all. */
  get failures(): number {
    return this.#failures;
  }

  /** Opens the store where the policy has one. Never rejects; what is wrong is told by `onState`. */
  async open({ mode, days, store, problem }: HistoryAccess): Promise<Leftover> {
    if (mode !== 'encrypted') return NOTHING;
    if (store === undefined || this.#options.workerFile === '') {
      this.#options.onState(problem ?? { code: 'HISTORY_STORE_FAILED' });
      return NOTHING;
    }
    const client = new StoreClient(this.#options.workerFile);
    try {
      const result = await client.call('open', { ...store, key: Uint8Array.from(store.key), days });
      this.#lasting = result === 'set-aside' ? { code: 'HISTORY_STORE_DAMAGED' } : undefined;
      if (this.#lasting !== undefined) this.#options.onState(this.#lasting);
      const tails = await client.call('tails', { each: TAIL, total: ALL_TAILS });
      const unsent = await client.call('unsent', undefined);
      this.#client = client;
      return { tails, unsent };
    } catch (error) {
      this.#options.onState(toErrorReport(error));
      await client.close();
      return NOTHING;
    }
  }

  placed(
    conversation: BareJid,
    kind: ConversationKind,
    messages: readonly ChatMessage[],
    place: Place,
  ): void {
    if (this.#client === undefined || messages.length === 0) return;
    const former = this.#runs.at(-1);
    const goesOn = former?.conversation === conversation && former.place.at === 'end' && place.at === 'end';
    const run = goesOn ? former : { conversation, kind, place, ids: [] };
    if (!goesOn) this.#runs.push(run);
    for (const message of messages) {
      run.ids.push(message.id);
      this.#messages.set(keyOf(conversation, message.id), message);
    }
    if (messages.some(isWaiting)) void this.flush();
    else this.#schedule();
  }

  changed(conversation: BareJid, message: ChatMessage): void {
    if (this.#client === undefined) return;
    const key = keyOf(conversation, message.id);
    if (!this.#messages.has(key)) {
      this.#runs.push({ conversation, kind: 'contact', place: { at: 'there' }, ids: [message.id] });
    }
    this.#messages.set(key, message);
    if (isWaiting(message)) void this.flush();
    else this.#schedule();
  }

  /** Writes what waits; resolves when it is kept. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const client = this.#client;
    const runs = this.#runs.map((run) => this.#toPut(run));
    this.#runs = [];
    this.#messages = new Map();
    if (client === undefined || runs.length === 0) return this.#writing;
    this.#writing = client.call('put', runs).then(
      () => this.#options.onState(this.#lasting),
      (error: AppError) => {
        this.#failures += 1;
        this.#options.onState(error.toReport());
      },
    );
    return this.#writing;
  }

  /** Oldest first; empty where nothing is kept or it cannot be read. */
  async older(
    conversation: BareJid,
    limit: number,
    before: string | undefined,
  ): Promise<readonly StoredMessage[]> {
    const position = before === undefined ? {} : { before };
    return this.#read((client) => client.call('older', { conversation, limit, ...position }), []);
  }

  /** As `StoreCalls.around`. */
  around(conversation: BareJid, id: string, each: number): Promise<readonly StoredMessage[]> {
    return this.#read((client) => client.call('around', { conversation, id, each }), []);
  }

  /** As `StoreCalls.called`. */
  called(conversation: BareJid, space: ReferenceSpace, id: string): Promise<readonly StoredMessage[]> {
    return this.#read((client) => client.call('called', { conversation, space, id }), []);
  }

  search(query: SearchQuery, limit: number, from: number | undefined): Promise<SearchPage> {
    const position = from === undefined ? {} : { from };
    return this.#read((client) => client.call('search', { query, limit, ...position }), { hits: [] });
  }

  /** Writes what waits and closes the file. Never rejects. */
  async close(): Promise<void> {
    void this.flush();
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_MS);
  }

  #toPut({ conversation, kind, place, ids }: Run): PutRun {
    const messages = ids.flatMap((id) => {
      const message = this.#messages.get(keyOf(conversation, id));
      return message === undefined
        ? []
        : [{ message: settled(message), keys: this.#options.keysOf(conversation, id) }];
    });
    return { conversation, kind, messages, place };
  }

  /** What was written a moment ago is read, too. */
  async #read<Result>(read: (client: StoreClient) => Promise<Result>, nothing: Result): Promise<Result> {
    const client = this.#client;
    if (client === undefined) return nothing;
    void this.flush();
    try {
      return await read(client);
    } catch (error) {
      this.#failures += 1;
      this.#options.onState(toErrorReport(error));
      return nothing;
    }
  }
}

/** Whether something of this user's would be lost with it. */
function isWaiting({ delivery, pending }: ChatMessage): boolean {
  return delivery === 'queued' || pending !== undefined;
}

/** Nothing is being loaded in a session to come. */
function settled(message: ChatMessage): ChatMessage {
  const { gapAfter } = message;
  return gapAfter === undefined ? message : { ...message, gapAfter: { ...gapAfter, loading: false } };
}
