import { describe, expect, it } from 'vitest';
import { isFitPicture } from './picture.ts';

function png(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

/** A JPEG with a table segment of that length before its frame. */
function jpeg(width: number, height: number, before = 20, frame = 0xc2): Uint8Array {
  const bytes = new Uint8Array(before + 40);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xffd8);
  view.setUint16(2, 0xffe1);
  view.setUint16(4, before);
  const at = 4 + before;
  view.setUint16(at, 0xff00 + frame);
  view.setUint16(at + 2, 17);
  view.setUint16(at + 5, height);
  view.setUint16(at + 7, width);
  return bytes;
}

describe('a picture that may be decoded', () => {
  it('is a PNG or a JPEG of a size that memory has room for', () => {
    expect(isFitPicture(png(640, 480))).toBe(true);
    expect(isFitPicture(jpeg(640, 480))).toBe(true);
    expect(isFitPicture(jpeg(640, 480, 600, 0xc0))).toBe(true);
    expect(isFitPicture(png(8_192, 4_000))).toBe(true);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a text', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a PNG of no width', png(0, 480)],
    ['a wide PNG', png(8_193, 1)],
    ['a PNG of too many pixels', png(8_000, 8_000)],
    ['a PNG of nonsense', png(0xffffffff, 0xffffffff)],
    ['a PNG cut off', png(640, 480).slice(0, 20)],
    ['a JPEG of too many pixels', jpeg(8_000, 8_000)],
    ['a JPEG cut off', jpeg(640, 480).slice(0, 22)],
    ['a JPEG without a frame', jpeg(640, 480, 20, 0xda)],
    ['a JPEG whose table ends nowhere', jpeg(640, 480, 20).fill(0xff, 4, 6)],
  ])('is not %s', (_what, bytes) => {
    expect(isFitPicture(bytes)).toBe(false);
  });

  it('reads nothing outside of its bytes, whatever they are', () => {
    for (let seed = 1; seed < 500; seed += 1) {
      const bytes = Uint8Array.from({ length: seed % 70 }, (_, at) => (at * seed * 7919 + seed) % 256);
      if (seed % 2 === 0) bytes.set(bytes.length > 3 ? [0xff, 0xd8, 0xff] : []);
      expect(typeof isFitPicture(bytes)).toBe('boolean');
    }
  });
});
