/**
 * The `app:` scheme as data: which URL is which file, and the headers of every response. Pure; the handler that reads
 * the files is in app-protocol.ts.
 */
import type { WindowKind } from '../../shared/ipc-contract.ts';

export const APP_SCHEME = 'app';

/** Each kind of window has a host, hence an origin, of its own. */
export function originOf(kind: WindowKind): string {
  return `${APP_SCHEME}://${kind}`;
}

/** The page of a window kind. */
export function pageUrl(kind: WindowKind): string {
  return `${originOf(kind)}/${kind}.html`;
}

/** The policy that a React production build runs under, without inline anything. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "frame-src 'none'",
  "worker-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Sent with every response, refusals included. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), midi=(), payment=(), fullscreen=(), clipboard-read=(), clipboard-write=()',
  'Cache-Control': 'no-store',
});

/** What a page may be made of. A file with another ending is not served. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** A file that is served. */
export interface ServedFile {
  /** Absolute path. */
  readonly path: string;
  readonly contentType: string;
}

/** URL path (with its leading slash) to file: made once from a listing, so that no URL is ever turned into a path. */
export type FileTable = ReadonlyMap<string, ServedFile>;

/** Names a served file may have; anything else in the directory is left out. */
const SERVED_NAME = /^(?:[A-Za-z0-9_-]+\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/** Builds the table from `names`: paths relative to the renderer's directory with `/` between folders. */
export function buildFileTable(names: readonly string[], absolute: (name: string) => string): FileTable {
  const table = new Map<string, ServedFile>();
  for (const name of names) {
    const ending = /\.[a-z0-9]+$/.exec(name)?.[0] ?? '';
    if (!SERVED_NAME.test(name) || !Object.hasOwn(CONTENT_TYPES, ending)) continue;
    const contentType = CONTENT_TYPES[ending];
    if (contentType !== undefined) table.set(`/${name}`, { path: absolute(name), contentType });
  }
  return table;
}

/** How a request is answered. */
export type AppResponse =
  | { readonly status: 200; readonly file: ServedFile }
  | { readonly status: 404 | 405; readonly file?: undefined };

/**
 * Decides about one request. Only GET, only the window's own origin, only the exact spelling of a known path: no
 * query, no fragment, no escapes, no other host, no credentials, no port.
 */
export function answerRequest(method: string, url: string, kind: WindowKind, table: FileTable): AppResponse {
  if (method !== 'GET') return { status: 405 };
  const prefix = originOf(kind);
  if (!url.startsWith(`${prefix}/`)) return { status: 404 };
  const file = table.get(url.slice(prefix.length));
  return file === undefined ? { status: 404 } : { status: 200, file };
}

/** Whether a request may leave the page at all: only its own origin. Everything else is cancelled. */
export function requestAllowed(url: string, kind: WindowKind): boolean {
  return url.startsWith(`${originOf(kind)}/`);
}
