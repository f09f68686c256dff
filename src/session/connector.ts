import type { LinkState } from '../shared/chat-model.ts';
import { AppError } from '../shared/errors.ts';
import type { ApprovedServer } from '../shared/session-contract.ts';
import { backOffMs, STABLE_MS, verdictOn } from './reconnect.ts';

/** A connection that is established; `closed` settles when it ends, with the reason if there was one. */
export interface OpenConnection {
  readonly closed: Promise<AppError | undefined>;
}

/** A window that is not ours any more could ask without end, and each try is audited and may use the card. */
const HURRY_INTERVAL_MS = 1_000;

/** What came of one connection. */
interface Served {
  readonly error: AppError;
  /** How long a session stood, in milliseconds; 0 when there was none. */
  readonly onlineMs: number;
}

export interface ConnectorOptions {
  /** The policy's servers in the policy's order; at least one. */
  readonly servers: readonly ApprovedServer[];
  /** TLS, lock, sign-in. Rejects with an AppError and leaves nothing open. */
  readonly open: (server: ApprovedServer, signal: AbortSignal) => Promise<OpenConnection>;
  readonly onLink: (link: LinkState) => void;
  /** Every failed attempt and lost connection, for the audit log. */
  readonly onFailure: (server: ApprovedServer, error: AppError) => void;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/**
 * Keeps one connection open: goes through the servers in order, waits with back-off when none answers, and ends when
 * it is stopped or when trying again would change nothing.
 */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #abort = new AbortController();
  /** Servers that turned out not to be what the policy says; not spoken to again before the next sign-in. */
  readonly #distrusted = new Set<ApprovedServer>();
  #wake: (() => void) | undefined;
  #hurriedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** Runs until stopped (`undefined`) or until an error that only the user, the card or IT can mend. */
  async run(): Promise<AppError | undefined> {
    let attempt = 0;
    while (!this.#abort.signal.aborted) {
      const round = await this.#tryServers();
      if (this.#abort.signal.aborted) return undefined;
      if (round.verdict === 'stop') return round.error;
      if (this.#distrusted.size === this.#options.servers.length) return round.error;
      if (round.wasStable) attempt = 0;
      await this.#wait(backOffMs(attempt, this.#options.random()), round.error);
      attempt += 1;
    }
    return undefined;
  }

  /** Ends the wait before the next try, if there is one; at most once a second, whoever asks. */
  reconnectNow(): void {
    const now = performance.now();
    if (this.#wake === undefined || now - this.#hurriedAt < HURRY_INTERVAL_MS) return;
    this.#hurriedAt = now;
    this.#wake();
  }

  /** Ends {@link run}; an attempt under way is aborted. Closing an open connection is its owner's. */
  stop(): void {
    this.#abort.abort(new AppError('STREAM_CLOSED'));
    this.#wake?.();
  }

  async #tryServers(): Promise<{ verdict: 'retry' | 'stop'; error: AppError; wasStable: boolean }> {
    let last: AppError = new AppError('SERVER_UNREACHABLE');
    for (const server of this.#options.servers) {
      if (this.#distrusted.has(server)) continue;
      const { error, onlineMs } = await this.#serveWithEachKey(server);
      if (this.#abort.signal.aborted) break;
      last = error;
      const wasStable = onlineMs >= STABLE_MS;
      const verdict = verdictOn(error.code, onlineMs > 0);
      if (verdict === 'stop') return { verdict, error, wasStable };
      if (verdict === 'distrust') this.#distrusted.add(server);
      if (onlineMs > 0) return { verdict: 'retry', error, wasStable };
    }
    return { verdict: 'retry', error: last, wasStable: false };
  }

  /** A server that refuses the lock may not know the newest epoch yet: it is asked with the older keys as well. */
  async #serveWithEachKey(server: ApprovedServer): Promise<Served> {
    for (;;) {
      const served = await this.#serve(server);
      if (this.#abort.signal.aborted) return served;
      this.#options.onFailure(server, served.error);
      const { code, detail } = served.error;
      if (code !== 'LOCK_REFUSED' || Number(detail?.olderKeys ?? 0) <= 0) return served;
    }
  }

  /** One connection to one server, from the first packet to its end. */
  async #serve(server: ApprovedServer): Promise<Served> {
    this.#options.onLink({ kind: 'connecting', host: server.host });
    try {
      const connection = await this.#options.open(server, this.#abort.signal);
      const since = performance.now();
      this.#options.onLink({ kind: 'online' });
      const error = await connection.closed;
      const onlineMs = Math.max(1, performance.now() - since);
      return { error: error ?? new AppError('STREAM_CLOSED'), onlineMs };
    } catch (error) {
      return {
        error: error instanceof AppError ? error : new AppError('INTERNAL', {}, { cause: error }),
        onlineMs: 0,
      };
    }
  }

  async #wait(milliseconds: number, error: AppError): Promise<void> {
    this.#options.onLink({ kind: 'waiting', retryAt: Date.now() + milliseconds, error: error.toReport() });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#abort.signal.aborted) this.#wake();
    });
    this.#wake = undefined;
  }
}
