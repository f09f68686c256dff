/** The settings of `sallyport-admin`: where the console is, and the administrator’s card, or a certificate and key in files. */
import { readFileSync } from 'node:fs';
import {
  absolutePath,
  FieldError,
  list,
  object,
  oneOf,
  optional,
  readJson,
  text,
} from '../../file-gate/fields.ts';

const CARD = object({
  /** The PKCS#11 module, and the SHA-256 of its file (hex): no other code gets to see the PIN. */
  module: absolutePath,
  sha256: text(/^[0-9a-f]{64}$/, '64 hex digits'),
  /** Which certificate, where the card has several that may sign in. */
  upn: optional<string | undefined>(text(/^[^\s\0]{1,256}$/u, 'a UPN'), undefined),
});

const SETTINGS = object({
  format: oneOf('sallyport.admin/1'),
  url: text(
    /^https:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?$/,
    'https:// and a host, with a port when it is not 443',
  ),
  /** PEM: the authority of the console’s certificate. */
  ca: absolutePath,
  /** PEM; without a card. */
  certificate: optional<string | undefined>(absolutePath, undefined),
  key: optional<string | undefined>(absolutePath, undefined),
  card: optional<ReturnType<typeof CARD> | undefined>(CARD, undefined),
  /** With a card: pins of the console’s key, `sha256/` and base64 of the SHA-256 of its SubjectPublicKeyInfo. */
  pins: optional(list(text(/^sha256\/[A-Za-z0-9+/]{43}=$/, 'sha256/ and base64'), 8), []),
});

export type CardSettings = ReturnType<typeof CARD>;
interface Place {
  readonly url: string;
  readonly ca: string;
}
export type Settings =
  | (Place & { readonly kind: 'files'; readonly certificate: string; readonly key: string })
  | (Place & { readonly kind: 'card'; readonly card: CardSettings; readonly pins: readonly string[] });

/** @throws FieldError that says what is wrong */
export function readSettings(path: string): Settings {
  const { url, ca, certificate, key, card, pins } = readJson(readFileSync(path, 'utf8'), SETTINGS, '');
  if (card !== undefined && certificate === undefined && key === undefined) {
    if (pins.length === 0) throw new FieldError('/pins is missing: a card signs for a known console alone');
    return { kind: 'card', url, ca, card, pins };
  }
  if (card !== undefined || certificate === undefined || key === undefined)
    throw new FieldError('either /card, or /certificate and /key');
  return { kind: 'files', url, ca, certificate, key };
}
