/** What rooms told by themselves, and what of it their archives have to fill in. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { archived, OPS, range, refuse, scene } from '../../../test/support/history-scene.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a room that is entered again', () => {
  const room = (state: 'joined' | 'joining') =>
    ({ jid: OPS, name: 'ops', nick: 'alice', subject: '', occupantCount: 1, state }) as const;

  it('is asked for one message, and for no more where its own history reaches back far enough', async () => {
    const { live, events, asked, state, bodies, names } = scene(50);
    state.make = (n) => archived(n, OPS);
    events.emit('room', room('joined'));
    live(archived(0, OPS));
    events.emit('room', room('joining'));
    for (const n of range(1, 50)) live(archived(n, OPS));
    events.emit('room', room('joined'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toMatchObject([{ room: OPS, max: 1, page: { after: 'a0' } }]);
    expect(bodies(OPS)).toEqual(names(...range(0, 50)));
  });

  it('is asked for nothing where its history begins with what is known, and not before it is through', async () => {
    const { live, events, asked, state, bodies, names } = scene(20);
    state.make = (n) => archived(n, OPS);
    events.emit('room', room('joined'));
    for (const n of range(0, 10)) live(archived(n, OPS));
    events.emit('room', room('joining'));
    events.emit('room', room('joined'));
    // Over a slow link, one message after the other.
    for (const n of range(9, 20)) {
      await vi.advanceTimersByTimeAsync(400);
      if (n === 9) events.emit('repeated', OPS, 'a9');
      else live(archived(n, OPS));
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([]);
    expect(bodies(OPS)).toEqual(names(...range(0, 20)));
  });

  it('gets what its own history did not tell', async () => {
    const { live, events, asked, state, bodies, names, gaps } = scene(100);
    state.make = (n) => archived(n, OPS);
    events.emit('room', room('joined'));
    live(archived(0, OPS));
    events.emit('room', room('joining'));
    for (const n of range(60, 100)) live(archived(n, OPS));
    events.emit('room', room('joined'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.map(({ max }) => max)).toEqual([1, 40, 40]);
    expect(bodies(OPS)).toEqual(names(...range(0, 100)));
    expect(gaps(OPS)).toEqual([]);
  });

  it('loses nothing where its history broke off, and the next one reached less far back', async () => {
    const { live, events, asked, state, bodies, names, gaps } = scene(200);
    state.make = (n) => archived(n, OPS);
    events.emit('room', room('joined'));
    for (const n of range(0, 10)) live(archived(n, OPS));
    // The connection is cut in the middle of the history, before the archive has answered.
    state.answer = refuse('NOT_CONNECTED');
    events.emit('room', room('joining'));
    events.emit('room', room('joined'));
    for (const n of range(10, 30)) live(archived(n, OPS));
    await vi.advanceTimersByTimeAsync(5_000);
    // And again; the history of a room is bounded, so what was said most lately comes first.
    state.answer = undefined;
    events.emit('room', room('joining'));
    events.emit('room', room('joined'));
    for (const n of range(150, 200)) live(archived(n, OPS));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(bodies(OPS)).toEqual(names(...range(0, 200)));
    expect(gaps(OPS)).toEqual([]);
    asked.length = 0;
    events.emit('room', room('joining'));
    events.emit('room', room('joined'));
    events.emit('repeated', OPS, 'a199');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toEqual([]);
  });

  it('that tells again what is known from before the hole on has told everything', async () => {
    const { live, events, asked, state, bodies, names, gaps } = scene(60);
    state.make = (n) => archived(n, OPS);
    events.emit('room', room('joined'));
    for (const n of range(0, 10)) live(archived(n, OPS));
    state.answer = refuse('STREAM_TIMEOUT');
    events.emit('room', room('joining'));
    events.emit('room', room('joined'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(gaps(OPS)).toEqual(names(9));
    for (const n of range(5, 10)) events.emit('repeated', OPS, `a${n}`);
    for (const n of range(10, 60)) live(archived(n, OPS));
    expect(gaps(OPS)).toEqual([]);
    // Though the archive did not answer, the next stay knows that nothing is missing before it.
    state.answer = undefined;
    asked.length = 0;
    events.emit('room', room('joining'));
    expect(gaps(OPS)).toEqual([]);
    state.count = 62;
    for (const n of range(60, 62)) live(archived(n, OPS));
    events.emit('room', room('joined'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toMatchObject([{ room: OPS, max: 1, page: { after: 'a59' } }]);
    expect(bodies(OPS)).toEqual(names(...range(0, 62)));
  });

  it('that was silent until the connection was lost is asked for all that was said since', async () => {
    const { events, history, state, bodies, names } = scene(0);
    state.make = (n) => archived(n, OPS);
    history.onConnected(false);
    events.emit('room', room('joined'));
    await vi.advanceTimersByTimeAsync(1_000);
    events.emit('room', room('joining'));
    state.count = 50;
    events.emit('room', room('joined'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(bodies(OPS)).toEqual(names(...range(0, 50)));
  });
});
