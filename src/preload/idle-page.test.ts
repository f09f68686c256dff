import { describe, expect, it } from 'vitest';
import { IdlePage } from './idle-page.ts';

const MEGABYTE = 2 ** 20;

/** A page of so many megabytes, which are six when it has let go; `quiet` is the moment in which there is nothing to draw. */
function page(megabytes = 10) {
  const idle: (() => void)[] = [];
  const state = { megabytes, letGo: 0 };
  const made = new IdlePage({
    size: () => state.megabytes * MEGABYTE,
    letGo: () => {
      state.letGo += 1;
      state.megabytes = 6;
    },
    whenIdle: (callback) => idle.push(callback),
  });
  const quiet = (): void => {
    for (const callback of idle.splice(0)) callback();
  };
  const look = (): void => {
    made.look();
    quiet();
  };
  return { page: made, state, look, quiet };
}

describe('IdlePage', () => {
  it('lets go when it was left alone from one look to the next, and once more at the look after', () => {
    const { state, look } = page();
    look();
    expect(state.letGo).toBe(0);
    look();
    expect(state.letGo).toBe(1);
    look();
    expect(state.letGo).toBe(2);
    for (let count = 0; count < 30; count += 1) look();
    expect(state.letGo).toBe(2);
  });

  it('does it again when it has grown', () => {
    const { state, look } = page();
    for (let count = 0; count < 30; count += 1) look();
    state.megabytes = 20;
    for (let count = 0; count < 30; count += 1) look();
    expect(state.letGo).toBe(4);
  });

  it('is left in peace while somebody works with it or much comes, not when little does', () => {
    const { page: made, state, look } = page();
    for (let count = 0; count < 20; count += 1) {
      if (count % 2 === 0) made.touched();
      else for (let array = 0; array < 5; array += 1) made.eventsCame();
      look();
    }
    expect(state.letGo).toBe(0);
    made.eventsCame();
    look();
    expect(state.letGo).toBe(1);
    made.touched();
    look();
    look();
    expect(state.letGo).toBe(1);
  });

  it('waits for a moment with nothing to draw, and does nothing when somebody came before that', () => {
    const { page: made, state, quiet } = page();
    made.look();
    made.look();
    made.look();
    expect(state.letGo).toBe(0);
    made.touched();
    quiet();
    expect(state.letGo).toBe(0);
    made.look();
    made.look();
    quiet();
    expect(state.letGo).toBe(1);
  });
});
