import { randomBytes } from 'node:crypto';
import type { ChatEvent, ConversationKind } from '../../shared/chat-model.ts';
import { AppError, type ErrorReport } from '../../shared/errors.ts';
import {
  displayFileName,
  type FileOrigin,
  type FileTransfer,
  formatSize,
  MAX_TRANSFERS,
  mediaTypeOf,
  type SharedFile,
} from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { isBoardPicture } from '../../shared/whiteboard.ts';
import type { SlotRequest, UploadSlot } from '../../xmpp/index.ts';
import { download, readFile } from './download.ts';
import { asFileError, type GateAccess, GateClient } from './gate-client.ts';
import { PartQueue } from './part-queue.ts';
import type { SaveChannel } from './save-channel.ts';
import { Turns } from './turns.ts';
import { upload } from './upload.ts';

export interface FileDeskOptions {
  readonly channel: SaveChannel;
  readonly requestSlot: (request: SlotRequest) => Promise<UploadSlot>;
  /** Sends the message of a file that the gate has released. Throws what sending throws. */
  readonly sendFile: (offer: FileOffer, file: SharedFile) => void;
  readonly emit: (event: ChatEvent) => void;
  readonly audit: (record: AuditRecord) => void;
}

/** What a window offers. */
export interface FileOffer {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly origin: FileOrigin;
  /** Id of a label that was found to be allowed; for the gate and for the message. */
  readonly label?: string;
}

/** Files that are sent, and fetched, at once; every connection costs the card a signature. */
const AT_ONCE = 2;
/** Transfers that are not finished; more are refused. */
const MAX_UNFINISHED = 50;

interface Entry {
  transfer: FileTransfer;
  readonly ending: AbortController;
  readonly parts?: PartQueue;
}

const ORIGIN_ERRORS = {
  choose: 'FILES_OFF',
  drop: 'FILE_DROP_REFUSED',
  paste: 'FILE_PASTE_REFUSED',
} as const satisfies Record<FileOrigin, string>;

/** Why a transfer that the user or the session ended is no failure that is shown. */
class Ended extends Error {}

/** The files of one sign-in: what is on its way, and what became of it. */
export class FileDesk {
  readonly #options: FileDeskOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #sending = new Turns(AT_ONCE);
  readonly #fetching = new Turns(AT_ONCE);
  #access: GateAccess | undefined;
  /** Ends what is fetched into memory. */
  #reading = new AbortController();

  constructor(options: FileDeskOptions) {
    this.#options = options;
  }

  /** What the policy says from now on; `undefined`: files are off. */
  configure(access: GateAccess | undefined): void {
    this.#access = access;
  }

  /** Brings an empty window up to date. */
  get event(): ChatEvent {
    const upsert = [...this.#entries.values()].map(({ transfer }) => transfer);
    return { type: 'collection', collection: 'transfers', reset: true, upsert, remove: [] };
  }

  /** Begins to send a file; returns the transfer's id. Throws FILES_OFF and what the policy has against the file. */
  offer(offer: FileOffer): string {
    const name = displayFileName(offer.name);
    const mediaType = mediaTypeOf(offer.mediaType);
    const { conversation, size } = offer;
    try {
      const access = this.#check(offer, name, mediaType);
      const parts = new PartQueue(name, size);
      const entry = this.#open({ direction: 'out', conversation, name, size }, parts);
      void this.#send(entry, parts, access, { ...offer, name, mediaType });
      return entry.transfer.id;
    } catch (error) {
      this.#audit('file-refused', 'failure', { conversation, size, code: codeOf(error) });
      throw error;
    }
  }

  /** Takes the next part of an offered file. Rejects when the transfer is over. */
  async put(id: string, part: Uint8Array): Promise<void> {
    const parts = this.#entries.get(id)?.parts;
    if (parts === undefined) throw new AppError('IPC_REFUSED');
    await parts.put(part);
  }

  /** The window could not read on. */
  fail(id: string): void {
    this.#entries.get(id)?.parts?.fail();
  }

  /** Ends a transfer and forgets it. */
  cancel(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#drop(entry);
    const { direction, conversation, size, state } = entry.transfer;
    if (!isFinished(entry.transfer))
      this.#audit('file-cancelled', 'success', { direction, conversation, size, state });
  }

  /** Fetches a message's file; returns the transfer's id. Throws FILES_OFF or FILE_TOO_MANY. */
  save(conversation: BareJid, message: string, file: SharedFile): string {
    const access = this.#access;
    if (access === undefined) throw new AppError('FILES_OFF');
    for (const entry of this.#entries.values()) {
      const { transfer } = entry;
      if (transfer.conversation !== conversation || transfer.message !== message) continue;
      if (!isFinished(transfer)) return transfer.id;
      this.#drop(entry);
    }
    const { name, size } = file;
    const entry = this.#open({ direction: 'in', conversation, name, size, message });
    void this.#fetch(entry, access, file);
    return entry.transfer.id;
  }

  /** The window is gone: what it had not handed over to the end can't be sent any more. */
  windowGone(): void {
    for (const { parts } of this.#entries.values()) if (parts?.complete === false) parts.fail();
  }

  /** The connection is to end (card out, screen locked, signed out): nothing more goes to the gate. */
  suspend(): void {
    const reason = new AppError('FILE_GATE_UNREACHABLE', { code: 'NOT_CONNECTED' });
    for (const { ending, transfer } of this.#entries.values()) {
      if (!isFinished(transfer)) ending.abort(reason);
    }
    this.#reading.abort(reason);
    this.#reading = new AbortController();
  }

  /** Ends everything; the desk is not used again. */
  close(): void {
    for (const entry of this.#entries.values()) this.#drop(entry);
    this.#reading.abort(new Ended());
  }

  #check({ origin, size }: FileOffer, name: string, mediaType: string): GateAccess {
    const access = this.#access;
    if (access === undefined) throw new AppError('FILES_OFF');
    const { policy } = access;
    if (!policy.origins.includes(origin)) throw new AppError(ORIGIN_ERRORS[origin]);
    if (size === 0) throw new AppError('FILE_EMPTY', { name });
    if (size > policy.maximumBytes)
      throw new AppError('FILE_TOO_LARGE', { name, limit: formatSize(policy.maximumBytes) });
    if (policy.types.length > 0 && !policy.types.includes(mediaType))
      throw new AppError('FILE_TYPE_REFUSED', { name, type: mediaType });
    return access;
  }

  async #send(
    entry: Entry,
    parts: PartQueue,
    access: GateAccess,
    file: FileOffer & { readonly mediaType: string },
  ): Promise<void> {
    const { conversation, size } = file;
    const { signal } = entry.ending;
    const detail: Record<string, string | number> = { conversation, size, gate: access.policy.host };
    let stage = 'file-upload';
    try {
      const shared = await this.#sending.run(signal, () => {
        this.#change(entry, { state: 'uploading' });
        return upload(file, parts, {
          gate: new GateClient(access),
          requestSlot: this.#options.requestSlot,
          signal,
          onProgress: (done) => this.#change(entry, { done }),
          onScanning: (sha256) => {
            detail.sha256 = sha256;
            this.#change(entry, { state: 'scanning', done: size });
            this.#audit(stage, 'success', detail);
            stage = 'file-verdict';
          },
        });
      });
      this.#audit(stage, 'success', { ...detail, verdict: 'clean' });
      stage = 'file-message';
      this.#options.sendFile(file, shared);
      this.#drop(entry);
    } catch (error) {
      const report = this.#stop(entry, error);
      parts.fail(new AppError('IPC_REFUSED'));
      this.#audit(stage, 'failure', { ...detail, ...report });
    }
  }

  /** Fetches a small file into memory: {@link isBoardPicture}. Rejects with FILES_OFF, IPC_REFUSED and what fetching rejects with. */
  async read(conversation: BareJid, file: SharedFile): Promise<Uint8Array> {
    const access = this.#access;
    if (access === undefined) throw new AppError('FILES_OFF');
    if (!isBoardPicture(file)) throw new AppError('IPC_REFUSED');
    const { size, sha256 } = file;
    const detail = { conversation, size, sha256, gate: access.policy.host };
    const { signal } = this.#reading;
    try {
      const bytes = await this.#fetching.run(signal, () => readFile(file, new GateClient(access), signal));
      this.#audit('file-download', 'success', detail);
      return bytes;
    } catch (error) {
      const failure = asFileError(error);
      this.#audit('file-download', 'failure', { ...detail, code: failure.code });
      throw failure;
    }
  }

  async #fetch(entry: Entry, access: GateAccess, file: SharedFile): Promise<void> {
    const { signal } = entry.ending;
    const { conversation } = entry.transfer;
    const { size, sha256 } = file;
    const detail = { conversation, size, sha256, gate: access.policy.host };
    try {
      const savedAs = await this.#fetching.run(signal, () => {
        this.#change(entry, { state: 'downloading' });
        const gate = new GateClient(access);
        const onProgress = (done: number): void => this.#change(entry, { done });
        return download(file, { gate, channel: this.#options.channel, signal, onProgress });
      });
      this.#audit('file-download', 'success', detail);
      this.#change(entry, { state: 'saved', done: size, savedAs });
    } catch (error) {
      this.#audit('file-download', 'failure', { ...detail, ...this.#stop(entry, error) });
    }
  }

  /** Shows why a transfer ended, unless it was asked to; returns what the audit log is told. */
  #stop(entry: Entry, error: unknown): { readonly code: string; readonly reason?: string } {
    const { signal } = entry.ending;
    if (signal.reason instanceof Ended) return { code: 'CANCELLED' };
    const failure = asFileError(signal.aborted ? signal.reason : error);
    const report: ErrorReport = failure.toReport();
    const state = failure.code === 'FILE_QUARANTINED' ? 'quarantined' : 'failed';
    this.#change(entry, { state, error: report });
    const reason = failure.detail?.reason;
    return { code: failure.code, ...(typeof reason === 'string' ? { reason } : {}) };
  }

  #open(
    facts: Pick<FileTransfer, 'direction' | 'conversation' | 'name' | 'size' | 'message'>,
    parts?: PartQueue,
  ): Entry {
    const entries = [...this.#entries.values()];
    if (entries.filter(({ transfer }) => !isFinished(transfer)).length >= MAX_UNFINISHED)
      throw new AppError('FILE_TOO_MANY');
    const oldest = entries.find(({ transfer }) => isFinished(transfer));
    if (entries.length >= MAX_TRANSFERS && oldest !== undefined) this.#drop(oldest);
    const id = randomBytes(16).toString('base64url');
    const entry: Entry = {
      transfer: { ...facts, id, done: 0, state: 'waiting' },
      ending: new AbortController(),
      ...(parts === undefined ? {} : { parts }),
    };
    this.#entries.set(id, entry);
    this.#change(entry, {});
    return entry;
  }

  #change(entry: Entry, change: Partial<FileTransfer>): void {
    entry.transfer = { ...entry.transfer, ...change };
    if (this.#entries.get(entry.transfer.id) !== entry) return;
    this.#options.emit({
      type: 'collection',
      collection: 'transfers',
      reset: false,
      upsert: [entry.transfer],
      remove: [],
    });
  }

  #drop(entry: Entry): void {
    const { id } = entry.transfer;
    if (!this.#entries.delete(id)) return;
    entry.ending.abort(new Ended());
    entry.parts?.fail(new AppError('IPC_REFUSED'));
    this.#options.emit({
      type: 'collection',
      collection: 'transfers',
      reset: false,
      upsert: [],
      remove: [id],
    });
  }

  #audit(
    event: string,
    outcome: AuditRecord['outcome'],
    detail: Readonly<Record<string, string | number>>,
  ): void {
    this.#options.audit({ event, outcome, detail });
  }
}

function isFinished({ state }: FileTransfer): boolean {
  return state === 'saved' || state === 'failed' || state === 'quarantined';
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'INTERNAL';
}
