/**
 * Files: only as references to the approved gate (XEP-0447), and only by slots there (XEP-0363). Addresses are compared as
 * text in the one form that the gate gives out, never parsed leniently.
 */
import type { FileGatePolicy } from '../../shared/session-contract.ts';
import { HIDDEN_CHARACTERS } from '../../shared/unicode.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, textOf } from '../xml.ts';

const MAX_URL = 2048;
const MAX_NAME = 255;
const MAX_SOURCES = 4;
/** RFC 3986 3.3 and 3.4, without a fragment. */
const PATH = /^[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*(\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?$/;
/** What a server might take for another path: dot segments, empty ones, encoded dots, separators and NUL. */
const EVASIVE = /\/\.{1,2}(?:\/|$|\?)|\/\/|%(?:2e|2f|5c|00)|%(?![0-9a-f]{2})/i;
/** RFC 6838 4.2. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i;
const SIZE = /^(?:0|[1-9]\d{0,15})$/;
/** The base64 of 32 bytes. */
const SHA256 = /^[A-Za-z0-9+/]{43}=$/;
/** XEP-0363 5: nothing else is to be sent along. */
const SLOT_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'expires']);
const HEADER_VALUE = /^[\x20-\x7e]{0,4096}$/;
const SEPARATOR = /[/\\:]/;
/** What leads somewhere when it is opened. */
const URI =
  /[a-z][a-z0-9+.-]*:\/\/|\b(?:xmpp|mailto|data|javascript|vbscript|file|tel|sips?|urn|magnet|geo):/i;

/** Whether any text in an element holds a URI. */
export function hasUri(element: Element): boolean {
  for (const child of element.children) {
    if (typeof child === 'string' ? URI.test(child) : hasUri(child)) return true;
  }
  return false;
}

/** A name that is one, on every platform: no path, nothing invisible, nothing that turns the writing round. */
export function isSafeFileName(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    name.length <= MAX_NAME &&
    !SEPARATOR.test(name) &&
    !HIDDEN_CHARACTERS.test(name)
  );
}

/** Whether `url` is at the approved gate, below its path. */
export function isGateUrl(url: string | undefined, gate: FileGatePolicy): boolean {
  if (url === undefined || url.length > MAX_URL) return false;
  const origin = `https://${gate.host}:${gate.port}`;
  const bare = `https://${gate.host}`;
  let path: string | undefined;
  if (url.startsWith(`${origin}/`)) path = url.slice(origin.length);
  else if (gate.port === 443 && url.startsWith(`${bare}/`)) path = url.slice(bare.length);
  if (path === undefined || !PATH.test(path) || EVASIVE.test(path)) return false;
  const base = gate.path.endsWith('/') ? gate.path : `${gate.path}/`;
  return path.startsWith(base) && path.length > base.length;
}

function only(parent: Element, name: string, xmlns: string): Element | undefined {
  const found = elementsOf(parent).filter((child) => child.is(name, xmlns));
  return found.length === 1 ? found[0] : undefined;
}

function mayTravel(mediaType: string, gate: FileGatePolicy): boolean {
  if (!MEDIA_TYPE.test(mediaType)) return false;
  return gate.types.length === 0 || gate.types.includes(mediaType.toLowerCase());
}

function isSize(text: string, gate: FileGatePolicy): boolean {
  return SIZE.test(text) && Number(text) <= gate.maximumBytes;
}

/** Whether `<file-sharing/>` names one whole file at the gate: name, type, size, SHA-256, and no other source. */
export function isGateFile(sharing: Element, gate: FileGatePolicy): boolean {
  if ((sharing.attrs.disposition ?? 'attachment') !== 'attachment') return false;
  const file = only(sharing, 'file', NS.fileMetadata);
  const sources = only(sharing, 'sources', NS.fileSharing);
  if (file === undefined || sources === undefined) return false;
  const [mediaType, name, size] = ['media-type', 'name', 'size'].map((each) => {
    const element = only(file, each, NS.fileMetadata);
    return element === undefined ? '' : textOf(element);
  });
  if (!mayTravel(mediaType ?? '', gate) || !isSafeFileName(name ?? '') || !isSize(size ?? '', gate))
    return false;
  const hash = only(file, 'hash', NS.hashes);
  if (hash?.attrs.algo !== 'sha-256' || !SHA256.test(textOf(hash))) return false;
  const targets = elementsOf(sources);
  if (targets.length === 0 || targets.length > MAX_SOURCES) return false;
  return targets.every((each) => each.is('url-data', NS.urlData) && isGateUrl(each.attrs.target, gate));
}

/** Whether the slot that is asked for is one the policy would let be filled. */
export function isGateRequest({ attrs }: Element, gate: FileGatePolicy): boolean {
  const type = attrs['content-type'];
  return (
    isSafeFileName(attrs.filename ?? '') &&
    isSize(attrs.size ?? '', gate) &&
    (type === undefined ? gate.types.length === 0 : mayTravel(type, gate))
  );
}

/** Whether a slot lies at the gate, both ways, and asks for no headers but those of XEP-0363. */
export function isGateSlot(slot: Element, gate: FileGatePolicy): boolean {
  const put = only(slot, 'put', NS.upload);
  const get = childOf(slot, 'get', NS.upload);
  if (put === undefined || get === undefined) return false;
  const headers = elementsOf(put).every(
    (header) =>
      SLOT_HEADERS.has((header.attrs.name ?? '').toLowerCase()) && HEADER_VALUE.test(textOf(header)),
  );
  return headers && isGateUrl(put.attrs.url, gate) && isGateUrl(get.attrs.url, gate);
}
