/**
 * The session process's object as main and the chat window see it: an analyst with a card's key from a file, a window that
 * attaches and saves files, and the main process's own writer of received files.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SaveDesk, type SavePort } from '../../src/main/files/save-desk.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { Session } from '../../src/session/index.ts';
import type { Port } from '../../src/session/ports.ts';
import { isChangeOf } from '../../src/shared/chat-collections.ts';
import type {
  ChatCommand,
  ChatEvent,
  ChatMessage,
  ChatPortMessage,
  ChatReply,
  ConversationKind,
  RoomState,
} from '../../src/shared/chat-model.ts';
import { FILE_PART_BYTES, FILE_PARTS_IN_FLIGHT, type FileTransfer } from '../../src/shared/file-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { AuditRecord, SessionConfig, SignPortRequest } from '../../src/shared/session-contract.ts';
import { NO_PREFS, NOTHING_WATCHED } from '../../src/shared/watch-contract.ts';
import { guardPolicy } from './guard-policy.ts';
import type { TestSite } from './prosody-site.ts';
import { readCertificates, softwareIdentity } from './software-identity.ts';
import { until } from './xmpp-analyst.ts';

/** Two ends of a port; what goes through is cloned, as between processes. */
function channel(): readonly [Port, Port] {
  const make = () => ({
    message: (_data: unknown): void => undefined,
    close: (): void => undefined,
    closed: false,
  });
  const sides = [make(), make()] as const;
  const end = (own: 0 | 1): Port => {
    const [mine, other] = own === 0 ? sides : [sides[1], sides[0]];
    return {
      postMessage: (message) => {
        const data = structuredClone(message);
        setImmediate(() => other.closed || mine.closed || other.message(data));
      },
      onMessage: (listener) => {
        mine.message = listener;
      },
      onClose: (listener) => {
        mine.close = listener;
      },
      close: () => {
        if (mine.closed) return;
        mine.closed = true;
        setImmediate(() => other.close());
      },
    };
  };
  return [end(0), end(1)];
}

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

function pinOf(file: string): string {
  const key = new X509Certificate(readFileSync(file)).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}

export interface FileSessionOptions {
  readonly site: TestSite;
  readonly account: string;
  readonly workerFile: string;
  /** The gate by the policy: always `localhost` with the site's certificate. */
  readonly gatePort: number;
  readonly maximumBytes?: number;
}

export class FileSession {
  readonly jid: BareJid;
  readonly audit: AuditRecord[] = [];
  readonly transfers = new Map<string, FileTransfer>();
  /** Every state that each transfer was seen in, in order. */
  readonly states: string[] = [];
  readonly messages: ChatMessage[] = [];
  readonly rooms = new Map<BareJid, RoomState>();
  /** Where received files go. */
  readonly directory: string;
  readonly #session: Session;
  readonly #window: Port;
  readonly #replies = new Map<number, (reply: ChatReply) => void>();
  #nextId = 1;
  #online = false;

  constructor(options: FileSessionOptions) {
    const { site, account, workerFile } = options;
    this.jid = `${account}@${site.server.domain}` as BareJid;
    this.directory = join(site.directory, `saved-${account}`);
    mkdirSync(this.directory, { recursive: true });
    this.#session = new Session({
      crypto: nodeCrypto,
      workerFile,
      report: (report) => {
        if (report.kind === 'audit') this.audit.push(report.record);
        if (report.kind === 'link') this.#online = report.link.kind === 'online';
      },
    });
    const [window, chat] = channel();
    const [saves, files] = channel();
    this.#window = window;
    window.onMessage((data) => this.#receive(data as ChatPortMessage));
    const desk = new SaveDesk({
      places: () => ({
        directories: [this.directory],
        home: homedir(),
        downloads: this.directory,
        maximumBytes: options.maximumBytes ?? 10_000_000,
      }),
      audit: (record) => this.audit.push(record),
    });
    desk.attach(electronShape(saves));
    this.#session.handle({ kind: 'attach-token' }, this.#tokenPort(site));
    this.#session.handle({ kind: 'attach-files' }, files);
    this.#session.handle({ kind: 'attach-chat', window: 'chat' }, chat);
    this.#session.handle({ kind: 'start', config: this.#config(options) }, undefined);
  }

  online(): Promise<unknown> {
    return until(`${this.jid} online`, () => this.#online);
  }

  suspend(): void {
    this.#session.handle({ kind: 'suspend' }, undefined);
  }

  stop(): void {
    this.#session.handle({ kind: 'stop' }, undefined);
  }

  /** The window is closed. */
  closeWindow(): void {
    this.#window.close();
  }

  command(command: ChatCommand): Promise<ChatReply> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#replies.set(id, resolve);
      this.#window.postMessage({ kind: 'command', id, command });
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

  #receive(message: ChatPortMessage): void {
    if (message.kind === 'reply') {
      this.#replies.get(message.id)?.(message.reply);
      this.#replies.delete(message.id);
    } else if (message.kind === 'events') {
      for (const event of message.events) this.#apply(event);
      this.#window.postMessage({ kind: 'ack', count: 1 });
    }
  }

  #apply(event: ChatEvent): void {
    if (event.type === 'messages') this.messages.push(...event.append);
    if (event.type === 'rooms') for (const { jid, state } of event.upsert) this.rooms.set(jid, state);
    if (!isChangeOf(event, 'transfers')) return;
    if (event.reset) this.transfers.clear();
    for (const id of event.remove) this.transfers.delete(id);
    for (const transfer of event.upsert) {
      this.transfers.set(transfer.id, transfer);
      if (this.states.at(-1) !== transfer.state) this.states.push(transfer.state);
    }
  }

  #card(site: TestSite): { readonly certificate: string; readonly key: string } {
    const slot = site.pki.cards[this.jid.slice(0, this.jid.indexOf('@'))]?.slots['9a'];
    if (slot === undefined) throw new Error('no card');
    return slot;
  }

  #tokenPort(site: TestSite): Port {
    const { sign } = softwareIdentity(this.#card(site));
    const [token, session] = channel();
    token.onMessage((message) => {
      const { id, mechanism, data } = message as SignPortRequest;
      void sign({ mechanism, data }).then((signature) => token.postMessage({ id, ok: true, signature }));
    });
    return session;
  }

  #config({ site, gatePort, maximumBytes = 10_000_000 }: FileSessionOptions): SessionConfig {
    const { certificate, chain } = softwareIdentity(this.#card(site));
    const { domain, port, roomService } = site.server;
    const gate = { host: 'localhost', port: gatePort, path: '/', maximumBytes, types: [] };
    return {
      domain,
      servers: [{ host: '127.0.0.1', port, pins: [pinOf(site.server.certificate)] }],
      trustAnchors: readCertificates(site.pki.ca.root.certificate),
      tls: {
        minVersion: '1.3',
        maxVersion: '1.3',
        groups: ['P-384', 'P-256'],
        cipherSuites: ['TLS_AES_256_GCM_SHA384'],
        cipherList: [],
        requireFips: false,
        integrityOnly: false,
      },
      lock: { ...site.machine('WS-1', 4), bindings: ['tls-exporter'] },
      identity: {
        certificate,
        chain,
        commonName: this.jid,
        upn: this.jid,
        issuer: 'ID CA',
        notAfter: '2030-01-01T00:00:00Z',
      },
      rooms: { autojoin: [] },
      guard: guardPolicy(domain, [roomService], { fileGate: gate }),
      resourcePrefix: 'desk',
      watch: { policy: NOTHING_WATCHED, prefs: NO_PREFS },
      files: { ...gate, pins: [pinOf(site.pki.server.good.certificate)], origins: ['choose'] },
    };
  }
}
