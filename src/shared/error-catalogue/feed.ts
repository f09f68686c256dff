import type { Catalogue } from './error-text.ts';

export const FEED_ERRORS = {
  FEEDS_OFF: {
    title: 'Your organisation’s policy has no feeds.',
    action: 'Ask IT, if you need them: /feeds/services names the services.',
  },
  FEED_FORBIDDEN: {
    title: 'The service does not let you do that with this feed.',
    action: 'Ask whoever runs the feed.',
  },
  FEED_NOT_FOUND: {
    title: 'The service does not have this feed any more.',
    action: 'Choose another one from the list, or ask whoever told you of it.',
  },
  FEED_REFUSED: {
    title: 'The service of the feed refused ({condition}).',
    action: 'Try again or ask IT.',
  },
  FEEDS_FULL: {
    title: 'You read as many feeds as Sallyport takes ({count}).',
    action: 'Unsubscribe from one of them first.',
  },
  FEED_OF_POLICY: {
    title: 'The policy has everybody read this feed.',
    action: 'Ask operations, if it is not meant for you.',
  },
  FEED_PUBLISH_OFF: {
    title: 'Your organisation’s policy lets analysts publish nothing.',
    action: 'Ask whoever runs the feed to publish it.',
  },
} as const satisfies Catalogue;
