/** Feeds: lists, subscriptions, what is read and what is published. */
import type { FeedCommand } from '../../shared/chat-feed-commands.ts';
import { FEED_LIMITS, type FeedAddress, PERSON_NODE } from '../../shared/feed-contract.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import { asFields, type Fields, hasOnly, labelOf, type Parsers, textOf } from './fields.ts';
import { lineOf } from './people.ts';
import { listOf } from './rooms.ts';

/** Longest id of a page (XEP-0059). */
const MAX_PAGE_ID = 512;

/** A bare address as it is written in full. */
function bareOf(value: unknown): BareJid | undefined {
  const jid = typeof value === 'string' ? toBareJid(value) : undefined;
  return jid === value ? jid : undefined;
}

/** A domain. */
function serviceOf(value: unknown): BareJid | undefined {
  const jid = bareOf(value);
  return jid?.includes('@') ? undefined : jid;
}

function addressOf(value: unknown): FeedAddress | undefined {
  const fields = asFields(value);
  const node = textOf(fields?.node, 1, FEED_LIMITS.node);
  // Only that one can be a person's.
  const service = node === PERSON_NODE ? bareOf(fields?.service) : serviceOf(fields?.service);
  if (fields === undefined || !hasOnly(fields, ['service', 'node'])) return undefined;
  return service === undefined || node === undefined ? undefined : { service, node };
}

function withFeed<Command extends FeedCommand>(
  fields: Fields,
  make: (feed: FeedAddress) => Command,
): Command | undefined {
  const feed = addressOf(fields.feed);
  return feed === undefined || !hasOnly(fields, ['type', 'feed']) ? undefined : make(feed);
}

export const FEED_PARSERS: Parsers<FeedCommand> = {
  'list-feeds': (fields) => {
    const service = serviceOf(fields.service);
    const after = fields.after === undefined ? '' : textOf(fields.after, 1, MAX_PAGE_ID);
    if (!hasOnly(fields, ['type', 'service', 'after'])) return undefined;
    if (service === undefined || after === undefined) return undefined;
    return { type: 'list-feeds', service, ...(after === '' ? {} : { after }) };
  },
  'describe-feeds': (fields) => {
    const feeds = listOf(fields.feeds, 1, FEED_LIMITS.described, addressOf);
    if (!hasOnly(fields, ['type', 'feeds']) || feeds === undefined) return undefined;
    return { type: 'describe-feeds', feeds };
  },
  'subscribe-feed': (fields) => withFeed(fields, (feed) => ({ type: 'subscribe-feed', feed })),
  'unsubscribe-feed': (fields) => withFeed(fields, (feed) => ({ type: 'unsubscribe-feed', feed })),
  'open-feed': (fields) => withFeed(fields, (feed) => ({ type: 'open-feed', feed })),
  'close-feed': (fields) => (hasOnly(fields, ['type']) ? { type: 'close-feed' } : undefined),
  'read-feed': (fields) => withFeed(fields, (feed) => ({ type: 'read-feed', feed })),
  'publish-notice': (fields) => {
    const feed = addressOf(fields.feed);
    const title = lineOf(fields.title, 1, FEED_LIMITS.title);
    const text = textOf(fields.text, 0, FEED_LIMITS.text);
    const label = labelOf(fields.label);
    if (!hasOnly(fields, ['type', 'feed', 'title', 'text', 'label']) || feed === undefined) return undefined;
    if (title === undefined || text === undefined) return undefined;
    return label && { type: 'publish-notice', feed, title, text, ...label };
  },
  'retract-notice': (fields) => {
    const feed = addressOf(fields.feed);
    const item = textOf(fields.item, 1, FEED_LIMITS.id);
    if (!hasOnly(fields, ['type', 'feed', 'item']) || feed === undefined || item === undefined)
      return undefined;
    return { type: 'retract-notice', feed, item };
  },
};
