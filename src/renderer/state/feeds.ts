/** Feeds as the side bar shows them. Pure. */
import type { Feed } from '../../shared/feed-contract.ts';
import { foldText } from './directory.ts';

/** Those that fit the filter, by title. */
export function sortedFeeds(feeds: ReadonlyMap<string, Feed>, filter: string): readonly Feed[] {
  const folded = foldText(filter.trim());
  return [...feeds.values()]
    .filter(({ title, node }) => foldText(title).includes(folded) || foldText(node).includes(folded))
    .sort((left, right) => left.title.localeCompare(right.title, undefined, { numeric: true }));
}

/** The next feed with something unread, after the one that is open; `undefined` where there is none but that. */
export function nextUnreadFeed(feeds: ReadonlyMap<string, Feed>, open: string | undefined): Feed | undefined {
  const order = sortedFeeds(feeds, '');
  const at = order.findIndex(({ id }) => id === open);
  return [...order.slice(at + 1), ...order.slice(0, at + 1)].find(
    ({ id, unread }) => id !== open && unread > 0,
  );
}
