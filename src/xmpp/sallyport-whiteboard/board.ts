/**
 * `urn:sallyport:whiteboard:0` (docs/whiteboard.md): operations on a room's whiteboard, in a message of that room whose text
 * says the same. The grammar is closed: no SVG, no style, no reference to anything but the file of the same message.
 */
import type { SharedFile } from '../../shared/file-contract.ts';
import {
  type BoardElement,
  type BoardOperation,
  boardBody,
  isBoardColour,
  isBoardMessage,
  isBoardOperation,
  isBoardPicture,
  isBoardShape,
  isBoardWidth,
  isPicture,
  type Point,
} from '../../shared/whiteboard.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, textOf, xml } from '../xml.ts';

const POINT = /^(0|[1-9]\d{0,3}),(0|[1-9]\d{0,3})$/;

function writePoint({ x, y }: Point): string {
  return `${x},${y}`;
}

function readPoint(text: string | undefined): Point | undefined {
  const [, x, y] = POINT.exec(text ?? '') ?? [];
  return x === undefined || y === undefined ? undefined : { x: Number(x), y: Number(y) };
}

function buildElement(element: BoardElement): Element {
  const { id, kind } = element;
  if (kind === 'image') return xml(kind, { id, from: writePoint(element.from), to: writePoint(element.to) });
  const { colour, width } = element;
  if (kind === 'stroke') return xml(kind, { id, colour, width }, element.points.map(writePoint).join(' '));
  if (kind === 'text') return xml(kind, { id, colour, width, at: writePoint(element.at) }, element.text);
  return xml(kind, { id, colour, width, from: writePoint(element.from), to: writePoint(element.to) });
}

function buildOperation(operation: BoardOperation): Element {
  if (operation.type === 'add') return buildElement(operation.element);
  return operation.type === 'clear' ? xml('clear', {}) : xml('withdraw', { id: operation.id });
}

export function buildBoard(operations: readonly BoardOperation[]): Element {
  return xml('board', { xmlns: NS.whiteboard }, ...operations.map(buildOperation));
}

function readElement(element: Element): BoardElement | undefined {
  const { name: kind, attrs } = element;
  const { id = '', colour, width } = attrs;
  const from = readPoint(attrs.from);
  const to = readPoint(attrs.to);
  if (kind === 'image') return from && to && { kind, id, from, to };
  if (!isBoardColour(colour) || !isBoardWidth(width)) return undefined;
  if (kind === 'stroke') {
    const points = textOf(element).split(' ').map(readPoint);
    return points.every((point) => point !== undefined) ? { kind, id, colour, width, points } : undefined;
  }
  if (kind === 'text') {
    const at = readPoint(attrs.at);
    return at && { kind, id, colour, width, at, text: textOf(element) };
  }
  return isBoardShape(kind) && from && to ? { kind, id, colour, width, from, to } : undefined;
}

/** The operation of a child of `<board/>`; `undefined` for what is none or is out of bounds. */
export function readOperation(element: Element): BoardOperation | undefined {
  const { name, attrs } = element;
  let operation: BoardOperation;
  if (name === 'clear') operation = { type: 'clear' };
  else if (name === 'withdraw') operation = { type: 'withdraw', id: attrs.id ?? '' };
  else {
    const added = readElement(element);
    if (added === undefined) return undefined;
    operation = { type: 'add', element: added };
  }
  return isBoardOperation(operation) ? operation : undefined;
}

/** All operations of a `<board/>`; `undefined` where one is wrong, or all together. */
export function readOperations(board: Element): readonly BoardOperation[] | undefined {
  const operations: BoardOperation[] = [];
  for (const child of elementsOf(board)) {
    const operation = readOperation(child);
    if (operation === undefined) return undefined;
    operations.push(operation);
  }
  return isBoardMessage(operations) ? operations : undefined;
}

/**
 * What a message with this text and file does to the room's whiteboard; `undefined`: nothing, or something that its text does
 * not say. A message holds a file where it puts up a picture, and only there.
 */
export function readBoard(
  message: Element,
  body: string,
  file: SharedFile | undefined,
): readonly BoardOperation[] | undefined {
  const board = childOf(message, 'board', NS.whiteboard);
  const operations = board && readOperations(board);
  if (operations === undefined || boardBody(operations) !== body) return undefined;
  const hasPicture = operations.some(isPicture);
  if (hasPicture !== (file !== undefined) || (file !== undefined && !isBoardPicture(file))) return undefined;
  return operations;
}
