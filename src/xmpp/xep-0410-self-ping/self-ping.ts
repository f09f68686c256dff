/**
 * XEP-0410 MUC Self-Ping, version 1.1.0: a room that forgot this user (it was restarted, or a link between servers broke) says
 * nothing at all, which looks like a quiet room. So a room that was silent for long is asked.
 */
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Requests } from '../rfc6120-iq/requests.ts';
import { ping } from '../xep-0199-ping/ping.ts';

/** Rooms asked in one turn; the others have theirs in the next. */
const MAX_AT_ONCE = 10;
/** Turns in the time after which a room counts as silent. */
const TURNS = 10;

/** A room as far as its silence goes. */
export interface Pinged {
  readonly jid: BareJid;
  readonly nick: string;
  /** When anything came of it, `performance.now()`. */
  readonly lastHeard: number;
}

export interface SelfPingContext {
  readonly requests: Pick<Requests, 'send'>;
  /** The rooms that this user is in, as far as is known. */
  joined(): Iterable<Pinged>;
  /** The room has answered: this user is in it. */
  isIn(room: BareJid): void;
  /** The room does not know this user any more. */
  isOut(room: BareJid): void;
}

/**
 * 3.2: errors after which the user is in the room all the same: the other client of this nickname does not know pings, or it has
 * just changed its name.
 */
const STILL_IN: ReadonlySet<string> = new Set([
  'service-unavailable',
  'feature-not-implemented',
  'item-not-found',
]);
/** Errors that say nothing about the room: nobody reached it. */
const INCONCLUSIVE: ReadonlySet<string> = new Set(['remote-server-not-found', 'remote-server-timeout']);

export class SelfPing {
  readonly #context: SelfPingContext;
  readonly #silence: number;
  readonly #asked = new Set<BareJid>();
  #timer: NodeJS.Timeout | undefined;

  /** @param silence milliseconds after which a room is asked */
  constructor(context: SelfPingContext, silence: number) {
    this.#context = context;
    this.#silence = silence;
  }

  /** From now on, while there is a connection. */
  start(): void {
    this.stop();
    this.#timer = setInterval(() => this.#turn(), Math.max(1, this.#silence / TURNS));
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#asked.clear();
  }

  #turn(): void {
    const now = performance.now();
    for (const room of this.#context.joined()) {
      if (this.#asked.size >= MAX_AT_ONCE) return;
      if (now - room.lastHeard < this.#silence || this.#asked.has(room.jid)) continue;
      void this.#ask(room);
    }
  }

  async #ask({ jid, nick }: Pinged): Promise<void> {
    this.#asked.add(jid);
    try {
      await this.#context.requests.send('get', ping(), `${jid}/${nick}`);
      this.#context.isIn(jid);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'MESSAGE_REFUSED') return;
      const condition = String(error.detail?.condition);
      if (STILL_IN.has(condition)) this.#context.isIn(jid);
      else if (!INCONCLUSIVE.has(condition)) this.#context.isOut(jid);
    } finally {
      this.#asked.delete(jid);
    }
  }
}
