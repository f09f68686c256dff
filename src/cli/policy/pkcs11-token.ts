/**
 * Signing keys on a PKCS#11 token: the administrator's own card, or an HSM. The token never gives the key away; what it
 * signs is checked against its public key before anybody else sees it.
 */
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { realpathSync } from 'node:fs';
import pkcs11js from 'pkcs11js';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import type { SignatureAlgorithm } from '../../shared/crypto.ts';
import { AppError } from '../../shared/errors.ts';
import { CKR, CkrError } from '../../token/ckr.ts';
import { type Handle, Pkcs11Module } from '../../token/module.ts';
import { CliError } from './cli-error.ts';
import { DIGEST, type PublicKey, type SigningKey, toPublicKey } from './keys.ts';
import { promptSecret, type SecretSource, secretFrom } from './passphrase.ts';
import { ecdsaToDer, spkiOfPoint } from './pkcs11-encoding.ts';

/** PKCS#11 v3.0, section 2.3.14; the binding does not name it. */
const CKM_EDDSA = 0x1057;

/** Bytes of a signature as the token gives it: Ed25519's own form, or r and s one after the other. */
const SIGNATURE_BYTES: Readonly<Record<SignatureAlgorithm, number>> = {
  ed25519: 64,
  'ecdsa-p256-sha256': 64,
  'ecdsa-p384-sha384': 96,
};

export interface TokenOptions {
  /** Path of the PKCS#11 module. */
  readonly module: string;
  /** The token's label; absent: the only one that is present. */
  readonly token?: string;
  /** Labels, or `id:` and the CKA_ID in hexadecimal. */
  readonly keys: readonly string[];
  readonly pin: SecretSource;
}

export interface TokenKeys {
  readonly keys: readonly SigningKey[];
  /** Logs out and lets go of the module. The keys sign no more. */
  readonly close: () => void;
}

interface Session {
  readonly module: Pkcs11Module;
  readonly slot: Handle;
  readonly handle: Handle;
}

function fail(error: unknown): never {
  if (error instanceof CkrError) {
    throw new CliError('key', `the token refused ${error.call} (CKR 0x${error.code.toString(16)})`);
  }
  if (error instanceof AppError) throw new CliError('key', `the PKCS#11 module could not be loaded`);
  throw error;
}

function loadModule(path: string): Pkcs11Module {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw new CliError('io', `${path} cannot be read`, { cause: error });
  }
  return Pkcs11Module.load(real);
}

/** A token that nobody has initialised has no label and no keys. */
function findSlot(module: Pkcs11Module, token: string | undefined): Handle {
  const present = module
    .slots(true)
    .map((slot) => ({ slot, label: module.tokenFacts(slot).label }))
    .filter(({ label }) => label !== '');
  const [found, ...others] = present.filter(({ label }) => token === undefined || label === token);
  if (found !== undefined && others.length === 0) return found.slot;
  const labels = present.map(({ label }) => JSON.stringify(label));
  const list = labels.length === 0 ? 'none is present' : `present: ${labels.join(', ')}`;
  throw new CliError('key', `no single token to use (${list}): --pkcs11-token names it`);
}

const LOGIN_FAILURES: ReadonlyMap<number, string> = new Map([
  [CKR.PIN_INCORRECT, 'the PIN is wrong'],
  [CKR.PIN_INVALID, 'the PIN is wrong'],
  [CKR.PIN_LEN_RANGE, 'the PIN has a length that the token does not take'],
  [CKR.PIN_LOCKED, 'the PIN is locked'],
  [CKR.PIN_EXPIRED, 'the PIN has expired'],
]);

async function login({ module, slot, handle }: Session, source: SecretSource): Promise<void> {
  const { label, pinPad, finalTry, locked } = module.tokenFacts(slot);
  if (locked) throw new CliError('key', `the PIN of token ${JSON.stringify(label)} is locked`);
  const given = secretFrom(source);
  if (given !== undefined && finalTry) {
    throw new CliError(
      'key',
      'one try is left for the PIN: type it yourself, without --pin-file and --pin-fd',
    );
  }
  const last = finalTry ? ' (LAST TRY)' : '';
  const pin =
    given ?? (pinPad ? undefined : await promptSecret(`PIN of token ${label}${last}: `, '--pin-file'));
  try {
    const answer = await module.login(handle, pin ?? null);
    if (answer === CKR.OK || answer === CKR.USER_ALREADY_LOGGED_IN) return;
    throw new CliError('key', LOGIN_FAILURES.get(answer) ?? `the token refused the PIN (CKR ${answer})`);
  } finally {
    pin?.fill(0);
  }
}

/** A token that has been taken out meanwhile refuses this, and nothing is left to do about it. */
function letGo({ module, slot }: Session): void {
  try {
    module.close(slot);
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
  }
}

/** The one object of a class with a label or an id. */
function findObject({ module, handle }: Session, kind: number, name: string): Handle | undefined {
  const byId = /^id:((?:[0-9a-fA-F]{2}){1,64})$/.exec(name)?.[1];
  const found = module.find(handle, [
    { type: pkcs11js.CKA_CLASS, value: kind },
    byId === undefined
      ? { type: pkcs11js.CKA_LABEL, value: name }
      : { type: pkcs11js.CKA_ID, value: Buffer.from(byId, 'hex') },
  ]);
  if (found.length > 1)
    throw new CliError('key', `the token has several keys ${JSON.stringify(name)}: use id:HEX`);
  return found[0];
}

/** The public half of a private key: its public key object, or the certificate that a card has in place of it. */
function publicHalf(session: Session, privateKey: Handle, name: string): PublicKey {
  const { module, handle } = session;
  const keyId = module.attribute(handle, privateKey, pkcs11js.CKA_ID);
  const withId = (kind: number) =>
    module.find(handle, [
      { type: pkcs11js.CKA_CLASS, value: kind },
      { type: pkcs11js.CKA_ID, value: keyId },
    ])[0];
  const object = withId(pkcs11js.CKO_PUBLIC_KEY);
  if (object !== undefined) {
    const spki = spkiOfPoint(
      module.attribute(handle, object, pkcs11js.CKA_EC_PARAMS),
      module.attribute(handle, object, pkcs11js.CKA_EC_POINT),
    );
    if (spki !== undefined) return toPublicKey(createPublicKey({ key: spki, format: 'der', type: 'spki' }));
  }
  const certificate = withId(pkcs11js.CKO_CERTIFICATE);
  if (certificate !== undefined) {
    return toPublicKey(new X509Certificate(module.certificate(handle, certificate).der).publicKey);
  }
  throw new CliError('key', `key ${JSON.stringify(name)} is neither Ed25519 nor ECDSA on P-256 or P-384`);
}

function signer(session: Session, privateKey: Handle, known: PublicKey, name: string) {
  const { module, handle } = session;
  const digest = DIGEST[known.algorithm];
  const spki = Buffer.from(known.spki, 'base64');
  return (message: Uint8Array): Uint8Array => {
    const mechanism = digest === null ? CKM_EDDSA : pkcs11js.CKM_ECDSA;
    const input = digest === null ? message : createHash(digest).update(message).digest();
    try {
      const raw = module.signAtOnce(handle, mechanism, privateKey, input, SIGNATURE_BYTES[known.algorithm]);
      const signature = digest === null ? raw : ecdsaToDer(raw);
      if (nodeCrypto.verify(known.algorithm, spki, message, signature)) return signature;
    } catch (error) {
      fail(error);
    }
    throw new CliError(
      'key',
      `what the token signed with ${JSON.stringify(name)} is not a signature of that key`,
    );
  };
}

function openKey(session: Session, name: string): SigningKey {
  const privateKey = findObject(session, pkcs11js.CKO_PRIVATE_KEY, name);
  if (privateKey === undefined) throw new CliError('key', `the token has no key ${JSON.stringify(name)}`);
  const known = publicHalf(session, privateKey, name);
  const mechanism = known.algorithm === 'ed25519' ? CKM_EDDSA : pkcs11js.CKM_ECDSA;
  if (!session.module.mechanisms(session.slot).includes(mechanism)) {
    throw new CliError('key', `the token does not sign with ${known.algorithm}`);
  }
  return { ...known, sign: signer(session, privateKey, known, name) };
}

/**
 * Loads the module, asks for the PIN and finds the keys.
 *
 * @throws CliError `key` for a wrong PIN, a missing or ambiguous token or key, or one of a kind that is not used
 */
export async function openTokenKeys(options: TokenOptions): Promise<TokenKeys> {
  try {
    const module = loadModule(options.module);
    const slot = findSlot(module, options.token);
    const session: Session = { module, slot, handle: module.openSession(slot) };
    const close = () => letGo(session);
    try {
      await login(session, options.pin);
      return { keys: options.keys.map((name) => openKey(session, name)), close };
    } catch (error) {
      close();
      throw error;
    }
  } catch (error) {
    return fail(error);
  }
}
