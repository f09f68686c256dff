/**
 * Ownership of native objects: each is registered with the scope that frees it, and every scope is freed exactly once.
 * The count of live objects is what the tests watch for leaks.
 */
import { AppError } from '../../shared/errors.ts';
import type { OpenSsl, Pointer } from './ffi.ts';

/** Upper bound of one certificate in DER, in bytes. A leaf from a real CA has 1 to 3 KiB. */
export /** A policy bundle is not larger. */
const MAX_CRL_BYTES = 1024 * 1024;
const MAX_CERTIFICATE_BYTES = 64 * 1024;

let live = 0;

/** Native objects that are registered and not freed yet, over all scopes of this thread. */
export function liveNativeObjects(): number {
  return live;
}

/** Frees what it owns in reverse order of registration. */
export class NativeScope {
  readonly #frees: (() => void)[] = [];
  #freed = false;

  /** Registers a native object; a NULL becomes an error, so that callers only see valid pointers. */
  own(pointer: Pointer | null, free: (pointer: Pointer) => void, what: string): Pointer {
    if (pointer === null) throw new AppError('TLS_LIBRARY', { reason: `${what} failed` });
    this.defer(() => free(pointer));
    return pointer;
  }

  /** Registers an action to run when the scope is freed. */
  defer(action: () => void): void {
    if (this.#freed) throw new Error('the scope was freed');
    live += 1;
    this.#frees.push(action);
  }

  /** Frees everything; further calls do nothing. */
  free(): void {
    this.#freed = true;
    for (let action = this.#frees.pop(); action !== undefined; action = this.#frees.pop()) {
      live -= 1;
      action();
    }
  }
}

/** Runs `action` with a scope that is freed afterwards, whatever happens. */
export function scoped<T>(action: (scope: NativeScope) => T): T {
  const scope = new NativeScope();
  try {
    return action(scope);
  } finally {
    scope.free();
  }
}

/** A result that must not be NULL and that somebody else owns. */
export function present(pointer: Pointer | null, what: string): Pointer {
  if (pointer === null) throw new AppError('TLS_LIBRARY', { reason: `${what} failed` });
  return pointer;
}

/** A memory BIO that the scope owns. */
export function newMemoryBio(api: OpenSsl, scope: NativeScope): Pointer {
  return scope.own(api.BIO_new(api.BIO_s_mem()), (bio) => api.BIO_free(bio), 'BIO_new');
}

/** Appends all of `bytes` to a memory BIO. */
export function writeBio(api: OpenSsl, bio: Pointer, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  if (api.BIO_write(bio, bytes, bytes.length) !== bytes.length) {
    throw new AppError('TLS_LIBRARY', { reason: 'BIO_write failed' });
  }
}

/** Takes at most `limit` bytes out of a memory BIO, into memory of their own (so that it may be transferred). */
export function readBio(api: OpenSsl, bio: Pointer, limit: number): Uint8Array {
  const pending = Number(api.BIO_ctrl_pending(bio));
  const length = Math.min(pending, limit);
  if (length <= 0) return new Uint8Array(0);
  const bytes = new Uint8Array(length);
  if (api.BIO_read(bio, bytes, length) !== length) {
    throw new AppError('TLS_LIBRARY', { reason: 'BIO_read failed' });
  }
  return bytes;
}

/** Copies `length` bytes from memory of OpenSSL, which must have them: only for a callback's arguments. */
export function copyFromNative(api: OpenSsl, from: Pointer, length: number, limit: number): Uint8Array {
  if (!Number.isInteger(length) || length < 1 || length > limit) {
    throw new RangeError('length out of bounds');
  }
  return scoped((scope) => {
    const bio = newMemoryBio(api, scope);
    if (api.BIO_write(bio, from, length) !== length) throw new Error('BIO_write failed');
    return readBio(api, bio, length);
  });
}

/** Copies `bytes` to memory of OpenSSL, which must have room for them: only for a callback's arguments. */
export function copyToNative(api: OpenSsl, to: Pointer, bytes: Uint8Array): void {
  scoped((scope) => {
    const bio = newMemoryBio(api, scope);
    writeBio(api, bio, bytes);
    if (api.BIO_read(bio, to, bytes.length) !== bytes.length) throw new Error('BIO_read failed');
  });
}

/** How OpenSSL makes, reads and frees one kind of ASN.1 object. */
interface DerKind {
  readonly name: string;
  readonly maxBytes: number;
  create(): Pointer | null;
  decode(bio: Pointer, into: [Pointer | null]): Pointer | null;
  free(object: Pointer): void;
}

/** Parses one DER object, nothing before or after it. `undefined` when it is none. */
function parseDer(api: OpenSsl, scope: NativeScope, der: Uint8Array, kind: DerKind): Pointer | undefined {
  if (der.length === 0 || der.length > kind.maxBytes) return undefined;
  return scoped((temporary) => {
    const bio = newMemoryBio(api, temporary);
    writeBio(api, bio, der);
    // d2i frees the object and clears the variable when the content is malformed, and leaves both when it cannot be read.
    const into: [Pointer | null] = [kind.create()];
    present(into[0], kind.name);
    const parsed = kind.decode(bio, into);
    if (parsed === null) {
      if (into[0] !== null) kind.free(into[0]);
      api.ERR_clear_error();
      return undefined;
    }
    if (Number(api.BIO_ctrl_pending(bio)) !== 0) {
      kind.free(parsed);
      return undefined;
    }
    return scope.own(parsed, (object) => kind.free(object), kind.name);
  });
}

/** Parses one DER certificate, nothing before or after it. `undefined` when it is none. */
export function parseCertificate(
  api: OpenSsl,
  scope: NativeScope,
  der: Uint8Array,
  libraryContext: Pointer,
  properties: string | null,
): Pointer | undefined {
  return parseDer(api, scope, der, {
    name: 'X509',
    maxBytes: MAX_CERTIFICATE_BYTES,
    create: () => api.X509_new_ex(libraryContext, properties),
    decode: (bio, into) => api.d2i_X509_bio(bio, into),
    free: (certificate) => api.X509_free(certificate),
  });
}

/** Parses one DER revocation list (RFC 5280 section 5). `undefined` when it is none. */
export function parseRevocationList(
  api: OpenSsl,
  scope: NativeScope,
  der: Uint8Array,
  libraryContext: Pointer,
  properties: string | null,
): Pointer | undefined {
  return parseDer(api, scope, der, {
    name: 'X509_CRL',
    maxBytes: MAX_CRL_BYTES,
    create: () => api.X509_CRL_new_ex(libraryContext, properties),
    decode: (bio, into) => api.d2i_X509_CRL_bio(bio, into),
    free: (list) => api.X509_CRL_free(list),
  });
}

/** A certificate's DER, or `undefined` when it is larger than {@link MAX_CERTIFICATE_BYTES}. */
export function encodeCertificate(api: OpenSsl, certificate: Pointer): Uint8Array | undefined {
  return scoped((scope) => {
    const bio = newMemoryBio(api, scope);
    if (api.i2d_X509_bio(bio, certificate) !== 1) return undefined;
    if (Number(api.BIO_ctrl_pending(bio)) > MAX_CERTIFICATE_BYTES) return undefined;
    return readBio(api, bio, MAX_CERTIFICATE_BYTES);
  });
}

/** The DER SubjectPublicKeyInfo of a certificate (what a pin is the hash of). */
export function encodePublicKeyInfo(api: OpenSsl, certificate: Pointer): Uint8Array | undefined {
  return scoped((scope) => {
    const bio = newMemoryBio(api, scope);
    const key = api.X509_get_X509_PUBKEY(certificate);
    if (key === null || api.i2d_X509_PUBKEY_bio(bio, key) !== 1) return undefined;
    if (Number(api.BIO_ctrl_pending(bio)) > MAX_CERTIFICATE_BYTES) return undefined;
    return readBio(api, bio, MAX_CERTIFICATE_BYTES);
  });
}
