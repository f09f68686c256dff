/**
 * Sessions of administrators at the console. The card proves who it is at the TLS handshake; a session says that the
 * person is still there. It is a random name that the page keeps in memory and sends in a header, never a cookie: another
 * site cannot send it. When a person does nothing for a while the session ends and so do the card's connections, so that
 * the next session needs a signature of the card again.
 */
import { randomBytes } from 'node:crypto';
import { Problem } from './problem.ts';
import type { Administrator } from './roles.ts';

export interface Session {
  readonly name: string;
  readonly who: string;
  /** SHA-256 of the certificate's public key, base64. */
  readonly key: string;
  /** Milliseconds of the clock that only goes forward. */
  lastDeed: number;
}

const MAX_SESSIONS_PER_PERSON = 16;

export class Sessions {
  readonly #idleMs: number;
  readonly #ended: (session: Session) => void;
  readonly #now: () => number;
  readonly #open = new Map<string, Session>();
  readonly #timer: NodeJS.Timeout;

  /** @param ended called for each session that ended because nobody did anything */
  constructor(
    idleMs: number,
    ended: (session: Session) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#idleMs = idleMs;
    this.#ended = ended;
    this.#now = now;
    this.#timer = setInterval(() => this.sweep(), 1000);
    this.#timer.unref();
  }

  start({ id }: Administrator, key: string): Session {
    const mine = [...this.#open.values()].filter(({ who }) => who === id);
    for (const session of mine.slice(0, Math.max(0, mine.length + 1 - MAX_SESSIONS_PER_PERSON)))
      this.#open.delete(session.name);
    const session = { name: randomBytes(24).toString('base64url'), who: id, key, lastDeed: this.#now() };
    this.#open.set(session.name, session);
    return session;
  }

  /**
   * The session of a request by this person with this key.
   *
   * @param deed false for what the page does by itself: it keeps no session alive
   * @throws Problem `no-session`
   */
  require(name: string | undefined, { id }: Administrator, key: string, deed: boolean): Session {
    this.sweep();
    const session = name === undefined ? undefined : this.#open.get(name);
    if (session === undefined || session.who !== id || session.key !== key) throw new Problem('no-session');
    if (deed) session.lastDeed = this.#now();
    return session;
  }

  /** Whether it has not ended. */
  isOpen(name: string): boolean {
    return this.#open.has(name);
  }

  /** Whether somebody with this key still has a session. */
  hasKey(key: string): boolean {
    return [...this.#open.values()].some((session) => session.key === key);
  }

  end(name: string): void {
    const session = this.#open.get(name);
    if (!this.#open.delete(name) || session === undefined) return;
    this.#ended(session);
  }

  /** Ends what was idle too long. */
  sweep(): void {
    const now = this.#now();
    for (const session of [...this.#open.values()])
      if (now - session.lastDeed >= this.#idleMs) this.end(session.name);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#open.clear();
  }
}
