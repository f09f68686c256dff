/**
 * Hands files to the session process in parts, as it takes them. The page sees what the user chose, never where it lies;
 * a file is read piece by piece and no piece is kept.
 */
import type { ChatCommand, ChatReply } from '../../../shared/chat-model.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { FILE_PART_BYTES, FILE_PARTS_IN_FLIGHT, type FileOrigin } from '../../../shared/file-contract.ts';
import type { ConversationKey } from '../../state/view-state.ts';

/** The part of a File that is read. */
export interface ReadableFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** The id of the file's label, as a part of the command; empty: none. */
export interface FileLabel {
  readonly label?: string;
}

interface Sent {
  readonly key: ConversationKey;
  readonly file: ReadableFile;
  readonly origin: FileOrigin;
  readonly label: FileLabel;
}

/** Files that are remembered for another try. */
const MAX_REMEMBERED = 100;

export class FileSender {
  readonly #run: (command: ChatCommand) => Promise<ChatReply>;
  readonly #refused: (error: ErrorReport) => void;
  readonly #sent = new Map<string, Sent>();

  constructor(run: (command: ChatCommand) => Promise<ChatReply>, refused: (error: ErrorReport) => void) {
    this.#run = run;
    this.#refused = refused;
  }

  has(transfer: string): boolean {
    return this.#sent.has(transfer);
  }

  forget(transfer: string): void {
    this.#sent.delete(transfer);
  }

  /** Offers a file and hands its parts over; settles when the session has them all or wants no more. */
  async send(
    key: ConversationKey,
    file: ReadableFile,
    origin: FileOrigin,
    label: FileLabel = {},
  ): Promise<void> {
    const { name, type, size } = file;
    const reply = await this.#run({
      type: 'offer-file',
      conversation: key.jid,
      kind: key.kind,
      name: name.slice(-4096),
      mediaType: type.slice(0, 256),
      size,
      origin,
      ...label,
    });
    if (!reply.ok) {
      this.#refused(reply.error);
      return;
    }
    const { transfer } = reply;
    if (transfer === undefined) return;
    this.#remember(transfer, { key, file, origin, label });
    await this.#hand(transfer, file);
  }

  /** Sends a file of an earlier transfer anew, in place of it. */
  async sendAgain(transfer: string): Promise<void> {
    const sent = this.#sent.get(transfer);
    if (sent === undefined) return;
    this.#sent.delete(transfer);
    await this.#run({ type: 'cancel-transfer', transfer });
    await this.send(sent.key, sent.file, sent.origin, sent.label);
  }

  async #hand(transfer: string, file: ReadableFile): Promise<void> {
    const flying = new Set<Promise<void>>();
    let over = false;
    for (let at = 0; at < file.size && !over; at += FILE_PART_BYTES) {
      const data = await read(file, at);
      if (data === undefined) {
        await this.#run({ type: 'fail-file', transfer });
        return;
      }
      const flight = this.#run({ type: 'put-file-part', transfer, data }).then((reply) => {
        if (!reply.ok) over = true;
        flying.delete(flight);
      });
      flying.add(flight);
      if (flying.size >= FILE_PARTS_IN_FLIGHT) await Promise.race(flying);
    }
    await Promise.all(flying);
  }

  #remember(transfer: string, sent: Sent): void {
    this.#sent.set(transfer, sent);
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > MAX_REMEMBERED && oldest !== undefined) this.#sent.delete(oldest);
  }
}

/** One part; `undefined` when the file is gone, is a folder, or became shorter. */
async function read(file: ReadableFile, at: number): Promise<Uint8Array | undefined> {
  const end = Math.min(at + FILE_PART_BYTES, file.size);
  try {
    const data = new Uint8Array(await file.slice(at, end).arrayBuffer());
    return data.length === end - at ? data : undefined;
  } catch {
    return undefined;
  }
}
