import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { archived, BOB, EMPTY, range, refuse, scene } from '../../../test/support/history-scene.ts';
import type { ArchivePage } from '../../xmpp/index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the past of a conversation', () => {
  it('is asked for only when memory has no more, in small pages, and begins somewhere', async () => {
    const { history, asked, bodies, names } = scene(100);
    const first = await history.older(BOB, 100, undefined);
    expect(first.messages.map(({ body }) => body)).toEqual(names(...range(60, 100)));
    const again = await history.older(BOB, 100, undefined);
    expect([again.messages.length, asked.length]).toEqual([40, 1]);
    const second = await history.older(BOB, 100, first.messages[0]?.id);
    const third = await history.older(BOB, 100, second.messages[0]?.id);
    expect([second.complete, third.complete, third.messages.length]).toEqual([false, true, 20]);
    expect(bodies()).toEqual(names(...range(0, 100)));
    expect(asked.every(({ max, with: peer }) => max === 40 && peer === BOB)).toBe(true);
  });

  it('is merged with what came by itself and with what was sent from here', async () => {
    const { history, live, model, bodies, names, state } = scene(6);
    state.make = (n) => archived(n, BOB, n === 3);
    const own = archived(3, BOB, true).message;
    model.addMessage(BOB, 'contact', own);
    history.onSent(BOB, own, undefined);
    live(archived(5));
    const page = await history.older(BOB, 100, own.id);
    // 4 came to another machine: it stands where it belongs.
    expect(page.messages.map(({ body }) => body)).toEqual(names(0, 1, 2));
    expect(bodies()).toEqual(names(0, 1, 2, 3, 4, 5));
  });

  it('goes on over pages that hold nothing to show, but not for ever, and from there when asked again', async () => {
    const { history, asked, state } = scene(1000);
    state.make = (n) => (n < 700 ? archived(n) : undefined);
    await expect(history.older(BOB, 100, undefined)).rejects.toMatchObject({ code: 'HISTORY_EMPTY' });
    expect(asked).toHaveLength(5);
    const page = await history.older(BOB, 100, undefined);
    expect(asked.map(({ page: { before } }) => before).slice(5)).toEqual(['a800', 'a760', 'a720']);
    expect(page.messages.at(-1)?.body).toBe('m699');
  });

  it('is given up when the archive goes round in circles', async () => {
    const { history, state, asked } = scene();
    const circle: ArchivePage[] = ['x', 'y'].map((id) => ({
      ...EMPTY,
      first: id,
      last: id,
      complete: false,
    }));
    state.answer = () => circle[asked.length % 2] ?? EMPTY;
    await expect(history.older(BOB, 100, undefined)).rejects.toMatchObject({ code: 'HISTORY_MALFORMED' });
    expect(asked).toHaveLength(3);
  });

  it('shows one message once, however often a page has it', async () => {
    const { history, state } = scene();
    const one = archived(1);
    const copy = {
      ...archived(2),
      keys: { archiveId: 'a2', strong: ['s\na2', ...(one.keys?.strong ?? [])] },
    };
    state.answer = () => ({ messages: [one, copy], first: 'a1', last: 'a2', complete: true });
    expect((await history.older(BOB, 100, undefined)).messages).toHaveLength(1);
  });

  it('says why it cannot be had, and can be had later', async () => {
    const { history, state } = scene(3);
    state.answer = refuse('STREAM_TIMEOUT');
    await expect(history.older(BOB, 100, undefined)).rejects.toMatchObject({ code: 'STREAM_TIMEOUT' });
    state.answer = undefined;
    expect((await history.older(BOB, 100, undefined)).messages).toHaveLength(3);
  });

  it('can be fetched again after memory let go of it, and memory stays bounded', async () => {
    const { history, live, model, state, asked } = scene(30_000);
    for (let n = 2_000; n < 27_000; n += 1) live(archived(n));
    const kept = [...model.log(BOB)];
    expect(kept.length).toBeLessThanOrEqual(25_000);
    expect(model.message(BOB, kept[0]?.id ?? '')).toBeDefined();
    const dropped = Number(kept[0]?.body.slice(1)) - 1;
    const page = await history.older(BOB, 100, kept[0]?.id);
    expect(page.messages.at(-1)?.body).toBe(`m${dropped}`);
    // The window goes on beyond what is kept here.
    const further = await history.older(BOB, 100, page.messages[0]?.id);
    expect(further.messages.at(-1)?.body).toBe(`m${dropped - 40}`);
    expect([...model.log(BOB)].length).toBeLessThanOrEqual(25_000);
    expect([asked.length, state.count]).toEqual([2, 30_000]);
  });
});

describe('after a connection that was lost', () => {
  it('nothing is asked when the session goes on', async () => {
    const { live, reconnect, asked, state } = scene(1);
    live(archived(0));
    state.count = 5;
    await reconnect(true);
    expect(asked).toEqual([]);
  });

  it('what was missed is put where it belongs, before what came since and once', async () => {
    const { history, live, model, bodies, names, reconnect, state, missed, gaps } = scene(1);
    history.onConnected(false);
    live(archived(0));
    model.markRead(BOB);
    await reconnect(false, () => {
      state.count = 100;
      live(archived(40));
      live(archived(99));
    });
    expect(bodies()).toEqual(names(...range(0, 100)));
    expect(model.unreadTotal).toBe(99);
    expect(missed.count).toBeGreaterThan(0);
    expect(gaps()).toEqual([]);
    expect(model.page(BOB, 500)[5]?.delayed).toBe(true);
  });

  it('what was missed goes behind what is known, also where an own message arrived later than it was written', async () => {
    const { history, live, model, bodies, names, reconnect, state } = scene(1);
    history.onConnected(false);
    live(archived(0));
    const own = archived(2, BOB, true).message;
    model.addMessage(BOB, 'contact', own);
    history.onSent(BOB, own, undefined);
    live(archived(1));
    state.make = (n) => archived(n, BOB, n === 2);
    await reconnect(false, () => {
      state.count = 5;
    });
    expect(bodies()).toEqual(names(0, 2, 1, 3, 4));
  });

  it('a conversation that begins meanwhile is there, too', async () => {
    const { history, bodies, names, reconnect, state, live } = scene(1);
    history.onConnected(false);
    await vi.advanceTimersByTimeAsync(10);
    await reconnect(false, () => {
      state.count = 4;
      live(archived(3));
    });
    expect(bodies()).toEqual(names(1, 2, 3));
  });

  it('what cannot be had is a gap behind the last message before it, until it can', async () => {
    const { history, live, bodies, names, reconnect, state, gaps, model } = scene(1);
    history.onConnected(false);
    live(archived(0));
    await reconnect(false, () => {
      state.count = 4;
      state.answer = refuse('STREAM_TIMEOUT');
      live(archived(3));
    });
    expect([bodies(), gaps()]).toEqual([names(0, 3), names(0)]);
    const gap = model.page(BOB, 1, model.log(BOB).last?.id)[0]?.gapAfter;
    expect(gap?.loading).toBe(false);
    expect(gap).not.toHaveProperty('more');
    expect(gap?.to).toBeGreaterThanOrEqual(gap?.from ?? Number.POSITIVE_INFINITY);
    // Another loss makes it no smaller.
    await reconnect(false);
    expect(gaps()).toEqual(names(0));
    state.answer = undefined;
    history.fillGap(BOB);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([bodies(), gaps()]).toEqual([names(0, 1, 2, 3), []]);
  });

  it('what a second loss interrupted is fetched when the session goes on, and only that', async () => {
    const { history, live, bodies, names, reconnect, state, gaps, asked } = scene(1);
    history.onConnected(false);
    live(archived(0));
    await reconnect(false, () => {
      state.count = 4;
      state.answer = refuse('NOT_CONNECTED');
      live(archived(3));
    });
    expect([bodies(), gaps()]).toEqual([names(0, 3), names(0)]);
    state.answer = undefined;
    await reconnect(true);
    expect([bodies(), gaps()]).toEqual([names(0, 1, 2, 3), []]);
    asked.length = 0;
    await reconnect(true);
    expect(asked).toEqual([]);
  });

  it('what an archive did not answer in time is asked again after a while, though nobody looks', async () => {
    const { history, live, bodies, names, reconnect, state, gaps, asked } = scene(1);
    history.onConnected(false);
    live(archived(0));
    await reconnect(false, () => {
      state.count = 4;
      state.answer = refuse('STREAM_TIMEOUT');
    });
    expect(gaps()).toEqual(names(0));
    asked.length = 0;
    state.answer = undefined;
    await vi.advanceTimersByTimeAsync(45_000);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect([bodies(), gaps(), asked.length]).toEqual([names(0, 1, 2, 3), [], 1]);
  });

  it('what an archive refuses is not asked again and again', async () => {
    const { history, live, names, reconnect, state, gaps, asked } = scene(1);
    history.onConnected(false);
    live(archived(0));
    await reconnect(false, () => {
      state.count = 4;
      state.answer = refuse('HISTORY_REFUSED', 'forbidden');
    });
    asked.length = 0;
    await reconnect(true);
    expect([asked, gaps()]).toEqual([[], names(0)]);
  });

  it('no more than a bounded number of pages is fetched unasked', async () => {
    const { history, live, bodies, names, reconnect, state, gaps, asked, model } = scene(1);
    history.onConnected(false);
    live(archived(0));
    asked.length = 0;
    await reconnect(false, () => {
      state.count = 1_200;
    });
    expect(asked).toHaveLength(25);
    expect(gaps()).toEqual(names(1000));
    const gap = () => [...model.log(BOB)].find(({ gapAfter }) => gapAfter !== undefined)?.gapAfter;
    expect(gap()).toMatchObject({ loading: false, more: true });
    history.fillGap(BOB);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(gaps()).toEqual([]);
    expect(bodies()).toEqual(names(...range(700, 1_200)));
  });

  it('an archive that goes round in circles, or forward for ever, ends in a gap', async () => {
    const { history, live, reconnect, state, gaps, names, asked } = scene(1);
    history.onConnected(false);
    live(archived(0));
    asked.length = 0;
    let n = 0;
    await reconnect(false, () => {
      state.answer = () => {
        n += 1;
        return { ...EMPTY, first: `x${n % 2}`, last: `x${n % 2}`, complete: false };
      };
    });
    expect([asked.length, gaps()]).toEqual([3, names(0)]);
    state.answer = () => {
      n += 1;
      return { ...EMPTY, first: `x${n}`, last: `x${n}`, complete: false };
    };
    history.fillGap(BOB);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([asked.length, gaps()]).toEqual([28, names(0)]);
  });

  it('an archive that let go of the last known message is asked by time', async () => {
    const { history, live, reconnect, state, asked, bodies, names, gaps } = scene(1);
    history.onConnected(false);
    live(archived(0));
    await reconnect(false, () => {
      state.answer = ({ page, start }) => {
        if (page.after !== undefined) return refuse('HISTORY_REFUSED', 'item-not-found')();
        expect(start).toBe(-120_000);
        return { messages: [archived(0), archived(1)], first: 'a0', last: 'a1', complete: true };
      };
    });
    expect(asked.at(-1)?.start).toBe(-120_000);
    expect([bodies(), gaps()]).toEqual([names(0, 1), []]);
  });
});
