/**
 * What a former session left and this one leaves: this computer's history with what the user should know of it, and own
 * messages that are still to be sent.
 */
import type { HistoryCommand } from '../../shared/chat-history-commands.ts';
import type { ChatEvent } from '../../shared/chat-model.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import type { ExportRecord, ExportScope } from '../../shared/export-contract.ts';
import type { HistoryAccess } from '../../shared/session-contract.ts';
import type { StoredArchive, StoredTail } from '../../store/index.ts';
import type { Handlers } from '../commands/handlers.ts';
import { exportRecords } from './export-records.ts';
import { type HistoryHandlersOptions, historyHandlers } from './history-handlers.ts';
import { LocalHistory, type LocalHistoryOptions } from './local-history.ts';
import type { MessagesInMemory } from './memory-search.ts';
import { isOwn, Unsent, type UnsentMessage, type UnsentOptions } from './unsent.ts';

export interface PastOptions extends UnsentOptions, Omit<LocalHistoryOptions, 'onState' | 'workerFile'> {
  /** The bundled thread of the store; without it nothing can be kept. */
  readonly storeWorkerFile: string | undefined;
  emit(event: ChatEvent): void;
}

/** What the conversations begin with. */
export interface Beginning {
  readonly tails: readonly StoredTail[];
  /** How far archives are known. */
  readonly archives: readonly StoredArchive[];
  /** Own messages, to be shown as waiting; they are sent when their time comes. */
  readonly waiting: readonly UnsentMessage[];
}

export class Past {
  readonly local: LocalHistory;
  readonly unsent: Unsent;
  readonly #emit: PastOptions['emit'];
  #notice: ErrorReport | undefined;
  #asked: { readonly model: MessagesInMemory; readonly places: HistoryHandlersOptions['places'] } | undefined;

  constructor(options: PastOptions) {
    this.#emit = options.emit;
    this.unsent = new Unsent(options);
    this.local = new LocalHistory({
      workerFile: options.storeWorkerFile ?? '',
      keysOf: (conversation, id) => options.keysOf(conversation, id),
      onState: (error) => this.#setNotice(error),
    });
  }

  /** Brings an empty window up to date. */
  get event(): ChatEvent {
    const upsert = this.#notice === undefined ? [] : [{ id: 'history' as const, error: this.#notice }];
    return { type: 'collection', collection: 'notices', reset: true, upsert, remove: [] };
  }

  /** What the window may ask about the past; `model`: what is in memory, `places`: where conversations are opened at a message. */
  handlers(model: MessagesInMemory, places: HistoryHandlersOptions['places']): Handlers<HistoryCommand> {
    this.#asked = { model, places };
    return historyHandlers({ model, local: this.local, places });
  }

  /** As `exportRecords`. */
  async records(scope: ExportScope): Promise<readonly ExportRecord[]> {
    if (this.#asked === undefined) return [];
    const { model, places } = this.#asked;
    const found = (query: string) => places.foundOnServer(query);
    return exportRecords({ model, local: this.local, found }, scope);
  }

  /** Never rejects. */
  async open(access: HistoryAccess): Promise<Beginning> {
    const { tails, unsent, archives } = await this.local.open(access);
    const all = unsent.map((one) =>
      isOwn(one) ? { ...one, message: { ...one.message, delivery: 'queued' as const } } : one,
    );
    this.unsent.add(all);
    return { tails, archives, waiting: all.filter((one) => isOwn(one) && hasPlace(one, tails)) };
  }

  #setNotice(error: ErrorReport | undefined): void {
    if (error?.code === this.#notice?.code) return;
    this.#notice = error;
    this.#emit(this.event);
  }
}

/** Whether a message is among the newest of its conversation; what stands before them is shown when somebody looks there. */
function hasPlace({ conversation, message }: UnsentMessage, tails: readonly StoredTail[]): boolean {
  const tail = tails.find((one) => one.conversation === conversation)?.messages ?? [];
  const last = tail.at(-1)?.message;
  return last === undefined || last.at <= message.at || tail.some((one) => one.message.id === message.id);
}
