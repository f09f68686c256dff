/**
 * The whiteboard of a room: what can be drawn, and within which bounds. Operations travel in messages of the room
 * (docs/whiteboard.md); `whiteboard-state.ts` says what they come to. Pure: window, session and reader judge by the same rules.
 */
import type { SharedFile } from './file-contract.ts';

/** The board is as large everywhere: `x` from 0 to 9999, `y` from 0 to 5999, to the right and down. */
export const BOARD_WIDTH = 10_000;
export const BOARD_HEIGHT = 6_000;

export const BOARD_COLOURS = ['ink', 'red', 'orange', 'green', 'blue', 'purple'] as const;
export const BOARD_WIDTHS = ['thin', 'medium', 'thick'] as const;
export const BOARD_SHAPES = ['line', 'arrow', 'rectangle', 'ellipse'] as const;

export type BoardColour = (typeof BOARD_COLOURS)[number];
export type BoardWidth = (typeof BOARD_WIDTHS)[number];
export type BoardShape = (typeof BOARD_SHAPES)[number];

export const BOARD_LIMITS = {
  /** Operations of a message. */
  operations: 32,
  /** Points of a stroke, and of all strokes of a message. */
  strokePoints: 256,
  messagePoints: 1_024,
  /** UTF-16 code units. */
  text: 200,
  id: 32,
  /** What a board holds; more is refused, not drawn in place of something else. */
  elements: 1_000,
  points: 60_000,
} as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Drawn {
  /** The author's own: letters, digits, `-` and `_`. Used once. */
  readonly id: string;
}
interface Inked extends Drawn {
  readonly colour: BoardColour;
  readonly width: BoardWidth;
}
export interface BoardStroke extends Inked {
  readonly kind: 'stroke';
  readonly points: readonly Point[];
}
/** From corner to corner, or from end to end; an arrow points to `to`. */
export interface BoardFigure extends Inked {
  readonly kind: BoardShape;
  readonly from: Point;
  readonly to: Point;
}
/** One line, which begins at `at`; the width says how large. */
export interface BoardText extends Inked {
  readonly kind: 'text';
  readonly at: Point;
  readonly text: string;
}
/** A picture behind everything: the file of the same message, which came through the file gate. */
export interface BoardImage extends Drawn {
  readonly kind: 'image';
  readonly from: Point;
  readonly to: Point;
}
export type BoardElement = BoardStroke | BoardFigure | BoardText | BoardImage;

export type BoardOperation =
  | { readonly type: 'add'; readonly element: BoardElement }
  /** The author takes an element of their own back. */
  | { readonly type: 'withdraw'; readonly id: string }
  /** A moderator empties the board. */
  | { readonly type: 'clear' };

const ID = new RegExp(`^[A-Za-z0-9_-]{1,${BOARD_LIMITS.id}}$`);
/** What one line of text cannot have: controls, line and paragraph separators, lone surrogates, non-characters. */
const NOT_LINE = /[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]/u;
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg']);

export function isBoardId(id: string): boolean {
  return ID.test(id);
}

export function isBoardPoint({ x, y }: Point): boolean {
  return isBelow(x, BOARD_WIDTH) && isBelow(y, BOARD_HEIGHT);
}

function isBelow(value: number, limit: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value < limit;
}

export function isBoardColour(name: string | undefined): name is BoardColour {
  return BOARD_COLOURS.some((colour) => colour === name);
}

export function isBoardWidth(name: string | undefined): name is BoardWidth {
  return BOARD_WIDTHS.some((width) => width === name);
}

export function isBoardShape(name: string): name is BoardShape {
  return BOARD_SHAPES.some((shape) => shape === name);
}

export function isBoardText(text: string): boolean {
  return text.trim() !== '' && text.length <= BOARD_LIMITS.text && !NOT_LINE.test(text);
}

/** Bytes of a board's picture, and pixels that it decodes to. */
export const PICTURE_LIMITS = { bytes: 5 * 1024 * 1024, side: 8_192, pixels: 40_000_000 } as const;

/** Whether a file may be a board's picture. */
export function isBoardPicture({ mediaType, size }: Pick<SharedFile, 'mediaType' | 'size'>): boolean {
  return IMAGE_TYPES.has(mediaType) && size <= PICTURE_LIMITS.bytes;
}

function isElement(element: BoardElement): boolean {
  if (!isBoardId(element.id)) return false;
  if (element.kind === 'image') return isBoardPoint(element.from) && isBoardPoint(element.to);
  if (!isBoardColour(element.colour) || !isBoardWidth(element.width)) return false;
  switch (element.kind) {
    case 'stroke':
      return (
        element.points.length > 0 &&
        element.points.length <= BOARD_LIMITS.strokePoints &&
        element.points.every(isBoardPoint)
      );
    case 'text':
      return isBoardPoint(element.at) && isBoardText(element.text);
    default:
      return isBoardPoint(element.from) && isBoardPoint(element.to);
  }
}

/** Whether an operation is within all bounds by itself. */
export function isBoardOperation(operation: BoardOperation): boolean {
  if (operation.type === 'add') return isElement(operation.element);
  return operation.type === 'clear' || isBoardId(operation.id);
}

export function pointsOf(operation: BoardOperation): number {
  return operation.type === 'add' && operation.element.kind === 'stroke'
    ? operation.element.points.length
    : 0;
}

/** What operations cost whoever holds them: about one for each point, and for an operation as much as for 16. */
export function weightOf(operations: readonly BoardOperation[] = []): number {
  return operations.reduce((sum, operation) => sum + 16 + pointsOf(operation), 0);
}

/**
 * Whether operations may be a message: at least one, within the bounds, a clearing alone, and at most one picture, alone as
 * well, because the file of a message is one.
 */
export function isBoardMessage(operations: readonly BoardOperation[]): boolean {
  if (operations.length === 0 || operations.length > BOARD_LIMITS.operations) return false;
  if (operations.length > 1 && operations.some(standsAlone)) return false;
  const points = operations.reduce((sum, operation) => sum + pointsOf(operation), 0);
  return points <= BOARD_LIMITS.messagePoints && operations.every(isBoardOperation);
}

export function standsAlone(operation: BoardOperation): boolean {
  return operation.type === 'clear' || isPicture(operation);
}

export function isPicture(operation: BoardOperation): boolean {
  return operation.type === 'add' && operation.element.kind === 'image';
}

const NAMES: Readonly<Record<Exclude<BoardElement['kind'], 'text' | 'image'>, readonly [string, string]>> = {
  stroke: ['stroke', 'strokes'],
  line: ['line', 'lines'],
  arrow: ['arrow', 'arrows'],
  rectangle: ['rectangle', 'rectangles'],
  ellipse: ['ellipse', 'ellipses'],
};

const BODY_PREFIX = '[whiteboard] ';

/** Such a body where a sign says already that it is about the whiteboard. */
export function drawnInWords(body: string): string {
  return body.startsWith(BODY_PREFIX) ? body.slice(BODY_PREFIX.length) : body;
}

/**
 * What a message of these operations says in words. It is its body: what archive, log, search and other clients hold is what
 * is drawn, and operations beside another text are not obeyed.
 */
export function boardBody(operations: readonly BoardOperation[]): string {
  const counts = new Map<string, number>();
  const texts: string[] = [];
  let withdrawn = 0;
  for (const operation of operations) {
    if (operation.type === 'clear') texts.push('cleared');
    else if (operation.type === 'withdraw') withdrawn += 1;
    else if (operation.element.kind === 'text') texts.push(`text “${operation.element.text}”`);
    else if (operation.element.kind === 'image') texts.push('picture');
    else counts.set(operation.element.kind, (counts.get(operation.element.kind) ?? 0) + 1);
  }
  const counted = Object.entries(NAMES).flatMap(([kind, [one, several]]) => {
    const count = counts.get(kind) ?? 0;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
  const parts = [...counted, ...texts, ...(withdrawn === 0 ? [] : [`${withdrawn} taken back`])];
  return `${BODY_PREFIX}${parts.join(', ')}`;
}
