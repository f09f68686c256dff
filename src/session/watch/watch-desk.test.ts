import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alice, bob, watchedDesk as desk, message, ops, POLICY } from '../../../test/support/watched-desk.ts';
import { AppError } from '../../shared/errors.ts';
import { MAX_LAYOUTS, NOTHING_WATCHED } from '../../shared/watch-contract.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const own = (...words: string[]) =>
  ({ type: 'set-watchwords', words, severity: 'info', sound: 'none', repeat: false }) as const;

describe('watchwords', () => {
  it("a word of the policy's list raises an alert, in the list's manner", () => {
    const { says, alerts, notified } = desk();
    says('we are Under Fire', { label: { id: 's', text: 'SECRET' } });
    expect(alerts()).toMatchObject([
      {
        conversation: ops,
        kind: 'room',
        reason: 'watchword',
        word: 'under fire',
        list: 'Contact',
        severity: 'critical',
        sound: 'urgent',
        repeat: true,
        excerpt: 'we are Under Fire',
        label: { id: 's' },
        quiet: false,
      },
    ]);
    expect(notified()).toEqual(['1 watchword critical']);
  });

  it("the user's words come on top of the policy's and take none of them away", async () => {
    const { says, alerts, handlers, lists, saved } = desk();
    await handlers['set-watchwords'](own('convoy'));
    says('convoy under fire');
    expect(alerts().map(({ word, list }) => `${list}: ${word}`)).toEqual([': convoy', 'Contact: under fire']);
    expect(lists().map(({ origin, words, count: number }) => [origin, words, number])).toEqual([
      ['policy', undefined, 2],
      ['own', ['convoy'], 1],
    ]);
    vi.advanceTimersByTime(1_000);
    expect(saved.at(-1)?.own.words).toEqual(['convoy']);
  });

  it('a changed policy holds from the next message on', () => {
    const { desk: made, says, alerts, layouts } = desk();
    made.configure(NOTHING_WATCHED);
    says('under fire');
    made.configure(POLICY);
    says('under fire again');
    expect(alerts().map(({ excerpt }) => excerpt)).toEqual(['under fire again']);
    expect(layouts()).toEqual(['policy Air']);
  });

  it('the same message raises once, own messages never', () => {
    const { desk: made, alerts, says } = desk();
    const once = message('missiles');
    made.onMessages(ops, 'room', [once]);
    made.onMessages(ops, 'room', [once]);
    says('missiles', { direction: 'out' });
    expect(alerts()).toHaveLength(1);
  });

  it('keeps a bounded number, the unacknowledged ones longest', async () => {
    const { says, alerts, handlers } = desk();
    says('under fire, first');
    says('missile, second');
    await handlers['acknowledge-alerts']({ type: 'acknowledge-alerts', alerts: [alerts()[1]?.id ?? ''] });
    for (let index = 0; index < 999; index += 1) says(`missile ${index}`);
    expect(alerts()).toHaveLength(1000);
    expect(alerts()[0]?.excerpt).toBe('under fire, first');
    expect(alerts().some(({ excerpt }) => excerpt === 'missile, second')).toBe(false);
  });
});

describe('mentions', () => {
  it.each(['watch-1: look', 'ask alice', 'alice@chat.example.mil please'])('%j calls in a room', (body) => {
    const { says, alerts, notified } = desk();
    says(body);
    expect(alerts().map(({ reason, severity }) => `${reason} ${severity}`)).toEqual(['mention info']);
    expect(notified()).toEqual(['1 mention info']);
  });

  it('none is needed where only two talk', () => {
    const { says, alerts } = desk();
    says('alice?', { sender: bob }, bob);
    expect(alerts()).toEqual([]);
  });
});

describe('what is announced', () => {
  it('people always, rooms when they call, muted ones never', async () => {
    const { says, notified, handlers, alerts } = desk();
    says('hello', {}, bob);
    expect(notified()).toEqual(['1 message info']);
    says('hello');
    expect(notified()).toEqual([]);
    await handlers['set-notify-level']({ type: 'set-notify-level', conversation: ops, level: 'all' });
    says('hello');
    expect(notified()).toEqual(['1 message info']);
    await handlers['set-notify-level']({ type: 'set-notify-level', conversation: ops, level: 'none' });
    says('under fire, watch-1');
    expect(notified()).toEqual([]);
    expect(alerts().map(({ quiet }) => quiet)).toEqual([true, true]);
    await handlers['set-notify-level']({ type: 'set-notify-level', conversation: ops, level: 'mentions' });
    expect(alerts().map(({ quiet }) => quiet)).toEqual([false, false]);
  });

  it('nothing of what the user has before the eyes; the alert is there all the same', () => {
    const { says, notified, attended, alerts } = desk();
    attended.add(ops);
    says('under fire');
    expect(notified()).toEqual([]);
    expect(alerts()).toHaveLength(1);
  });

  it('a flood as one, by its weightiest', () => {
    const { says, notified } = desk();
    says('hello', {}, bob);
    says('under fire');
    says('alice?');
    says('hello', {}, bob);
    expect(notified()).toEqual(['4 watchword critical']);
  });

  it('nothing where the policy has no notifications', () => {
    const { says, notified } = desk({ ...POLICY, notifications: { enabled: false, content: 'none' } });
    says('under fire');
    expect(notified()).toEqual([]);
  });

  it.each([
    ['none', undefined, undefined, undefined],
    ['sender', 'red', undefined, undefined],
    ['full', 'red', 'SECRET', 'under fire'],
  ] as const)('with content %s no more than that leaves the process', (content, sender, label, text) => {
    const { says, notices } = desk({ ...POLICY, notifications: { enabled: true, content } });
    says('under fire', { label: { id: 's', text: 'SECRET' } });
    vi.advanceTimersByTime(1_000);
    expect(notices).toHaveLength(1);
    expect([notices[0]?.sender, notices[0]?.label, notices[0]?.text]).toEqual([sender, label, text]);
  });
});

describe('messages that come late', () => {
  it('are matched like others, but not announced one by one', () => {
    const { says, alerts, notified } = desk();
    says('missile seen', { delayed: true, at: 900_000 });
    says('hello', { delayed: true, at: 900_000 }, bob);
    expect(alerts()).toHaveLength(1);
    expect(notified()).toEqual(['1 watchword critical']);
  });

  it('what was seen and acknowledged before is not raised at the next sign-in, what was not is', async () => {
    const first = desk();
    first.says('missile one', { at: 500_000, delayed: true });
    first.says('missile two', { at: 600_000, delayed: true });
    const [one, two] = first.alerts();
    await first.handlers['acknowledge-alerts']({ type: 'acknowledge-alerts', alerts: [one?.id ?? ''] });
    first.desk.close();
    const second = desk(POLICY, first.saved.at(-1));
    second.says('missile one', { at: 500_000, delayed: true });
    second.says('missile two', { at: 600_000, delayed: true });
    expect(second.alerts().map(({ excerpt }) => excerpt)).toEqual(['missile two']);
    await second.handlers['acknowledge-alerts']({
      type: 'acknowledge-alerts',
      alerts: second.alerts().map(({ id }) => id),
    });
    second.desk.close();
    const third = desk(POLICY, second.saved.at(-1));
    third.says('missile two', { at: 600_000, delayed: true });
    expect(third.alerts()).toEqual([]);
    expect(two?.excerpt).toBe('missile two');
  });

  it('a server whose clock is ahead hides nothing that comes afterwards', () => {
    const first = desk(NOTHING_WATCHED);
    first.says('hello', { at: Number.MAX_SAFE_INTEGER, delayed: true });
    first.desk.close();
    vi.advanceTimersByTime(60_000);
    const second = desk(POLICY, first.saved.at(-1));
    second.says('missile', { at: Date.now() - 1_000, delayed: true });
    expect(second.alerts()).toHaveLength(1);
  });
});

describe('acknowledging', () => {
  it('says who and when, once', async () => {
    const { says, alerts, handlers } = desk();
    says('under fire');
    const ids = { type: 'acknowledge-alerts', alerts: [alerts()[0]?.id ?? '', 'unknown'] } as const;
    await handlers['acknowledge-alerts'](ids);
    vi.setSystemTime(2_000_000);
    await handlers['acknowledge-alerts'](ids);
    expect(alerts()[0]?.acknowledged).toEqual({ by: alice, at: 1_000_000 });
  });
});

describe('layouts', () => {
  const save = (name: string) =>
    ({
      type: 'save-layout',
      name,
      tiles: [
        { jid: ops, kind: 'room' },
        { jid: bob, kind: 'contact' },
      ],
    }) as const;

  it("the policy's layouts stand before the user's own, which can be replaced and deleted", async () => {
    const { handlers, layouts, saved } = desk();
    await handlers['save-layout'](save('Night'));
    await handlers['save-layout'](save('Air'));
    await handlers['save-layout'](save('Night'));
    expect(layouts()).toEqual(['policy Air', 'own Air', 'own Night']);
    await handlers['delete-layout']({ type: 'delete-layout', name: 'Air' });
    expect(layouts()).toEqual(['policy Air', 'own Night']);
    vi.advanceTimersByTime(1_000);
    expect(saved.at(-1)?.layouts.map(({ name }) => name)).toEqual(['Night']);
  });

  it('are bounded', async () => {
    const { handlers } = desk();
    for (let index = 0; index < MAX_LAYOUTS; index += 1) await handlers['save-layout'](save(`L${index}`));
    await expect(handlers['save-layout'](save('one more'))).rejects.toThrow(AppError);
    await expect(handlers['save-layout'](save('L3'))).resolves.toBeUndefined();
  });
});
