/**
 * The guard's rules for messages in messages: carbon copies (XEP-0280 11; the CVE-2017-5589 class of spoofs) and what an
 * archive holds (XEP-0313). They pass only from whoever may send them, and only if the message inside would pass alone.
 */
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';
import { type Address, type GuardConfig, isOwnAccount } from './config.ts';
import { type GuardReason, type Refusal, refuse } from './verdict.ts';

/** The carbon wrapper of a message, if it is one. */
export function carbonOf(message: Element): Element | undefined {
  return childOf(message, 'received', NS.carbons) ?? childOf(message, 'sent', NS.carbons);
}

/** An archive's answer of one message, if it is one. */
export function archivedOf(message: Element): Element | undefined {
  return childOf(message, 'result', NS.archive);
}

/** The message inside a wrapper; `undefined` if there is not exactly one. */
export function forwardedMessage(wrapper: Element): Element | undefined {
  const wrapped = elementsOf(wrapper);
  const [forwarded] = wrapped;
  if (wrapped.length !== 1 || forwarded === undefined || !forwarded.is('forwarded', NS.forward)) {
    return undefined;
  }
  const messages = elementsOf(forwarded).filter((child) => child.is('message', NS.client));
  return messages.length === 1 ? messages[0] : undefined;
}

/** A message in a message that may be there. */
export interface Forwarded {
  readonly message: Element;
  /** The other side of that conversation: a person, or a room. */
  readonly peer: Address;
}

function isWrapper(child: Element): boolean {
  return child.is('received', NS.carbons) || child.is('sent', NS.carbons) || child.is('result', NS.archive);
}

/** What a message forwards: nothing, something that may be there, or something that may not. */
export function forwardedBy(
  stanza: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Forwarded | Refusal | undefined {
  const carbon = carbonOf(stanza);
  const archived = archivedOf(stanza);
  if (carbon === undefined && archived === undefined) return undefined;
  // Of two wrappers one would be judged and the other be read.
  if (elementsOf(stanza).filter(isWrapper).length > 1) return refuse('carbon-content');
  if (carbon !== undefined) return judgeCarbon(carbon, peer, config);
  return archived === undefined ? undefined : judgeArchived(archived, peer, config);
}

function innerOf(wrapper: Element): Element | undefined {
  const inner = forwardedMessage(wrapper);
  if (inner === undefined || carbonOf(inner) !== undefined || archivedOf(inner) !== undefined)
    return undefined;
  return inner;
}

/**
 * A carbon passes only from the own account: a `sent` one from the own account to an approved address, a `received`
 * one the other way round, never a message in a message in a message.
 */
function judgeCarbon(carbon: Element, peer: Address | undefined, config: GuardConfig): Forwarded | Refusal {
  if (!isOwnAccount(peer, config) || config.account === undefined) return refuse('carbon-sender');
  const inner = innerOf(carbon);
  if (inner === undefined) return refuse('carbon-content');
  return judgeConversation(inner, carbon.name === 'sent', 'carbon-content', config);
}

/** One of the own messages, or one to the own account, in one direction known. */
function judgeConversation(
  inner: Element,
  sent: boolean,
  reason: GuardReason,
  config: GuardConfig,
): Forwarded | Refusal {
  const from = config.resolve(inner.attrs.from ?? '');
  const to = config.resolve(inner.attrs.to ?? '');
  if (from === undefined || to === undefined) return refuse(reason);
  const [own, other] = sent ? [from, to] : [to, from];
  if (own.bare !== config.account) return refuse(reason);
  if (!other.approved || other.service !== undefined) return refuse('domain');
  const type = inner.attrs.type ?? 'normal';
  if (type !== 'chat' && type !== 'normal') return refuse(reason);
  if (other.room && other.resource !== undefined) return refuse('private-message');
  return { message: inner, peer: other };
}

/**
 * XEP-0313 4.2: an archived message passes only as the answer to a query of ours, from the own account (a message of a
 * conversation) or from a room (one said in that room).
 */
function judgeArchived(result: Element, peer: Address | undefined, config: GuardConfig): Forwarded | Refusal {
  const fromRoom = peer?.room === true && peer.resource === undefined && peer.local !== undefined;
  const archive = fromRoom ? peer.bare : isOwnAccount(peer, config) ? config.account : undefined;
  if (archive === undefined) return refuse('archive-sender');
  if (!config.askedArchive(result.attrs.queryid ?? '', archive)) return refuse('archive-sender');
  const inner = innerOf(result);
  if (inner === undefined) return refuse('archive-content');
  if (!fromRoom) {
    const from = config.resolve(inner.attrs.from ?? '');
    return judgeConversation(inner, from?.bare === config.account, 'archive-content', config);
  }
  const said = config.resolve(inner.attrs.from ?? '');
  const isRooms = inner.attrs.type === 'groupchat' && said?.bare === peer.bare;
  return isRooms ? { message: inner, peer: said } : refuse('archive-content');
}
