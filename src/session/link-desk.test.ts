import { describe, expect, it } from 'vitest';
import type { LinkState } from '../shared/chat-model.ts';
import { LinkDesk } from './link-desk.ts';

function make() {
  const shown: LinkState[] = [];
  const told: boolean[] = [];
  let now = 0;
  const desk = new LinkDesk({
    clientState: { set: (active) => told.push(active) },
    show: (link) => shown.push(link),
    now: () => now,
  });
  return { desk, shown, told, pass: (ms: number) => (now += ms) };
}

describe('the link desk', () => {
  it('shows the first measurement at once, later ones seldom, and a change of pace at once', () => {
    const { desk, shown, pass } = make();
    desk.set({ kind: 'online' });
    desk.measured({ roundTrip: 40.4, slow: false });
    desk.measured({ roundTrip: 50, slow: false });
    pass(5_000);
    desk.measured({ roundTrip: 60, slow: false });
    desk.measured({ roundTrip: 2_000, slow: true });
    expect(shown).toEqual([
      { kind: 'online' },
      { kind: 'online', roundTripMs: 40, slow: false },
      { kind: 'online', roundTripMs: 60, slow: false },
      { kind: 'online', roundTripMs: 2_000, slow: true },
    ]);
    expect(desk.link).toEqual({ kind: 'online', roundTripMs: 2_000, slow: true });
  });

  it('takes no measurement for a link that is gone', () => {
    const { desk, shown } = make();
    desk.set({ kind: 'connecting', host: 'a' });
    desk.measured({ roundTrip: 40, slow: false });
    expect(shown).toEqual([{ kind: 'connecting', host: 'a' }]);
  });

  it('has the server keep back what can wait while nobody looks or the link is slow', () => {
    const { desk, told } = make();
    desk.set({ kind: 'online' });
    desk.attend(false);
    desk.attend(true);
    desk.measured({ roundTrip: 2_000, slow: true });
    desk.attend(false);
    desk.attend(true);
    desk.set({ kind: 'connecting', host: 'a' });
    desk.set({ kind: 'online' });
    desk.measured({ roundTrip: 40, slow: false });
    expect(told).toEqual([false, true, false, false, false, true]);
  });
});
