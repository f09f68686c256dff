/**
 * SASL EXTERNAL (RFC 6120 6, RFC 4422 appendix A, XEP-0178 1.2): the card's certificate, shown in TLS, signs the user in.
 *
 * Replaces `@xmpp/sasl`, which takes the strongest mechanism it finds on both sides, down to PLAIN. Here there is one.
 */
import { AppError } from '../../shared/errors.ts';
import { NS } from '../namespaces.ts';
import { conditionOf } from '../stream/errors.ts';
import type { XmppStream } from '../stream/stream.ts';
import { childOf, type Element, elementsOf, textOf, xml } from '../xml.ts';
import { unexpected } from './features.ts';

/** The authorization identity is empty (`=`): the server maps the certificate to the account, the client claims nothing. */
const NO_AUTHZID = '=';

/** Rejects with SASL_EXTERNAL_NOT_OFFERED, ACCOUNT_DISABLED, SASL_REFUSED or the stream's errors. */
export async function signIn(stream: XmppStream, features: Element): Promise<void> {
  const mechanisms = childOf(features, 'mechanisms', NS.sasl);
  const offered =
    mechanisms !== undefined &&
    elementsOf(mechanisms).some(
      (child) => child.is('mechanism', NS.sasl) && textOf(child).trim() === 'EXTERNAL',
    );
  if (!offered) throw new AppError('SASL_EXTERNAL_NOT_OFFERED');
  stream.send(xml('auth', { xmlns: NS.sasl, mechanism: 'EXTERNAL' }, NO_AUTHZID));
  const answer = await stream.next();
  if (answer.is('success', NS.sasl)) return;
  if (!answer.is('failure', NS.sasl)) throw unexpected('sign-in');
  const condition = conditionOf(answer, NS.sasl);
  throw condition === 'account-disabled'
    ? new AppError('ACCOUNT_DISABLED')
    : new AppError('SASL_REFUSED', { condition });
}
