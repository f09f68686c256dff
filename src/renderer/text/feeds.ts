import { type FeedAddress, isOfPerson } from '../../shared/feed-contract.ts';

/** What feeds say around themselves; titles and notices come from their services. */
export const FEED_TEXT = {
  section: 'Feeds',
  find: 'Find feeds',
  none: 'You have no feeds yet.',
  begin: 'Find a feed',
  noneFits: 'No feed has this in its name.',
  pending: 'pending',
  failed: 'unavailable',
  unread: 'unread',
  policy: 'for everybody',
  where: (service: string, node: string) => `${node} at ${service}`,
  whereOf: (address: string) => `published by ${address}`,
  peopleOf: (domain: string) => `People of ${domain}`,
  list: 'Notices',
  loading: 'Reading the notices…',
  empty: 'Nothing has been published here yet.',
  pendingLead: 'The service has not decided about your subscription. Notices come once it has.',
  newMark: 'New',
  untitled: 'Notice without a title',
  undated: 'No date: the service does not say when it was published',
  by: (author: string, publisher: string) =>
    publisher === ''
      ? `by ${author}`
      : author === ''
        ? `from ${publisher}`
        : `by ${author}, from ${publisher}`,
  byTitle: 'Who published it is the service’s word; the name is what the notice says.',
  takeBack: 'Take back',
  takeBackTitle: 'Take this notice back?',
  takeBackLead: 'It is gone for everybody who reads this feed. The server’s records keep it.',
  takingBack: 'Taking back…',
  keep: 'Keep it',
  announced: (title: string, label: string) => (label === '' ? title : `${label}: ${title}`),
  incoming: 'Notices that arrive',
  other: 'Content of another kind, which is not shown here.',
  link: 'Address',
  publish: 'Publish…',
  unsubscribe: 'Unsubscribe',
  putAway: 'Close',
  unsubscribing: 'Unsubscribing…',
  again: 'Try again',
  dialogTitle: 'Find feeds',
  service: 'Service',
  listed: 'Feeds of this service',
  listLoading: 'Asking the service for its feeds…',
  listEmpty: 'The service lists no feeds.',
  more: 'More feeds',
  subscribe: 'Subscribe',
  subscribeTo: (title: string) => `Subscribe to ${title}`,
  subscribed: 'Subscribed',
  own: 'Your own, to publish in',
  open: (title: string) => `Open ${title}`,
  openShort: 'Open',
  publishTitle: (title: string) => `Publish to ${title}`,
  publishLead: 'Everybody who has subscribed reads it. The service decides who may publish here.',
  publishOwnLead: 'Everybody who sees your presence can read it. It is in the server’s records.',
  noticeTitle: 'Title',
  noticeText: 'Text',
  noticeLabel: 'Label',
  labelNone: 'Choose…',
  publishNow: 'Publish',
  publishing: 'Publishing…',
  titleMissing: 'A notice needs a title.',
  labelMissing: 'Choose a label. The policy asks for one here.',
} as const;

/** Where a feed is, in words. */
export function feedWhere(feed: FeedAddress): string {
  return isOfPerson(feed) ? FEED_TEXT.whereOf(feed.service) : FEED_TEXT.where(feed.service, feed.node);
}
