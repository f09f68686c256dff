/** What is asked of archives after an absence: what is missing, once, wherever the session before was cut. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { archived, BOB, OPS, range, refuse, scene } from '../../../test/support/history-scene.ts';
import type { ArchiveRequest } from '../../xmpp/index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Scene = ReturnType<typeof scene>;

const places = (asked: readonly ArchiveRequest[]) => asked.map(({ page: { after } }) => after);

/** A session that knew message 0, was away until 200, and was cut after `pages` pages, while 200 to 209 came. */
async function cutShort(pages: number): Promise<Scene> {
  const first = scene(1);
  first.history.onConnected(false);
  first.live(archived(0));
  await vi.advanceTimersByTimeAsync(10);
  first.events.emit('closed', undefined);
  first.state.count = 200;
  first.asked.length = 0;
  const whole = scene(200);
  first.state.answer = (request) => {
    if (first.asked.length > pages) return refuse('NOT_CONNECTED')();
    return whole.pageOf(request);
  };
  first.history.onConnected(false);
  first.state.count = 210;
  for (const n of range(200, 210)) first.live(archived(n));
  await vi.advanceTimersByTimeAsync(10_000);
  return first;
}

/** The next session, signed in at a time when the archive has so many messages. */
async function next(left: ReturnType<Scene['left']>, count: number): Promise<Scene> {
  const made = scene(count);
  made.restore(left);
  made.history.onConnected(false);
  await vi.advanceTimersByTimeAsync(10_000);
  return made;
}

describe('a session that begins with what another one left', () => {
  it('goes on where that was cut, the newest first, and fetches only what is missing', async () => {
    const first = await cutShort(2);
    expect(first.gaps()).toEqual(first.names(80));
    const second = await next(first.left(100), 250);
    expect(places(second.asked)).toEqual(['a209', 'a80', 'a120', 'a160']);
    expect(second.asked.map(({ end }) => end)).toEqual([undefined, ...Array(3).fill(320_000)]);
    expect([second.bodies(), second.gaps()]).toEqual([second.names(...range(0, 250)), []]);
    const third = await next(second.left(100), 250);
    expect(places(third.asked)).toEqual(['a249']);
    expect([third.bodies(), third.gaps()]).toEqual([third.names(...range(150, 250)), []]);
  });

  it('does so after a process that was killed in the middle, before anything was shown as missing', async () => {
    const first = scene(1);
    first.history.onConnected(false);
    first.live(archived(0));
    first.events.emit('closed', undefined);
    first.state.count = 60;
    first.state.answer = () => new Promise<never>(() => undefined) as never;
    first.history.onConnected(false);
    for (const n of range(50, 60)) first.live(archived(n));
    const left = first.left(100);
    const second = scene(60);
    second.restore(left);
    // It is seen before there is a connection.
    expect(second.gaps()).toEqual(second.names(0));
    second.history.onConnected(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(places(second.asked)).toEqual(['a59', 'a0', 'a40']);
    expect([second.bodies(), second.gaps()]).toEqual([second.names(...range(0, 60)), []]);
  });

  it('puts what was missing where it belongs, though memory no longer reaches back there', async () => {
    const first = await cutShort(1);
    for (const n of range(210, 500)) first.live(archived(n));
    const second = await next(first.left(100), 500);
    expect([second.bodies(), second.gaps()]).toEqual([second.names(...range(0, 500)), []]);
    expect(places(second.asked)).toEqual(['a499', 'a40', 'a80', 'a120', 'a160']);
  });

  it('puts what was missing of a conversation that was not known yet before what is kept of it', async () => {
    const first = await cutShort(1);
    for (const n of range(210, 500)) first.live(archived(n));
    const left = first.left(25);
    const kept = left.all.get(BOB)?.filter(({ message }) => message.at >= 200_000) ?? [];
    const archives = left.archives.map(({ name, ranges }) => ({
      name,
      ranges: ranges && { ...ranges, holes: ranges.holes.map((hole) => ({ ...hole, tails: [] })) },
    }));
    const second = scene(500);
    second.restore({ ...left, all: new Map([[BOB, kept]]), archives });
    second.history.onConnected(false);
    await vi.advanceTimersByTimeAsync(10_000);
    // What is kept and not in memory stands before what is.
    expect([...second.model.log(BOB)].map(({ body }) => body)).toEqual(second.names(...range(41, 500)));
  });

  it('ends a hole where it ends, though the message that stands there is shown no more', async () => {
    const first = await cutShort(1);
    for (const n of range(210, 500)) first.live(archived(n));
    const second = scene(500);
    second.state.make = (n) => (n === 200 ? undefined : archived(n));
    second.state.answer = (request) => second.pageOf({ ...request, max: Math.min(request.max, 30) });
    const left = first.left(25);
    // Nothing was known of that conversation when the hole began.
    const archives = left.archives.map(({ name, ranges }) => ({
      name,
      ranges: ranges && { ...ranges, holes: ranges.holes.map((hole) => ({ ...hole, tails: [] })) },
    }));
    second.restore({ ...left, archives });
    second.history.onConnected(false);
    await vi.advanceTimersByTimeAsync(10_000);
    // Nothing that is kept comes under another id: it would be kept twice.
    const kept = new Map(second.kept.messages.map(({ message: { body, id } }) => [body, id]));
    const twice = [...second.model.log(BOB)].filter(({ body, id }) => (kept.get(body) ?? id) !== id);
    expect(twice.length).toBe(0);
    expect(places(second.asked)).toEqual(['a499', 'a40', 'a70', 'a100', 'a130', 'a160', 'a190']);
  });

  it('goes by the time where it was not kept which message of a conversation is the last before', async () => {
    const first = await cutShort(2);
    const left = first.left(300);
    const [account] = left.archives;
    const holes = account?.ranges?.holes.map((hole) => ({ ...hole, tails: [], tailsCut: true }));
    const cut = { ...left, archives: [{ name: '', ranges: { ...account?.ranges, holes: holes ?? [] } }] };
    const second = await next(cut, 210);
    expect(second.bodies()).toEqual(second.names(...range(0, 210)));
    expect(places(second.asked)).toEqual(['a209', 'a80', 'a120', 'a160']);
  });

  it('asks on without a time where the archive’s clock is another', async () => {
    const first = await cutShort(2);
    const left = first.left(300);
    const [account] = left.archives;
    const holes = account?.ranges?.holes.map((hole) =>
      hole.until === undefined ? hole : { ...hole, until: { ...hole.until, at: 0 } },
    );
    const late = { ...left, archives: [{ name: '', ranges: { ...account?.ranges, holes: holes ?? [] } }] };
    const second = await next(late, 210);
    expect(second.asked.map(({ page: { after }, end }) => [after, end])).toEqual([
      ['a209', undefined],
      ['a80', 120_000],
      ['a120', undefined],
      ['a160', undefined],
    ]);
    expect(second.bodies()).toEqual(second.names(...range(0, 210)));
  });

  it('asks once for what is missing behind the last known message, where a file of before says no more', async () => {
    const first = await cutShort(2);
    const second = await next({ ...first.left(300), archives: [] }, 210);
    expect(places(second.asked)).toEqual(['a80', 'a120', 'a160', 'a200']);
    expect([second.bodies(), second.gaps()]).toEqual([second.names(...range(0, 210)), []]);
  });

  it('knows how far a room is known of which nothing is in memory, and of one that was left', async () => {
    const first = scene(0);
    first.state.make = (n) => archived(n, OPS);
    const room = { jid: OPS, name: 'ops', nick: 'alice', subject: '', occupantCount: 1 } as const;
    first.events.emit('room', { ...room, state: 'joined' });
    for (const n of range(0, 5)) first.live(archived(n, OPS));
    const { archives } = first.left(100);
    expect(archives.map(({ name, ranges }) => [name, ranges?.newest?.id])).toEqual([[OPS, 'a4']]);
    const second = scene(40);
    second.state.make = (n) => archived(n, OPS);
    second.restore({ tails: [], archives, all: new Map() });
    second.history.onConnected(false);
    for (const n of range(30, 40)) second.live(archived(n, OPS));
    second.events.emit('room', { ...room, state: 'joined' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(second.bodies(OPS)).toEqual(second.names(...range(5, 40)));
    // Who leaves and comes back has what was said meanwhile.
    second.events.emit('room-left', OPS);
    second.state.count = 60;
    expect(second.history.knownUntil(OPS)).toBe(39_000);
    for (const n of range(55, 60)) second.live(archived(n, OPS));
    second.events.emit('room', { ...room, state: 'joined' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(second.bodies(OPS)).toEqual(second.names(...range(5, 60)));
  });

  it('takes a gap away that was left to be seen, when it is looked at and nothing is missing', async () => {
    const first = await cutShort(2);
    const left = first.left(300);
    const second = await next({ ...left, archives: [{ name: '', ranges: { holes: [] } }] }, 210);
    expect(second.gaps()).toEqual(second.names(80));
    second.history.fillGap(BOB);
    expect(second.gaps()).toEqual([]);
  });
});

describe('a conversation of which memory has few messages of a former session', () => {
  it('is read from this computer when somebody looks, once, and not from the archive', async () => {
    const first = scene(0);
    first.history.onConnected(false);
    for (const n of range(0, 300)) first.live(archived(n));
    const second = scene(300);
    second.restore(first.left(25));
    expect(second.bodies()).toEqual(second.names(...range(275, 300)));
    const [page, other] = await Promise.all([1, 2].map(() => second.history.older(BOB, 100, undefined)));
    expect(page?.messages.map(({ body }) => body)).toEqual(second.names(...range(200, 300)));
    expect([page, second.bodies()]).toEqual([other, second.names(...range(200, 300))]);
    const before = await second.history.older(BOB, 100, page?.messages[0]?.id);
    expect(before.messages.map(({ body }) => body)).toEqual(second.names(...range(100, 200)));
    expect(second.asked).toEqual([]);
  });
});

describe('a session that loses its connection again and again', () => {
  it('never asks again for what it has, though nobody said anything since', async () => {
    const { history, live, asked, reconnect, state, bodies, names } = scene(1);
    history.onConnected(false);
    live(archived(0));
    await reconnect(false, () => {
      state.count = 100;
    });
    asked.length = 0;
    await reconnect(false);
    await reconnect(false);
    expect(places(asked)).toEqual(['a99', 'a99']);
    expect(bodies()).toEqual(names(...range(0, 100)));
  });

  it('does not take what the server kept for it for the end of what was missed', async () => {
    const { history, live, reconnect, state, bodies, names } = scene(1);
    history.onConnected(false);
    live(archived(0));
    await reconnect(false, () => {
      state.count = 10;
    });
    state.answer = refuse('NOT_CONNECTED');
    await reconnect(false, () => {
      state.count = 20;
    });
    const kept = archived(15);
    live({ ...kept, message: { ...kept.message, delayed: true } });
    state.answer = undefined;
    await reconnect(true);
    expect(bodies()).toEqual(names(...range(0, 20)));
  });
});
