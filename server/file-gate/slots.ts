/**
 * Upload slots (XEP-0363) that the XMPP server signed for a handler outside of it. Three forms, all HMAC-SHA256:
 *
 * - Prosody's mod_http_file_share: `Authorization: Bearer` and a JWT (RFC 7519), which names the uploader;
 * - ejabberd's mod_http_upload and Prosody's mod_http_upload_external: `?v=` over `path size`;
 * - the same module's second form: `?v2=` over `path NUL size NUL type`.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { FieldError, integer, object, oneOf, optional, readJson, text } from './fields.ts';
import { Refusal } from './refusal.ts';

/** What the XMPP server allowed. */
export interface Slot {
  readonly kind: 'jwt' | 'v1' | 'v2';
  /** Path below the base path, decoded. */
  readonly path: string;
  /** File name, not yet made safe. */
  readonly name: string;
  /** Bytes; undefined when the form signs the request's own length. */
  readonly size: number;
  /** Declared media type. */
  readonly type: string;
  /** Bare JID of the uploader; undefined where the form names nobody. */
  readonly sender: string | undefined;
  /** When the file is to expire, milliseconds since 1970; undefined where the form does not say. */
  readonly expires: number | undefined;
}

export interface SlotSecrets {
  readonly jwt: Buffer | undefined;
  readonly hmac: Buffer | undefined;
  readonly hmacOwner: 'path-sha1' | 'any';
}

/** The parts of a PUT that slots speak about. */
export interface SlotRequest {
  /** Path below the base path, decoded. */
  readonly path: string;
  readonly query: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  /** Content-Length. */
  readonly length: number;
  /** Bare JID that the card belongs to. */
  readonly person: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const MAX_TOKEN_CHARACTERS = 8192;
/** Prosody gives five minutes; a token that lives longer than an hour was not made for this. */
const MAX_TOKEN_LIFE_S = 3600;
const CLOCK_SKEW_S = 60;

const MEDIA_TYPE = /^[\x21-\x7e ]{1,255}$/;
const CLAIMS = object({
  sub: text(/^[^\s/]{1,2047}$/u, 'a bare JID'),
  iat: integer(0, Number.MAX_SAFE_INTEGER),
  exp: integer(0, Number.MAX_SAFE_INTEGER),
  slot: text(/^[A-Za-z0-9_-]{8,128}$/, 'a slot'),
  expires: optional<number | undefined>(integer(0, 8_640_000_000_000), undefined),
  filename: text(/^[^/\0]{1,1024}$/u, 'a file name'),
  filesize: integer(0, Number.MAX_SAFE_INTEGER),
  filetype: text(MEDIA_TYPE, 'a media type'),
});
const HEADER = object({ alg: oneOf('HS256'), typ: optional(oneOf('JWT'), 'JWT') });

function macOf(secret: Buffer, message: string): Buffer {
  return createHmac('sha256', secret).update(message, 'utf8').digest();
}

function same(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** Base64url without padding; other spellings of the same bytes are refused. */
function fromBase64url(value: string): Buffer {
  const bytes = Buffer.from(value, 'base64url');
  if (bytes.toString('base64url') !== value) throw new Refusal('bad-token');
  return bytes;
}

function utf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function jwtSlot(secret: Buffer, token: string, request: SlotRequest): Slot {
  const parts = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token);
  if (parts === null) throw new Refusal('bad-token');
  const [, header = '', payload = '', signature = ''] = parts;
  if (!same(macOf(secret, `${header}.${payload}`), fromBase64url(signature))) throw new Refusal('bad-token');
  readJson(utf8(fromBase64url(header)), HEADER, 'header');
  const claims = readJson(utf8(fromBase64url(payload)), CLAIMS, 'claims');
  const now = Math.floor(request.now / 1000);
  if (claims.exp < now) throw new Refusal('slot-expired');
  if (claims.iat > now + CLOCK_SKEW_S || claims.exp - claims.iat > MAX_TOKEN_LIFE_S)
    throw new Refusal('bad-token');
  if (request.path !== `${claims.slot}/${claims.filename}`) throw new Refusal('bad-token');
  if (claims.sub !== request.person) throw new Refusal('wrong-sender');
  if (claims.filesize !== request.length) throw new Refusal('wrong-size');
  return {
    kind: 'jwt',
    path: request.path,
    name: claims.filename,
    size: claims.filesize,
    type: claims.filetype,
    sender: claims.sub,
    expires: claims.expires === undefined ? undefined : claims.expires * 1000,
  };
}

/** ejabberd puts the uploader into the path, hashed; the signature covers it. */
function checkPathOwner(path: string, person: string): void {
  const owner = createHash('sha1').update(person).digest('hex');
  const segments = path.split('/');
  if (segments.length !== 3 || segments[0] !== owner) throw new Refusal('wrong-sender');
}

function hmacSlot(secrets: SlotSecrets, secret: Buffer, query: string, request: SlotRequest): Slot {
  const parts = /^(v2?)=([0-9a-f]{64})$/.exec(query);
  if (parts === null) throw new Refusal('bad-token');
  const kind = parts[1] === 'v' ? 'v1' : 'v2';
  const type = request.contentType ?? 'application/octet-stream';
  // The first form does not sign it: its record would be one that cannot be read again.
  if (!MEDIA_TYPE.test(type)) throw new Refusal('bad-header');
  const { path, length } = request;
  const message = kind === 'v1' ? `${path} ${length}` : `${path}\0${length}\0${type}`;
  if (!same(macOf(secret, message), Buffer.from(parts[2] ?? '', 'hex'))) throw new Refusal('bad-token');
  if (secrets.hmacOwner === 'path-sha1') checkPathOwner(path, request.person);
  return {
    kind,
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    size: length,
    type,
    sender: undefined,
    expires: undefined,
  };
}

/**
 * The slot that a PUT shows, its signature verified. That a slot is used only once is the store's business.
 *
 * @throws Refusal
 */
export function verifySlot(secrets: SlotSecrets, request: SlotRequest): Slot {
  const { authorization, query } = request;
  try {
    if (authorization !== undefined) {
      if (secrets.jwt === undefined || query !== '' || authorization.length > MAX_TOKEN_CHARACTERS)
        throw new Refusal('bad-token');
      const token = /^Bearer ([^ ]+)$/.exec(authorization)?.[1];
      if (token === undefined) throw new Refusal('bad-token');
      return jwtSlot(secrets.jwt, token, request);
    }
    if (query === '') throw new Refusal('no-token');
    if (secrets.hmac === undefined) throw new Refusal('bad-token');
    return hmacSlot(secrets, secrets.hmac, query, request);
  } catch (error) {
    if (error instanceof FieldError || error instanceof TypeError)
      throw new Refusal('bad-token', { cause: error });
    throw error;
  }
}
