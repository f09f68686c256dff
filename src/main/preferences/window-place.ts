/** Where a window stood when it was closed, and whether it can stand there again. */
import type { Rectangle } from 'electron';

export interface WindowPlace {
  /** Device-independent pixels of the desktop. */
  readonly bounds: Rectangle;
  readonly maximized: boolean;
}

/** As much of the window's top edge must be on a screen that it can be taken hold of, pixels. */
const GRIP_WIDTH = 160;
const GRIP_HEIGHT = 32;
const MAX_LENGTH = 32_767;

const isLength = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= MAX_LENGTH;

/** A place from a file; `undefined` for anything else. */
export function placeFrom(value: unknown): WindowPlace | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { bounds, maximized } = value as Readonly<Record<string, unknown>>;
  if (typeof bounds !== 'object' || bounds === null || typeof maximized !== 'boolean') return undefined;
  const { x, y, width, height } = bounds as Readonly<Record<string, unknown>>;
  if (!isLength(x, -MAX_LENGTH) || !isLength(y, -MAX_LENGTH)) return undefined;
  if (!isLength(width, 1) || !isLength(height, 1)) return undefined;
  return {
    bounds: { x: Number(x), y: Number(y), width: Number(width), height: Number(height) },
    maximized,
  };
}

/** Reads what {@link JSON.stringify} made of a place; `undefined` for anything else. */
export function readPlace(text: string): WindowPlace | undefined {
  try {
    return placeFrom(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function canBeHeld({ x, y, width }: Rectangle, screen: Rectangle): boolean {
  const seen = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  return seen >= Math.min(width, GRIP_WIDTH) && y >= screen.y && y + GRIP_HEIGHT <= screen.y + screen.height;
}

/**
 * The saved bounds, no larger than the screen they are on; `undefined` where that screen is gone or has moved: then the
 * system chooses.
 *
 * @param screens the screens' work areas
 */
export function placeOn(
  { bounds }: WindowPlace,
  screens: readonly Rectangle[],
  least: { readonly width: number; readonly height: number },
): Rectangle | undefined {
  const screen = screens.find((candidate) => canBeHeld(bounds, candidate));
  if (screen === undefined) return undefined;
  return {
    ...bounds,
    width: Math.max(least.width, Math.min(bounds.width, screen.width)),
    height: Math.max(least.height, Math.min(bounds.height, screen.height)),
  };
}
