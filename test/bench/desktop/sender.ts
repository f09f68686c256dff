/** The other side of the message measurement: the product's XMPP client with a card's key from a file, no window. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinOf } from '../../../build/site/analysts.ts';
import type { Site } from '../../../build/site/site.ts';
import { nodeCrypto } from '../../../src/platform/node-crypto.ts';
import { type BareJid, toBareJid } from '../../../src/shared/jid.ts';
import { connectTls } from '../../../src/tls/index.ts';
import { XmppClient } from '../../../src/xmpp/index.ts';
import { guardPolicy } from '../../support/guard-policy.ts';
import { softwareIdentity } from '../../support/software-identity.ts';
import { clientOptions } from '../handshake.ts';

/** How long receipts may take before the measurement counts as failed. */
const RECEIPTS_MS = 120_000;

export class Sender {
  readonly #client: XmppClient;
  readonly #delivered = new Set<string>();
  readonly #refused: string[] = [];
  /** When the last receipt came, of `performance.now()`. */
  #lastAt = 0;

  private constructor(client: XmppClient) {
    this.#client = client;
    client.on('delivery', ({ id, state, error }) => {
      if (state === 'failed') this.#refused.push(error?.code ?? 'failed');
      if (state !== 'delivered') return;
      this.#delivered.add(id);
      this.#lastAt = performance.now();
    });
    client.on('closed', (error) => this.#refused.push(error?.code ?? 'closed'));
  }

  /** Signs the account in from its own machine. */
  static async connect(site: Site, account: string): Promise<Sender> {
    const slot = site.pki.cards[account]?.slots['9a'];
    if (slot === undefined) throw new Error(`no card of ${account}`);
    const client = new XmppClient({
      policy: guardPolicy(site.server.domain, [site.server.roomService]),
      resourcePrefix: 'bench',
      lock: { ...site.lockIdentity(account), bindings: ['tls-exporter'] },
      crypto: nodeCrypto,
    });
    const identity = softwareIdentity({ certificate: slot.certificate, key: slot.key });
    const options = clientOptions(site, pinOf(site.pki.server.good.certificate), identity);
    const channel = await connectTls({ ...options, workerFile: join(site.app, 'tls-worker.cjs') });
    await client.connect(channel, new AbortController().signal);
    return new Sender(client);
  }

  /** Sends the texts as fast as the connection takes them; resolves with the time of the last receipt. */
  async send(to: string, texts: readonly string[]): Promise<number> {
    const jid = toBareJid(to) as BareJid;
    this.#delivered.clear();
    for (const text of texts) this.#client.sendMessage(jid, text);
    const deadline = performance.now() + RECEIPTS_MS;
    while (this.#delivered.size < texts.length) {
      if (this.#refused.length > 0) throw new Error(`the sender failed: ${this.#refused[0]}`);
      if (performance.now() > deadline)
        throw new Error(`${this.#delivered.size} of ${texts.length} receipts came`);
      await sleep(5);
    }
    return this.#lastAt;
  }

  /** Enters a room. */
  async enter(room: BareJid): Promise<void> {
    const entered = new Promise<void>((resolve) => {
      const end = this.#client.on('room', ({ jid, state }) => {
        if (jid !== room || state !== 'joined') return;
        end();
        resolve();
      });
    });
    this.#client.joinRoom(room, 'Bob Baker');
    await entered;
  }

  /** Says a text in a room that was entered. */
  say(room: BareJid, text: string): void {
    this.#client.sendRoomMessage(room, text);
  }

  async stop(): Promise<void> {
    await this.#client.disconnect();
  }
}
