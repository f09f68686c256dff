/** Watchwords in the notices of feeds. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchedDesk as desk, POLICY } from '../../../test/support/watched-desk.ts';
import type { DataForm, FormField } from '../../shared/data-form.ts';
import type { BareJid } from '../../shared/jid.ts';
import { NO_PREFS, parseWatchPrefs } from '../../shared/watch-contract.ts';
import type { WatchDesk } from './watch-desk.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('notices of feeds', () => {
  const NOTICE_AT = 900_000;
  const weather = { service: 'feeds.chat.mil' as BareJid, node: 'weather' };
  const item = {
    id: 'w1',
    at: NOTICE_AT,
    dated: true,
    title: 'Convoy',
    text: 'is under fire',
    author: 'Office',
  };

  it('are looked through for watchwords, once, and never for names', () => {
    const { desk: watch, alerts, notified } = desk();
    watch.onFeedItem(weather, item);
    watch.onFeedItem(weather, item);
    watch.onFeedItem(weather, { ...item, id: 'w2', text: 'watch-1 and alice' });
    expect(alerts()).toMatchObject([
      { conversation: weather.service, feed: weather, sender: 'Office', excerpt: 'Convoy is under fire' },
    ]);
    expect(notified()).toEqual(['1 watchword critical']);
  });

  it('are looked through in what their form says as well', () => {
    const { desk: watch, alerts } = desk();
    const field: FormField = {
      name: 'state',
      type: 'text-single',
      label: 'State',
      description: '',
      required: false,
      values: ['under fire'],
      options: [],
    };
    const form: DataForm = {
      type: 'result',
      title: '',
      instructions: [],
      fields: [field],
      columns: [],
      rows: [],
    };
    watch.onFeedItem(weather, { ...item, text: '', form });
    expect(alerts()).toHaveLength(1);
  });

  /** The newest items of the feed are read, and nobody has seen these. */
  const read = (watch: WatchDesk, ...ids: readonly string[]) =>
    watch.onFeedRead(
      weather,
      ids.map((id) => ({ ...item, id, at: NOTICE_AT })),
      new Set(ids),
    );
  const raisedIds = (alerts: () => readonly { message: string }[]) => alerts().map(({ message }) => message);
  const kept = (matched: string) => ({
    ...NO_PREFS,
    since: NOTICE_AT + 1,
    feeds: [{ id: 'feeds.chat.mil/weather', matched }],
  });

  it('that came while nobody was there are looked through, however old they say they are', () => {
    const { desk: watch, alerts } = desk(POLICY, kept('w1'));
    read(watch, 'w0', 'w1', 'w2', 'w3');
    expect(raisedIds(alerts)).toEqual(['weather w2', 'weather w3']);
    // Received now: the inbox is not in the order of what authors say.
    expect(alerts().every(({ at }) => at > NOTICE_AT)).toBe(true);
    read(watch, 'w1', 'w2', 'w3', 'w4');
    expect(raisedIds(alerts)).toHaveLength(3);
  });

  it('are all looked through where the last that was is not there any more', () => {
    const { desk: watch, alerts } = desk(POLICY, kept('w1'));
    read(watch, 'w8', 'w9');
    expect(raisedIds(alerts)).toEqual(['weather w8', 'weather w9']);
  });

  it('of a feed that was never seen raise nothing for what is older than the last sign-out', () => {
    const { desk: watch, alerts } = desk(POLICY, { ...NO_PREFS, since: NOTICE_AT });
    read(watch, 'w1');
    expect(alerts()).toEqual([]);
    watch.onFeedRead(weather, [{ ...item, id: 'w2', at: NOTICE_AT + 1 }], new Set(['w2']));
    expect(alerts()).toHaveLength(1);
  });

  it('are raised again after the next sign-in until somebody acknowledges them, and hold no message back', async () => {
    const first = desk(POLICY, kept('w1'));
    read(first.desk, 'w1', 'w2');
    first.desk.onFeedItem(weather, { ...item, id: 'w3', at: 5 });
    vi.advanceTimersByTime(1_000);
    const waiting = first.saved.at(-1) ?? expect.unreachable();
    expect(waiting).toMatchObject({ since: NOTICE_AT + 1, feeds: [{ matched: 'w1' }] });
    const second = desk(POLICY, waiting);
    read(second.desk, 'w1', 'w2', 'w3');
    expect(raisedIds(second.alerts)).toEqual(['weather w2', 'weather w3']);
    await second.handlers['acknowledge-alerts']({
      type: 'acknowledge-alerts',
      alerts: second.alerts().map(({ id }) => id),
    });
    vi.advanceTimersByTime(1_000);
    const settled = second.saved.at(-1) ?? expect.unreachable();
    expect(settled.feeds).toEqual([{ id: 'feeds.chat.mil/weather', matched: 'w3' }]);
    const third = desk(POLICY, settled);
    read(third.desk, 'w1', 'w2', 'w3');
    expect(third.alerts()).toEqual([]);
  });

  it('are read on from where they were read last, as far as that is kept', () => {
    const { desk: watch, saved } = desk();
    expect(watch.feedRead('a')).toBeUndefined();
    watch.keepFeedRead('a', 'i1');
    watch.keepFeedRead('b', 'i2');
    watch.keepFeedRead('a', 'i3');
    expect(watch.feedRead('a')).toBe('i3');
    vi.advanceTimersByTime(1_000);
    const kept = saved.at(-1) ?? expect.unreachable();
    expect(kept.feeds).toEqual([
      { id: 'b', read: 'i2' },
      { id: 'a', read: 'i3' },
    ]);
    expect(parseWatchPrefs(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    for (const feeds of [
      {},
      [{ id: 'a' }],
      [{ id: 1, read: 'x' }],
      [{ id: 'a', matched: 1 }],
      [{ id: 'a', read: 'b', matched: 'x'.repeat(257) }],
      Array(101).fill({ id: 'a', read: 'b' }),
    ]) {
      expect(parseWatchPrefs({ ...NO_PREFS, feeds })).toBeUndefined();
    }
  });
});
