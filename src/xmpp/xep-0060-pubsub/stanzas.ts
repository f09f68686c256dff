/** The stanzas of XEP-0060 that a reader of feeds needs. */
import { safeText } from '../../shared/display-name.ts';
import { FEED_LIMITS, type FeedItem, type FeedListing } from '../../shared/feed-contract.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import { labelsIn } from '../guard/feeds.ts';
import type { LabelBook } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { readEntry } from '../rfc4287-atom/entry.ts';
import { readForm } from '../xep-0004-data-forms/forms.ts';
import { buildResultSet } from '../xep-0059-rsm/result-set.ts';
import { messageLabel } from '../xep-0258-security-labels/message-label.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';

const pubsub = (...children: readonly Element[]): Element => xml('pubsub', { xmlns: NS.pubsub }, ...children);

/** 5.5: a page of the nodes of a service. */
export function buildNodeList(after: string | undefined): Element {
  return xml('query', { xmlns: NS.discoItems }, buildResultSet(FEED_LIMITS.page, { after }));
}

/** 5.4: what a node tells of itself. */
export function buildNodeInfo(node: string): Element {
  return xml('query', { xmlns: NS.discoInfo, node });
}

/** 5.6. */
export function buildSubscriptionsQuery(): Element {
  return pubsub(xml('subscriptions', {}));
}

/** 6.1 and 6.2. */
export function buildSubscription(wish: 'subscribe' | 'unsubscribe', node: string, jid: BareJid): Element {
  return pubsub(xml(wish, { node, jid }));
}

/** 6.5.7: the newest items. */
export function buildItemsQuery(node: string, max: number): Element {
  return pubsub(xml('items', { node, max_items: String(max) }));
}

/** 7.1. @param options 7.1.5, as a form that is submitted */
export function buildPublish(node: string, id: string, payload: Element, options?: Element): Element {
  const publish = xml('publish', { node }, xml('item', { id }, payload));
  return options === undefined ? pubsub(publish) : pubsub(publish, xml('publish-options', {}, options));
}

/** 7.2: takes an item back, and has those told who read it. */
export function buildRetract(node: string, id: string): Element {
  return pubsub(xml('retract', { node, notify: 'true' }, xml('item', { id })));
}

export function titleOf(node: string, title: string | undefined): string {
  return safeText(title ?? '', FEED_LIMITS.title) || safeText(node, FEED_LIMITS.title) || node;
}

/** The nodes in an answer of `service`, each once. */
export function readNodeList(answer: Element, service: BareJid): readonly FeedListing[] {
  const query = childOf(answer, 'query', NS.discoItems);
  const feeds = new Map<string, FeedListing>();
  for (const item of query === undefined ? [] : elementsOf(query)) {
    const { jid, node = '', name } = item.attrs;
    if (feeds.size >= FEED_LIMITS.page) break;
    if (!item.is('item', NS.discoItems) || jid?.toLowerCase() !== service) continue;
    if (node === '' || node.length > FEED_LIMITS.node || feeds.has(node)) continue;
    feeds.set(node, { service, node, title: titleOf(node, name), description: '' });
  }
  return [...feeds.values()];
}

export interface ReadSubscription {
  readonly node: string;
  readonly state: 'subscribed' | 'pending' | 'none';
}

/** A `<subscription/>` of an answer or event; `undefined` for one that is not of this account. */
export function readSubscription(element: Element, account: BareJid): ReadSubscription | undefined {
  const { node = '', jid, subscription } = element.attrs;
  if (jid !== account || node === '') return undefined;
  if (subscription === 'subscribed' || subscription === 'pending') return { node, state: subscription };
  return { node, state: 'none' };
}

/** Characters of a form: 200 notices of 100 feeds are held. */
const MAX_FORM = 2 * FEED_LIMITS.text;

/** What an item says. @param arrived when it came; `undefined`: it was there before, and nobody knows since when */
export function readItem(
  item: Element,
  book: LabelBook,
  arrived: number | undefined,
  now: number,
): FeedItem | undefined {
  const { id } = item.attrs;
  const publisher = toBareJid(item.attrs.publisher ?? '');
  if (id === undefined || id === '') return undefined;
  const entryElement = childOf(item, 'entry', NS.atom);
  const entry = entryElement === undefined ? undefined : readEntry(entryElement, now);
  const read = readForm(item);
  const form = read !== undefined && JSON.stringify(read).length <= MAX_FORM ? read : undefined;
  const label = labelOf(item, book);
  const says = entry !== undefined && (entry.title !== '' || entry.text !== '');
  const at = entry?.at ?? arrived;
  return {
    id,
    at: at ?? now,
    dated: at !== undefined,
    title: entry?.title || form?.title || '',
    author: entry?.author ?? '',
    ...(publisher === undefined ? {} : { publisher }),
    text: entry?.text ?? '',
    ...(entry?.link === undefined ? {} : { link: entry.link }),
    ...(form === undefined ? {} : { form }),
    ...(label === undefined ? {} : { label }),
    ...((says && form === read) || form !== undefined ? {} : { other: true }),
  };
}

function labelOf(item: Element, book: LabelBook): FeedItem['label'] {
  const [element] = labelsIn(item);
  return messageLabel(element?.parent ?? item, book);
}
