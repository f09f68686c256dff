import { describe, expect, it } from 'vitest';
import {
  DEFAULT_PREFERENCES,
  isPreferences,
  lookOf,
  nextZoom,
  readLook,
  readPreferences,
} from './preferences.ts';

const NIGHT = { theme: 'night', density: 'comfortable', zoom: 150, time: 'dtg' } as const;

describe('preferences', () => {
  it('are exactly the four choices', () => {
    expect(isPreferences(NIGHT)).toBe(true);
    expect(isPreferences({ ...NIGHT, more: 1 })).toBe(false);
    expect(isPreferences({ ...NIGHT, zoom: 155 })).toBe(false);
    expect(isPreferences({ ...NIGHT, zoom: '150' })).toBe(false);
    expect(isPreferences({ ...NIGHT, theme: 'toString' })).toBe(false);
    const { time: _, ...less } = NIGHT;
    expect(isPreferences(less)).toBe(false);
    expect(isPreferences(JSON.parse('{"__proto__":{"theme":"night"}}'))).toBe(false);
    for (const value of [undefined, null, 1, 'night', [], [NIGHT]]) expect(isPreferences(value)).toBe(false);
  });

  it('are read choice by choice, and a bad one is the default', () => {
    expect(readPreferences(NIGHT)).toEqual(NIGHT);
    expect(readPreferences({ ...NIGHT, theme: 'pink', more: 1 })).toEqual({ ...NIGHT, theme: 'system' });
    for (const value of [undefined, null, 1, 'x', [], Object.create(NIGHT)]) {
      expect(readPreferences(value)).toEqual(DEFAULT_PREFERENCES);
    }
  });

  it('go to a page as one word', () => {
    expect(readLook(lookOf(NIGHT))).toMatchObject({ theme: 'night', density: 'comfortable' });
    expect(readLook('')).toEqual(DEFAULT_PREFERENCES);
    expect(readLook('x,y,z')).toEqual(DEFAULT_PREFERENCES);
  });

  it('know the next size, and the last', () => {
    expect(nextZoom(100, 1)).toBe(110);
    expect(nextZoom(100, -1)).toBe(90);
    expect(nextZoom(200, 1)).toBe(200);
    expect(nextZoom(75, -1)).toBe(75);
  });
});
