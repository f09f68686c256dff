/** Headers of every answer. */
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../problem.ts';

/** No third party, no inline script or style, no markup from strings, no frame around it, nothing kept on a disk. */
export const ALWAYS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), display-capture=()',
  'x-frame-options': 'DENY',
};

export const SESSION_HEADER = 'sallyport-session';
/** Set on what a page asks for by itself: it keeps no session alive. */
export const BACKGROUND_HEADER = 'sallyport-background';

/**
 * Refuses what comes from elsewhere: another name for this host (rebinding), another site's page.
 *
 * @param navigation true for the page itself, which a link may lead to
 * @throws Problem `cross-site`
 */
export function requireSameSite(headers: IncomingHttpHeaders, origin: string, navigation: boolean): void {
  if (headers.host !== new URL(origin).host) throw new Problem('cross-site');
  if (headers.origin !== undefined && headers.origin !== origin) throw new Problem('cross-site');
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || navigation) return;
  throw new Problem('cross-site');
}
