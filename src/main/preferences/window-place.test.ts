import { describe, expect, it } from 'vitest';
import { placeOn, readPlace, type WindowPlace } from './window-place.ts';

const LEAST = { width: 640, height: 480 };
const LAPTOP = { x: 0, y: 0, width: 1920, height: 1040 };
const BESIDE = { x: 1920, y: -200, width: 2560, height: 1400 };
const at = (x: number, y: number, width = 1180, height = 800): WindowPlace => ({
  bounds: { x, y, width, height },
  maximized: false,
});

describe('the window’s place', () => {
  it('is taken again on a screen that is still there', () => {
    expect(placeOn(at(100, 50), [LAPTOP], LEAST)).toEqual(at(100, 50).bounds);
    expect(placeOn(at(2000, -150), [LAPTOP, BESIDE], LEAST)).toEqual(at(2000, -150).bounds);
  });

  it('is left to the system when the screen is gone or the title bar could not be reached', () => {
    expect(placeOn(at(2000, -150), [LAPTOP], LEAST)).toBeUndefined();
    expect(placeOn(at(1900, 50), [LAPTOP], LEAST)).toBeUndefined();
    expect(placeOn(at(100, -300), [LAPTOP], LEAST)).toBeUndefined();
    expect(placeOn(at(100, 1030), [LAPTOP], LEAST)).toBeUndefined();
    expect(placeOn(at(0, 0), [], LEAST)).toBeUndefined();
  });

  it('is no larger than the screen and no smaller than the window may be', () => {
    expect(placeOn(at(0, 0, 5000, 5000), [LAPTOP], LEAST)).toEqual(LAPTOP);
    expect(placeOn(at(0, 0, 10, 10), [LAPTOP], LEAST)).toEqual({ x: 0, y: 0, ...LEAST });
  });

  it('is read back as it was written, and from nothing else', () => {
    const place = { ...at(-5, 10), maximized: true };
    expect(readPlace(JSON.stringify(place))).toEqual(place);
    for (const text of [
      '',
      'null',
      '[]',
      '{}',
      '{"bounds":{},"maximized":true}',
      '{"bounds":{"x":1e99,"y":0,"width":1,"height":1},"maximized":true}',
      '{"bounds":{"x":0,"y":0,"width":0,"height":1},"maximized":true}',
      '{"bounds":{"x":0,"y":0,"width":1.5,"height":1},"maximized":true}',
      '{"bounds":{"x":0,"y":0,"width":1,"height":1},"maximized":"yes"}',
    ]) {
      expect(readPlace(text), text).toBeUndefined();
    }
  });
});
