/**
 * The guard's rules for feeds (XEP-0060), where the policy has /feeds/services: a table of its own for these services, apart from the
 * one of people and rooms. Asked are lists, subscriptions of the own account and items; published is only where the policy has
 * /feeds/publish; nothing is made, configured or given away. Of what comes in only Atom (RFC 4287) and data forms (XEP-0004) are
 * let through, texts without markup of their own; all else is taken out, and the item comes in empty.
 */
import { FEED_LIMITS } from '../../shared/feed-contract.ts';
import type { GuardPolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';
import { COMMAND_RESULT, COMMAND_SET } from './commands.ts';
import { EMPTY, names, SHORT } from './common-shapes.ts';
import type { Address, GuardConfig } from './config.ts';
import { FORM_IN_MESSAGE } from './forms.ts';
import { knownLabel, type LabelBook } from './labels.ts';
import { DISCO_ANSWER, DISCO_QUESTION } from './payloads.ts';
import { DELAY, SECURITY_LABEL, stanza } from './payloads-content.ts';
import { ITEM_LIST_GET, ITEM_LIST_RESULT } from './rooms.ts';
import { copyWith, type Shape, shape, type TableEntries } from './shape.ts';
import { type Refusal, refuse } from './verdict.ts';

const TEXT = shape({ attrs: ['type', 'xml:lang'], text: FEED_LIMITS.text });
const PERSON = shape({ children: { [NS.atom]: { name: SHORT } } });

/** RFC 4287 4.1.2: what is read of an entry. No markup, nothing to be fetched; a link is an address in words. */
const ENTRY: TableEntries = {
  [NS.atom]: {
    entry: shape({
      attrs: ['xml:lang'],
      children: {
        [NS.atom]: {
          ...names(['title', 'summary', 'content'], TEXT),
          ...names(['id', 'updated', 'published'], SHORT),
          author: PERSON,
          link: shape({ attrs: ['rel', 'href', 'title', 'type'] }),
        },
        ...SECURITY_LABEL,
      },
    }),
  },
};

const isItemId = ({ attrs: { id } }: Element): boolean =>
  id !== undefined && id !== '' && id.length <= FEED_LIMITS.id;
export const ITEM_IN = shape({
  attrs: ['id', 'publisher'],
  children: { ...ENTRY, ...FORM_IN_MESSAGE, ...SECURITY_LABEL },
  accepts: isItemId,
});
export const ITEM_OUT = shape({ attrs: ['id'], children: ENTRY, accepts: isItemId });
export const ITEM_ID = shape({ attrs: ['id'], accepts: isItemId });

const hasNode = ({ attrs: { node } }: Element): boolean =>
  node !== undefined && node !== '' && node.length <= FEED_LIMITS.node;
const NODE = shape({ attrs: ['node'], accepts: hasNode });
const OWN_NODE = shape({ attrs: ['node', 'jid', 'subid'], accepts: hasNode });
const SUBSCRIPTION = shape({ attrs: ['node', 'jid', 'subid', 'subscription', 'expiry'], accepts: hasNode });

export const pubsubOf = (children: Readonly<Record<string, Shape>>): TableEntries => ({
  [NS.pubsub]: { pubsub: shape({ children: { [NS.pubsub]: children } }) },
});
/** A message with one event of these. */
export const feedEvent = (children: Readonly<Record<string, Shape>>): Shape =>
  stanza({ [NS.pubsubEvent]: { event: shape({ children: { [NS.pubsubEvent]: children } }) } }, DELAY);

/** What may be in stanzas to and from a feed service. */
export interface FeedPayloads {
  readonly get: Shape;
  readonly set: Shape;
  readonly result: Shape;
  readonly message: Shape;
}

export function feedPayloads({ feeds, commands }: Pick<GuardPolicy, 'feeds' | 'commands'>): FeedPayloads {
  const publish = shape({ attrs: ['node'], children: { [NS.pubsub]: { item: ITEM_OUT } }, accepts: hasNode });
  const retract = shape({
    attrs: ['node', 'notify'],
    children: { [NS.pubsub]: { item: ITEM_ID } },
    accepts: hasNode,
  });
  const published = shape({
    attrs: ['node'],
    children: { [NS.pubsub]: { item: ITEM_ID } },
    accepts: hasNode,
  });
  const items = shape({ attrs: ['node'], children: { [NS.pubsub]: { item: ITEM_IN } }, accepts: hasNode });
  const changed = shape({
    attrs: ['node'],
    children: { [NS.pubsubEvent]: { item: ITEM_IN, retract: ITEM_ID } },
    accepts: hasNode,
  });
  const event = { items: changed, purge: NODE, delete: NODE, subscription: SUBSCRIPTION };
  return {
    get: stanza(
      DISCO_QUESTION,
      ITEM_LIST_GET,
      pubsubOf({
        items: shape({ attrs: ['node', 'max_items'], accepts: hasNode }),
        subscriptions: EMPTY,
      }),
    ),
    set: stanza(
      pubsubOf({
        subscribe: OWN_NODE,
        unsubscribe: OWN_NODE,
        ...(feeds?.publish === true ? { publish, retract } : {}),
      }),
      ...(commands ? [COMMAND_SET] : []),
    ),
    result: stanza(
      DISCO_ANSWER,
      ITEM_LIST_RESULT,
      pubsubOf({
        items,
        publish: published,
        subscription: SUBSCRIPTION,
        subscriptions: shape({ children: { [NS.pubsub]: { subscription: SUBSCRIPTION } } }),
      }),
      ...(commands ? [COMMAND_RESULT] : []),
    ),
    message: feedEvent(event),
  };
}

/** A question of ours: one wish, for the own bare account where it is about a subscription, and labelled as the policy has it. */
export function judgeFeedQuestion(query: Element, { account, labels }: GuardConfig): Refusal | undefined {
  const [wish, second] = elementsOf(query);
  if (wish === undefined || second !== undefined) return refuse('payload');
  if (wish.name === 'subscribe' || wish.name === 'unsubscribe') {
    return wish.attrs.jid === account ? undefined : refuse('feed');
  }
  return wish.name === 'publish' || wish.name === 'retract' ? judgePublication(wish, labels) : undefined;
}

/** What is published, or taken back: one item, labelled as the policy has it. */
export function judgePublication(wish: Element, labels: LabelBook): Refusal | undefined {
  const [item, more] = elementsOf(wish);
  if (wish.name === 'retract')
    return item !== undefined && more === undefined ? undefined : refuse('payload');
  if (item === undefined || more !== undefined || elementsOf(item).length !== 1) return refuse('payload');
  return judgePublished(item, labels);
}

function judgePublished(item: Element, book: LabelBook): Refusal | undefined {
  const found = labelsIn(item);
  const [element] = found;
  if (element === undefined) return book.required ? refuse('label-required') : undefined;
  return mayRead(found, book) && knownLabel(element, book) !== undefined ? undefined : refuse('label');
}

/** The labels of an item: beside its payload, or in its entry where a service takes nothing beside it. */
export function labelsIn(item: Element): Element[] {
  const inside = elementsOf(item).filter((child) => child.is('entry', NS.atom));
  return [item, ...inside]
    .flatMap(elementsOf)
    .filter((child) => child.is('securitylabel', NS.securityLabels));
}

/** Not above the highest label; of two labels nobody can tell which counts, and one that cannot be told is above every limit. */
function mayRead(found: readonly Element[], book: LabelBook): boolean {
  const [element, second] = found;
  if (second !== undefined) return false;
  if (book.maximum === Number.POSITIVE_INFINITY) return true;
  const label = element === undefined ? book.fallback : knownLabel(element, book);
  if (label === undefined) return element === undefined;
  return label.rank <= book.maximum;
}

/** Without the items that this user may not read; itself where there are none. */
export function withoutSecrets(answer: Element, book: LabelBook): Element {
  let hidden = false;
  const copy = copyWith(answer, (child) => {
    const isItem = child.is('item', NS.pubsub) || child.is('item', NS.pubsubEvent);
    if (!isItem || mayRead(labelsIn(child), book)) return child;
    hidden = true;
    return undefined;
  });
  return hidden ? copy : answer;
}

/** Whether a message of a feed service is an event, and nothing else: one change of one node. */
export function isFeedEvent(message: Element): boolean {
  const { type = 'normal' } = message.attrs;
  const event = childOf(message, 'event', NS.pubsubEvent);
  return (type === 'normal' || type === 'headline') && event !== undefined && elementsOf(event).length === 1;
}

/** Whether that is one of the policy's feed services. */
export function isFeedService(peer: Address | undefined): boolean {
  return peer?.service === 'feeds';
}
