/** Whiteboards. */
import type { BoardCommand } from '../../shared/chat-board-commands.ts';
import {
  BOARD_LIMITS,
  type BoardElement,
  type BoardOperation,
  isBoardColour,
  isBoardMessage,
  isBoardPoint,
  isBoardShape,
  isBoardWidth,
  isPicture,
  type Point,
} from '../../shared/whiteboard.ts';
import {
  asFields,
  type Fields,
  hasOnly,
  jidOf,
  labelOf,
  MAX_ID_LENGTH,
  type Parsers,
  textOf,
  withJid,
} from './fields.ts';

export const BOARD_PARSERS: Parsers<BoardCommand> = {
  'open-board': (fields) => withJid(fields, 'room', (room) => ({ type: 'open-board', room })),
  'close-board': (fields) => withJid(fields, 'room', (room) => ({ type: 'close-board', room })),
  'read-board': (fields) => withJid(fields, 'room', (room) => ({ type: 'read-board', room })),
  draw: (fields) => {
    const room = jidOf(fields.room);
    const operations = operationsOf(fields.operations);
    const label = labelOf(fields.label);
    if (!hasOnly(fields, ['type', 'room', 'operations', 'label'])) return undefined;
    if (room === undefined || operations === undefined) return undefined;
    return label && { type: 'draw', room, operations, ...label };
  },
  'put-picture': (fields) => {
    const room = jidOf(fields.room);
    const message = textOf(fields.message, 1, MAX_ID_LENGTH);
    const id = textOf(fields.id, 1, BOARD_LIMITS.id);
    const from = pointOf(fields.from);
    const to = pointOf(fields.to);
    const label = labelOf(fields.label);
    if (!hasOnly(fields, ['type', 'room', 'message', 'id', 'from', 'to', 'label'])) return undefined;
    if (room === undefined || message === undefined || id === undefined) return undefined;
    if (from === undefined || to === undefined) return undefined;
    const operation: BoardOperation = { type: 'add', element: { kind: 'image', id, from, to } };
    if (!isBoardMessage([operation])) return undefined;
    return label && { type: 'put-picture', room, message, id, from, to, ...label };
  },
};

function operationsOf(value: unknown): readonly BoardOperation[] | undefined {
  if (!Array.isArray(value) || value.length > BOARD_LIMITS.operations) return undefined;
  const operations: BoardOperation[] = [];
  for (const item of value as readonly unknown[]) {
    const fields = asFields(item);
    const operation = fields && operationOf(fields);
    if (operation === undefined || isPicture(operation)) return undefined;
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
  if (typeof colour !== 'string' || typeof width !== 'string') return undefined;
  if (!isBoardColour(colour) || !isBoardWidth(width)) return undefined;
  const ink = { id, colour, width };
  if (kind === 'stroke') {
    const points = pointsOf(fields.points);
    return points && hasOnly(fields, [...INK, 'points']) ? { kind, ...ink, points } : undefined;
  }
  if (kind === 'text') {
    const at = pointOf(fields.at);
    const text = textOf(fields.text, 1, BOARD_LIMITS.text);
    if (at === undefined || text === undefined || !hasOnly(fields, [...INK, 'at', 'text'])) return undefined;
    return { kind, ...ink, at, text };
  }
  const from = pointOf(fields.from);
  const to = pointOf(fields.to);
  if (!isBoardShape(kind) || from === undefined || to === undefined) return undefined;
  return hasOnly(fields, [...INK, 'from', 'to']) ? { kind, ...ink, from, to } : undefined;
}

function pointsOf(value: unknown): readonly Point[] | undefined {
  if (!Array.isArray(value) || value.length > BOARD_LIMITS.strokePoints) return undefined;
  const points: Point[] = [];
  for (const item of value as readonly unknown[]) {
    const point = pointOf(item);
    if (point === undefined) return undefined;
    points.push(point);
  }
  return points;
}

function pointOf(value: unknown): Point | undefined {
  const fields = asFields(value);
  if (fields === undefined || !hasOnly(fields, ['x', 'y'])) return undefined;
  const { x, y } = fields;
  if (typeof x !== 'number' || typeof y !== 'number') return undefined;
  return isBoardPoint({ x, y }) ? { x, y } : undefined;
}
