/**
 * Signing in with a password over the stream (RFC 6120 6): SCRAM with the channel binding tls-exporter, or nothing.
 *
 * What the server advertises (mechanisms, XEP-0440) is looked at before the account is named: one that offers less than
 * the policy asks for learns nothing.
 */
import type { CryptoPort } from '../../shared/crypto.ts';
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '../../shared/encoding.ts';
import { AppError } from '../../shared/errors.ts';
import type { PasswordSignIn, SecureChannel } from '../api.ts';
import { NS } from '../namespaces.ts';
import { conditionOf } from '../stream/errors.ts';
import type { XmppStream } from '../stream/stream.ts';
import { childOf, type Element, elementsOf, textOf, xml } from '../xml.ts';
import { unexpected } from './features.ts';
import { ScramClient, scramHash } from './sasl-scram.ts';

const BINDING = 'tls-exporter';
/** Names beyond this are no mechanisms (RFC 4422 3.1: 20 characters). */
const MAX_OFFERS = 64;

export interface PasswordStepOptions extends PasswordSignIn {
  readonly channel: SecureChannel;
  readonly crypto: CryptoPort;
}

/**
 * Rejects with PASSWORD_NOT_OFFERED, CHANNEL_BINDING_NOT_OFFERED, SCRAM_REFUSED, SCRAM_DOWNGRADE,
 * SCRAM_SERVER_SIGNATURE_WRONG, PASSWORD_WRONG, PASSWORD_EXPIRED, PASSWORD_TEMPORARILY_REFUSED,
 * PASSWORD_SIGN_IN_REFUSED, ACCOUNT_DISABLED, what `keys` rejects with, or the stream's errors.
 */
export async function signInWithPassword(
  stream: XmppStream,
  features: Element,
  options: PasswordStepOptions,
): Promise<void> {
  const { username, channel, crypto, keys } = options;
  const offer = readOffer(features);
  const mechanism = options.mechanisms.find((name) => offer.mechanisms.includes(name));
  if (mechanism === undefined) {
    throw new AppError('PASSWORD_NOT_OFFERED', { expected: options.mechanisms.join(', ') });
  }
  const exporter = channel.tlsExporter;
  if (!offer.bindings.includes(BINDING) || exporter === undefined) {
    throw new AppError('CHANNEL_BINDING_NOT_OFFERED', { offered: offer.bindings.join(' ').slice(0, 200) });
  }
  const scram = new ScramClient({ mechanism, username, exporter, crypto, offer });
  stream.send(xml('auth', { xmlns: NS.sasl, mechanism }, pack(scram.first())));
  const { salt, iterations } = scram.challenge(unpack(await expect(stream, 'challenge')));
  const found = await keys(scramHash(mechanism), salt, iterations);
  stream.send(xml('response', { xmlns: NS.sasl }, pack(scram.final(found))));
  scram.verify(unpack(await expect(stream, 'success')));
}

function readOffer(features: Element): {
  readonly mechanisms: readonly string[];
  readonly bindings: readonly string[];
} {
  const list = (parent: Element | undefined, name: string, xmlns: string): readonly Element[] =>
    parent === undefined ? [] : elementsOf(parent).filter((child) => child.is(name, xmlns));
  const mechanisms = list(childOf(features, 'mechanisms', NS.sasl), 'mechanism', NS.sasl);
  const bindings = list(
    childOf(features, 'sasl-channel-binding', NS.channelBinding),
    'channel-binding',
    NS.channelBinding,
  );
  if (mechanisms.length > MAX_OFFERS || bindings.length > MAX_OFFERS) throw unexpected('mechanisms');
  return {
    mechanisms: mechanisms.map((child) => textOf(child).trim()),
    bindings: bindings.map((child) => child.attrs.type ?? ''),
  };
}

async function expect(stream: XmppStream, name: 'challenge' | 'success'): Promise<Element> {
  const answer = await stream.next();
  if (answer.is(name, NS.sasl)) return answer;
  if (!answer.is('failure', NS.sasl)) throw unexpected('sign-in');
  throw failure(conditionOf(answer, NS.sasl));
}

/** RFC 6120 6.5. */
function failure(condition: string): AppError {
  switch (condition) {
    case 'not-authorized':
      return new AppError('PASSWORD_WRONG');
    case 'account-disabled':
      return new AppError('ACCOUNT_DISABLED');
    case 'credentials-expired':
      return new AppError('PASSWORD_EXPIRED');
    case 'temporary-auth-failure':
      return new AppError('PASSWORD_TEMPORARILY_REFUSED');
    default:
      return new AppError('PASSWORD_SIGN_IN_REFUSED', { condition });
  }
}

function pack(message: string): string {
  return encodeBase64(encodeUtf8(message));
}

function unpack(element: Element): string {
  const bytes = decodeBase64(textOf(element).trim());
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  if (text === undefined) throw new AppError('SCRAM_REFUSED', { reason: 'syntax' });
  return text;
}
