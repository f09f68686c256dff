/**
 * The history on this computer: writes down what the model is told, and reads back what memory no longer has. Everything
 * happens in the store's thread; a store that fails is said once, and conversations go on in memory.
 */
import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import { type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { SearchQuery } from '../../shared/search-query.ts';
import type { HistoryAccess } from '../../shared/session-contract.ts';
import {
  type Place,
  type ReferenceSpace,
  type SearchHit,
  type SearchPage,
  StoreClient,
  type StoredArchive,
  type StoredKeys,
  type StoredMessage,
  type StoredTail,
} from '../../store/index.ts';
import type { ModelJournal } from '../chat-model.ts';
import { WriteBacklog } from './write-backlog.ts';

/** Between two writes, milliseconds; what waits to be sent is written at once. */
const WRITE_MS = 200;
/** After a write that failed, until the next try; each time twice as long, milliseconds. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
/** So long it is said that writing goes on again, milliseconds. */
const HEALED_MS = 20_000;
/**
 * How long opening may take, milliseconds: nobody is online before. A file of a million messages takes 0.3 s; a disk of the network
 * that does not answer takes for ever.
 */
const OPEN_MS = 60_000;
/** How long the last write may take, milliseconds. */
const CLOSE_MS = 2_000;
/**
 * Messages of each conversation that memory has at first: more than a room of which something is known is asked to repeat. Where none
 * of them has a place in the archive, up to so many: there nothing is known but them.
 */
const [TAIL, LONG_TAIL] = [25, 100];
/** And of all together. */
const ALL_TAILS = 20_000;

export interface LocalHistoryOptions {
  /** The bundled thread of the store; empty: nothing can be kept. */
  readonly workerFile: string;
  /** Everything that a message is known by. */
  keysOf(conversation: BareJid, id: string): readonly StoredKeys[];
  /** What the user should know of the store; `undefined`: nothing. */
  onState(error: ErrorReport | undefined): void;
  /** How long opening may take, milliseconds. */
  readonly openMs?: number;
}

/** What a former session left. */
export interface Leftover {
  readonly tails: readonly StoredTail[];
  /** Own messages of which nobody knows that they arrived, in order. */
  readonly unsent: readonly SearchHit[];
  readonly archives: readonly StoredArchive[];
}

const NOTHING: Leftover = { tails: [], unsent: [], archives: [] };

export class LocalHistory implements ModelJournal {
  readonly #options: LocalHistoryOptions;
  #client: StoreClient | undefined;
  readonly #backlog: WriteBacklog;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failures = 0;
  /** Writes that failed one after the other. */
  #failed = 0;
  #healed: NodeJS.Timeout | undefined;
  /** A read failed, and none has succeeded since. */
  #unreadable = false;
  /** What is said while all is well: a file that was put aside is not forgotten with the next write. */
  #lasting: ErrorReport | undefined;

  constructor(options: LocalHistoryOptions) {
    this.#options = options;
    this.#backlog = new WriteBacklog((conversation, id) => options.keysOf(conversation, id));
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
    const late = setTimeout(() => client.giveUp(), this.#options.openMs ?? OPEN_MS);
    try {
      const result = await client.call('open', { ...store, key: Uint8Array.from(store.key), days });
      this.#lasting = result === 'set-aside' ? { code: 'HISTORY_STORE_DAMAGED' } : undefined;
      if (this.#lasting !== undefined) this.#options.onState(this.#lasting);
      const tails = await client.call('tails', { least: TAIL, each: LONG_TAIL, total: ALL_TAILS });
      const unsent = await client.call('unsent', undefined);
      const archives = await client.call('archives', undefined);
      this.#client = client;
      return { tails, unsent, archives };
    } catch (error) {
      const report = toErrorReport(error);
      // Nothing waits to be written to a store that is not there.
      const isFull = report.code === 'HISTORY_STORE_FULL';
      this.#options.onState(isFull ? { code: 'HISTORY_STORE_NO_ROOM' } : report);
      await client.close();
      return NOTHING;
    } finally {
      clearTimeout(late);
    }
  }

  placed(
    conversation: BareJid,
    kind: ConversationKind,
    messages: readonly ChatMessage[],
    place: Place,
  ): void {
    if (this.#client === undefined || messages.length === 0) return;
    this.#backlog.place(conversation, kind, messages, place);
    this.#schedule(messages.some(isUrgent));
  }

  changed(conversation: BareJid, message: ChatMessage): void {
    if (this.#client === undefined) return;
    this.#backlog.change(conversation, message);
    this.#schedule(isUrgent(message));
  }

  /** How far an archive is known now: it is written with the messages that were placed with it, all of it or nothing. */
  archive(name: string, ranges: StoredArchive['ranges']): void {
    if (this.#client === undefined) return;
    this.#backlog.archive(name, ranges);
    this.#schedule();
  }

  /** Writes what waits, one batch after the other; resolves when it is kept, or is not. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** The same for whoever goes on without a disk that does not answer. */
  async settle(): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    await Promise.race([
      this.flush(),
      new Promise<void>((resolve) => {
        late = setTimeout(resolve, CLOSE_MS);
      }),
    ]);
    clearTimeout(late);
  }

  async #write(): Promise<void> {
    const client = this.#client;
    if (client === undefined || this.#backlog.isEmpty) return;
    const batch = this.#backlog.take();
    try {
      await client.call('put', { runs: batch.puts, archives: batch.archives });
    } catch (error) {
      this.#failures += 1;
      this.#failed += 1;
      this.#backlog.putBack(batch);
      clearTimeout(this.#healed);
      this.#options.onState(toErrorReport(error));
      this.#schedule();
      return;
    }
    const isHealed = this.#failed > 0;
    this.#failed = 0;
    if (isHealed) this.#onHealed();
    else this.#onRead();
  }

  /** What could not be written is written now, all of it or what there was room for. */
  #onHealed(): void {
    const { lost } = this.#backlog;
    if (lost > 0) this.#lasting = { code: 'HISTORY_STORE_GAPS', detail: { count: lost } };
    this.#options.onState(this.#lasting ?? { code: 'HISTORY_STORE_HEALED' });
    this.#healed = setTimeout(() => this.#options.onState(this.#lasting), HEALED_MS);
    this.#healed.unref();
  }

  /** The store answers: what a read that failed had said is over. */
  #onRead(): void {
    if (this.#unreadable) this.#options.onState(this.#lasting);
    this.#unreadable = false;
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
    await this.settle();
    for (const timer of [this.#timer, this.#healed]) clearTimeout(timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }

  /** While writes fail, everything waits for the next try. */
  #schedule(urgent = false): void {
    if (urgent && this.#failed === 0) void this.flush();
    else
      this.#timer ??= setTimeout(
        () => void this.flush(),
        this.#failed === 0 ? WRITE_MS : Math.min(FIRST_RETRY_MS * 2 ** (this.#failed - 1), LAST_RETRY_MS),
      );
  }

  /** What was written a moment ago is read, too. */
  async #read<Result>(read: (client: StoreClient) => Promise<Result>, nothing: Result): Promise<Result> {
    const client = this.#client;
    if (client === undefined) return nothing;
    if (this.#failed === 0) await this.flush();
    try {
      const result = await read(client);
      if (this.#failed === 0) this.#onRead();
      return result;
    } catch (error) {
      this.#failures += 1;
      this.#unreadable = true;
      this.#options.onState(toErrorReport(error));
      return nothing;
    }
  }
}

/** Whether something of this user's would be lost with it. */
function isUrgent({ delivery, pending }: ChatMessage): boolean {
  return delivery === 'queued' || pending !== undefined;
}
