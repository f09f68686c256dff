/**
 * What packaging takes from the product itself: the check of the trust root and the signatures, so that a packaged anchor
 * is judged by the very code that will judge it at every start. Bundled into one file, which the kit carries.
 */
import { importKey } from '../../src/cli/policy/keys.ts';
import { passphraseFromFile } from '../../src/cli/policy/passphrase.ts';
import { addSignatures } from '../../src/cli/policy/signing.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { openEnvelope, type PayloadType, requireSigned } from '../../src/policy/dsse.ts';
import { readEnvelope } from '../../src/policy/index.ts';
import { loadAnchor } from '../../src/policy/root.ts';
import { AppError } from '../../src/shared/errors.ts';

/** DSSE payload type of a list in the form of `sha256sum`. */
export const CHECKSUMS_TYPE = 'application/vnd.sallyport.checksums.v1+text';

export interface Anchor {
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

/** @throws Error that says what is wrong with the trust root, by the client's own code and detail */
export function checkAnchor(bytes: Uint8Array): Anchor {
  try {
    const { version, expires } = loadAnchor(readEnvelope(parse(bytes)), nodeCrypto);
    return { version, expires };
  } catch (error) {
    if (error instanceof AppError) throw new Error(`${error.code} ${JSON.stringify(error.detail ?? {})}`);
    throw error;
  }
}

export interface KeyFile {
  readonly name: string;
  readonly pem: string;
}

/**
 * A DSSE envelope over a list of checksums.
 *
 * @param passphraseFile its first line opens every key that is encrypted
 */
export function signChecksums(text: string, keys: readonly KeyFile[], passphraseFile?: string): string {
  const passphrase = passphraseFile === undefined ? undefined : passphraseFromFile(passphraseFile);
  const bare = { payload: Buffer.from(text).toString('base64'), payloadType: CHECKSUMS_TYPE, signatures: [] };
  const signed = addSignatures(
    bare,
    keys.map(({ name, pem }) => importKey(pem, passphrase, name)),
  );
  return `${JSON.stringify(signed, null, 2)}\n`;
}

/**
 * The list inside the envelope, when the policy keys of the trust root have signed it.
 *
 * @throws Error with the client's code: UNKNOWN_SIGNER, BELOW_THRESHOLD, TYPE_CONFUSION, MALFORMED
 */
export function verifyChecksums(envelopeBytes: Uint8Array, trustRoot: Uint8Array): string {
  try {
    const { roles } = loadAnchor(readEnvelope(parse(trustRoot)), nodeCrypto);
    const open = openEnvelope(readEnvelope(parse(envelopeBytes)), CHECKSUMS_TYPE as PayloadType, 'checksums');
    return Buffer.from(requireSigned(open, roles.policy, nodeCrypto).payload).toString('utf8');
  } catch (error) {
    if (error instanceof AppError) throw new Error(`${error.code} ${JSON.stringify(error.detail ?? {})}`);
    throw error;
  }
}
