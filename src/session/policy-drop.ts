/**
 * Asks the policy's HTTPS drop for its bundle, while there is a session: the card signs the handshake, the host, its
 * pins and its path come from the policy in force, redirects are refused. What comes is bytes: whether they are a policy
 * is decided by the main process's verifier, with everything it knows.
 */
import { createHash } from 'node:crypto';
import { exchange, type HttpsResponse } from '../https/index.ts';
import { AppError } from '../shared/errors.ts';
import type { TlsClientOptions } from '../tls/index.ts';

/** Largest bundle, in bytes; as the verifier has it. */
export const MAX_DROP_BYTES = 1024 * 1024;
const OK = 200;

/** The time between two tries, milliseconds. */
const INTERVAL_MS = 15 * 60_000;
/** The first try does not compete with the sign-in. */
const FIRST_MS = 5_000;
/** Up to this share of the interval comes on top, so that a fleet that signed in together does not ask together. */
const JITTER = 0.2;
const LIMITS = { bodyBytes: MAX_DROP_BYTES, idleMs: 15_000, totalMs: 60_000 } as const;

export interface PolicyDropOptions {
  /** Where to connect, and everything the TLS layer demands there. */
  readonly tls: TlsClientOptions;
  /** The bundle's path on the drop. */
  readonly path: string;
  /** Told of each bundle that is another one than the last; at most {@link MAX_DROP_BYTES}. */
  readonly onBundle: (bundle: Uint8Array) => void;
  /** A try that failed; there will be another. */
  readonly onFailure: (error: AppError) => void;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly intervalMs?: number;
  readonly firstMs?: number;
}

async function readBody({ body }: HttpsResponse): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

/** The bundle, once. @throws AppError of the layers below; POLICY_DROP_REFUSED for any other status than 200 */
async function fetchBundle({ tls, path }: PolicyDropOptions, signal: AbortSignal): Promise<Uint8Array> {
  const response = await exchange({ tls, method: 'GET', target: path, limits: LIMITS, signal });
  if (response.status === OK) return readBody(response);
  response.close();
  throw new AppError('POLICY_DROP_REFUSED', { host: tls.serverName, status: response.status });
}

export class PolicyDrop {
  readonly #options: PolicyDropOptions;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #last = '';

  /** Starts at once to wait for the first try. */
  constructor(options: PolicyDropOptions) {
    this.#options = options;
    this.#wait(options.firstMs ?? FIRST_MS);
  }

  /** Ends the tries, also one that is under way. */
  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort(new AppError('STREAM_CLOSED'));
  }

  #wait(milliseconds: number): void {
    if (this.#abort.signal.aborted) return;
    const jitter = milliseconds * JITTER * this.#options.random();
    this.#timer = setTimeout(() => void this.#try(), milliseconds + jitter);
  }

  async #try(): Promise<void> {
    const { onBundle, onFailure, intervalMs = INTERVAL_MS } = this.#options;
    const { signal } = this.#abort;
    try {
      const bundle = await fetchBundle(this.#options, signal);
      const hash = createHash('sha256').update(bundle).digest('hex');
      if (!signal.aborted && hash !== this.#last) onBundle(bundle);
      this.#last = hash;
    } catch (error) {
      const known = error instanceof AppError ? error : new AppError('INTERNAL', {}, { cause: error });
      if (!signal.aborted) onFailure(known);
    }
    this.#wait(intervalMs);
  }
}
