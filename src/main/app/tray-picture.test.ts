import { expect, it } from 'vitest';
import { trayPicture } from './tray-picture.ts';

const alpha = (picture: Buffer, size: number, x: number, y: number) => picture[(y * size + x) * 4 + 3] ?? -1;

it('shows the gates, and a dot of another colour while something is unread', () => {
  const size = 32;
  const calm = trayPicture(size, false);
  const unread = trayPicture(size, true);
  expect(calm).toHaveLength(size * size * 4);
  expect(alpha(calm, size, 0, 0)).toBe(0);
  expect(alpha(calm, size, 16, 29)).toBe(255);
  expect(alpha(calm, size, 25, 8)).not.toBe(255);
  expect([...unread.subarray((8 * size + 25) * 4, (8 * size + 25) * 4 + 4)]).toEqual([40, 150, 240, 255]);
  expect(calm.equals(unread)).toBe(false);
});

it('is premultiplied: no part is brighter than the pixel is opaque', () => {
  const picture = trayPicture(22, true);
  for (let at = 0; at < picture.length; at += 4) {
    const most = Math.max(picture[at] ?? 0, picture[at + 1] ?? 0, picture[at + 2] ?? 0);
    expect(most).toBeLessThanOrEqual(picture[at + 3] ?? 0);
  }
});
