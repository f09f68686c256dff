/**
 * Own iq requests and their answers (RFC 6120 8.2.3).
 *
 * Replaces `@xmpp/iq/caller`, which matches answers by id alone (and a guessable one): anyone could have answered.
 */
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import { NS } from '../namespaces.ts';
import { stanzaErrorCondition } from '../stream/errors.ts';
import { type Element, xml } from '../xml.ts';

interface Pending {
  readonly to: string | undefined;
  readonly resolve: (answer: Element) => void;
  readonly reject: (error: AppError) => void;
  readonly timer: NodeJS.Timeout;
  /** So often it still gets its whole time anew. */
  renewals: number;
}

export interface RequestContext {
  readonly account: BareJid | undefined;
  readonly domain: string;
  send(stanza: Element): void;
  newId(): string;
  /** When the last byte came in, by `performance.now()`. */
  lastReceived(): number;
}

/** Unanswered requests at a time. */
const MAX_PENDING = 1000;
/** So often an answer gets its whole time anew because the link is still bringing something: a roster of 5,000 at 2.4 kbit/s. */
const MAX_RENEWALS = 20;
/** And so often once the server has acknowledged the request: a room or another service may still be at work, or its answer long. */
const RENEWALS_ONCE_HANDLED = 3;

export class Requests {
  readonly #context: RequestContext;
  readonly #timeout: number;
  readonly #pending = new Map<string, Pending>();

  constructor(context: RequestContext, timeout: number) {
    this.#context = context;
    this.#timeout = timeout;
  }

  /**
   * Sends `payload` and resolves with the whole answer of type `result`. Rejects with MESSAGE_REFUSED (condition of the
   * error), STREAM_TIMEOUT when the link has brought nothing for a while, NOT_CONNECTED or GUARD_REFUSED.
   */
  send(type: 'get' | 'set', payload: Element, to?: string): Promise<Element> {
    return new Promise<Element>((resolve, reject) => this.call(type, payload, to, resolve, reject));
  }

  /**
   * As {@link send}, but `resolve` is called while the answer is being read: before the stanzas that came with it in one
   * packet, and whose meaning may hang on it, are handled. Returns what gives the answer its whole time anew, for one that
   * shows signs of life before it comes.
   */
  call(
    type: 'get' | 'set',
    payload: Element,
    to: string | undefined,
    resolve: (answer: Element) => void,
    reject: (error: unknown) => void,
  ): () => void {
    if (this.#pending.size >= MAX_PENDING) {
      reject(new AppError('NOT_CONNECTED'));
      return () => undefined;
    }
    const id = this.#context.newId();
    const timer = setTimeout(() => {
      // Answers come in order: what is still arriving may stand before this one.
      const silent = performance.now() - this.#context.lastReceived() > this.#timeout / 2;
      if (!silent && pending.renewals > 0) {
        pending.renewals -= 1;
        timer.refresh();
        return;
      }
      this.#pending.delete(id);
      reject(new AppError('STREAM_TIMEOUT'));
    }, this.#timeout);
    timer.unref();
    const pending: Pending = { to, resolve, reject, timer, renewals: MAX_RENEWALS };
    this.#pending.set(id, pending);
    try {
      this.#context.send(xml('iq', { xmlns: NS.client, type, id, to }, payload));
    } catch (error) {
      this.#forget(id);
      reject(error);
    }
    return () => {
      if (this.#pending.has(id)) timer.refresh();
    };
  }

  /** Takes an iq of type `result` or `error`; false if it answers nothing that was asked of its sender. */
  onAnswer(iq: Element): boolean {
    const id = iq.attrs.id ?? '';
    const pending = this.#pending.get(id);
    if (pending === undefined || !this.#mayAnswer(pending.to, iq.attrs.from)) return false;
    this.#forget(id);
    if (iq.attrs.type === 'result') pending.resolve(iq);
    else pending.reject(new AppError('MESSAGE_REFUSED', { condition: stanzaErrorCondition(iq) }));
    return true;
  }

  /**
   * The server has acknowledged that request: it works in order, so what the link still brings hardly stands before the answer any
   * more, and is little reason to go on waiting.
   */
  onHandled(id: string): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.renewals <= RENEWALS_ONCE_HANDLED) return;
    pending.renewals = RENEWALS_ONCE_HANDLED;
    pending.timer.refresh();
  }

  /** The session is over: nothing will be answered any more. */
  abandon(): void {
    for (const [id, pending] of [...this.#pending]) {
      this.#forget(id);
      pending.reject(new AppError('NOT_CONNECTED'));
    }
  }

  /** RFC 6120 8.1.2.1: the server answers for the account without `from`, as the bare account, or in its own name. */
  #mayAnswer(to: string | undefined, from: string | undefined): boolean {
    const { account, domain } = this.#context;
    if (to !== undefined && to !== account) return from === to || (from === undefined && to === domain);
    return from === undefined || from === account || (to === undefined && from === domain);
  }

  #forget(id: string): void {
    const pending = this.#pending.get(id);
    if (pending !== undefined) clearTimeout(pending.timer);
    this.#pending.delete(id);
  }
}
