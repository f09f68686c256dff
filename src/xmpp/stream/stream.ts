/**
 * One XML stream over one secure channel (RFC 6120 4): header, restart, elements in and out, orderly and disorderly end.
 *
 * Replaces `@xmpp/connection` and `@xmpp/client-core`, which follow `see-other-host` to any address, decode each chunk on
 * its own, wait two seconds and hand on every element whatever the state. Here elements are either pulled one by one
 * (negotiation) or pushed to a handler (session), and each stanza passes the guard on its way in and out: there is
 * no other way to write or to be handed one.
 */

import { LOCK_NAMESPACE } from '../../lock/index.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import type { SecureChannel, StreamLimits, XmppTimeouts } from '../api.ts';
import { NS } from '../namespaces.ts';
import { type Attributes, type Element, isStanza, xml } from '../xml.ts';
import { streamErrorToAppError } from './errors.ts';
import { ParserRefusal, StreamParser } from './parser.ts';
import { ReadingPace } from './reading-pace.ts';

/** The guard as the stream knows it; both return what may pass, or nothing. */
export interface StanzaGate {
  incoming(stanza: Element): Element | undefined;
  /** A stanza that exceeded a limit: `head` is what is left of it. */
  skipped(head: Element): void;
  /** Throws AppError GUARD_REFUSED instead of returning nothing. */
  outgoing(stanza: Element): Element;
}

export interface StreamOptions {
  readonly channel: SecureChannel;
  readonly domain: string;
  readonly limits: StreamLimits;
  readonly timeouts: XmppTimeouts;
  readonly gate: StanzaGate;
  /** Once, when the stream has ended, also when nobody waited for anything. No error: it was ended by {@link XmppStream.close}. */
  readonly onEnd: (error: AppError | undefined) => void;
}

interface Waiter {
  readonly resolve: (element: Element) => void;
  readonly reject: (error: Error) => void;
}

/** Elements that may wait to be pulled: few before sign-in, a resumed session's backlog after. */
const MAX_WAITING = { before: 16, after: 10_000 } as const;
/** Nonzas that may be written. */
const NONZA_NAMESPACES: ReadonlySet<string | undefined> = new Set([
  LOCK_NAMESPACE,
  NS.sasl,
  NS.streamManagement,
  NS.clientState,
]);

/** What a destroyed channel says about itself. */
function channelError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('STREAM_CLOSED', undefined, { cause: error });
}

export class XmppStream {
  readonly #options: StreamOptions;
  readonly #pace: ReadingPace;
  #parser: StreamParser | undefined;
  #header: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #waiting: Element[] = [];
  /** Those of them, or at hand, that were too large to be kept. */
  readonly #skipped = new WeakSet<Element>();
  #waiter: Waiter | undefined;
  #handler: ((element: Element) => void) | undefined;
  #out = '';
  #flushing = false;
  #closing = false;
  #ended = false;
  #error: AppError | undefined;
  #peerClosed: (() => void) | undefined;
  #signedIn = false;
  #lastReceived = performance.now();
  #onReceived: (() => void) | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    const { channel } = options;
    this.#pace = new ReadingPace((ms) => channel.pace?.(ms));
    channel.on('data', (chunk: Uint8Array) => this.#onData(chunk));
    channel.on('error', (error) => this.#end(channelError(error)));
    channel.on('end', () => this.#end(new AppError('STREAM_CLOSED')));
    channel.on('close', () => this.#end(new AppError('STREAM_CLOSED')));
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** When the last byte came in, by `performance.now()`. */
  get lastReceived(): number {
    return this.#lastReceived;
  }

  /** Calls back once, when the next bytes have come and have been read, or the stream ends. */
  onceReceived(callback: () => void): void {
    this.#onReceived = callback;
  }

  /**
   * Opens the stream, or opens it anew after the lock or SASL (RFC 6120 4.3.3). The header names no `from`: no
   * identifier is sent before the lock is verified, and none is needed after. Resolves when the server's header came.
   */
  open(signedIn: boolean): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#waiting.length > 0) {
      const error = new AppError('STREAM_MALFORMED', { reason: 'elements before a restart' });
      this.fail(error, 'policy-violation');
      return Promise.reject(error);
    }
    this.#signedIn = signedIn;
    this.#parser = new StreamParser(this.#options.limits, signedIn, {
      onHeader: (attrs) => this.#onHeader(attrs),
      onElement: (element) => this.#onElement(element),
      onSkipped: (head, limit) => this.#onSkipped(head, limit),
      onEnd: () => this.#onPeerClose(),
    });
    this.#write(
      `<?xml version='1.0'?><stream:stream xmlns='${NS.client}' xmlns:stream='${NS.streams}' ` +
        `to='${this.#options.domain}' version='1.0'>`,
    );
    return this.#timed((resolve, reject) => {
      this.#header = { resolve, reject };
    });
  }

  /**
   * Ends the stream with `code` after `timeouts[limit]`, unless the function that is returned was called: for what takes
   * several elements, each of which a server could send just in time. After sign-in nothing is said of it: the server may have
   * resumed a session here already, which an error would end.
   */
  deadline(limit: 'step' | 'lock', code: ErrorCode): () => void {
    const timer = setTimeout(
      () => this.fail(new AppError(code), this.#signedIn ? undefined : 'connection-timeout'),
      this.#options.timeouts[limit],
    );
    return () => clearTimeout(timer);
  }

  /** The next element of the negotiation. Rejects with the stream's end or, after `timeouts.step`, with STREAM_TIMEOUT. */
  next(): Promise<Element> {
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift()) {
      const admitted = this.#admit(waiting);
      if (admitted !== undefined) return Promise.resolve(admitted);
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return this.#timed((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  /** From now on elements are pushed, those that wait first. */
  handle(handler: (element: Element) => void): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#handler = handler;
    for (const element of waiting) this.#deliver(element);
  }

  /** Writes a stanza through the guard, or a nonza of the lock, SASL or stream management. Batched. */
  send(element: Element): void {
    this.#pace.onSent(element, performance.now());
    if (isStanza(element)) this.#write(this.#options.gate.outgoing(element).toString());
    else if (NONZA_NAMESPACES.has(element.getNS())) this.#write(element.toString());
    else throw new AppError('GUARD_REFUSED', { reason: 'element' });
  }

  /** Ends the stream because of `error`, telling the server `condition` if there is one to tell (RFC 6120 4.9). */
  fail(error: AppError, condition?: string): void {
    if (this.#ended) return;
    if (condition !== undefined) {
      const notice = xml('stream:error', {}, xml(condition, { xmlns: NS.streamErrors }));
      this.#write(`${notice.toString()}</stream:stream>`);
      this.#flush();
    }
    this.#end(error);
  }

  /** Ends the stream in an orderly way and waits for the server to do the same, for `timeouts.close` at most. */
  async close(): Promise<void> {
    if (this.#ended) return;
    if (!this.#closing) {
      this.#write('</stream:stream>');
      this.#closing = true;
      this.#flush();
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.timeouts.close);
      this.#peerClosed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#end(undefined);
  }

  #timed<Value>(
    start: (resolve: (value: Value) => void, reject: (error: Error) => void) => void,
  ): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const done = this.deadline('step', 'STREAM_TIMEOUT');
      start(
        (value) => {
          done();
          resolve(value);
        },
        (error) => {
          done();
          reject(error);
        },
      );
    });
  }

  #onData(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.#lastReceived = performance.now();
    this.#pace.onRead(this.#lastReceived);
    try {
      this.#parser?.write(chunk);
    } catch (error) {
      this.#onDataError(error);
    }
    this.#tellReceived();
    this.#flush();
  }

  #tellReceived(): void {
    const callback = this.#onReceived;
    this.#onReceived = undefined;
    callback?.();
  }

  #onDataError(error: unknown): void {
    if (!(error instanceof AppError)) {
      this.fail(new AppError('INTERNAL', undefined, { cause: error }), 'internal-server-error');
      return;
    }
    const condition = error.cause instanceof ParserRefusal ? error.cause.condition : 'policy-violation';
    this.fail(error, condition);
  }

  #onHeader(attrs: Attributes): void {
    const header = this.#header;
    const from = attrs.from?.toLowerCase();
    if (header === undefined || (from !== undefined && from !== this.#options.domain)) {
      throw new AppError(
        'STREAM_MALFORMED',
        { reason: 'stream header' },
        { cause: new ParserRefusal('invalid-from', 'stream header') },
      );
    }
    if (attrs.version !== '1.0') {
      throw new AppError(
        'STREAM_MALFORMED',
        { reason: 'version' },
        { cause: new ParserRefusal('unsupported-version', 'version') },
      );
    }
    this.#header = undefined;
    header.resolve();
  }

  #onElement(element: Element): void {
    if (this.#ended) return;
    if (element.name === 'error' && element.getNS() === NS.streams) {
      this.#end(streamErrorToAppError(element));
      return;
    }
    this.#deliver(element);
  }

  /** Takes its turn among the others, because stream management counts it when it is handed over. */
  #onSkipped(head: Element, limit: string): void {
    if (!isStanza(head)) throw new AppError('STREAM_LIMIT', { limit });
    this.#skipped.add(head);
    this.#onElement(head);
  }

  /** The guard's place on the way in: at the moment an element is handed over, never earlier, never not at all. */
  #admit(element: Element): Element | undefined {
    if (!isStanza(element)) return element;
    if (!this.#skipped.has(element)) return this.#options.gate.incoming(element);
    this.#options.gate.skipped(element);
    return undefined;
  }

  #deliver(element: Element): void {
    if (this.#ended) return;
    const handler = this.#handler;
    const waiter = this.#waiter;
    if (handler !== undefined || waiter !== undefined) {
      const admitted = this.#admit(element);
      if (admitted === undefined) return;
      if (handler !== undefined) handler(admitted);
      else if (waiter !== undefined) {
        this.#waiter = undefined;
        waiter.resolve(admitted);
      }
      return;
    }
    if (this.#waiting.length >= (this.#signedIn ? MAX_WAITING.after : MAX_WAITING.before)) {
      throw new AppError('STREAM_LIMIT', { limit: 'elements before the session' });
    }
    this.#waiting.push(element);
  }

  #onPeerClose(): void {
    if (this.#peerClosed !== undefined) this.#peerClosed();
    else if (!this.#ended) {
      this.#write('</stream:stream>');
      this.#flush();
      this.#end(new AppError('STREAM_CLOSED'));
    }
  }

  #write(text: string): void {
    if (this.#ended || this.#closing) return;
    this.#out += text;
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  /** One write for all that was said since the last one: one TLS record instead of thousands. */
  #flush(): void {
    this.#flushing = false;
    if (this.#out === '' || this.#options.channel.destroyed) return;
    const text = this.#out;
    this.#out = '';
    this.#options.channel.write(text, 'utf8');
  }

  #end(error: AppError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    const reason = error ?? new AppError('STREAM_CLOSED');
    this.#error = reason;
    const { channel } = this.#options;
    channel.end();
    // A peer that never closes its side must not keep the socket; what is already written gets a moment to leave.
    const timer = setTimeout(() => channel.destroy(), this.#options.timeouts.close);
    timer.unref();
    channel.once('close', () => clearTimeout(timer));
    this.#header?.reject(reason);
    this.#header = undefined;
    this.#waiter?.reject(reason);
    this.#waiter = undefined;
    this.#peerClosed?.();
    this.#tellReceived();
    this.#options.onEnd(error);
  }
}
