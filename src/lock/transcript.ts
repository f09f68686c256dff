/** What both proofs are made over (docs/lock.md, "Proofs"). Every part has its length before it, so no two transcripts read alike. */
import type { CryptoPort } from '../shared/crypto.ts';
import { ascii, concat } from '../shared/encoding.ts';
import type { LockBinding } from './values.ts';

export interface TranscriptParts {
  /** The stream's `to`, ASCII lower case. */
  readonly domain: string;
  readonly kid: string;
  readonly epoch: number;
  readonly binding: LockBinding;
  /** The channel binding's data: 32 bytes for `tls-exporter`, a certificate's hash for `tls-server-end-point`. */
  readonly bindingData: Uint8Array;
  /** 32 bytes each. */
  readonly clientNonce: Uint8Array;
  readonly serverNonce: Uint8Array;
}

/** `LP(x)`: the length of `part` as four bytes, big-endian, then `part`. */
function withLength(part: Uint8Array): Uint8Array {
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, part.length);
  return concat(header, part);
}

/** The transcript `T`. */
export function buildTranscript(parts: TranscriptParts): Uint8Array {
  return concat(
    withLength(ascii('sallyport-lock-1')),
    withLength(ascii(parts.domain)),
    withLength(ascii(parts.kid)),
    withLength(ascii(String(parts.epoch))),
    withLength(ascii(parts.binding)),
    withLength(parts.bindingData),
    withLength(parts.clientNonce),
    withLength(parts.serverNonce),
  );
}

/** The client's proof, 32 bytes. */
export function clientMac(crypto: CryptoPort, clientKey: Uint8Array, transcript: Uint8Array): Uint8Array {
  return crypto.hmacSha256(clientKey, concat(withLength(ascii('client')), transcript));
}

/** The server's proof, 32 bytes; it covers the client's proof too. */
export function serverMac(
  crypto: CryptoPort,
  serverKey: Uint8Array,
  transcript: Uint8Array,
  proof: Uint8Array,
): Uint8Array {
  return crypto.hmacSha256(serverKey, concat(withLength(ascii('server')), transcript, withLength(proof)));
}
