/**
 * The guard's rules for what people publish themselves (XEP-0277 by way of XEP-0163), where the policy has /feeds/people: the one node
 * {@link PERSON_NODE} of people of the own domain, who are served by the own server. It is read, and subscribed to for the own
 * account; published is in the own account alone, for those who see this user's presence. Items are those of feeds.
 */
import { PERSON_NODE } from '../../shared/feed-contract.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';
import { type Address, type GuardConfig, isOwnAccount } from './config.ts';
import {
  type FeedPayloads,
  feedEvent,
  ITEM_ID,
  ITEM_IN,
  ITEM_OUT,
  isFeedEvent,
  judgePublication,
  labelsIn,
  pubsubOf,
} from './feeds.ts';
import { FORM_SUBMITTED } from './forms.ts';
import { knownLabel, type LabelBook } from './labels.ts';
import { stanza } from './payloads-content.ts';
import { isKept } from './pubsub.ts';
import { type Shape, shape } from './shape.ts';
import { type Refusal, refuse } from './verdict.ts';

const isNode = ({ attrs: { node } }: Element): boolean => node === PERSON_NODE;
const node = (attrs: readonly string[], children?: Readonly<Record<string, Shape>>, ns: string = NS.pubsub) =>
  shape({
    attrs: ['node', ...attrs],
    accepts: isNode,
    ...(children === undefined ? {} : { children: { [ns]: children } }),
  });

/** What may be in stanzas about that node. */
export const PERSON_FEED_PAYLOADS: FeedPayloads = {
  get: stanza(pubsubOf({ items: node(['max_items']) })),
  set: stanza(
    pubsubOf({
      subscribe: node(['jid']),
      unsubscribe: node(['jid', 'subid']),
      publish: node([], { item: ITEM_OUT }),
      retract: node(['notify'], { item: ITEM_ID }),
      'publish-options': shape({ children: FORM_SUBMITTED }),
    }),
  ),
  result: stanza(
    pubsubOf({
      items: node([], { item: ITEM_IN }),
      publish: node([], { item: ITEM_ID }),
      subscription: node(['jid', 'subid', 'subscription', 'expiry']),
    }),
  ),
  message: feedEvent({
    items: node([], { item: ITEM_IN, retract: ITEM_ID }, NS.pubsubEvent),
    purge: node([]),
    delete: node([]),
  }),
};

/** Whether a `<pubsub/>` or `<event/>` is about what a person of the own domain publishes, and the policy has that. */
function isAbout(
  element: Element | undefined,
  peer: Address | undefined,
  config: GuardConfig,
): element is Element {
  if (config.policy.feeds?.people !== true || element === undefined) return false;
  // Beside it an answer may say which part of a list it is (XEP-0059).
  const first = elementsOf(element).find((child) => child.getNS() === element.getNS());
  if (first === undefined || !isNode(first)) return false;
  return isOwnAccount(peer, config) || (peer?.own === true && peer.local !== undefined && !peer.resource);
}

/** A question or change of ours, or the answer to one. */
export function isPersonFeedQuery(
  payload: Element | undefined,
  peer: Address | undefined,
  config: GuardConfig,
): boolean {
  return payload?.is('pubsub', NS.pubsub) === true && isAbout(payload, peer, config);
}

/** One wish: of others their items and a subscription of the own account, of the own account items, and what is published there. */
export function judgePersonFeed(
  pubsub: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Refusal | undefined {
  const [wish, options, third] = elementsOf(pubsub);
  if (wish === undefined || third !== undefined) return refuse('payload');
  const isOwn = isOwnAccount(peer, config);
  switch (wish.name) {
    case 'items':
      return options === undefined ? undefined : refuse('payload');
    case 'subscribe':
    case 'unsubscribe':
      if (options !== undefined) return refuse('payload');
      return !isOwn && wish.attrs.jid === config.account ? undefined : refuse('feed');
    case 'retract':
      if (!isOwn) return refuse('feed');
      return options === undefined ? judgePublication(wish, config.labels) : refuse('payload');
    case 'publish':
      if (!isOwn) return refuse('feed');
      if (!isKept(pubsub, { accessModel: 'presence' })) return refuse('payload');
      return (
        judgePublication(wish, config.labels) ??
        (mayAllRead(wish, config.labels) ? undefined : refuse('label'))
      );
    default:
      return refuse('payload');
  }
}

/** People of partners may see this user's presence as well: nothing goes above what the least of the partners may get. */
function mayAllRead(publish: Element, book: LabelBook): boolean {
  const limit = Math.min(Number.POSITIVE_INFINITY, ...book.ceilings.values());
  if (limit === Number.POSITIVE_INFINITY) return true;
  const [element] = elementsOf(publish).flatMap(labelsIn);
  const label = element === undefined ? book.fallback : knownLabel(element, book);
  return label !== undefined && label.rank <= limit;
}

/** Whether a message tells of that node, from the own account or a contact whose presence this user sees (XEP-0163 4.3). */
export function isPersonFeedEvent(message: Element, peer: Address | undefined, config: GuardConfig): boolean {
  if (!isAbout(childOf(message, 'event', NS.pubsubEvent), peer, config) || !isFeedEvent(message))
    return false;
  return isOwnAccount(peer, config) || (peer !== undefined && config.seesPresence(peer.bare));
}
