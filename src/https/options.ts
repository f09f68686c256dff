/** What one exchange is asked for, and its checks: nothing that was not checked here is written to the server. */
import { AppError } from '../shared/errors.ts';
import type { TlsClientOptions } from '../tls/index.ts';

/** RFC 9110 9.3: the methods there is use for. */
export type HttpsMethod = 'GET' | 'HEAD' | 'PUT';

export interface HttpsLimits {
  /** Bytes of the response's status line and fields; more is HTTP_TOO_LARGE. */
  readonly headerBytes: number;
  /** Bytes of the response's body; more is HTTP_TOO_LARGE. */
  readonly bodyBytes: number;
  /** Milliseconds without progress: the server takes nothing, or sends nothing while it is read. */
  readonly idleMs: number;
  /** Milliseconds from the first packet to the last byte of the answer. */
  readonly totalMs: number;
}

export const DEFAULT_HTTPS_LIMITS: HttpsLimits = {
  headerBytes: 16 * 1024,
  bodyBytes: 64 * 1024,
  idleMs: 30_000,
  totalMs: 120_000,
};

export interface HttpsExchange {
  /** Where to connect, and everything the TLS layer demands there. `serverName` and `port` make the `Host` field. */
  readonly tls: TlsClientOptions;
  readonly method: HttpsMethod;
  /** The request target in origin form (RFC 9112 3.2.1): `/` and visible ASCII without `#`, at most 4096 characters. */
  readonly target: string;
  /** Further fields; names are tokens in lower case, values visible ASCII and spaces. Framing fields are refused. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Only with PUT. `chunks` is read as the server takes it; other than `length` bytes in total end the exchange. */
  readonly body?: { readonly length: number; readonly chunks: AsyncIterable<Uint8Array> };
  readonly limits?: Partial<HttpsLimits>;
  /** Ends the exchange at any moment; what is under way rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface HttpsResponse {
  readonly status: number;
  /** By lower-case name; fields that came more than once are joined by `, ` as RFC 9110 5.3 has it. */
  readonly headers: ReadonlyMap<string, string>;
  /** Can be read once, as fast as the reader wants. Throws HTTP_TOO_LARGE, HTTP_INCOMPLETE or HTTP_TIMEOUT. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection; to be called when the body is not read to its end. */
  close(): void;
}

/** What {@link checkExchange} makes of it. */
export interface CheckedExchange extends HttpsExchange {
  readonly host: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly bounds: HttpsLimits;
}

const TARGET = /^\/[\x21\x22\x24-\x7e]{0,4095}$/u;
const FIELD_NAME = /^[a-z][a-z0-9-]{0,63}$/u;
const FIELD_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,4094}[\x21-\x7e])?$/u;
const MAX_FIELDS = 16;
/** What frames the message and says where it goes is made here and nowhere else. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'te',
  'transfer-encoding',
  'upgrade',
]);
const HTTPS_PORT = 443;
const MAX_TIME_MS = 24 * 60 * 60_000;

function refuse(reason: string): AppError<'HTTP_REQUEST_INVALID'> {
  return new AppError('HTTP_REQUEST_INVALID', { reason });
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}

/** Throws HTTP_REQUEST_INVALID. */
export function checkExchange(options: HttpsExchange): CheckedExchange {
  const { tls, method, target, body, headers = {} } = options;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'PUT') throw refuse('method');
  if (!TARGET.test(target)) throw refuse('target');
  if ((method === 'PUT') !== (body !== undefined)) throw refuse('body');
  if (body !== undefined && !isWithin(body.length, 0, Number.MAX_SAFE_INTEGER)) throw refuse('length');
  const names = Object.keys(headers);
  if (names.length > MAX_FIELDS) throw refuse('fields');
  for (const name of names) {
    if (!FIELD_NAME.test(name) || OWN_FIELDS.has(name) || !FIELD_VALUE.test(headers[name] ?? ''))
      throw refuse(`field ${name.slice(0, 32)}`);
  }
  const bounds = { ...DEFAULT_HTTPS_LIMITS, ...options.limits };
  if (!isWithin(bounds.headerBytes, 1, 1024 * 1024)) throw refuse('headerBytes');
  if (!isWithin(bounds.bodyBytes, 0, Number.MAX_SAFE_INTEGER)) throw refuse('bodyBytes');
  if (!isWithin(bounds.idleMs, 1, MAX_TIME_MS) || !isWithin(bounds.totalMs, 1, MAX_TIME_MS))
    throw refuse('time limit');
  const host = tls.port === HTTPS_PORT ? tls.serverName : `${tls.serverName}:${tls.port}`;
  const fields: Record<string, string> = {
    ...headers,
    host,
    'accept-encoding': 'identity',
    connection: 'close',
  };
  if (body !== undefined) fields['content-length'] = String(body.length);
  return { ...options, host, fields, bounds };
}
