/** What the chat window asks the session to do with feeds; see `ChatCommand`. */
import type { FeedAddress } from './feed-contract.ts';
import type { BareJid } from './jid.ts';

export type FeedCommand =
  /** Answered with `feedPage`; `after` is the `next` of the page before. */
  | { readonly type: 'list-feeds'; readonly service: BareJid; readonly after?: string }
  /** Answered with `feedListings` of those that tell of themselves, at most FEED_LIMITS.described. */
  | { readonly type: 'describe-feeds'; readonly feeds: readonly FeedAddress[] }
  | { readonly type: 'subscribe-feed'; readonly feed: FeedAddress }
  | { readonly type: 'unsubscribe-feed'; readonly feed: FeedAddress }
  /** Shows this feed's items in the collection `feedItems`; what is in it counts as read while it is `read`. */
  | { readonly type: 'open-feed'; readonly feed: FeedAddress }
  | { readonly type: 'close-feed' }
  | { readonly type: 'read-feed'; readonly feed: FeedAddress }
  | {
      readonly type: 'publish-notice';
      readonly feed: FeedAddress;
      readonly title: string;
      readonly text: string;
      /** As with `send-message`. */
      readonly label?: string;
    }
  /** Takes a notice back for everybody. */
  | { readonly type: 'retract-notice'; readonly feed: FeedAddress; readonly item: string };
