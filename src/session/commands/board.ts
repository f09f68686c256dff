/** Whiteboards. */
import type { BoardCommand } from '../../shared/chat-board-commands.ts';
import { BOARD_LIMITS, type BoardOperation, isBoardMessage, isPicture } from '../../shared/whiteboard.ts';
import { boardOperationsOf, boardPointOf } from '../../shared/whiteboard-input.ts';
import { hasOnly, jidOf, labelOf, MAX_ID_LENGTH, type Parsers, textOf, withJid } from './fields.ts';

/** Room, author and id of an element. */
const MAX_ITEM_ID = 5_000;

export const BOARD_PARSERS: Parsers<BoardCommand> = {
  'open-board': (fields) => withJid(fields, 'room', (room) => ({ type: 'open-board', room })),
  'close-board': (fields) => withJid(fields, 'room', (room) => ({ type: 'close-board', room })),
  'read-board': (fields) => withJid(fields, 'room', (room) => ({ type: 'read-board', room })),
  draw: (fields) => {
    const room = jidOf(fields.room);
    const operations = drawingOf(fields.operations);
    const label = labelOf(fields.label);
    if (!hasOnly(fields, ['type', 'room', 'operations', 'label'])) return undefined;
    if (room === undefined || operations === undefined) return undefined;
    return label && { type: 'draw', room, operations, ...label };
  },
  'load-picture': (fields) => {
    const room = jidOf(fields.room);
    const element = textOf(fields.element, 1, MAX_ITEM_ID);
    if (room === undefined || !hasOnly(fields, ['type', 'room', 'element'])) return undefined;
    return element === undefined ? undefined : { type: 'load-picture', room, element };
  },
  'put-picture': (fields) => {
    const room = jidOf(fields.room);
    const message = textOf(fields.message, 1, MAX_ID_LENGTH);
    const id = textOf(fields.id, 1, BOARD_LIMITS.id);
    const from = boardPointOf(fields.from);
    const to = boardPointOf(fields.to);
    const label = labelOf(fields.label);
    if (!hasOnly(fields, ['type', 'room', 'message', 'id', 'from', 'to', 'label'])) return undefined;
    if (room === undefined || message === undefined || id === undefined) return undefined;
    if (from === undefined || to === undefined) return undefined;
    const operation: BoardOperation = { type: 'add', element: { kind: 'image', id, from, to } };
    if (!isBoardMessage([operation])) return undefined;
    return label && { type: 'put-picture', room, message, id, from, to, ...label };
  },
};

/** As {@link boardOperationsOf}; a picture comes with its message, not with its place alone. */
function drawingOf(value: unknown): readonly BoardOperation[] | undefined {
  const operations = boardOperationsOf(value);
  return operations?.some(isPicture) === true ? undefined : operations;
}
