/** The tray's icon, drawn here because it has two states and must look the same on every desktop. Pure. */

/** Straight, opaque colours, red first. */
type Colour = readonly [number, number, number];

/** Readable on light and on dark bars. */
const GATE: Colour = [120, 170, 235];
const DOT: Colour = [240, 150, 40];

/** Whether a point of a unit square is on the line of an arch that stands on the ground. */
function onArch(x: number, y: number, radius: number, line: number): boolean {
  const middle = 0.5;
  const shoulder = 0.48;
  const distance = y < shoulder ? Math.hypot(x - middle, y - shoulder) : Math.abs(x - middle);
  return y < 0.92 && Math.abs(distance - radius) <= line / 2;
}

function colourAt(x: number, y: number, unread: boolean): Colour | undefined {
  if (unread) {
    const distance = Math.hypot(x - 0.77, y - 0.25);
    if (distance <= 0.22) return DOT;
    // A gap sets the dot off from the gates.
    if (distance <= 0.29) return undefined;
  }
  if (onArch(x, y, 0.4, 0.1) || onArch(x, y, 0.19, 0.1)) return GATE;
  return y >= 0.86 && y <= 0.95 && x >= 0.04 && x <= 0.96 ? GATE : undefined;
}

/** Points of a pixel that are looked at, each way. */
const SAMPLES = 4;

/** `size` by `size` pixels, four bytes each in the order that Electron's `createFromBitmap` takes: BGRA, premultiplied. */
export function trayPicture(size: number, unread: boolean): Buffer {
  const picture = Buffer.alloc(size * size * 4);
  for (let index = 0; index < size * size; index++) {
    const sums = [0, 0, 0, 0];
    for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
      const x = ((index % size) + ((sample % SAMPLES) + 0.5) / SAMPLES) / size;
      const y = (Math.floor(index / size) + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / size;
      const colour = colourAt(x, y, unread);
      if (colour === undefined) continue;
      const [red, green, blue] = colour;
      for (const [at, part] of [blue, green, red, 255].entries()) sums[at] = (sums[at] ?? 0) + part;
    }
    for (const [at, sum] of sums.entries()) picture[index * 4 + at] = Math.round(sum / (SAMPLES * SAMPLES));
  }
  return picture;
}
