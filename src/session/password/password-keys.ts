/** From a typed password to SCRAM's keys, and nothing else of it is kept. */
import type { CryptoPort, ScramHash } from '../../shared/crypto.ts';
import { AppError } from '../../shared/errors.ts';
import { type ScramKeys, scramKeys } from '../../xmpp/index.ts';

interface Derived {
  readonly username: string;
  readonly hash: ScramHash;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly keys: ScramKeys;
}

/**
 * Holds a password from the moment it was typed until the server's salt has come, and its keys from then on, so that a
 * lost connection can be made again without asking. Everything is overwritten when it is forgotten.
 */
export class PasswordKeys {
  readonly #crypto: CryptoPort;
  #typed: { readonly username: string; readonly password: Uint8Array } | undefined;
  #derived: Derived | undefined;

  constructor(crypto: CryptoPort) {
    this.#crypto = crypto;
  }

  /** Takes the password, UTF-8; it is overwritten here. */
  take(username: string, password: Uint8Array): void {
    this.forget();
    this.#typed = { username, password };
  }

  /** The keys for this salt. Rejects with PASSWORD_NEEDED when neither the password nor its keys are at hand. */
  async derive(username: string, hash: ScramHash, salt: Uint8Array, iterations: number): Promise<ScramKeys> {
    const derived = this.#derived;
    if (derived?.username === username && this.#fits(derived, hash, salt, iterations)) return derived.keys;
    const typed = this.#typed;
    if (typed?.username !== username) throw new AppError('PASSWORD_NEEDED');
    const keys = await this.#compute(typed.password, hash, salt, iterations);
    // Forgotten while it was computed: the keys must not come back.
    if (this.#typed !== typed) {
      erase(keys);
      throw new AppError('PASSWORD_NEEDED');
    }
    this.forget();
    this.#derived = { username, hash, salt: new Uint8Array(salt), iterations, keys };
    return keys;
  }

  /** Whether `password` is the one whose keys are held. Rejects with PASSWORD_NEEDED when none are. */
  async isHeld(password: Uint8Array): Promise<boolean> {
    const derived = this.#derived;
    if (derived === undefined) throw new AppError('PASSWORD_NEEDED');
    const { hash, salt, iterations } = derived;
    const keys = await this.#compute(password, hash, salt, iterations);
    const same = this.#crypto.equal(keys.clientKey, derived.keys.clientKey);
    erase(keys);
    return same && this.#derived === derived;
  }

  /** Overwrites password and keys. */
  forget(): void {
    this.#typed?.password.fill(0);
    this.#typed = undefined;
    if (this.#derived !== undefined) erase(this.#derived.keys);
    this.#derived = undefined;
  }

  #fits(derived: Derived, hash: ScramHash, salt: Uint8Array, iterations: number): boolean {
    return (
      derived.hash === hash && derived.iterations === iterations && this.#crypto.equal(derived.salt, salt)
    );
  }

  async #compute(
    password: Uint8Array,
    hash: ScramHash,
    salt: Uint8Array,
    iterations: number,
  ): Promise<ScramKeys> {
    const salted = await this.#crypto.pbkdf2(hash, password, salt, iterations);
    const keys = scramKeys(this.#crypto, hash, salted);
    salted.fill(0);
    return keys;
  }
}

function erase({ clientKey, serverKey }: ScramKeys): void {
  clientKey.fill(0);
  serverKey.fill(0);
}
