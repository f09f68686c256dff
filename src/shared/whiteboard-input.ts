/** Reading operations out of something unknown: what a window sends, what another process hands over. */
import {
  BOARD_LIMITS,
  type BoardElement,
  type BoardOperation,
  isBoardColour,
  isBoardMessage,
  isBoardPoint,
  isBoardShape,
  isBoardText,
  isBoardWidth,
  type Point,
} from './whiteboard.ts';

type Fields = Readonly<Record<string, unknown>>;

function asFields(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? (value as Fields) : undefined;
}

function hasOnly(fields: Fields, allowed: readonly string[]): boolean {
  return Object.keys(fields).every((key) => allowed.includes(key));
}

/** Operations that may be a message together; `undefined` for anything else, down to the last field. */
export function boardOperationsOf(value: unknown): readonly BoardOperation[] | undefined {
  if (!Array.isArray(value) || value.length > BOARD_LIMITS.operations) return undefined;
  const operations: BoardOperation[] = [];
  for (const item of value as readonly unknown[]) {
    const fields = asFields(item);
    const operation = fields && operationOf(fields);
    if (operation === undefined) return undefined;
    operations.push(operation);
  }
  return isBoardMessage(operations) ? operations : undefined;
}

function operationOf(fields: Fields): BoardOperation | undefined {
  const { type, id } = fields;
  if (type === 'clear') return hasOnly(fields, ['type']) ? { type } : undefined;
  if (type === 'withdraw') {
    return typeof id === 'string' && hasOnly(fields, ['type', 'id']) ? { type, id } : undefined;
  }
  if (type !== 'add' || !hasOnly(fields, ['type', 'element'])) return undefined;
  const given = asFields(fields.element);
  const element = given && elementOf(given);
  return element && { type, element };
}

const INK = ['kind', 'id', 'colour', 'width'];

function elementOf(fields: Fields): BoardElement | undefined {
  const { kind, id, colour, width } = fields;
  if (typeof kind !== 'string' || typeof id !== 'string') return undefined;
  if (kind === 'image') {
    const [from, to] = [boardPointOf(fields.from), boardPointOf(fields.to)];
    return from && to && hasOnly(fields, ['kind', 'id', 'from', 'to']) ? { kind, id, from, to } : undefined;
  }
  if (typeof colour !== 'string' || typeof width !== 'string') return undefined;
  if (!isBoardColour(colour) || !isBoardWidth(width)) return undefined;
  const ink = { id, colour, width };
  if (kind === 'stroke') {
    const points = pointsOf(fields.points);
    return points && hasOnly(fields, [...INK, 'points']) ? { kind, ...ink, points } : undefined;
  }
  if (kind === 'text') {
    const at = boardPointOf(fields.at);
    const { text } = fields;
    if (
      at === undefined ||
      typeof text !== 'string' ||
      !isBoardText(text) ||
      !hasOnly(fields, [...INK, 'at', 'text'])
    )
      return undefined;
    return { kind, ...ink, at, text };
  }
  const from = boardPointOf(fields.from);
  const to = boardPointOf(fields.to);
  if (!isBoardShape(kind) || from === undefined || to === undefined) return undefined;
  return hasOnly(fields, [...INK, 'from', 'to']) ? { kind, ...ink, from, to } : undefined;
}

function pointsOf(value: unknown): readonly Point[] | undefined {
  if (!Array.isArray(value) || value.length > BOARD_LIMITS.strokePoints) return undefined;
  const points: Point[] = [];
  for (const item of value as readonly unknown[]) {
    const point = boardPointOf(item);
    if (point === undefined) return undefined;
    points.push(point);
  }
  return points;
}

/** A point of the board. */
export function boardPointOf(value: unknown): Point | undefined {
  const fields = asFields(value);
  if (fields === undefined || !hasOnly(fields, ['x', 'y'])) return undefined;
  const { x, y } = fields;
  if (typeof x !== 'number' || typeof y !== 'number') return undefined;
  return isBoardPoint({ x, y }) ? { x, y } : undefined;
}
