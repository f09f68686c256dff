/**
 * Feeds: which this user reads, what is in them and what is unread. The service knows the subscriptions: they are asked for with each
 * session, the policy's are made where they are missing, and of each feed the newest items are read, one feed after the other.
 */
import type { CollectionChange, CollectionEvent } from '../../shared/chat-collections.ts';
import type { FeedCommand } from '../../shared/chat-feed-commands.ts';
import { AppError, type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import {
  FEED_LIMITS,
  type Feed,
  type FeedAddress,
  type FeedItem,
  type FeedListing,
  feedId,
  isOfPerson,
  type OpenFeed,
  type ShownFeedItem,
} from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { GuardPolicy } from '../../shared/session-contract.ts';
import type { Extensions } from '../../xmpp/index.ts';
import { type Audit, audited } from '../audited.ts';
import { done, type Handlers } from '../commands/handlers.ts';
import type { WatchDesk } from '../watch/watch-desk.ts';
import { describe } from './describe.ts';
import { HeldFeed } from './held-feed.ts';
import type { FeedPeople } from './people.ts';

export interface FeedDeskOptions {
  readonly feeds: Extensions['feeds'];
  /** Absent: there are none. */
  readonly policy: GuardPolicy['feeds'];
  /** Absent: nobody is read but services. */
  readonly people?: FeedPeople | undefined;
  /** How this user's notices are signed. */
  readonly author: string;
  readonly emit: (event: CollectionEvent) => void;
  /** Throws where a notice may not have this label at this service. */
  readonly requireLabel: (service: BareJid, label: string | undefined) => void;
  /** Keeps what was read last from session to session, and looks through what nobody has seen. */
  readonly watch: Pick<
    WatchDesk,
    'feedRead' | 'keepFeedRead' | 'forgetFeed' | 'feedsRead' | 'onFeedItem' | 'onFeedRead'
  >;
  readonly audit: Audit;
  /** Settles when what waits for people is through: notices come after messages, on a slow link above all. */
  readonly settled: () => Promise<void>;
}

interface Entry {
  readonly feed: Feed;
  readonly held: HeldFeed;
}

export class FeedDesk {
  readonly handlers: Handlers<FeedCommand>;
  readonly #options: FeedDeskOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #subscriptions: readonly (() => void)[];
  #open: OpenFeed | undefined;
  /** Which session's questions are still of interest. */
  #round = 0;

  constructor(options: FeedDeskOptions) {
    this.#options = options;
    const { events } = options.feeds;
    this.#subscriptions = [
      events.on('renewed', () => void this.#sync()),
      events.on('change', ({ published, retracted, emptied, ...address }) => {
        const entry = this.#entries.get(feedId(address));
        // Of what nobody subscribed to nothing is told.
        if (entry === undefined) return;
        const before = new Set(entry.held.items.map(({ id }) => id));
        for (const id of retracted) entry.held.remove(id);
        if (emptied !== undefined) entry.held.clear();
        for (const item of published) {
          entry.held.add(item);
          this.#options.watch.onFeedItem(address, item);
        }
        if (emptied === 'deleted') this.#put(address, { state: 'failed', error: { code: 'FEED_NOT_FOUND' } });
        this.#tellFeed(entry.feed.id);
        if (this.#open?.id === entry.feed.id) this.#options.emit(this.#itemsSince(before));
      }),
      events.on('subscription', (service, { node, state }) => {
        const address = { service, node };
        if (state !== 'none') {
          this.#put(address, { state });
          if (state === 'subscribed') void this.#fetch(address, FEED_LIMITS.asked).catch(() => undefined);
          return;
        }
        if (this.#isPolicys(address)) this.#put(address, failed({ code: 'FEED_FORBIDDEN' }));
        else this.#forget(feedId(address));
      }),
    ];
    this.handlers = this.#makeHandlers();
  }

  /** The events that bring an empty window up to date. */
  get events(): readonly CollectionEvent[] {
    return [
      {
        type: 'collection',
        collection: 'feeds',
        reset: true,
        upsert: [...this.#entries.keys()].flatMap((id) => this.#shown(id) ?? []),
        remove: [],
      },
      this.#openEvent(),
      this.#itemsEvent(),
    ];
  }

  close(): void {
    this.#round += 1;
    for (const end of this.#subscriptions) end();
  }

  #makeHandlers(): Handlers<FeedCommand> {
    const { feeds, people, requireLabel, author, audit } = this.#options;
    return {
      'list-feeds': async ({ service, after }) => ({
        feedPage: service === people?.domain ? people.page(after) : await feeds.list(service, after),
      }),
      'describe-feeds': async (command) => ({ feedListings: await describe(feeds, command.feeds) }),
      'subscribe-feed': done(async ({ feed }) => {
        if (this.#entries.size >= FEED_LIMITS.feeds && !this.#entries.has(feedId(feed))) {
          throw new AppError('FEEDS_FULL', { count: FEED_LIMITS.feeds });
        }
        const state = await this.#subscribe(feed);
        const { title } = isOfPerson(feed)
          ? { title: people?.titleOf(feed.service) }
          : await feeds.describe(feed).catch(() => ({ title: feed.node }));
        this.#put(feed, { state, title });
        // Nobody else knows whom this user reads.
        if (isOfPerson(feed)) this.#options.watch.keepFeedRead(feedId(feed), '');
        if (state === 'subscribed') void this.#fetch(feed, FEED_LIMITS.asked).catch(() => undefined);
      }),
      'unsubscribe-feed': done(async ({ feed }) => {
        if (this.#isPolicys(feed)) throw new AppError('FEED_OF_POLICY');
        if (people?.isMine(feed) !== true) await feeds.unsubscribe(feed);
        if (isOfPerson(feed)) this.#options.watch.forgetFeed(feedId(feed));
        this.#forget(feedId(feed));
      }),
      'open-feed': done(({ feed }) => this.#show(feed)),
      'close-feed': done(() => this.#leave()),
      'read-feed': done(({ feed }) => this.#read(feedId(feed))),
      'publish-notice': done(async ({ feed, title, text, label }) => {
        const detail = { ...placeOf(feed), ...(label === undefined ? {} : { label }) };
        const publish = async () => {
          if (isOfPerson(feed) && people?.isMine(feed) !== true) throw new AppError('FEED_FORBIDDEN');
          requireLabel(feed.service, label);
          return { item: await feeds.publish(feed, { title, text, author, label }) };
        };
        await audited(audit, 'notice-published', detail, publish, (published) => published);
        // The own account is not told of what it has published itself.
        if (isOfPerson(feed)) void this.#fetch(feed, FEED_LIMITS.asked).catch(() => undefined);
      }),
      'retract-notice': done(async ({ feed, item }) => {
        const detail = { ...placeOf(feed), item };
        await audited(audit, 'notice-retracted', detail, () => feeds.retract(feed, item));
        // Who published it need not be told by the service that it is gone.
        if (this.#entries.get(feedId(feed))?.held.remove(item) === true) this.#tell(feedId(feed));
      }),
    };
  }

  /** Asks all services; a service that fails says so at the policy's feeds, and what was known of it stays. */
  async #sync(): Promise<void> {
    const { policy } = this.#options;
    this.#round += 1;
    const round = this.#round;
    for (const service of policy?.services ?? []) {
      await this.#syncService(service as BareJid, () => round === this.#round);
      if (round !== this.#round) return;
    }
    await this.#options.settled();
    // The contact list is here by now, and with it what people are called.
    const { people, watch } = this.#options;
    for (const address of people?.among(watch.feedsRead()) ?? []) {
      if (this.#entries.get(feedId(address))?.feed.state !== 'subscribed')
        await this.#push(address, people?.titleOf(address.service));
      if (round !== this.#round) return;
    }
    for (const { feed } of [...this.#entries.values()]) {
      if (round !== this.#round) return;
      if (feed.state !== 'subscribed') continue;
      await this.#fetch(feed, FEED_LIMITS.asked).catch(() => undefined);
    }
  }

  async #syncService(service: BareJid, wanted: () => boolean): Promise<void> {
    const { feeds, policy } = this.#options;
    const pushed = (policy?.subscribe ?? []).filter((one) => one.service === service);
    try {
      const [known, titles] = await Promise.all([feeds.subscriptions(service), this.#titles(service)]);
      if (!wanted()) return;
      const states = new Map(known.map(({ node, state }) => [node, state]));
      for (const { feed } of [...this.#entries.values()]) {
        if (feed.service === service && !states.has(feed.node) && feed.origin === 'own')
          this.#forget(feed.id);
      }
      for (const [node, state] of [...states].slice(0, FEED_LIMITS.feeds)) {
        if (state !== 'none') this.#put({ service, node }, { state, title: titles.get(node) });
      }
      for (const { node } of pushed) {
        const state = states.get(node);
        if (state === 'subscribed' || state === 'pending') {
          this.#put({ service, node }, { state, title: titles.get(node) });
          continue;
        }
        await this.#push({ service, node }, titles.get(node));
        if (!wanted()) return;
      }
    } catch (error) {
      if (!wanted()) return;
      for (const { node } of pushed) this.#put({ service, node }, failed(toErrorReport(error)));
    }
  }

  /** Subscribes to a feed that should be read and is not. */
  async #push(address: FeedAddress, title: string | undefined): Promise<void> {
    try {
      this.#put(address, { state: await this.#subscribe(address), title });
    } catch (error) {
      this.#put(address, { ...failed(toErrorReport(error)), title });
    }
  }

  /** Nobody subscribes to himself. */
  async #subscribe(address: FeedAddress): Promise<'subscribed' | 'pending'> {
    return this.#options.people?.isMine(address) === true
      ? 'subscribed'
      : this.#options.feeds.subscribe(address);
  }

  /** What a service calls its nodes, as far as its first page goes. */
  async #titles(service: BareJid): Promise<ReadonlyMap<string, string>> {
    const page = await this.#options.feeds.list(service).catch(() => ({ feeds: [] as FeedListing[] }));
    return new Map(page.feeds.map(({ node, title }) => [node, title]));
  }

  async #fetch(address: FeedAddress, max: number): Promise<void> {
    const id = feedId(address);
    const { feeds, people, watch } = this.#options;
    const take = (fetched: readonly FeedItem[]) => {
      const entry = this.#entries.get(id);
      if (entry === undefined) return;
      const { service, node } = address;
      const fresh = entry.held.take(fetched, max, watch.feedRead(id));
      // What this user has published is no news to this user.
      const mine = people?.isMine(address) === true;
      if (mine) entry.held.read();
      watch.onFeedRead({ service, node }, fetched, new Set(mine ? [] : fresh.map((item) => item.id)));
      if (this.#open?.id === id) entry.held.open();
      this.#tell(id);
    };
    await feeds.items(address, max, take).catch((error: unknown) => {
      // Who has published nothing yet has no node.
      const isNone = error instanceof AppError && error.code === 'FEED_NOT_FOUND';
      if (!isNone || people?.isMine(address) !== true) throw error;
      take([]);
    });
  }

  async #show(address: FeedAddress): Promise<void> {
    const id = feedId(address);
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new AppError('IPC_REFUSED');
    this.#leave();
    entry.held.open();
    this.#setOpen({ id, state: 'loading' });
    this.#options.emit(this.#itemsEvent());
    try {
      if (entry.feed.state === 'failed') await this.#push(address, entry.feed.title);
      await this.#fetch(address, FEED_LIMITS.opened);
      if (this.#open?.id === id) this.#setOpen({ id, state: 'shown' });
    } catch (error) {
      if (this.#open?.id === id) this.#setOpen({ id, state: 'failed', error: toErrorReport(error) });
    }
  }

  #leave(): void {
    if (this.#open === undefined) return;
    this.#entries.get(this.#open.id)?.held.leave();
    this.#setOpen(undefined);
    this.#options.emit(this.#itemsEvent());
  }

  #read(id: string): void {
    const held = this.#entries.get(id)?.held;
    if (held?.read() !== true) return;
    if (held.newest !== undefined) this.#options.watch.keepFeedRead(id, held.newest);
    this.#tellFeed(id);
  }

  #isPolicys({ service, node }: FeedAddress): boolean {
    return (
      this.#options.policy?.subscribe.some((one) => one.service === service && one.node === node) === true
    );
  }

  /** A feed that is read, or should be. Without a title the former one stays. */
  #put(
    address: FeedAddress,
    { state, title, error }: Pick<Feed, 'state' | 'error'> & { readonly title?: string | undefined },
  ): void {
    const id = feedId(address);
    const known = this.#entries.get(id);
    // The policy's have their place whatever else this user, or a service, wants to be read.
    const isFull = this.#entries.size >= FEED_LIMITS.feeds && !this.#isPolicys(address);
    if (known === undefined && isFull) return;
    const { service, node } = address;
    const feed: Feed = {
      id,
      service,
      node,
      title: title ?? known?.feed.title ?? node,
      origin: this.#isPolicys(address) ? 'policy' : 'own',
      state,
      unread: 0,
      ...(this.#options.people?.isMine(address) === true ? { mine: true as const } : {}),
      ...(error === undefined ? {} : { error }),
    };
    this.#entries.set(id, { feed, held: known?.held ?? new HeldFeed() });
    this.#tellFeed(id);
  }

  #forget(id: string): void {
    if (this.#open?.id === id) this.#leave();
    if (!this.#entries.delete(id)) return;
    this.#options.emit({ type: 'collection', collection: 'feeds', reset: false, upsert: [], remove: [id] });
  }

  #shown(id: string): Feed | undefined {
    const entry = this.#entries.get(id);
    return entry && { ...entry.feed, unread: entry.held.unread };
  }

  #tell(id: string): void {
    this.#tellFeed(id);
    if (this.#open?.id === id) this.#options.emit(this.#itemsEvent());
  }

  #tellFeed(id: string): void {
    const feed = this.#shown(id);
    if (feed === undefined) return;
    this.#options.emit({ type: 'collection', collection: 'feeds', reset: false, upsert: [feed], remove: [] });
  }

  #setOpen(open: OpenFeed | undefined): void {
    this.#open = open;
    this.#options.emit(this.#openEvent());
  }

  #openEvent(): CollectionEvent {
    const upsert = this.#open === undefined ? [] : [this.#open];
    return { type: 'collection', collection: 'openFeed', reset: true, upsert, remove: [] };
  }

  /** The items of the open feed, as they are shown. */
  #shownItems(): readonly ShownFeedItem[] {
    const id = this.#open?.id ?? '';
    const held = this.#entries.get(id)?.held;
    return (held?.items ?? []).map((item) => ({
      ...item,
      feed: id,
      unread: held?.isMarked(item.id) === true,
    }));
  }

  #itemsEvent(): CollectionChange<'feedItems'> {
    return {
      type: 'collection',
      collection: 'feedItems',
      reset: true,
      upsert: this.#shownItems(),
      remove: [],
    };
  }

  /** What changed of the items; all of them where one that was there before has another place now. @param before their ids */
  #itemsSince(before: ReadonlySet<string>): CollectionChange<'feedItems'> {
    const all = this.#itemsEvent();
    const now = new Set(all.upsert.map(({ id }) => id));
    const remove = [...before].filter((id) => !now.has(id));
    const kept = [...before].filter((id) => now.has(id));
    if (kept.some((id, index) => all.upsert[index]?.id !== id)) return all;
    return { ...all, reset: false, upsert: all.upsert.slice(kept.length), remove };
  }
}

/** A feed on record. */
function placeOf({ service, node }: FeedAddress): { readonly service: BareJid; readonly node: string } {
  return { service, node };
}

function failed(error: ErrorReport): Pick<Feed, 'state' | 'error'> {
  return { state: 'failed', error };
}
