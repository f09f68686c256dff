/** What of a feed is there, in which order, and what of it nobody has seen. */
import { describe, expect, it } from 'vitest';
import { FEED_LIMITS, type FeedItem } from '../../shared/feed-contract.ts';
import { HeldFeed } from './held-feed.ts';

const item = (id: string, more: Partial<FeedItem> = {}): FeedItem => ({
  id,
  at: 1,
  dated: true,
  title: id,
  author: '',
  text: '',
  ...more,
});
const items = (...ids: readonly string[]) => ids.map((id) => item(id));
const idsOf = (feed: HeldFeed) => feed.items.map(({ id }) => id).join(' ');

describe('a feed', () => {
  it('is unread from the item on that was read last', () => {
    const feed = new HeldFeed();
    feed.take(items('a', 'b', 'c'), 20, 'a');
    expect([idsOf(feed), feed.unread, feed.newest]).toEqual(['a b c', 2, 'c']);
    feed.take(items('a', 'b', 'c', 'd'), 20, 'a');
    expect(feed.unread).toBe(3);
    expect(feed.read()).toBe(true);
    expect(feed.read()).toBe(false);
    feed.take(items('a', 'b', 'c', 'd'), 20, 'a');
    expect(feed.unread).toBe(0);
  });

  it.each([
    ['nothing of it was read ever', undefined],
    ['what was read last is gone', 'z'],
  ])('is unread as a whole where %s', (_when, read) => {
    const feed = new HeldFeed();
    feed.take(items('a', 'b'), 20, read);
    expect(feed.unread).toBe(2);
  });

  it('takes what is published now, again where it was there before, and lets go of what is taken back', () => {
    const feed = new HeldFeed();
    feed.take(items('a', 'b'), 20, 'b');
    feed.add(item('c'));
    feed.add(item('a', { title: 'A again' }));
    expect([idsOf(feed), feed.unread]).toEqual(['b c a', 2]);
    expect(feed.remove('c')).toBe(true);
    expect(feed.remove('c')).toBe(false);
    expect([idsOf(feed), feed.unread]).toEqual(['b a', 1]);
    feed.clear();
    expect([idsOf(feed), feed.unread, feed.newest]).toEqual(['', 0, undefined]);
  });

  it('loses what was taken back meanwhile, keeps what is older than the page', () => {
    const feed = new HeldFeed();
    feed.take(items('a', 'b', 'c'), 20, 'c');
    feed.take(items('a', 'c'), 20, 'c');
    expect(idsOf(feed)).toBe('a c');
    feed.take(items('c', 'd'), 2, 'c');
    expect([idsOf(feed), feed.unread]).toEqual(['a c d', 1]);
  });

  it('knows when something came that is not dated', () => {
    const feed = new HeldFeed();
    feed.add(item('a', { at: 5 }));
    feed.take([item('a', { at: 99, dated: false }), item('b', { at: 99, dated: false })], 20, undefined);
    expect(feed.items.map(({ at, dated }) => [at, dated])).toEqual([
      [5, true],
      [99, false],
    ]);
  });

  it('shows what is new as long as somebody looks', () => {
    const feed = new HeldFeed();
    feed.take(items('a', 'b'), 20, 'a');
    feed.open();
    feed.read();
    feed.add(item('c'));
    expect(['a', 'b', 'c'].map((id) => feed.isMarked(id))).toEqual([false, true, true]);
    feed.leave();
    expect(feed.isMarked('b')).toBe(false);
  });

  it('ends somewhere', () => {
    const feed = new HeldFeed();
    for (let at = 0; at < FEED_LIMITS.items + 50; at += 1) feed.add(item(`i${at}`));
    expect([feed.items.length, feed.unread, feed.items[0]?.id]).toEqual([
      FEED_LIMITS.items,
      FEED_LIMITS.items,
      'i50',
    ]);
  });
});
