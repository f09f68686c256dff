/** What the client says to the file gate, and what its answers mean. Every request goes to the policy's gate. */
import { exchange, type HttpsExchange, type HttpsResponse } from '../../https/index.ts';
import { AppError } from '../../shared/errors.ts';
import { displayLine, type FilePolicy, MAX_FILE_NAME, type SharedFile } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { TlsClientOptions } from '../../tls/index.ts';
import { gateTarget, type UploadSlot } from '../../xmpp/index.ts';

/** How to reach the gate, by the policy. */
export interface GateAccess {
  readonly policy: FilePolicy;
  readonly tls: TlsClientOptions;
}

/** A file on its way out. */
export interface OutgoingFile {
  readonly conversation: BareJid;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** Id of a label of the policy's catalogue. */
  readonly label?: string;
}

/** What the gate says of a file that it has. */
export type GateVerdict =
  | { readonly kind: 'clean'; readonly sha256: string | undefined; readonly size: number }
  /** Ask again after so many milliseconds; `scannerUp` false: nothing is being scanned at the moment. */
  | { readonly kind: 'pending'; readonly retryMs: number; readonly scannerUp: boolean }
  | { readonly kind: 'quarantined'; readonly reason: string };

/** Large files on slow links; the gate ends what is slower than it allows. */
const TRANSFER_MS = 12 * 60 * 60_000;
const IDLE_MS = 60_000;
const PROBLEM_BYTES = 16 * 1024;
const MAX_REASON = 200;
const DEFAULT_RETRY_MS = 2_000;
const MAX_RETRY_S = 60;
const DIGEST = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:,|$)/u;

const EXTENDED_NAME = /(?:^|;)\s*filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]{1,4096})(?:;|$)/u;

/** Failures that a second try on a better line may mend. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'DNS_FAILED',
  'SERVER_UNREACHABLE',
  'CONNECT_TIMEOUT',
  'TLS_HANDSHAKE_TIMEOUT',
  'TLS_CLOSED',
  'HTTP_TIMEOUT',
  'HTTP_INCOMPLETE',
  'STREAM_TIMEOUT',
  'STREAM_CLOSED',
]);

/** The same failure as one of files, where the layer below would promise what it does not do here. */
export function asFileError(error: unknown): AppError {
  if (!(error instanceof AppError)) return new AppError('INTERNAL', undefined, { cause: error });
  return TRANSIENT.has(error.code)
    ? new AppError('FILE_GATE_UNREACHABLE', { code: error.code }, { cause: error })
    : error;
}

export class GateClient {
  readonly #access: GateAccess;

  constructor(access: GateAccess) {
    this.#access = access;
  }

  /** Where the gate is, for the mark of where a file came from. */
  get origin(): string {
    const { host, port } = this.#access.policy;
    return `https://${host}:${port}/`;
  }

  /** Puts a file into quarantine. Rejects with FILE_UPLOAD_REFUSED, FILE_GATE_UNREACHABLE or the layers' errors. */
  async put(
    slot: UploadSlot,
    file: OutgoingFile,
    chunks: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await this.#ask({
      method: 'PUT',
      target: slot.putTarget,
      headers: {
        ...slot.headers,
        'content-type': file.mediaType,
        'sallyport-conversation': encodeURI(file.conversation),
        ...(file.label === undefined ? {} : { 'sallyport-label': file.label }),
      },
      body: { length: file.size, chunks },
      limits: { bodyBytes: PROBLEM_BYTES, idleMs: IDLE_MS, totalMs: TRANSFER_MS },
      signal,
    });
    const problem = await readProblem(response);
    if (response.status !== 201)
      throw new AppError('FILE_UPLOAD_REFUSED', { reason: problem, status: response.status });
  }

  /** Asks where a file stands. Rejects with FILE_ADDRESS_REFUSED, FILE_GONE, FILE_WITHHELD or the layers' errors. */
  async verdict(url: string, signal: AbortSignal): Promise<GateVerdict> {
    const target = this.#target(url);
    const response = await this.#ask({ method: 'HEAD', target, signal });
    response.close();
    const { status, headers } = response;
    if (status === 200) {
      const sha256 = DIGEST.exec(headers.get('repr-digest') ?? '')?.[1];
      return { kind: 'clean', sha256, size: Number(headers.get('content-length') ?? Number.NaN) };
    }
    if (status === 202 || status === 503)
      return { kind: 'pending', retryMs: retryMs(headers.get('retry-after')), scannerUp: status === 202 };
    if (status === 403) return this.#whyNot(target, signal);
    throw refusal(status, `status ${status}`);
  }

  /** Fetches a file. `body` is at most `size` bytes. Rejects like {@link verdict}, and with FILE_HASH_MISMATCH. */
  async get({ url, size, name }: SharedFile, signal: AbortSignal): Promise<HttpsResponse> {
    const response = await this.#ask({
      method: 'GET',
      target: this.#target(url),
      limits: { bodyBytes: Math.max(size, PROBLEM_BYTES), idleMs: IDLE_MS, totalMs: TRANSFER_MS },
      signal,
    }).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'HTTP_TOO_LARGE')
        throw new AppError('FILE_HASH_MISMATCH', { reason: 'size' }, { cause: error });
      throw error;
    });
    const { status, headers } = response;
    if (status !== 200) throw refusal(status, await readProblem(response));
    const length = headers.get('content-length');
    if (length !== undefined && Number(length) !== size) {
      response.close();
      throw new AppError('FILE_HASH_MISMATCH', { reason: 'size' });
    }
    // The gate judged the file by the ending it has there. A message that gives it another one, text that becomes a
    // script, was judged by nobody.
    const checked = endingOf(gateName(headers.get('content-disposition')));
    if (checked === '' || checked !== endingOf(name)) {
      response.close();
      throw new AppError('FILE_HASH_MISMATCH', { reason: 'name' });
    }
    return response;
  }

  /** HEAD says no without a reason; GET has one in its body. */
  async #whyNot(target: string, signal: AbortSignal): Promise<GateVerdict> {
    const limits = { bodyBytes: PROBLEM_BYTES };
    const response = await this.#ask({ method: 'GET', target, limits, signal });
    const { status } = response;
    const reason = await readProblem(response);
    if (status !== 403) throw refusal(status, reason);
    return { kind: 'quarantined', reason };
  }

  #target(url: string): string {
    const target = gateTarget(url, this.#access.policy);
    if (target === undefined) throw new AppError('FILE_ADDRESS_REFUSED');
    return target;
  }

  async #ask(request: Omit<HttpsExchange, 'tls'>): Promise<HttpsResponse> {
    try {
      return await exchange({ ...request, tls: this.#access.tls });
    } catch (error) {
      throw request.signal?.aborted === true ? request.signal.reason : asFileError(error);
    }
  }
}

/** The name that the gate knows the file by (RFC 6266 with RFC 8187); empty without one. */
function gateName(disposition = ''): string {
  const encoded = EXTENDED_NAME.exec(disposition)?.[1] ?? '';
  try {
    return decodeURIComponent(encoded);
  } catch {
    return '';
  }
}

/** What follows the last dot, in lower case, as desktops see it: dots and blanks behind it do not count. */
function endingOf(name: string): string {
  const kept = name.slice(0, MAX_FILE_NAME).replace(/[.\s]+$/u, '');
  const dot = kept.lastIndexOf('.');
  return dot === -1 ? '' : kept.slice(dot + 1).toLowerCase();
}

function refusal(status: number, reason: string): AppError {
  if (status === 404 || status === 410) return new AppError('FILE_GONE', { status });
  return new AppError('FILE_WITHHELD', { reason, status });
}

function retryMs(value: string | undefined): number {
  const seconds = value !== undefined && /^\d{1,6}$/u.test(value) ? Number(value) : undefined;
  return seconds === undefined ? DEFAULT_RETRY_MS : Math.min(Math.max(seconds, 1), MAX_RETRY_S) * 1000;
}

/** Why, or the sentence, of a problem report (RFC 9457), made safe to show; the status without one. Ends the exchange. */
async function readProblem(response: HttpsResponse): Promise<string> {
  const fallback = `status ${response.status}`;
  try {
    if (!(response.headers.get('content-type') ?? '').startsWith('application/problem+json')) return fallback;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > PROBLEM_BYTES) return fallback;
      chunks.push(chunk);
    }
    const problem: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof problem !== 'object' || problem === null) return fallback;
    const { reason, title } = problem as Readonly<Record<string, unknown>>;
    const sentence = typeof reason === 'string' && reason !== '' ? reason : title;
    if (typeof sentence !== 'string') return fallback;
    return displayLine(sentence, MAX_REASON).replace(/\.$/u, '') || fallback;
  } catch {
    return fallback;
  } finally {
    response.close();
  }
}
