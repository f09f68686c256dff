/**
 * The guard's rules for the whiteboard (docs/whiteboard.md, /features/whiteboard): a closed grammar, down to each number, in
 * messages said in a room by somebody in it, and never in a message that does something else as well.
 */
import { NS } from '../namespaces.ts';
import { readOperation, readOperations } from '../sallyport-whiteboard/board.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';
import { isAction } from './actions.ts';
import { names } from './common-shapes.ts';
import type { Address } from './config.ts';
import { type Shape, type ShapeOptions, shape, type TableEntries } from './shape.ts';
import { type Direction, type Refusal, refuse } from './verdict.ts';

/** A stroke's points, each of at most nine characters and a space. */
const MAX_POINTS_TEXT = 256 * 10;
const MAX_TEXT = 200;

const operation = (options: ShapeOptions): Shape =>
  shape({ ...options, accepts: (element) => readOperation(element) !== undefined });
const INK = ['id', 'colour', 'width'];

/** What a message may hold where the policy has whiteboards. */
export const WHITEBOARD: TableEntries = {
  [NS.whiteboard]: {
    board: shape({
      children: {
        [NS.whiteboard]: {
          stroke: operation({ attrs: INK, text: MAX_POINTS_TEXT }),
          ...names(['line', 'arrow', 'rectangle', 'ellipse'], operation({ attrs: [...INK, 'from', 'to'] })),
          text: operation({ attrs: [...INK, 'at'], text: MAX_TEXT }),
          image: operation({ attrs: ['id', 'from', 'to'] }),
          withdraw: operation({ attrs: ['id'] }),
          clear: operation({}),
        },
      },
      accepts: (board) => readOperations(board) !== undefined,
    }),
  },
};

function isElsewise(child: Element): boolean {
  return isAction(child) || child.is('reply', NS.reply) || child.is('x', NS.dataForms);
}

/** One board a message, with the text for whoever cannot draw it, from or to a room. */
export function judgeBoard(
  direction: Direction,
  message: Element,
  peer: Address | undefined,
): Refusal | undefined {
  const children = elementsOf(message);
  const boards = children.filter((child) => child.is('board', NS.whiteboard));
  if (boards.length === 0) return undefined;
  const inRoom = peer?.room === true && (peer.resource !== undefined) === (direction === 'in');
  const single = boards.length === 1 && message.attrs.type === 'groupchat';
  const told = childOf(message, 'body', NS.client) !== undefined;
  return inRoom && single && told && !children.some(isElsewise) ? undefined : refuse('whiteboard');
}
