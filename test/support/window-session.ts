/** The session process's object as a chat window sees it: an analyst with a card's key from a file. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { Session } from '../../src/session/index.ts';
import type { Port } from '../../src/session/ports.ts';
import type {
  ChatCommand,
  ChatEvent,
  ChatMessage,
  ChatPortMessage,
  ChatReply,
  LinkState,
  RoomState,
} from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { AuditRecord, SessionConfig, SignPortRequest } from '../../src/shared/session-contract.ts';
import { NO_PREFS, NOTHING_WATCHED } from '../../src/shared/watch-contract.ts';
import { guardPolicy } from './guard-policy.ts';
import type { TestSite } from './prosody-site.ts';
import { readCertificates, softwareIdentity } from './software-identity.ts';
import { until } from './xmpp-analyst.ts';

/** Two ends of a port; what goes through is cloned, as between processes. */
export function channel(): readonly [Port, Port] {
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

export function pinOf(file: string): string {
  const key = new X509Certificate(readFileSync(file)).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}

/** Messages asked for at once. */
const PAGE = 500;

export interface WindowSessionOptions {
  readonly site: TestSite;
  readonly account: string;
  /** Of `bundleTlsWorker`. */
  readonly workerFile: string;
  /** In place of the server's own port, such as a bad link's. */
  readonly port?: number;
}

export class WindowSession {
  readonly jid: BareJid;
  readonly audit: AuditRecord[] = [];
  /** As they came, those of all conversations. */
  readonly messages: ChatMessage[] = [];
  /** By conversation, in the order of the window, each in its last state. */
  readonly conversations = new Map<BareJid, ChatMessage[]>();
  readonly rooms = new Map<BareJid, RoomState>();
  link: LinkState = { kind: 'offline' };
  /** Why the session ended for good; absent while it goes on. */
  stopped: string | undefined;
  protected readonly session: Session;
  readonly #options: WindowSessionOptions;
  readonly #window: Port;
  readonly #replies = new Map<number, (reply: ChatReply) => void>();
  #nextId = 1;

  constructor(options: WindowSessionOptions) {
    const { site, account, workerFile } = options;
    this.#options = options;
    this.jid = `${account}@${site.server.domain}` as BareJid;
    this.session = new Session({
      crypto: nodeCrypto,
      workerFile,
      report: (report) => {
        if (report.kind === 'audit') this.audit.push(report.record);
        if (report.kind === 'link') this.link = report.link;
        if (report.kind === 'stopped') this.stopped = report.error?.code ?? 'asked to';
      },
    });
    const [window, chat] = channel();
    this.#window = window;
    window.onMessage((data) => this.#receive(data as ChatPortMessage));
    this.session.handle({ kind: 'attach-token' }, this.#tokenPort());
    this.session.handle({ kind: 'attach-chat', window: 'chat' }, chat);
  }

  /** Signs in; {@link online} waits for it. */
  start(changes: Partial<SessionConfig> = {}): void {
    this.session.handle({ kind: 'start', config: { ...this.#config(), ...changes } }, undefined);
  }

  online(): Promise<unknown> {
    return until(`${this.jid} online`, () => this.link.kind === 'online');
  }

  suspend(): void {
    this.session.handle({ kind: 'suspend' }, undefined);
  }

  stop(): void {
    this.session.handle({ kind: 'stop' }, undefined);
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

  /** A conversation as the session has it; a mirror begins anew with each connection, as a window's does. */
  async read(conversation: BareJid): Promise<readonly ChatMessage[]> {
    const log: ChatMessage[] = [];
    for (;;) {
      const before = log[0]?.id;
      const reply = await this.command({
        type: 'load-messages',
        conversation,
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      const page = reply.ok ? (reply.messages ?? []) : [];
      log.unshift(...page);
      if (!reply.ok || reply.complete === true || page.length === 0) return log;
    }
  }

  protected onEvent(event: ChatEvent): void {
    if (event.type === 'link') this.link = event.link;
    if (event.type === 'rooms') for (const { jid, state } of event.upsert) this.rooms.set(jid, state);
    if (event.type === 'message-updates') this.#update(event.conversation, event.messages);
    if (event.type === 'messages') this.#insert(event);
  }

  #insert({ conversation, append, before }: Extract<ChatEvent, { type: 'messages' }>): void {
    this.messages.push(...append);
    const log = this.conversations.get(conversation) ?? [];
    const at = before === undefined ? -1 : log.findIndex(({ id }) => id === before);
    log.splice(at === -1 ? log.length : at, 0, ...append);
    this.conversations.set(conversation, log);
  }

  #update(conversation: BareJid, messages: readonly ChatMessage[]): void {
    const log = this.conversations.get(conversation) ?? [];
    for (const message of messages) {
      const at = log.findIndex(({ id }) => id === message.id);
      if (at !== -1) log[at] = message;
    }
  }

  #receive(message: ChatPortMessage): void {
    if (message.kind === 'reply') {
      this.#replies.get(message.id)?.(message.reply);
      this.#replies.delete(message.id);
    } else if (message.kind === 'events') {
      for (const event of message.events) this.onEvent(event);
      this.#window.postMessage({ kind: 'ack', count: 1 });
    }
  }

  get #card(): { readonly certificate: string; readonly key: string } {
    const { site, account } = this.#options;
    const slot = site.pki.cards[account]?.slots['9a'];
    if (slot === undefined) throw new Error('no card');
    return slot;
  }

  #tokenPort(): Port {
    const { sign } = softwareIdentity(this.#card);
    const [token, session] = channel();
    token.onMessage((message) => {
      const { id, mechanism, data } = message as SignPortRequest;
      void sign({ mechanism, data }).then((signature) => token.postMessage({ id, ok: true, signature }));
    });
    return session;
  }

  #config(): SessionConfig {
    const { site, port = site.server.port } = this.#options;
    const { certificate, chain } = softwareIdentity(this.#card);
    const { domain, roomService } = site.server;
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
      guard: guardPolicy(domain, [roomService]),
      resourcePrefix: 'desk',
      watch: { policy: NOTHING_WATCHED, prefs: NO_PREFS },
    };
  }
}
