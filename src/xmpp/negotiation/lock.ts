/** Drives the lock (docs/lock.md) over the stream: moves its values in and out of XML. */
import { createLockClient, LOCK_NAMESPACE, type LockVerified } from '../../lock/index.ts';
import type { CryptoPort } from '../../shared/crypto.ts';
import type { LockBinding, SecureChannel } from '../api.ts';
import type { XmppStream } from '../stream/stream.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';
import { unexpected } from './features.ts';

export interface LockStepOptions {
  readonly domain: string;
  readonly kid: string;
  readonly bindings: readonly LockBinding[];
  readonly keys: readonly { readonly epoch: number; readonly key: Uint8Array }[];
  readonly channel: SecureChannel;
  readonly crypto: CryptoPort;
  /** Connections in a row that ended in LOCK_REFUSED. */
  readonly refusals: number;
}

/** `type`s of the offered bindings; `undefined` when the server offers no lock. */
function offeredBindings(features: Element): readonly string[] | undefined {
  const feature = childOf(features, 'lock', LOCK_NAMESPACE);
  if (feature === undefined) return undefined;
  return elementsOf(feature)
    .filter((child) => child.is('cb', LOCK_NAMESPACE))
    .map((child) => child.attrs.type ?? '');
}

/**
 * Runs the exchange. When it resolves, the server has proved that it knows the machine's key; until then nothing about
 * the user was said. Rejects with LOCK_* and the stream's own errors.
 */
export async function passLock(
  stream: XmppStream,
  features: Element,
  options: LockStepOptions,
): Promise<LockVerified> {
  const done = stream.deadline('lock', 'LOCK_TIMEOUT');
  try {
    return await exchange(stream, features, options);
  } finally {
    done();
  }
}

async function exchange(
  stream: XmppStream,
  features: Element,
  options: LockStepOptions,
): Promise<LockVerified> {
  const lock = createLockClient(options);
  const hello = lock.begin(offeredBindings(features));
  stream.send(xml('hello', { xmlns: LOCK_NAMESPACE, ...hello }));

  const challenge = await stream.next();
  if (challenge.is('refused', LOCK_NAMESPACE)) throw lock.refused();
  if (!challenge.is('challenge', LOCK_NAMESPACE)) throw unexpected('lock challenge');
  const proof = lock.challenge(challenge.attrs.nonce);
  stream.send(xml('proof', { xmlns: LOCK_NAMESPACE, ...proof }));

  const answer = await stream.next();
  if (answer.is('refused', LOCK_NAMESPACE)) throw lock.refused();
  if (!answer.is('verified', LOCK_NAMESPACE)) throw unexpected('lock proof');
  return lock.verify(answer.attrs.mac);
}
