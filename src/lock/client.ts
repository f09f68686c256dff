/**
 * The client's side of the lock (docs/lock.md, "Exchange"): `begin`, `challenge`, `verify`, once each and in this order.
 * Whoever drives it moves the values in and out of XML and keeps {@link LOCK_TIMEOUT_MS}; nothing is sent to the server
 * but what these three calls return, until `verify` has returned.
 */
import type { CryptoPort } from '../shared/crypto.ts';
import { decodeBase64Exactly, encodeBase64 } from '../shared/encoding.ts';
import type { LockErrorCode } from '../shared/error-catalogue.ts';
import { AppError, type ErrorDetail } from '../shared/errors.ts';
import { deriveClientKey, deriveServerKey } from './derive.ts';
import { buildTranscript, clientMac, serverMac } from './transcript.ts';
import {
  isEpoch,
  isKid,
  isLockDomain,
  LOCK_BINDINGS,
  LOCK_BYTES,
  LOCK_MAX_KEYS,
  type LockBinding,
} from './values.ts';

/** One of this machine's keys, 32 bytes. */
export interface LockKey {
  readonly epoch: number;
  readonly key: Uint8Array;
}

/** What TLS tells about itself. */
export interface LockChannel {
  /** RFC 9266, 32 bytes; only on TLS 1.3. */
  readonly tlsExporter?: Uint8Array | undefined;
  /** RFC 5929 section 4, 32-64 bytes. */
  readonly tlsServerEndPoint?: Uint8Array | undefined;
}

export interface LockClientOptions {
  /** The stream's `to`: ASCII, lower case. */
  readonly domain: string;
  /** This machine's id, 1-64 of `[A-Za-z0-9._-]`. */
  readonly kid: string;
  /** At least one; any order. */
  readonly keys: readonly LockKey[];
  /** The bindings that policy allows. */
  readonly bindings: readonly LockBinding[];
  readonly channel: LockChannel;
  readonly crypto: CryptoPort;
  /**
   * How many connections in a row ended in `LOCK_REFUSED`, 0 by default. One connection is one attempt with one key:
   * the newest epoch first, after a refusal the next older one, then the newest again.
   */
  readonly refusals?: number;
}

/** Attributes of `<hello/>`. */
export interface LockHello {
  readonly kid: string;
  readonly epoch: string;
  readonly cb: LockBinding;
  readonly nonce: string;
}

/** Attributes of `<proof/>`. */
export interface LockProof {
  readonly mac: string;
}

/** The server has proved itself. */
export interface LockVerified {
  readonly binding: LockBinding;
  /** The epoch of the key that both sides proved. */
  readonly epoch: number;
  /** Epochs of older keys that this machine holds and must drop now. */
  readonly supersededEpochs: readonly number[];
}

export type LockClientState = 'ready' | 'hello' | 'proof' | 'verified' | 'failed';

export interface LockClient {
  readonly state: LockClientState;
  /** The epoch that this connection tries. */
  readonly epoch: number;
  /**
   * @param offeredBindings the `type`s of the feature's `<cb/>` children; `undefined` when there was no `<lock/>`
   * @throws AppError LOCK_NOT_OFFERED, LOCK_BINDING_UNAVAILABLE, LOCK_PROTOCOL
   */
  begin(offeredBindings: readonly string[] | undefined): LockHello;
  /**
   * @param nonce the attribute of `<challenge/>`
   * @throws AppError LOCK_PROTOCOL
   */
  challenge(nonce: string | undefined): LockProof;
  /**
   * Compares the server's proof, in constant time, before anything else is done with the connection.
   *
   * @param mac the attribute of `<verified/>`
   * @throws AppError LOCK_SERVER_PROOF_WRONG (a missing or malformed proof too), LOCK_PROTOCOL when out of turn
   */
  verify(mac: string | undefined): LockVerified;
  /**
   * The server sent `<refused/>`: ends this attempt; the error is for the caller to throw. Its detail has the epoch and
   * `olderKeys`, the number of keys that are left to try.
   */
  refused(): AppError<'LOCK_REFUSED' | 'LOCK_PROTOCOL'>;
}

/** Keys in the order in which they are tried. */
function newestFirst(keys: readonly LockKey[]): readonly LockKey[] {
  return [...keys].sort((a, b) => b.epoch - a.epoch);
}

function keyMissing(reason: string): AppError<'LOCK_KEY_MISSING'> {
  return new AppError('LOCK_KEY_MISSING', { reason });
}

function checkOptions(options: LockClientOptions): void {
  if (!isLockDomain(options.domain)) throw new RangeError('not a domain of the lock');
  if (!isKid(options.kid)) throw keyMissing('the machine id is malformed');
  if (options.keys.length === 0) throw keyMissing('no key');
  if (options.keys.length > LOCK_MAX_KEYS) throw keyMissing('too many keys');
  for (const { epoch, key } of options.keys) {
    if (!isEpoch(epoch) || key.length !== LOCK_BYTES) throw keyMissing('a key is malformed');
  }
  if (new Set(options.keys.map(({ epoch }) => epoch)).size !== options.keys.length) {
    throw keyMissing('two keys of one epoch');
  }
  const refusals = options.refusals ?? 0;
  if (!Number.isSafeInteger(refusals) || refusals < 0) throw new RangeError('refusals is not a count');
}

/** The key that this connection tries. */
function chooseKey(options: LockClientOptions): LockKey {
  const ordered = newestFirst(options.keys);
  const key = ordered[(options.refusals ?? 0) % ordered.length];
  if (key === undefined) throw keyMissing('no key');
  return key;
}

/** The data of `binding` on this channel; absent when TLS could not give it or it has an impossible length. */
function bindingData(channel: LockChannel, binding: LockBinding): Uint8Array | undefined {
  if (binding === 'tls-exporter') {
    return channel.tlsExporter?.length === LOCK_BYTES ? channel.tlsExporter : undefined;
  }
  const hash = channel.tlsServerEndPoint;
  return hash !== undefined && hash.length >= 32 && hash.length <= 64 ? hash : undefined;
}

class Client implements LockClient {
  readonly #options: LockClientOptions;
  readonly #key: LockKey;
  #state: LockClientState = 'ready';
  #binding: LockBinding | undefined;
  #clientNonce: Uint8Array | undefined;
  #expected: Uint8Array | undefined;

  constructor(options: LockClientOptions) {
    checkOptions(options);
    this.#options = options;
    this.#key = chooseKey(options);
  }

  get state(): LockClientState {
    return this.#state;
  }

  get epoch(): number {
    return this.#key.epoch;
  }

  begin(offeredBindings: readonly string[] | undefined): LockHello {
    this.#require('ready');
    if (offeredBindings === undefined) throw this.#fail('LOCK_NOT_OFFERED');
    const { bindings, channel, crypto, kid } = this.#options;
    const cb = LOCK_BINDINGS.find(
      (binding) =>
        bindings.includes(binding) &&
        offeredBindings.includes(binding) &&
        bindingData(channel, binding) !== undefined,
    );
    if (cb === undefined) throw this.#fail('LOCK_BINDING_UNAVAILABLE', { allowed: bindings.join(' ') });
    this.#binding = cb;
    this.#clientNonce = crypto.random(LOCK_BYTES);
    this.#state = 'hello';
    return { kid, epoch: String(this.#key.epoch), cb, nonce: encodeBase64(this.#clientNonce) };
  }

  challenge(nonce: string | undefined): LockProof {
    this.#require('hello');
    const serverNonce = nonce === undefined ? undefined : decodeBase64Exactly(nonce, LOCK_BYTES);
    const { domain, kid, channel, crypto } = this.#options;
    const binding = this.#binding;
    const clientNonce = this.#clientNonce;
    const data = binding === undefined ? undefined : bindingData(channel, binding);
    if (
      serverNonce === undefined ||
      binding === undefined ||
      clientNonce === undefined ||
      data === undefined
    ) {
      throw this.#fail('LOCK_PROTOCOL', { step: 'challenge' });
    }
    if (crypto.equal(serverNonce, clientNonce)) throw this.#fail('LOCK_PROTOCOL', { step: 'challenge' });
    const { epoch, key } = this.#key;
    const transcript = buildTranscript({
      domain,
      kid,
      epoch,
      binding,
      bindingData: data,
      clientNonce,
      serverNonce,
    });
    const clientKey = deriveClientKey(crypto, key);
    const serverKey = deriveServerKey(crypto, key);
    const proof = clientMac(crypto, clientKey, transcript);
    this.#expected = serverMac(crypto, serverKey, transcript, proof);
    clientKey.fill(0);
    serverKey.fill(0);
    this.#state = 'proof';
    return { mac: encodeBase64(proof) };
  }

  verify(mac: string | undefined): LockVerified {
    this.#require('proof');
    const given = mac === undefined ? undefined : decodeBase64Exactly(mac, LOCK_BYTES);
    const expected = this.#expected;
    const binding = this.#binding;
    const proved =
      given !== undefined && expected !== undefined && this.#options.crypto.equal(given, expected);
    if (!proved || binding === undefined) throw this.#fail('LOCK_SERVER_PROOF_WRONG');
    this.#forget();
    this.#state = 'verified';
    const { epoch } = this.#key;
    const older = this.#options.keys.map((key) => key.epoch).filter((other) => other < epoch);
    return { binding, epoch, supersededEpochs: older };
  }

  refused(): AppError<'LOCK_REFUSED' | 'LOCK_PROTOCOL'> {
    if (this.#state !== 'hello' && this.#state !== 'proof') {
      return this.#fail('LOCK_PROTOCOL', { step: 'refused' });
    }
    const { epoch } = this.#key;
    const olderKeys = this.#options.keys.filter((key) => key.epoch < epoch).length;
    return this.#fail('LOCK_REFUSED', { epoch, olderKeys });
  }

  #require(state: LockClientState): void {
    if (this.#state !== state) throw this.#fail('LOCK_PROTOCOL', { step: this.#state });
  }

  /** After a failure nothing works any more: one connection is one attempt. */
  #fail<Code extends LockErrorCode>(code: Code, detail?: ErrorDetail): AppError<Code> {
    this.#forget();
    this.#state = 'failed';
    return new AppError(code, detail);
  }

  #forget(): void {
    this.#expected?.fill(0);
    this.#expected = undefined;
    this.#clientNonce = undefined;
  }
}

/**
 * The lock's client for one connection.
 *
 * @throws AppError LOCK_KEY_MISSING when there is no usable key; RangeError when `domain` is not one
 */
export function createLockClient(options: LockClientOptions): LockClient {
  return new Client(options);
}
