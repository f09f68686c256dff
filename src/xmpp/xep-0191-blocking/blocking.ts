/**
 * XEP-0191 Blocking Command, version 1.3: whom the server keeps away from this account. The list is the server's; what is
 * here is what it said last.
 */
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import { Emitter } from '../emitter.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';

export interface BlockingEvents {
  /** The list is another one: addresses, domains among them. */
  changed: readonly [blocked: ReadonlySet<string>];
}

/** More are not kept; they stay blocked. */
const MAX_BLOCKED = 5000;

export class Blocking implements Extension {
  readonly events = new Emitter<BlockingEvents>();
  readonly #host: ExtensionHost;
  #blocked = new Set<string>();

  constructor(host: ExtensionHost) {
    this.#host = host;
    host.answer('set', NS.blocking, 'block', (block) => {
      this.#change(new Set([...this.#blocked, ...this.#addresses(block)]));
      return true;
    });
    host.answer('set', NS.blocking, 'unblock', (unblock) => {
      const gone = new Set(this.#addresses(unblock));
      // 3.5: without items everybody is let in again.
      const all = elementsOf(unblock).length === 0;
      this.#change(new Set(all ? [] : [...this.#blocked].filter((address) => !gone.has(address))));
      return true;
    });
  }

  get blocked(): ReadonlySet<string> {
    return this.#blocked;
  }

  onNewSession(): void {
    this.#host.requests.call(
      'get',
      xml('blocklist', { xmlns: NS.blocking }),
      undefined,
      (answer) => {
        const list = childOf(answer, 'blocklist', NS.blocking);
        this.#change(new Set(list === undefined ? [] : this.#addresses(list)));
      },
      // A server that keeps nobody away has no list; one that did not answer has the one it had.
      (error) => {
        if (error instanceof AppError && error.code === 'MESSAGE_REFUSED') this.#change(new Set());
      },
    );
  }

  /** Rejects with MESSAGE_REFUSED, STREAM_TIMEOUT, NOT_CONNECTED or GUARD_REFUSED. The server's push changes the list. */
  async block(person: BareJid): Promise<void> {
    await this.#host.requests.send('set', command('block', person));
  }

  /** As {@link block}; `address` is one of the list. */
  async unblock(address: string): Promise<void> {
    await this.#host.requests.send('set', command('unblock', address));
  }

  #addresses(list: Element): readonly string[] {
    const addresses: string[] = [];
    for (const item of elementsOf(list)) {
      const { jid } = item.attrs;
      if (jid !== undefined && this.#host.guard.resolve(jid) !== undefined) addresses.push(jid);
    }
    return addresses;
  }

  #change(blocked: Set<string>): void {
    this.#blocked = new Set([...blocked].slice(0, MAX_BLOCKED));
    this.events.emit('changed', this.#blocked);
  }
}

function command(name: 'block' | 'unblock', jid: string): Element {
  return xml(name, { xmlns: NS.blocking }, xml('item', { jid }));
}
