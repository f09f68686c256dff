import { expect, it } from 'vitest';
import { type Feed, feedId } from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { nextUnreadFeed, sortedFeeds } from './feeds.ts';

const service = 'feeds.chat.example.mil' as BareJid;
const feed = (node: string, title: string, unread = 0): Feed => ({
  id: feedId({ service, node }),
  service,
  node,
  title,
  origin: 'own',
  state: 'subscribed',
  unread,
});
const feeds = new Map(
  [feed('z', 'Alpha 10', 1), feed('b', 'Alpha 9'), feed('c', 'Émeraude', 2), feed('wx', 'Weather')].map(
    (one) => [one.id, one],
  ),
);
const titles = (filter: string) => sortedFeeds(feeds, filter).map(({ title }) => title);

it('feeds stand by title and are filtered by title and node', () => {
  expect(titles('')).toEqual(['Alpha 9', 'Alpha 10', 'Émeraude', 'Weather']);
  expect(titles(' emer')).toEqual(['Émeraude']);
  expect(titles('wx')).toEqual(['Weather']);
});

it('the next unread one is after the open one, and begins again at the top', () => {
  const next = (node: string | undefined) =>
    nextUnreadFeed(feeds, node === undefined ? undefined : feedId({ service, node }))?.title;
  expect(next(undefined)).toBe('Alpha 10');
  expect(next('z')).toBe('Émeraude');
  expect(next('wx')).toBe('Alpha 10');
  expect(nextUnreadFeed(new Map([...feeds].slice(0, 1)), feedId({ service, node: 'z' }))).toBeUndefined();
});
