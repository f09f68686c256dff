/**
 * Answers to iq queries (RFC 6120 8.2.3), on xmpp.js's middleware and iq callee: a handler for each payload, an error for
 * everything else. The guard has let the query pass before; replies leave through the guard like any stanza.
 */
import { EventEmitter } from 'node:events';
import createCallee from '@xmpp/iq/callee.js';
import type { Entity } from '@xmpp/middleware';
import createMiddleware from '@xmpp/middleware';
import type { Element } from '../xml.ts';

/** Returns the result's payload, `true` for an empty result, `undefined` for `service-unavailable`. */
export type QueryHandler = (query: Element, stanza: Element) => Element | true | undefined;

class QueryEntity extends EventEmitter implements Entity {
  readonly jid = null;
  readonly options: { readonly domain: string };
  readonly #send: (reply: Element) => void;

  constructor(domain: string, send: (reply: Element) => void) {
    super();
    this.options = { domain };
    this.#send = send;
    // A reply that can't be sent (stream gone, asker outside the policy) has nobody to be told to.
    this.on('error', () => undefined);
  }

  async send(reply: Element): Promise<void> {
    // The callee copies the query's `to`; the server fills in the right `from` (RFC 6120 8.1.2.1).
    delete reply.attrs.from;
    reply.attrs.xmlns = 'jabber:client';
    this.#send(reply);
  }
}

export class Queries {
  readonly #entity: QueryEntity;
  readonly #callee: ReturnType<typeof createCallee>;

  constructor(domain: string, send: (reply: Element) => void) {
    this.#entity = new QueryEntity(domain, send);
    const middleware = createMiddleware({ entity: this.#entity });
    this.#callee = createCallee({ middleware, entity: this.#entity });
  }

  answer(type: 'get' | 'set', xmlns: string, name: string, handler: QueryHandler): void {
    this.#callee[type](xmlns, name, (context) => {
      return context.element === undefined ? undefined : handler(context.element, context.stanza);
    });
  }

  /** Takes an iq of type `get` or `set`. */
  onQuery(iq: Element): void {
    this.#entity.emit('element', iq);
  }
}
