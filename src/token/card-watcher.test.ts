import { expect, test } from 'vitest';
import { CardWatcher } from './card-watcher.ts';
import type { Handle } from './module.ts';

const slot = (number: number): Handle => Buffer.from([number]);

function reader(): { slots: number[]; present: number[]; events: number[]; watcher: CardWatcher } {
  const state = { slots: [0, 4], present: [0], events: [] as number[] };
  const watcher = new CardWatcher({
    slots: (withToken) => (withToken ? state.present : state.slots).map(slot),
    slotEvents: () => new Set(state.events.splice(0).map((number) => slot(number).toString('hex'))),
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
