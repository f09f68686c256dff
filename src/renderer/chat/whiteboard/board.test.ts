import { describe, expect, it } from 'vitest';
import type { BoardItem } from '../../../shared/chat-board-commands.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { BOARD_LIMITS, type BoardElement, isBoardOperation, type Point } from '../../../shared/whiteboard.ts';
import { elementText } from '../../text/whiteboard.ts';
import { did, NO_HISTORY, redo, undo } from './board-history.ts';
import { drawnBy, newElementId, onBoard, ownAt } from './drafting.ts';
import { distanceTo, simplified, simplifiedTo } from './simplify.ts';

const ink = { colour: 'red', width: 'thin' } as const;
const line = (id: string): BoardElement => ({
  kind: 'line',
  id,
  ...ink,
  from: { x: 0, y: 0 },
  to: { x: 1000, y: 0 },
});

describe('simplifying a stroke', () => {
  const circle = Array.from({ length: 5_000 }, (_, at) => ({
    x: Math.round(3000 + 2000 * Math.cos(at / 800)),
    y: Math.round(3000 + 2000 * Math.sin(at / 800)),
  }));

  it('leaves both ends and nothing else of what is straight', () => {
    const straight = Array.from({ length: 100 }, (_, at) => ({ x: at * 10, y: at * 5 }));
    expect(simplified(straight, 10)).toEqual([straight[0], straight[99]]);
    expect(simplified([{ x: 1, y: 1 }], 10)).toEqual([{ x: 1, y: 1 }]);
    expect(simplified([], 10)).toEqual([]);
  });

  it('never leaves a point farther from the line than was asked', () => {
    const few = simplified(circle, 10);
    expect(few.length).toBeLessThan(200);
    for (const point of circle) {
      const near = Math.min(...few.slice(1).map((to, at) => distanceTo(point, few[at] as Point, to)));
      expect(near).toBeLessThanOrEqual(10);
    }
  });

  it('is as coarse as the limit wants', () => {
    const scribble = Array.from({ length: 4_000 }, (_, at) => ({
      x: (at * 7919) % 10_000,
      y: (at * 104_729) % 6_000,
    }));
    expect(simplifiedTo(scribble, BOARD_LIMITS.strokePoints, 10).length).toBeLessThanOrEqual(
      BOARD_LIMITS.strokePoints,
    );
  });
});

describe('drafting', () => {
  it('draws what the grammar has, on the board', () => {
    const way = [
      { x: -50, y: 20 },
      { x: 300.4, y: 7000 },
      { x: 20_000, y: 10 },
    ];
    for (const tool of ['pen', 'line', 'arrow', 'rectangle', 'ellipse'] as const) {
      const element = drawnBy(tool, way, ink, newElementId());
      expect(element !== undefined && isBoardOperation({ type: 'add', element }), tool).toBe(true);
    }
    expect(onBoard({ x: 10_000, y: -1 })).toEqual({ x: 9999, y: 0 });
  });

  it('a press alone is a dot of the pen, and no shape', () => {
    const way = [
      { x: 5, y: 5 },
      { x: 6, y: 5 },
    ];
    expect(drawnBy('line', way, ink, 'a')).toBeUndefined();
    expect(drawnBy('pen', way, ink, 'a')?.kind).toBe('stroke');
  });

  it('erases the uppermost of one’s own that is near, and nothing of others', () => {
    const item = (id: string, own: boolean): BoardItem => ({
      id,
      room: 'ops@rooms.chat.mil' as BareJid,
      order: 1,
      drawn: { key: id, message: id, element: line(id), name: 'x', own, at: 1, state: 'kept' },
    });
    const items = [item('mine', true), item('later', true), item('theirs', false)];
    expect(ownAt(items, { x: 500, y: 100 })?.id).toBe('later');
    expect(ownAt(items, { x: 500, y: 200 })).toBeUndefined();
    expect(ownAt([item('theirs', false)], { x: 500, y: 0 })).toBeUndefined();
  });
});

describe('undo', () => {
  let count = 0;
  const newId = () => `new-${++count}`;

  it('takes back the last, and brings it again under another id, because an id is used once', () => {
    const drew = did(did(NO_HISTORY, { kind: 'drew', element: line('a') }), {
      kind: 'drew',
      element: line('b'),
    });
    const undone = undo(drew, newId);
    expect(undone?.operations).toEqual([{ type: 'withdraw', id: 'b' }]);
    const redone = redo(undone?.history ?? NO_HISTORY, newId);
    const again = redone?.operations[0];
    expect(again).toMatchObject({
      type: 'add',
      element: { kind: 'line', id: expect.stringMatching(/^new-/) },
    });
    const back = undo(redone?.history ?? NO_HISTORY, newId);
    expect(back?.operations).toEqual([
      { type: 'withdraw', id: again?.type === 'add' ? again.element.id : '' },
    ]);
    expect(redo(drew, newId)).toBeUndefined();
    expect(undo(NO_HISTORY, newId)).toBeUndefined();
  });

  it('goes under the label of what is undone, and so does what is done again', () => {
    const label = 'secret';
    const drew = did(NO_HISTORY, { kind: 'drew', element: line('a'), label });
    const undone = undo(
      did(undo(drew, newId)?.history ?? NO_HISTORY, { kind: 'drew', element: line('b') }),
      newId,
    );
    expect(undo(drew, newId)?.label).toBe(label);
    expect(undone?.label).toBeUndefined();
    const redone = redo(undo(drew, newId)?.history ?? NO_HISTORY, newId);
    expect(redone?.label).toBe(label);
    expect(undo(redone?.history ?? NO_HISTORY, newId)?.label).toBe(label);
    const erased = did(NO_HISTORY, { kind: 'erased', element: line('a'), label });
    const back = undo(erased, newId);
    expect(back?.label).toBe(label);
    expect(redo(back?.history ?? NO_HISTORY, newId)?.label).toBe(label);
  });

  it('brings back what was erased; the step that drew it knows the other id', () => {
    const drew = did(NO_HISTORY, { kind: 'drew', element: line('a') });
    const erased = did(drew, { kind: 'erased', element: line('a') });
    const back = undo(erased, newId);
    const operation = back?.operations[0];
    const id = operation?.type === 'add' ? operation.element.id : '';
    expect(id).toMatch(/^new-/);
    expect(undo(back?.history ?? NO_HISTORY, newId)?.operations).toEqual([{ type: 'withdraw', id }]);
    expect(redo(back?.history ?? NO_HISTORY, newId)?.operations).toEqual([{ type: 'withdraw', id }]);
  });
});

it('says in words what is on the board', () => {
  expect(elementText(line('a'))).toBe('red line from 0, 0 to 10, 0');
  expect(elementText({ kind: 'text', id: 't', ...ink, at: { x: 500, y: 700 }, text: 'Halt' })).toBe(
    'red text “Halt” at 5, 7',
  );
});
