/** A {@link WindowSession} whose window attaches and saves files, with the main process's own writer of received files. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SaveDesk, type SavePort } from '../../src/main/files/save-desk.ts';
import type { Port } from '../../src/session/ports.ts';
import type { BoardItem } from '../../src/shared/chat-board-commands.ts';
import { isChangeOf } from '../../src/shared/chat-collections.ts';
import type { ChatEvent, ConversationKind } from '../../src/shared/chat-model.ts';
import { FILE_PART_BYTES, FILE_PARTS_IN_FLIGHT, type FileTransfer } from '../../src/shared/file-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { guardPolicy } from './guard-policy.ts';
import { channel, pinOf, WindowSession, type WindowSessionOptions } from './window-session.ts';
import { until } from './xmpp-analyst.ts';

function electronShape(port: Port): SavePort {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (value: { readonly data: unknown }) => void) =>
      event === 'message'
        ? port.onMessage((data) => listener({ data }))
        : port.onClose(listener as unknown as () => void),
    start: () => undefined,
    close: () => port.close(),
  };
}

export interface FileSessionOptions extends WindowSessionOptions {
  /** The gate by the policy: always `localhost` with the site's certificate. */
  readonly gatePort: number;
  readonly maximumBytes?: number;
}

export class FileSession extends WindowSession {
  readonly transfers = new Map<string, FileTransfer>();
  /** Every state that each transfer was seen in, in order. */
  readonly states: string[] = [];
  /** What is on the boards that are open. */
  readonly boardItems = new Map<string, BoardItem>();
  /** Where received files go. */
  readonly directory: string;

  constructor(options: FileSessionOptions) {
    super(options);
    const { site, account, gatePort, maximumBytes = 10_000_000 } = options;
    this.directory = join(site.directory, `saved-${account}`);
    mkdirSync(this.directory, { recursive: true });
    const [saves, files] = channel();
    const desk = new SaveDesk({
      places: () => ({
        directories: [this.directory],
        home: homedir(),
        downloads: this.directory,
        maximumBytes,
      }),
      audit: (record) => this.audit.push(record),
    });
    desk.attach(electronShape(saves));
    this.session.handle({ kind: 'attach-files' }, files);
    const { domain, roomService } = site.server;
    const gate = { host: 'localhost', port: gatePort, path: '/', maximumBytes, types: [] };
    this.start({
      guard: guardPolicy(domain, [roomService], { fileGate: gate, whiteboard: true }),
      files: { ...gate, pins: [pinOf(site.pki.server.good.certificate)], origins: ['choose'] },
    });
  }

  /** Attaches a file and hands over its parts; resolves with the transfer's id at once. */
  async attach(
    to: BareJid,
    name: string,
    content: Uint8Array,
    rest: { readonly kind?: ConversationKind; readonly mediaType?: string; readonly stopAt?: number } = {},
  ): Promise<string> {
    const { kind = 'contact', mediaType = 'text/plain', stopAt = content.length } = rest;
    const reply = await this.command({
      type: 'offer-file',
      conversation: to,
      kind,
      name,
      mediaType,
      size: content.length,
      origin: 'choose',
    });
    const transfer = reply.ok ? reply.transfer : undefined;
    if (transfer === undefined) throw new Error(`refused: ${JSON.stringify(reply)}`);
    void this.#hand(transfer, content.subarray(0, stopAt));
    return transfer;
  }

  async #hand(transfer: string, content: Uint8Array): Promise<void> {
    const flying = new Set<Promise<unknown>>();
    let over = false;
    for (let at = 0; at < content.length && !over; at += FILE_PART_BYTES) {
      const data = new Uint8Array(content.subarray(at, at + FILE_PART_BYTES));
      const flight = this.command({ type: 'put-file-part', transfer, data }).then((reply) => {
        over ||= !reply.ok;
        flying.delete(flight);
      });
      flying.add(flight);
      if (flying.size >= FILE_PARTS_IN_FLIGHT) await Promise.race(flying);
    }
  }

  /** Waits until the transfer is in one of these states. */
  settled(id: string, ...states: readonly FileTransfer['state'][]): Promise<FileTransfer> {
    return until(`${states.join(' or ')}, not ${this.transfers.get(id)?.state}`, () => {
      const transfer = this.transfers.get(id);
      return transfer !== undefined && states.includes(transfer.state) && transfer;
    });
  }

  /** Saves a message's file and waits for what comes of it. */
  async save(conversation: BareJid, message: string): Promise<FileTransfer> {
    const reply = await this.command({ type: 'save-file', conversation, message });
    const id = reply.ok ? (reply.transfer ?? '') : '';
    return this.settled(id, 'saved', 'failed');
  }

  protected override onEvent(event: ChatEvent): void {
    super.onEvent(event);
    if (isChangeOf(event, 'boardElements')) {
      if (event.reset) this.boardItems.clear();
      for (const id of event.remove) this.boardItems.delete(id);
      for (const item of event.upsert) this.boardItems.set(item.id, item);
    }
    if (!isChangeOf(event, 'transfers')) return;
    if (event.reset) this.transfers.clear();
    for (const id of event.remove) this.transfers.delete(id);
    for (const transfer of event.upsert) {
      this.transfers.set(transfer.id, transfer);
      if (this.states.at(-1) !== transfer.state) this.states.push(transfer.state);
    }
  }
}
