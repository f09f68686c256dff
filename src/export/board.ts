/** Whiteboards in an export: what each record drew, in words, and the boards themselves as drawings of numbers and escaped texts. */
import { EXPORT_DOCUMENT_TEXT as WORDS } from '../shared/export-text.ts';
import type { SharedFile } from '../shared/file-contract.ts';
import {
  BOARD_HEIGHT,
  BOARD_WIDTH,
  type BoardElement,
  type BoardOperation,
  type BoardWidth,
  type Point,
} from '../shared/whiteboard.ts';
import { type BoardEntry, boardOf, type DrawnElement, empties } from '../shared/whiteboard-state.ts';
import type { ChainedRecord } from './chain.ts';

/** A board as it was before it was emptied, or at the end. */
export interface ExportedBoard {
  readonly conversation: string;
  /** ISO 8601: when its first and its last element were drawn. */
  readonly from: string;
  readonly to: string;
  readonly elements: readonly DrawnElement[];
}

/** Boards that one document draws. */
const MAX_BOARDS = 50;
/** Stands for the file of a picture, which an export does not hold. */
const NO_FILE: SharedFile = { name: '', mediaType: '', size: 0, sha256: '', url: '' };

/** Whether a message is taken back for everybody; where that still waits to be sent, it is not. */
export function isRetracted({ retracted }: Pick<ChainedRecord, 'retracted'>): boolean {
  return retracted !== undefined && retracted.waiting !== true;
}

/** What a record adds to its room's board; `undefined`: nothing, or it was taken back, or did not get there. */
function entryOf(record: ChainedRecord): BoardEntry | undefined {
  const { board, own, delivery, sender, time, seq } = record;
  if (board === undefined || isRetracted(record)) return undefined;
  if (own && (delivery === 'queued' || delivery === 'sent' || delivery === 'failed')) return undefined;
  return {
    id: String(seq),
    author: own ? 'own' : sender,
    name: sender,
    own,
    at: Date.parse(time),
    operations: board,
    file: NO_FILE,
    // The server lets nobody else's clearing into the room.
    mayClear: true,
    state: 'kept',
  };
}

/** The boards that the records come to: one for each time that a room's board was emptied, and what is on it at the end. */
export function boardsOf(records: readonly ChainedRecord[]): readonly ExportedBoard[] {
  const rooms = new Map<string, BoardEntry[][]>();
  for (const record of records) {
    const entry = entryOf(record);
    if (entry === undefined) continue;
    const stages = rooms.get(record.conversation) ?? [[]];
    rooms.set(record.conversation, stages);
    if (empties(entry)) stages.push([]);
    else stages.at(-1)?.push(entry);
  }
  const boards: ExportedBoard[] = [];
  for (const [conversation, stages] of rooms) {
    for (const stage of stages) {
      const { elements } = boardOf(stage);
      const times = elements.map(({ at }) => at);
      const [first] = times;
      if (first === undefined) continue;
      const iso = (at: number) => new Date(at).toISOString();
      boards.push({
        conversation,
        from: iso(Math.min(...times)),
        to: iso(Math.max(...times)),
        elements,
      });
    }
  }
  return boards.slice(-MAX_BOARDS);
}

/** What an operation did, in words; text in it is as it came. */
export function operationText(operation: BoardOperation): string {
  if (operation.type === 'clear') return WORDS.boardCleared;
  if (operation.type === 'withdraw') return WORDS.boardWithdrawn(operation.id);
  return elementText(operation.element);
}

export function elementText(element: BoardElement): string {
  const place = ({ x, y }: Point) => `${x},${y}`;
  const ink = element.kind === 'image' ? '' : `${element.colour}, ${element.width}, `;
  switch (element.kind) {
    case 'stroke':
      return WORDS.boardElement(element.kind, element.id, `${ink}${element.points.map(place).join(' ')}`);
    case 'text':
      return WORDS.boardElement(element.kind, element.id, `${ink}${place(element.at)}: “${element.text}”`);
    default:
      return WORDS.boardElement(
        element.kind,
        element.id,
        `${ink}${place(element.from)} – ${place(element.to)}`,
      );
  }
}

const WIDTHS: Readonly<Record<BoardWidth, number>> = { thin: 20, medium: 45, thick: 90 };
const SIZES: Readonly<Record<BoardWidth, number>> = { thin: 200, medium: 280, thick: 420 };
/** An arrow's head, in widths of its line. */
const HEAD = 5;

const points = (all: readonly Point[]) => all.map(({ x, y }) => `${x},${y}`).join(' ');

function headOf(from: Point, to: Point, width: number): readonly Point[] {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const end = (turn: number): Point => ({
    x: Math.round(to.x - Math.cos(angle + turn) * (HEAD * width + 60)),
    y: Math.round(to.y - Math.sin(angle + turn) * (HEAD * width + 60)),
  });
  return [end(0.45), to, end(-0.45)];
}

/** One element; every value is a number, a word of the grammar, or a text that `escaped` has gone over. */
function shapeOf(element: BoardElement, escaped: (text: string) => string): string {
  if (element.kind === 'image') {
    const { from, to } = element;
    return `<rect class="picture" ${boxOf(from, to)}/>`;
  }
  const attributes = `class="ink-${element.colour}" stroke-width="${WIDTHS[element.width]}"`;
  if (element.kind === 'stroke') {
    const [only] = element.points;
    return element.points.length === 1 && only !== undefined
      ? `<circle ${attributes} cx="${only.x}" cy="${only.y}" r="${WIDTHS[element.width] / 2}"/>`
      : `<polyline ${attributes} points="${points(element.points)}"/>`;
  }
  if (element.kind === 'text') {
    const { x, y } = element.at;
    return `<text class="ink-${element.colour} letters" x="${x}" y="${y}" font-size="${SIZES[element.width]}">${escaped(element.text)}</text>`;
  }
  const { from, to } = element;
  switch (element.kind) {
    case 'rectangle':
      return `<rect ${attributes} ${boxOf(from, to)}/>`;
    case 'ellipse':
      return `<ellipse ${attributes} cx="${(from.x + to.x) / 2}" cy="${(from.y + to.y) / 2}" rx="${Math.abs(to.x - from.x) / 2}" ry="${Math.abs(to.y - from.y) / 2}"/>`;
    case 'line':
      return `<polyline ${attributes} points="${points([from, to])}"/>`;
    case 'arrow':
      return `<polyline ${attributes} points="${points([from, to])}"/><polyline ${attributes} points="${points(headOf(from, to, WIDTHS[element.width]))}"/>`;
  }
}

function boxOf(from: Point, to: Point): string {
  return `x="${Math.min(from.x, to.x)}" y="${Math.min(from.y, to.y)}" width="${Math.abs(to.x - from.x)}" height="${Math.abs(to.y - from.y)}"`;
}

/** The drawing, in which nothing is loaded, linked or run. Pictures lie below and are outlines. */
export function drawingOf({ elements }: ExportedBoard, escaped: (text: string) => string): string {
  const layer = ({ element }: DrawnElement) => (element.kind === 'image' ? 0 : 1);
  const shapes = elements
    .toSorted((one, other) => layer(one) - layer(other))
    .map(({ element }) => shapeOf(element, escaped));
  return `<svg viewBox="0 0 ${BOARD_WIDTH} ${BOARD_HEIGHT}" role="img" aria-label="${escaped(WORDS.board)}">${shapes.join('')}</svg>`;
}

/** On paper, which may have no colours, inks differ by their dashes too. */
export const BOARD_STYLE = `figure{margin:12px 0;break-inside:avoid}figcaption{font-size:9pt;color:#333}
svg{width:100%;border:1px solid #000;background:#fff}svg *{fill:none;stroke:#000;stroke-linecap:round;stroke-linejoin:round}
svg .ink-red{stroke:#b3261e;stroke-dasharray:260 110}svg .ink-orange{stroke:#9a4a00;stroke-dasharray:120 110}
svg .ink-green{stroke:#0c6b3f;stroke-dasharray:300 110 40 110}svg .ink-blue{stroke:#0b5aa8;stroke-dasharray:20 120}
svg .ink-purple{stroke:#6b3fa0;stroke-dasharray:300 110 40 110 40 110}svg .picture{stroke-width:20;stroke-dasharray:60 60}
svg .letters{fill:#000;stroke:none;unicode-bidi:isolate}svg .letters.ink-red{fill:#b3261e}svg .letters.ink-orange{fill:#9a4a00}
svg .letters.ink-green{fill:#0c6b3f}svg .letters.ink-blue{fill:#0b5aa8}svg .letters.ink-purple{fill:#6b3fa0}
ol{margin:2px 0;padding-left:28px;font-size:9pt;overflow-wrap:anywhere}`;
