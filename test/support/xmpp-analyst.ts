/** The product's XMPP client over node:tls with a software key, and a record of everything it told. */

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import type { ChatMessage, Contact, DeliveryState, Occupant } from '../../src/shared/chat-model.ts';
import type { AppError } from '../../src/shared/errors.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { AuditRecord } from '../../src/shared/session-contract.ts';
import {
  type ConversationMessage,
  type RoomChange,
  type SecureChannel,
  XmppClient,
  type XmppClientOptions,
  type XmppSession,
} from '../../src/xmpp/index.ts';
import { guardPolicy } from './guard-policy.ts';
import type { TestSite } from './prosody-site.ts';

const WAIT_MS = 20_000;

/** Waits until `check` gives something, for twenty seconds at most. */
export async function until<Value>(what: string, check: () => Value | undefined | false): Promise<Value> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const value = check();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await sleep(10);
  }
}

/** What an analyst's client needs of a site. */
export type AnalystSite = Pick<TestSite, 'server' | 'pki' | 'card' | 'machine'>;

/** A TLS connection to the site's server, as the session process would hand it to the XMPP layer. */
export function openChannel(site: AnalystSite, account: string): Promise<TLSSocket & SecureChannel> {
  const { certificate, key } = site.card(account);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: site.server.port,
      servername: site.server.domain,
      ca: readFileSync(site.pki.ca.root.certificate, 'utf8'),
      cert: certificate,
      key,
      minVersion: 'TLSv1.3',
    });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.off('error', reject);
      const tlsExporter = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
      // RFC 5929 4.1; the site's certificates are signed with SHA-256
      const tlsServerEndPoint = nodeCrypto.sha256(socket.getPeerCertificate().raw);
      resolve(Object.assign(socket, { tlsExporter, tlsServerEndPoint }));
    });
  });
}

export class Analyst {
  readonly account: string;
  readonly jid: BareJid;
  readonly client: XmppClient;
  readonly messages: ConversationMessage[] = [];
  readonly delivery = new Map<string, DeliveryState>();
  readonly contacts = new Map<string, Contact>();
  readonly rooms = new Map<string, RoomChange>();
  readonly occupants = new Map<string, Map<string, Occupant>>();
  readonly audits: AuditRecord[] = [];
  readonly closed: (AppError | undefined)[] = [];
  readonly #site: AnalystSite;
  #channel: TLSSocket | undefined;

  constructor(site: AnalystSite, account: string, options: Partial<XmppClientOptions> = {}) {
    this.#site = site;
    this.account = account;
    const { domain, roomService } = site.server;
    this.jid = `${account}@${domain}` as BareJid;
    this.client = new XmppClient({
      policy: guardPolicy(domain, [roomService]),
      resourcePrefix: 'test',
      lock: { ...site.machine('WS-1', 4), bindings: ['tls-exporter'] },
      crypto: nodeCrypto,
      ...options,
    });
    this.#observe();
  }

  get channel(): TLSSocket {
    if (this.#channel === undefined) throw new Error('not connected');
    return this.#channel;
  }

  async connect(): Promise<XmppSession> {
    const channel = await openChannel(this.#site, this.account);
    this.#channel = channel;
    return this.client.connect(channel, new AbortController().signal);
  }

  /** Connects again and again, as the session does after a restart of the server. */
  async reconnect(): Promise<XmppSession> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.connect();
      } catch (error) {
        if (tries >= 40) throw error;
        await sleep(250);
      }
    }
  }

  /** Cuts the TCP connection without a word. */
  async cut(): Promise<void> {
    const count = this.closed.length;
    this.channel.destroy();
    await until('connection closed', () => this.closed.length > count);
  }

  /** Texts of a conversation, in order of arrival. */
  bodies(conversation: string, direction?: ChatMessage['direction']): string[] {
    return this.messages
      .filter((one) => one.conversation === conversation)
      .filter(({ message }) => direction === undefined || message.direction === direction)
      .map(({ message }) => message.body);
  }

  room(room: string): RoomChange | undefined {
    return this.rooms.get(room);
  }

  async join(room: BareJid, nick?: string): Promise<void> {
    this.client.joinRoom(room, nick);
    await until(`${this.account} in ${room}`, () => this.rooms.get(room)?.state === 'joined');
  }

  async reached(id: string, state: DeliveryState): Promise<void> {
    await until(`${id} ${state}`, () => this.delivery.get(id) === state);
  }

  #observe(): void {
    const { client } = this;
    client.on('message', (message) => this.messages.push(message));
    client.on('delivery', ({ id, state }) => this.delivery.set(id, state));
    client.on('audit', (record) => this.audits.push(record));
    client.on('closed', (error) => this.closed.push(error));
    client.on('room', (change) => this.rooms.set(change.jid, change));
    client.on('contacts', ({ reset, upsert, remove }) => {
      if (reset) this.contacts.clear();
      for (const contact of upsert) this.contacts.set(contact.jid, contact);
      for (const jid of remove) this.contacts.delete(jid);
    });
    client.on('occupants', ({ room, reset, upsert, remove }) => {
      const occupants = reset ? new Map<string, Occupant>() : (this.occupants.get(room) ?? new Map());
      for (const occupant of upsert) occupants.set(occupant.nick, occupant);
      for (const nick of remove) occupants.delete(nick);
      this.occupants.set(room, occupants);
    });
  }
}
