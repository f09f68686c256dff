/** Signing the list of checksums with the organisation's policy keys. */
import { readFileSync } from 'node:fs';
import { SetupError } from '../../lib/progress.mjs';

/**
 * What signs a list: an envelope that `--verify` takes. It is tried at once, so that keys which are wrong, too few or
 * locked are told of before anything is built.
 *
 * @param {{ signKeys: readonly string[], passphraseFile: string | undefined }} options
 * @param {Uint8Array} trustRoot
 * @param {{ signChecksums: Function, verifyChecksums: Function }} tools
 * @returns {((list: string) => string) | undefined} `undefined` where nothing is signed
 * @throws {SetupError}
 */
export function checksumSigner({ signKeys, passphraseFile }, trustRoot, tools) {
  if (signKeys.length === 0) return undefined;
  const keys = signKeys.map((file) => ({ name: file, pem: readFileSync(file, 'latin1') }));
  const sign = (list) => {
    const envelope = tools.signChecksums(list, keys, passphraseFile);
    tools.verifyChecksums(Buffer.from(envelope), trustRoot);
    return envelope;
  };
  try {
    sign('\n');
  } catch (error) {
    throw new SetupError(`--sign-key: not a signature by the trust root's policy keys (${error.message}).`);
  }
  return sign;
}
