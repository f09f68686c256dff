/**
 * SCRAM with channel binding, the client's side (RFC 5802, RFC 7677), without XML and without a password: from the keys
 * that were derived from it to the proof, and from the server's words to whether it knows the account.
 */
import type { CryptoPort, ScramHash } from '../../shared/crypto.ts';
import {
  concat,
  decodeBase64,
  decodeBase64Exactly,
  encodeBase64,
  encodeUtf8,
} from '../../shared/encoding.ts';
import { AppError } from '../../shared/errors.ts';
import type { PasswordMechanism } from '../../shared/password-contract.ts';

/** Fewer are too cheap to guess (RFC 7677 4); more would keep this computer busy for a stranger. */
export const MIN_ITERATIONS = 4_096;
export const MAX_ITERATIONS = 1_000_000;
const NONCE_BYTES = 24;
const MAX_NONCE = 512;
const MIN_SALT_BYTES = 8;
const MAX_SALT_BYTES = 256;
const MAX_MESSAGE = 4_096;
/** RFC 9266. */
const BINDING = 'tls-exporter';
/** RFC 5802 7: `nonce` is printable ASCII without a comma. */
const NONCE = /^[\x21-\x2b\x2d-\x7e]+$/;
const ATTRIBUTE = /^([A-Za-z])=(.*)$/s;

const HASH: Readonly<Record<PasswordMechanism, { readonly hash: ScramHash; readonly bytes: number }>> = {
  'SCRAM-SHA-256-PLUS': { hash: 'sha256', bytes: 32 },
  'SCRAM-SHA-512-PLUS': { hash: 'sha512', bytes: 64 },
};

/** The hash that a mechanism is named after. */
export function scramHash(mechanism: PasswordMechanism): ScramHash {
  return HASH[mechanism].hash;
}

/** What a salted password comes to; `ClientKey` signs in, `ServerKey` recognises the server (RFC 5802 3). */
export interface ScramKeys {
  readonly clientKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** RFC 5802 3: both keys from `SaltedPassword`. */
export function scramKeys(crypto: CryptoPort, hash: ScramHash, saltedPassword: Uint8Array): ScramKeys {
  return {
    clientKey: crypto.hmac(hash, saltedPassword, encodeUtf8('Client Key')),
    serverKey: crypto.hmac(hash, saltedPassword, encodeUtf8('Server Key')),
  };
}

/** RFC 5802 3: `ClientProof`, and the `ServerSignature` that the server has to answer with. */
export function scramProof(
  crypto: CryptoPort,
  hash: ScramHash,
  { clientKey, serverKey }: ScramKeys,
  authMessage: string,
): { readonly proof: Uint8Array; readonly serverSignature: Uint8Array } {
  const message = encodeUtf8(authMessage);
  const signature = crypto.hmac(hash, crypto.hash(hash, clientKey), message);
  return {
    proof: clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)),
    serverSignature: crypto.hmac(hash, serverKey, message),
  };
}

export interface ScramOptions {
  readonly mechanism: PasswordMechanism;
  /** The account's localpart, prepared. */
  readonly username: string;
  /** RFC 9266, 32 bytes. */
  readonly exporter: Uint8Array;
  readonly crypto: CryptoPort;
  /** Everything the server advertised, for XEP-0474. */
  readonly offer: {
    readonly mechanisms: readonly string[];
    /** XEP-0440. */
    readonly bindings: readonly string[];
  };
  /** RFC 5802 5.1 `c-nonce`; random unless a test vector says otherwise. */
  readonly nonce?: string;
}

export interface ScramChallenge {
  readonly salt: Uint8Array;
  readonly iterations: number;
}

type Reason = 'syntax' | 'extension' | 'nonce' | 'salt' | 'iterations';
const refused = (reason: Reason, detail: { readonly iterations?: number } = {}): AppError<'SCRAM_REFUSED'> =>
  new AppError('SCRAM_REFUSED', { reason, ...detail });

/** One exchange: first, challenge, final, verify; each once and in this order. */
export class ScramClient {
  readonly #options: ScramOptions;
  readonly #nonce: string;
  readonly #firstBare: string;
  readonly #header = `p=${BINDING},,`;
  #serverFirst: { readonly message: string; readonly nonce: string } | undefined;
  #expected: Uint8Array | undefined;

  constructor(options: ScramOptions) {
    this.#options = options;
    this.#nonce = options.nonce ?? encodeBase64(options.crypto.random(NONCE_BYTES));
    this.#firstBare = `n=${saslName(options.username)},r=${this.#nonce}`;
  }

  /** `client-first-message`: the binding is demanded, no authorization identity. */
  first(): string {
    return this.#header + this.#firstBare;
  }

  /** Takes `server-first-message`. Throws SCRAM_REFUSED, SCRAM_DOWNGRADE. */
  challenge(message: string): ScramChallenge {
    if (message.length > MAX_MESSAGE || this.#serverFirst !== undefined) throw refused('syntax');
    const [nonce, salt, iterations, ...extensions] = message.split(',').map(attribute);
    if (nonce?.name === 'm') throw refused('extension');
    if (nonce?.name !== 'r' || salt?.name !== 's' || iterations?.name !== 'i') throw refused('syntax');
    this.#checkNonce(nonce.value);
    const bytes = decodeBase64(salt.value);
    if (bytes === undefined || bytes.length < MIN_SALT_BYTES || bytes.length > MAX_SALT_BYTES) {
      throw refused('salt');
    }
    const count = readIterations(iterations.value);
    this.#checkOffer(extensions);
    this.#serverFirst = { message, nonce: nonce.value };
    return { salt: bytes, iterations: count };
  }

  /** `client-final-message` with the proof. */
  final(keys: ScramKeys): string {
    const first = this.#serverFirst;
    if (first === undefined || this.#expected !== undefined) throw refused('syntax');
    const { crypto, mechanism, exporter } = this.#options;
    const { hash } = HASH[mechanism];
    const binding = encodeBase64(concat(encodeUtf8(this.#header), exporter));
    const withoutProof = `c=${binding},r=${first.nonce}`;
    const authMessage = `${this.#firstBare},${first.message},${withoutProof}`;
    const { proof, serverSignature } = scramProof(crypto, hash, keys, authMessage);
    this.#expected = serverSignature;
    return `${withoutProof},p=${encodeBase64(proof)}`;
  }

  /** Takes `server-final-message`. Throws SCRAM_SERVER_SIGNATURE_WRONG for anything but the right signature. */
  verify(message: string): void {
    const { crypto, mechanism } = this.#options;
    const expected = this.#expected;
    const [verifier] = message.split(',', 1).map(attribute);
    const given =
      verifier?.name === 'v' ? decodeBase64Exactly(verifier.value, HASH[mechanism].bytes) : undefined;
    if (expected === undefined || given === undefined || !crypto.equal(expected, given)) {
      throw new AppError('SCRAM_SERVER_SIGNATURE_WRONG');
    }
  }

  /** RFC 5802 5.1: it begins with ours, and the server has added to it; a replayed one does not. */
  #checkNonce(nonce: string): void {
    const own = this.#nonce;
    const fits = nonce.startsWith(own) && nonce.length > own.length && nonce.length <= MAX_NONCE;
    if (!fits || !NONCE.test(nonce)) throw refused('nonce');
  }

  /**
   * XEP-0474 5: what the server says that it advertised must be what arrived. `h` since version 0.4, `d` before it, when
   * the lists were also joined by printable characters. RFC 5802 5.1: other optional attributes are ignored.
   */
  #checkOffer(extensions: readonly (Attribute | undefined)[]): void {
    for (const extension of extensions) {
      if (extension === undefined || extension.name === 'm') throw refused('extension');
      const { name, value } = extension;
      if (name !== 'h' && name !== 'd') continue;
      const forms = name === 'h' ? [CONTROL_FORM] : [CONTROL_FORM, PRINTABLE_FORM];
      if (!forms.some((form) => this.#isOfferHash(value, form))) throw new AppError('SCRAM_DOWNGRADE');
    }
  }

  #isOfferHash(value: string, form: OfferForm): boolean {
    const { crypto, mechanism, offer } = this.#options;
    const { hash, bytes } = HASH[mechanism];
    const given = decodeBase64Exactly(value, bytes);
    const text = offerText(offer.mechanisms, offer.bindings, form);
    return given !== undefined && crypto.equal(given, crypto.hash(hash, encodeUtf8(text)));
  }
}

interface OfferForm {
  readonly item: string;
  readonly list: string;
}
const CONTROL_FORM: OfferForm = { item: '\x1e', list: '\x1f' };
const PRINTABLE_FORM: OfferForm = { item: ',', list: '|' };

/** XEP-0474 5.1: both lists sorted by octets and joined. */
function offerText(mechanisms: readonly string[], bindings: readonly string[], form: OfferForm): string {
  const join = (list: readonly string[]): string => [...list].sort().join(form.item);
  return `${join(mechanisms)}${form.list}${join(bindings)}`;
}

interface Attribute {
  readonly name: string;
  readonly value: string;
}

function attribute(text: string): Attribute | undefined {
  const [, name, value] = ATTRIBUTE.exec(text) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value };
}

function readIterations(text: string): number {
  if (!/^[1-9][0-9]{0,9}$/.test(text)) throw refused('iterations');
  const iterations = Number(text);
  if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) throw refused('iterations', { iterations });
  return iterations;
}

/** RFC 5802 5.1 `saslname`. */
function saslName(username: string): string {
  return username.replaceAll('=', '=3D').replaceAll(',', '=2C');
}
