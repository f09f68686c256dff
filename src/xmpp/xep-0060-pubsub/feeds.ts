/**
 * XEP-0060 Publish-Subscribe, version 1.26.0, as a reader of the policy's services: lists of nodes, subscriptions of the own bare
 * account, items and events; and, where the policy has it, publishing. Which feeds there are and what is unread is the session's to say.
 */
import { safeText } from '../../shared/display-name.ts';
import { AppError } from '../../shared/errors.ts';
import {
  FEED_LIMITS,
  type FeedAddress,
  type FeedItem,
  type FeedListing,
  type FeedPage,
  isOfPerson,
  PERSON_NODE,
} from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { Emitter } from '../emitter.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import type { Address } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { buildEntry } from '../rfc4287-atom/entry.ts';
import { buildSubmit, formValues, readForm } from '../xep-0004-data-forms/forms.ts';
import { readResultSet } from '../xep-0059-rsm/result-set.ts';
import { delayOf } from '../xep-0203-delay/delay.ts';
import { buildSecurityLabel } from '../xep-0258-security-labels/labels.ts';
import { labelNamed } from '../xep-0258-security-labels/message-label.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';
import {
  buildItemsQuery,
  buildNodeInfo,
  buildNodeList,
  buildPublish,
  buildRetract,
  buildSubscription,
  buildSubscriptionsQuery,
  type ReadSubscription,
  readItem,
  readNodeList,
  readSubscription,
  titleOf,
} from './stanzas.ts';

/** What happened in a node; whether anybody reads it the observers know. */
export interface FeedChange extends FeedAddress {
  readonly published: readonly FeedItem[];
  /** Ids of items that were taken back. */
  readonly retracted: readonly string[];
  /** Everything in it was taken back; the node itself is gone. */
  readonly emptied: 'purged' | 'deleted' | undefined;
}

export interface FeedEvents {
  change: readonly [change: FeedChange];
  /** Somebody decided about a subscription (8.6), or the service ended it. */
  subscription: readonly [service: BareJid, subscription: ReadSubscription];
  /** A new session: subscriptions and items are to be read again. */
  renewed: readonly [];
}

/** Kept, as many as of any feed, never sent unasked, for whoever sees this user's presence (XEP-0060 4.5). */
const PERSON_OPTIONS = [
  { name: 'FORM_TYPE', values: [`${NS.pubsub}#publish-options`] },
  { name: 'pubsub#persist_items', values: ['true'] },
  { name: 'pubsub#max_items', values: [String(FEED_LIMITS.items)] },
  { name: 'pubsub#send_last_published_item', values: ['never'] },
  { name: 'pubsub#access_model', values: ['presence'] },
];

/** Subscriptions taken of one answer. */
const MAX_SUBSCRIPTIONS = 500;

const FORBIDDEN: ReadonlySet<string> = new Set([
  'forbidden',
  'not-allowed',
  'not-authorized',
  'registration-required',
  'subscription-required',
  'payment-required',
]);

export class Feeds implements Extension {
  readonly events = new Emitter<FeedEvents>();
  readonly #host: ExtensionHost;

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  onNewSession(): void {
    this.events.emit('renewed');
  }

  onMessage(stanza: Element, sender: Address | undefined): boolean {
    const event = childOf(stanza, 'event', NS.pubsubEvent);
    const [change] = event === undefined ? [] : elementsOf(event);
    const isService = sender?.service === 'feeds';
    // The guard lets in that node's events from those alone who may tell of it.
    if (!isService && change?.attrs.node !== PERSON_NODE) return false;
    const from = (sender?.bare ?? this.#host.account) as BareJid;
    if (change !== undefined && stanza.attrs.type !== 'error') {
      const now = Date.now();
      const { guard, account } = this.#host;
      const waited = delayOf(stanza, [guard.domain, account, from], now);
      this.#onChange(change, from, waited ?? now);
    }
    return true;
  }

  #onChange(change: Element, service: BareJid, arrived: number): void {
    const { node = '' } = change.attrs;
    if (change.name === 'subscription') {
      const subscription = readSubscription(change, this.#host.account);
      if (subscription !== undefined) this.events.emit('subscription', service, subscription);
      return;
    }
    const children = change.name === 'items' ? elementsOf(change) : [];
    const retracted = children.filter(({ name }) => name === 'retract').map(({ attrs }) => attrs.id ?? '');
    const published = children
      .filter(({ name }) => name === 'item')
      .flatMap((item) => this.#read(item, service, arrived));
    const emptied = change.name === 'purge' ? 'purged' : change.name === 'delete' ? 'deleted' : undefined;
    this.events.emit('change', { service, node, published, retracted, emptied });
  }

  /** A page of the nodes of a service. Rejects with FEEDS_OFF, FEED_*, GUARD_REFUSED, STREAM_TIMEOUT or NOT_CONNECTED. */
  async list(service: BareJid, after?: string): Promise<FeedPage> {
    const answer = await this.#ask('get', buildNodeList(after), service);
    const feeds = readNodeList(answer, service);
    const query = childOf(answer, 'query', NS.discoItems);
    const { last, count } =
      query === undefined ? { last: undefined, count: undefined } : readResultSet(query);
    const more = last !== undefined && last !== after && feeds.length > 0 && count !== feeds.length;
    return { feeds, ...(more ? { next: last } : {}) };
  }

  /** What a node tells of itself (5.4). Rejects as {@link list}. */
  async describe({ service, node }: FeedAddress): Promise<FeedListing> {
    const answer = await this.#ask('get', buildNodeInfo(node), service);
    const query = childOf(answer, 'query', NS.discoInfo);
    const form = query === undefined ? undefined : readForm(query);
    const [title] = formValues(form, 'pubsub#title');
    const description = formValues(form, 'pubsub#description').join(' ');
    return {
      service,
      node,
      title: titleOf(node, title),
      description: safeText(description, FEED_LIMITS.description),
    };
  }

  /** The nodes of a service that this account is subscribed to, or waits for (5.6). Rejects as {@link list}. */
  async subscriptions(service: BareJid): Promise<readonly ReadSubscription[]> {
    const answer = await this.#ask('get', buildSubscriptionsQuery(), service);
    const pubsub = childOf(answer, 'pubsub', NS.pubsub);
    const list = pubsub === undefined ? undefined : childOf(pubsub, 'subscriptions', NS.pubsub);
    return (list === undefined ? [] : elementsOf(list))
      .slice(0, MAX_SUBSCRIPTIONS)
      .flatMap((element) => readSubscription(element, this.#host.account) ?? []);
  }

  /** Subscribes the account, all its computers; resolves with whether somebody has to decide first. Rejects as {@link list}. */
  async subscribe({ service, node }: FeedAddress): Promise<'subscribed' | 'pending'> {
    const answer = await this.#ask('set', buildSubscription('subscribe', node, this.#host.account), service);
    const pubsub = childOf(answer, 'pubsub', NS.pubsub);
    const element = pubsub === undefined ? undefined : childOf(pubsub, 'subscription', NS.pubsub);
    const state = element === undefined ? undefined : readSubscription(element, this.#host.account)?.state;
    // 6.1.2: the answer may be empty; then it is done.
    if (state === 'none') throw new AppError('FEED_FORBIDDEN');
    return state ?? 'subscribed';
  }

  /** Rejects as {@link list}; that there was no subscription is no error. */
  async unsubscribe({ service, node }: FeedAddress): Promise<void> {
    try {
      await this.#ask('set', buildSubscription('unsubscribe', node, this.#host.account), service);
    } catch (error) {
      // 6.2.3.2 not-subscribed, and a node that is gone.
      const condition = error instanceof AppError ? error.detail?.condition : undefined;
      const gone = error instanceof AppError && error.code === 'FEED_NOT_FOUND';
      if (!gone && condition !== 'unexpected-request') throw error;
    }
  }

  /**
   * The newest items of a node, oldest first as they were published. `take` gets them while the answer is being read, before any event
   * that came right behind it is heard. Rejects as {@link list}.
   */
  items(
    { service, node }: FeedAddress,
    max: number,
    take: (items: readonly FeedItem[]) => void = () => undefined,
  ): Promise<readonly FeedItem[]> {
    return new Promise((resolve, reject) => {
      const onAnswer = (answer: Element) => {
        try {
          const items = this.#readItems(answer, { service, node }, max);
          take(items);
          resolve(items);
        } catch (error) {
          reject(error);
        }
      };
      const to = this.#requireService(service);
      this.#host.requests.call('get', buildItemsQuery(node, max), to, onAnswer, (error) =>
        reject(feedError(error)),
      );
    });
  }

  #readItems(answer: Element, { service, node }: FeedAddress, max: number): readonly FeedItem[] {
    const pubsub = childOf(answer, 'pubsub', NS.pubsub);
    const list = pubsub === undefined ? undefined : childOf(pubsub, 'items', NS.pubsub);
    if (list === undefined || list.attrs.node !== node) return [];
    return elementsOf(list)
      .filter((item) => item.is('item', NS.pubsub))
      .slice(-max)
      .flatMap((item) => this.#read(item, service, undefined));
  }

  /**
   * Publishes a notice as an Atom entry, its label in it; resolves with the item's id. Rejects as {@link list}, and with FEED_PUBLISH_OFF or LABEL_UNKNOWN;
   * GUARD_REFUSED where the label may not be sent.
   */
  async publish(
    { service, node }: FeedAddress,
    notice: {
      readonly title: string;
      readonly text: string;
      readonly author: string;
      readonly label: string | undefined;
    },
  ): Promise<string> {
    const { guard, newId } = this.#host;
    this.#requirePublish({ service, node });
    const chosen = labelNamed(notice.label, guard.labels).label;
    const label = chosen ?? (guard.labels.required ? guard.labels.fallback : undefined);
    const id = newId();
    const entry = buildEntry(
      { ...notice, id: `urn:sallyport:notice:${id}`, at: Date.now() },
      label === undefined ? undefined : buildSecurityLabel(label),
    );
    const options = isOfPerson({ service, node }) ? buildSubmit(PERSON_OPTIONS) : undefined;
    await this.#ask('set', buildPublish(node, id, entry, options), service);
    return id;
  }

  /** Takes an item back. Rejects as {@link publish}. */
  async retract({ service, node }: FeedAddress, id: string): Promise<void> {
    this.#requirePublish({ service, node });
    await this.#ask('set', buildRetract(node, id), service);
  }

  #read(item: Element, service: BareJid, arrived: number | undefined): readonly FeedItem[] {
    const read = readItem(item, this.#host.guard.labels, arrived, Date.now());
    if (read === undefined) return [];
    // Nobody publishes there but whose it is.
    return [service.includes('@') ? { ...read, publisher: service } : read];
  }

  /** Rejects for what is neither a service nor a person who may be read. Whom it is asked of: nobody, for the own account. */
  #requireService(service: BareJid): BareJid | undefined {
    const { guard, account } = this.#host;
    const peer = guard.resolve(service);
    const isPerson = guard.policy.feeds?.people === true && peer?.own === true && peer.local !== undefined;
    if (peer?.service !== 'feeds' && !isPerson) throw new AppError('FEEDS_OFF');
    return service === account ? undefined : service;
  }

  #requirePublish(feed: FeedAddress): void {
    const { feeds } = this.#host.guard.policy;
    const may = isOfPerson(feed) ? feeds?.people === true : feeds?.publish === true;
    if (!may) throw new AppError('FEED_PUBLISH_OFF');
  }

  async #ask(type: 'get' | 'set', question: Element, service: BareJid): Promise<Element> {
    const to = this.#requireService(service);
    return this.#host.requests.send(type, question, to).catch((error: unknown) => {
      throw feedError(error);
    });
  }
}

function feedError(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'MESSAGE_REFUSED') return error;
  const condition = String(error.detail?.condition ?? 'undefined-condition');
  if (FORBIDDEN.has(condition)) return new AppError('FEED_FORBIDDEN', undefined, { cause: error });
  if (condition === 'item-not-found' || condition === 'gone') {
    return new AppError('FEED_NOT_FOUND', undefined, { cause: error });
  }
  return new AppError('FEED_REFUSED', { condition }, { cause: error });
}
