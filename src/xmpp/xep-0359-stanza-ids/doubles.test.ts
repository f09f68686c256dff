import { describe, expect, it } from 'vitest';
import { NS } from '../namespaces.ts';
import { xml } from '../xml.ts';
import { Doubles, SeenKeys } from './doubles.ts';

describe('SeenKeys', () => {
  it('forgets the oldest of many, again and again', () => {
    const seen = new SeenKeys(10);
    for (let key = 0; key < 105; key += 1) seen.add(`${key}`, key);
    const kept = Array.from({ length: 105 }, (_, key) => key).filter((key) => seen.has(`${key}`));
    expect(kept).toEqual([95, 96, 97, 98, 99, 100, 101, 102, 103, 104]);
    expect(seen.at('99')).toBe(99);
  });

  it('forgets the oldest first and never holds more than it may', () => {
    const seen = new SeenKeys(3);
    for (const key of ['a', 'b', 'a', 'c', 'd']) seen.add(key, 0);
    expect(['a', 'b', 'c', 'd'].map((key) => seen.has(key))).toEqual([false, true, true, true]);
  });
});

describe('Doubles', () => {
  it('ignores ids that are absurdly long or empty', () => {
    const doubles = new Doubles();
    const message = (id: string) =>
      xml('message', { xmlns: NS.client }, xml('origin-id', { xmlns: NS.stanzaIds, id }));
    const check = { sender: 'bob@chat.mil', archive: 'alice@chat.mil', body: 'x', at: 0, delayed: false };
    for (const id of ['x'.repeat(300), '']) {
      expect(doubles.isDouble(message(id), check)).toBe(false);
      expect(doubles.isDouble(message(id), check)).toBe(false);
    }
    expect(doubles.isDouble(message('short'), check)).toBe(false);
    expect(doubles.isDouble(message('short'), check)).toBe(true);
  });
});
