/**
 * The contract between whoever needs a signature (the TLS worker) and whoever holds the key (the token process).
 */

/**
 * What the token is asked to do. The names follow PKCS#11:
 * `rsa-raw` is CKM_RSA_X_509 over a block as long as the modulus (how TLS 1.3's RSA-PSS arrives),
 * `rsa-pkcs1` is CKM_RSA_PKCS over a DigestInfo, `ecdsa` is CKM_ECDSA over a hash and answers r||s.
 */
export type SignMechanism = 'rsa-raw' | 'rsa-pkcs1' | 'ecdsa';

/** Upper bound of what is signed and of a signature, in bytes (RSA-4096 is 512). */
export const MAX_SIGN_BYTES = 1024;

export interface SignRequest {
  readonly mechanism: SignMechanism;
  /** 1 to {@link MAX_SIGN_BYTES} bytes. */
  readonly data: Uint8Array;
}

/** Signs with the key of the selected certificate. Rejects with an AppError of the token module. */
export type Sign = (request: SignRequest) => Promise<Uint8Array>;

/** The authentication certificate on the card, with a way to use its key. */
export interface ClientIdentity {
  /** The end-entity certificate, DER. */
  readonly certificate: Uint8Array;
  /** Intermediate certificates to send along, DER, leaf's issuer first; may be empty. */
  readonly chain: readonly Uint8Array[];
  readonly sign: Sign;
}
