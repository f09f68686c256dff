/** The guard's rules for carbon copies (XEP-0280 11; the CVE-2017-5589 class of spoofs). */
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';
import type { GuardConfig } from './config.ts';
import { ALLOW, refuse, type Verdict } from './verdict.ts';

/** The carbon wrapper of a message, if it is one. */
export function carbonOf(message: Element): Element | undefined {
  return childOf(message, 'received', NS.carbons) ?? childOf(message, 'sent', NS.carbons);
}

/** The message inside a carbon wrapper; `undefined` if there is not exactly one. */
export function forwardedMessage(carbon: Element): Element | undefined {
  const wrapped = elementsOf(carbon);
  const [forwarded] = wrapped;
  if (wrapped.length !== 1 || forwarded === undefined || !forwarded.is('forwarded', NS.forward)) {
    return undefined;
  }
  const messages = elementsOf(forwarded).filter((child) => child.is('message', NS.client));
  return messages.length === 1 ? messages[0] : undefined;
}

/**
 * A carbon passes only from the own account, and only if the message inside would pass by itself: a `sent` one from the
 * own account to an approved address, a `received` one the other way round, never a carbon in a carbon.
 */
export function guardCarbon(
  message: Element,
  fromOwnAccount: boolean,
  config: GuardConfig,
  checkPayloads: (inner: Element) => Verdict,
): Verdict {
  const carbon = carbonOf(message);
  if (carbon === undefined) return ALLOW;
  if (!fromOwnAccount || config.account === undefined) return refuse('carbon-sender');
  const inner = forwardedMessage(carbon);
  if (inner === undefined || carbonOf(inner) !== undefined) return refuse('carbon-content');
  const from = config.resolve(inner.attrs.from ?? '');
  const to = config.resolve(inner.attrs.to ?? '');
  if (from === undefined || to === undefined) return refuse('carbon-content');
  const [own, other] = carbon.name === 'sent' ? [from, to] : [to, from];
  if (own.bare !== config.account) return refuse('carbon-content');
  if (!other.approved) return refuse('domain');
  const type = inner.attrs.type ?? 'normal';
  if (type !== 'chat' && type !== 'normal') return refuse('carbon-content');
  if (other.room && other.resource !== undefined) return refuse('private-message');
  const verdict = checkPayloads(inner);
  if (verdict.action !== 'rewrite') return verdict;
  const forwarded = inner.parent;
  if (forwarded === null) return refuse('carbon-content');
  const children = forwarded.children.map((child) => (child === inner ? verdict.stanza : child));
  const copy = xml(
    'message',
    message.attrs,
    xml(carbon.name, { xmlns: NS.carbons }, xml('forwarded', forwarded.attrs, ...children)),
  );
  return { action: 'rewrite', reason: verdict.reason, stanza: copy };
}
