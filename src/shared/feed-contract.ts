/** Feeds: nodes of publish-subscribe services (XEP-0060) and what is published there, as plain data, bounded and fit to be shown. */
import type { DataForm } from './data-form.ts';
import type { ErrorReport } from './errors.ts';
import type { BareJid } from './jid.ts';
import type { MessageLabel } from './labels.ts';

/** Where a feed is. */
export interface FeedAddress {
  /** The domain of one of the policy's services, or a person's address. */
  readonly service: BareJid;
  readonly node: string;
}

/** The node in which people publish themselves (XEP-0277), at their own addresses (XEP-0163). */
export const PERSON_NODE = 'urn:xmpp:microblog:0';

/** Whether that is what a person publishes, and `service` the person's address. */
export function isOfPerson({ service }: FeedAddress): boolean {
  return service.includes('@');
}

/** Names a feed in this client; a service has no slash in it. */
export function feedId({ service, node }: FeedAddress): string {
  return `${service}/${node}`;
}

/** A feed that this user reads: an item of the collection `feeds`. */
export interface Feed extends FeedAddress {
  /** Of {@link feedId}. */
  readonly id: string;
  /** Fit to be shown; the node's name where it has no title. */
  readonly title: string;
  /** The policy's are not unsubscribed from. */
  readonly origin: 'policy' | 'own';
  /** `pending`: the service lets somebody decide first. `failed`: with `error`. */
  readonly state: 'subscribed' | 'pending' | 'failed';
  readonly unread: number;
  /** This user's own: what is published here comes from nobody else. */
  readonly mine?: true;
  readonly error?: ErrorReport;
}

/** What a service lists. */
export interface FeedListing extends FeedAddress {
  readonly title: string;
  /** Empty where the service says nothing, or was not asked yet. */
  readonly description: string;
}

/** A part of a service's list. */
export interface FeedPage {
  readonly feeds: readonly FeedListing[];
  /** Asks for those after these; absent when there are none. */
  readonly next?: string;
}

/** Something that was published. */
export interface FeedItem {
  /** The item's id in its node. */
  readonly id: string;
  /** When it says it was written, else when it arrived; milliseconds since 1970. */
  readonly at: number;
  /** Where nothing is known of when it was published, `at` is only when it was read. */
  readonly dated: boolean;
  /** One line; empty where it has none. */
  readonly title: string;
  readonly author: string;
  /** Who the service says has published it; what the notice says of its author anybody can write. */
  readonly publisher?: BareJid;
  readonly text: string;
  /** An address that the item names; it is shown, never fetched. */
  readonly link?: string;
  readonly form?: DataForm;
  readonly label?: MessageLabel;
  /** It holds something that cannot be shown here. */
  readonly other?: true;
}

/** An item of the open feed: an item of the collection `feedItems`. */
export interface ShownFeedItem extends FeedItem {
  /** Of {@link feedId}. */
  readonly feed: string;
  readonly unread: boolean;
}

/** How the items of the open feed stand: the one item of the collection `openFeed`. */
export interface OpenFeed {
  /** Of {@link feedId}. */
  readonly id: string;
  readonly state: 'loading' | 'shown' | 'failed';
  readonly error?: ErrorReport;
}

/** Bounds; what is beyond them is left out where it comes in, and refused where it goes out. */
export const FEED_LIMITS = {
  /** Feeds that one user reads. */
  feeds: 100,
  /** Feeds of one page of a list, and those that are described in one go. */
  page: 50,
  described: 20,
  /** UTF-16 code units of a node's name. */
  node: 256,
  title: 256,
  description: 512,
  /** Items of a feed that are kept; the oldest go first. */
  items: 200,
  /** Items asked for when a feed is opened, and to know what is unread. */
  opened: 100,
  asked: 20,
  /** UTF-16 code units of an item's id, of a name and of a text. */
  id: 256,
  author: 128,
  text: 8192,
  link: 1024,
} as const;
