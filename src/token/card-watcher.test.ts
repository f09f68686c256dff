import { describe, expect, test } from 'vitest';
import { CardWatcher } from './card-watcher.ts';
import type { Handle } from './module.ts';

const slot = (number: number): Handle => Buffer.from([number]);

function reader() {
  const state = {
    slots: [0, 4],
    present: [0],
    events: [] as number[],
    hasEvents: true,
    manySlots: false,
    /** What the module was asked, in order. */
    asked: [] as string[],
  };
  const watcher = new CardWatcher({
    slots: (withToken) => {
      state.asked.push('slots');
      return (withToken ? state.present : state.slots).map(slot);
    },
    slotEvents: () => {
      state.asked.push('events');
      return new Set(state.events.splice(0).map((number) => slot(number).toString('hex')));
    },
    slotsAtOnce: () => {
      state.asked.push('at once');
      return state.manySlots ? undefined : state.present.map(slot);
    },
    get hasEvents() {
      return state.hasEvents;
    },
  });
  return Object.assign(state, { watcher });
}

test('sees insertion, nothing, removal', () => {
  const state = reader();
  expect([...state.watcher.look().changed]).toEqual(['00']);
  expect([...state.watcher.look().changed]).toEqual([]);
  state.present = [];
  expect([...state.watcher.look().changed]).toEqual(['00']);
  expect(state.watcher.look()).toMatchObject({ present: [], hasReader: true });
});

test('sees a card that was swapped between two looks by its event', () => {
  const state = reader();
  state.watcher.look();
  state.events = [0];
  expect([...state.watcher.look().changed]).toEqual(['00']);
  expect([...state.watcher.look().changed]).toEqual([]);
});

test('an event of an empty slot changes nothing', () => {
  const state = reader();
  state.watcher.look();
  state.events = [4];
  expect([...state.watcher.look().changed]).toEqual([]);
});

test('tells a missing reader from a missing card', () => {
  const state = reader();
  state.present = [];
  expect(state.watcher.look().hasReader).toBe(true);
  state.slots = [];
  expect(state.watcher.look().hasReader).toBe(false);
});

describe('a glance', () => {
  /** A module that has told of the card that is there. */
  function told() {
    const state = reader();
    state.events = [0];
    state.watcher.look();
    state.asked = [];
    return state;
  }

  test('asks one question at a time, and now and then everything is due', () => {
    const state = told();
    const glances = Array.from({ length: 11 }, () => state.watcher.isUnchanged());
    expect(glances).toEqual([...Array(10).fill(true), false]);
    expect(state.asked).toEqual(Array(5).fill(['at once', 'events']).flat());
    state.watcher.look();
    expect(state.watcher.isUnchanged()).toBe(true);
  });

  test.each([0, 1])('sees a removal after %i glances by what it asks next', (glances) => {
    const state = told();
    for (let i = 0; i < glances; i++) expect(state.watcher.isUnchanged()).toBe(true);
    state.present = [];
    state.events = [0];
    expect(state.watcher.isUnchanged()).toBe(false);
    expect([...state.watcher.look().changed]).toEqual(['00']);
  });

  test('a swap is seen by its event, and the look that follows knows of it', () => {
    const state = told();
    state.events = [0];
    expect(state.watcher.isUnchanged()).toBe(true);
    expect(state.watcher.isUnchanged()).toBe(false);
    expect([...state.watcher.look().changed]).toEqual(['00']);
    expect([...state.watcher.look().changed]).toEqual([]);
  });

  test('a module that never told of anything is asked for the slots each time', () => {
    const state = reader();
    state.watcher.look();
    for (let i = 0; i < 4; i++) {
      state.asked = [];
      expect(state.watcher.isUnchanged()).toBe(true);
      expect(state.asked).toContain('at once');
    }
    state.present = [];
    expect(state.watcher.isUnchanged()).toBe(false);
  });

  test('a module without events is looked at each time', () => {
    const state = told();
    state.hasEvents = false;
    expect(state.watcher.isUnchanged()).toBe(false);
    // Also one of which that turns out by the asking.
    const other = reader();
    other.watcher.look();
    Object.defineProperty(other, 'hasEvents', { get: () => other.asked.length === 0 });
    other.asked = [];
    expect(other.watcher.isUnchanged()).toBe(false);
  });

  test('another card in another reader, and a list that does not come, are reasons to look', () => {
    const state = told();
    state.present = [0, 4];
    expect(state.watcher.isUnchanged()).toBe(false);
    const other = told();
    other.present = [4];
    expect(other.watcher.isUnchanged()).toBe(false);
    const many = told();
    many.manySlots = true;
    expect(many.watcher.isUnchanged()).toBe(false);
  });
});
