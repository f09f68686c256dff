import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BareJid } from '../../shared/jid.ts';
import type { WatchTile } from '../../shared/watch-contract.ts';
import { MAX_PLACES, placesText, readPlaces, TilePlaces, tilesKey, withPlace } from './tile-places.ts';
import type { WindowPlace } from './window-place.ts';

const tile = (name: string): WatchTile => ({ jid: `${name}@rooms.example.mil` as BareJid, kind: 'room' });
const at = (x: number): WindowPlace => ({ bounds: { x, y: 20, width: 560, height: 640 }, maximized: false });

const directories: string[] = [];
const fresh = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'tile-places-'));
  directories.push(directory);
  return join(directory, 'tiles.json');
};
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

describe('places of torn-off windows', () => {
  it('belong to the conversations, in whatever order they stand', () => {
    expect(tilesKey([tile('a'), tile('b')])).toBe(tilesKey([tile('b'), tile('a')]));
    expect(tilesKey([tile('a')])).not.toBe(tilesKey([tile('a'), tile('b')]));
  });

  it('are kept for the next start, without the names of conversations', async () => {
    const path = fresh();
    const places = new TilePlaces(path);
    expect(places.of([tile('alpha')]).read()).toBeUndefined();
    places.of([tile('alpha')]).write(at(1));
    places.of([tile('bravo')]).write(at(2));
    places.of([tile('alpha')]).write(at(3));
    await vi.waitFor(() => expect(new TilePlaces(path).of([tile('alpha')]).read()).toEqual(at(3)));
    await vi.waitFor(() => expect(new TilePlaces(path).of([tile('bravo')]).read()).toEqual(at(2)));
    expect(readFileSync(path, 'utf8')).not.toMatch(/alpha|bravo|example/u);
  });

  it('are bounded: the one that was not used for longest goes', () => {
    const keys = Array.from({ length: MAX_PLACES + 2 }, (_, n) => tilesKey([tile(`room-${n}`)]));
    let places = readPlaces('');
    for (const key of keys.slice(0, MAX_PLACES)) places = withPlace(places, key, at(1));
    for (const key of [keys[0], ...keys.slice(MAX_PLACES)]) places = withPlace(places, key ?? '', at(2));
    expect(places.size).toBe(MAX_PLACES);
    expect(places.has(keys[0] ?? '')).toBe(true);
    expect(places.has(keys[1] ?? '')).toBe(false);
    expect(readPlaces(placesText(places))).toEqual(places);
  });

  it('fit what is read of a small file, at their longest', async () => {
    const path = fresh();
    const places = new TilePlaces(path);
    const longest: WindowPlace = {
      bounds: { x: -32_767, y: -32_767, width: 32_767, height: 32_767 },
      maximized: false,
    };
    for (let n = 0; n < MAX_PLACES; n += 1) places.of([tile(`room-${n}`)]).write(longest);
    await vi.waitFor(() => expect(new TilePlaces(path).of([tile('room-31')]).read()).toEqual(longest));
  });

  it.each([
    ['no JSON', '['],
    ['no list', '{"a":1}'],
    ['no pairs', '[1,null,"a",[],{}]'],
    ['a key that is none', JSON.stringify([['../window', at(1)]])],
    [
      'a place that is none',
      JSON.stringify([[tilesKey([tile('a')]), { bounds: { x: 1e9 }, maximized: false }]]),
    ],
  ])('are read from nothing else: %s', (_what, text) => {
    expect(readPlaces(text)).toEqual(new Map());
    const path = fresh();
    writeFileSync(path, text);
    expect(new TilePlaces(path).of([tile('a')]).read()).toBeUndefined();
  });
});
