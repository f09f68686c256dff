/** A native address. OpenSSL's NULL arrives as `null`. */
export type Pointer = bigint;
export type Maybe = Pointer | null;
/** Ours, or OpenSSL's by its address. */
export type Memory = Uint8Array | Pointer;
