/**
 * XMPP addresses (RFC 7622) as the rest of the code carries them.
 *
 * Parsing is strict and bounded, by the PRECIS profiles of `precis.ts`; a string only becomes a {@link BareJid} or {@link FullJid} here. Approved domains
 * are ASCII by policy, so domainparts are compared after ASCII lower-casing and anything else is refused.
 */
import { opaqueString, usernameCaseMapped } from './precis.ts';

declare const bare: unique symbol;
declare const full: unique symbol;

/** `local@domain` or `domain`, lower case, without a resource. */
export type BareJid = string & { readonly [bare]: true };
/** `local@domain/resource`. */
export type FullJid = string & { readonly [full]: true };

/** The parts of an address. `local` and `resource` are absent, never empty. */
export interface JidParts {
  readonly local?: string;
  readonly domain: string;
  readonly resource?: string;
}

/** RFC 7622 3.1: each part is at most 1023 octets. */
const MAX_PART_BYTES = 1023;
const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
/** RFC 7622 3.3.1. */
const LOCAL_EXCLUDED = /["&'/:<>@]/;

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function isTooLong(part: string): boolean {
  return utf8Length(part) > MAX_PART_BYTES;
}

/** Splits and validates an address. Returns `undefined` for anything that is not one. */
export function parseJid(text: string): JidParts | undefined {
  if (text.length === 0 || text.length > 3 * MAX_PART_BYTES + 2) return undefined;
  const slash = text.indexOf('/');
  const bareText = slash === -1 ? text : text.slice(0, slash);
  const at = bareText.indexOf('@');
  const domain = bareText.slice(at + 1).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (!DOMAIN.test(domain)) return undefined;
  const local = at === -1 ? undefined : usernameCaseMapped(bareText.slice(0, at));
  if (at !== -1 && (local === undefined || LOCAL_EXCLUDED.test(local) || isTooLong(local))) return undefined;
  const resource = slash === -1 ? undefined : opaqueString(text.slice(slash + 1));
  if (slash !== -1 && (resource === undefined || isTooLong(resource))) return undefined;
  return {
    domain,
    ...(local === undefined ? {} : { local }),
    ...(resource === undefined ? {} : { resource }),
  };
}

/** Joins parts that {@link parseJid} returned. */
export function formatJid(parts: JidParts): string {
  const bareText = parts.local === undefined ? parts.domain : `${parts.local}@${parts.domain}`;
  return parts.resource === undefined ? bareText : `${bareText}/${parts.resource}`;
}

/** The bare address of `text`, which may be full; `undefined` if it is no address. */
export function toBareJid(text: string): BareJid | undefined {
  const parts = parseJid(text);
  if (parts === undefined) return undefined;
  const { resource: _resource, ...bareParts } = parts;
  return formatJid(bareParts) as BareJid;
}

/** The full address, or `undefined` if `text` is no address or has no resource. */
export function toFullJid(text: string): FullJid | undefined {
  const parts = parseJid(text);
  return parts?.resource === undefined ? undefined : (formatJid(parts) as FullJid);
}

/** The domainpart of an address that was validated before. */
export function domainOf(jid: BareJid | FullJid): string {
  return parseJid(jid)?.domain ?? '';
}

/** The resourcepart (a room occupant's nickname, XEP-0045 4.1), if there is one. */
export function resourceOf(jid: string): string | undefined {
  return parseJid(jid)?.resource;
}
