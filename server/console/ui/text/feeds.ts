/** Words of the feeds. */
import { counted } from './counted.ts';

export const FEEDS = {
  intro:
    'Feeds in which something was published, the administrators’ and those of people. What is in one the security officer reads; operators switch it off and on.',
  list: 'Feeds',
  none: 'Nothing has been published in any feed.',
  name: 'Feed',
  last: 'Last notice',
  publisher: 'By',
  service: 'the administrators’ file',
  subscribers: 'Subscribers',
  notices: 'Notices',
  unknown: '–',
  choose: 'Choose a feed to see what is in it.',
  inIt: (name: string) => `What is in ${name}`,
  empty: 'No notice is in it, as far as the log goes.',
  takeAway: 'Take away…',
  takeAwayOf: (title: string) => `Take away ${title}`,
  untitled: 'Notice without a title',
  takeTitle: (title: string) => `Take “${title}” away?`,
  takeText:
    'It is gone for everybody who reads the feed, and is not published again. The message log keeps it, with this reason.',
  takeAction: 'Take away',
  taken: (count: number) =>
    count === 0
      ? 'The server has no such notice any more.'
      : `The server took ${counted(count, 'notice', 'notices')} away.`,
} as const;
