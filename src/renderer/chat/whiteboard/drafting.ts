/** What a pointer's or the keyboard's way over the board comes to. Pure. */
import type { BoardItem } from '../../../shared/chat-board-commands.ts';
import {
  BOARD_HEIGHT,
  BOARD_LIMITS,
  BOARD_WIDTH,
  type BoardColour,
  type BoardElement,
  type BoardShape,
  type BoardWidth,
  type Point,
} from '../../../shared/whiteboard.ts';
import { distanceTo, simplifiedTo } from './simplify.ts';

/** Units of the board: about a pixel, and about a finger. */
const TOLERANCE = 10;
const REACH = 120;
/** The height of a text by its width's name. */
export const TEXT_SIZES: Readonly<Record<BoardWidth, number>> = { thin: 200, medium: 280, thick: 420 };
export const STROKE_WIDTHS: Readonly<Record<BoardWidth, number>> = { thin: 20, medium: 45, thick: 90 };

/** From corner to corner. */
export const WHOLE_BOARD: readonly [Point, Point] = [
  { x: 0, y: 0 },
  { x: BOARD_WIDTH - 1, y: BOARD_HEIGHT - 1 },
];

export interface Ink {
  readonly colour: BoardColour;
  readonly width: BoardWidth;
}

const within = (value: number, limit: number) => Math.min(limit - 1, Math.max(0, Math.round(value)));

/** The nearest point of the board. */
export function onBoard({ x, y }: Point): Point {
  return { x: within(x, BOARD_WIDTH), y: within(y, BOARD_HEIGHT) };
}

/** What a way from the first to the last point draws; `undefined`: nothing. */
export function drawnBy(
  tool: 'pen' | BoardShape,
  way: readonly Point[],
  ink: Ink,
  id: string,
): BoardElement | undefined {
  const points = way.map(onBoard);
  const [from] = points;
  const to = points.at(-1);
  if (from === undefined || to === undefined) return undefined;
  if (tool === 'pen') {
    return { kind: 'stroke', id, ...ink, points: simplifiedTo(points, BOARD_LIMITS.strokePoints, TOLERANCE) };
  }
  const isPoint = Math.abs(from.x - to.x) < TOLERANCE && Math.abs(from.y - to.y) < TOLERANCE;
  return isPoint ? undefined : { kind: tool, id, ...ink, from, to };
}

function corners({ from, to }: { readonly from: Point; readonly to: Point }): readonly Point[] {
  return [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }, from];
}

/** The lines that an element is near. */
function outline(element: BoardElement): readonly Point[] {
  switch (element.kind) {
    case 'stroke':
      return element.points;
    case 'line':
    case 'arrow':
      return [element.from, element.to];
    case 'text': {
      const size = TEXT_SIZES[element.width];
      const { x, y } = element.at;
      return [
        { x, y: y - size / 3 },
        { x: x + (element.text.length * size) / 2, y: y - size / 3 },
      ];
    }
    default:
      return corners(element);
  }
}

function isNear(element: BoardElement, point: Point): boolean {
  const points = outline(element);
  const [only] = points;
  if (points.length === 1 && only !== undefined) return distanceTo(point, only, only) <= REACH;
  return points.some((to, at) => {
    const from = points[at - 1];
    return from !== undefined && distanceTo(point, from, to) <= REACH;
  });
}

/** The uppermost of the own elements at a point. @param items from below to above */
export function ownAt(items: readonly BoardItem[], point: Point): BoardItem | undefined {
  return items.findLast(({ drawn }) => drawn.own && isNear(drawn.element, point));
}

/** 64 random bits. */
export function newElementId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
