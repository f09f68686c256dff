import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { BOARD_LIMITS, type BoardOperation, isBoardMessage } from '../../shared/whiteboard.ts';
import { BoardSender, type Drawing } from './board-sender.ts';

const line = (id: string): BoardOperation => ({
  type: 'add',
  element: { kind: 'line', id, colour: 'red', width: 'thin', from: { x: 0, y: 0 }, to: { x: 9, y: 9 } },
});
const stroke = (id: string): BoardOperation => ({
  type: 'add',
  element: {
    kind: 'stroke',
    id,
    colour: 'red',
    width: 'thin',
    points: Array.from({ length: BOARD_LIMITS.strokePoints }, (_, x) => ({ x, y: 0 })),
  },
});

describe('sending what is drawn', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function sender(send?: (drawing: Drawing) => void) {
    const sent: Drawing[] = [];
    const made = new BoardSender({
      send: (drawing) => {
        send?.(drawing);
        sent.push(drawing);
        return `m${sent.length}`;
      },
      now: () => Date.now(),
    });
    const draw = (operations: readonly BoardOperation[], label?: string) => made.draw({ operations, label });
    return { made, sent, draw, sizes: () => sent.map(({ operations }) => operations.length) };
  }

  it('the first goes at once, what follows goes together, twice a second at most', async () => {
    const { draw, sizes } = sender();
    await draw([line('1')]);
    const rest = Promise.all(['2', '3', '4'].map((id) => draw([line(id)])));
    expect(sizes()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(499);
    expect(sizes()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    await rest;
    expect(sizes()).toEqual([1, 3]);
    void draw([line('5')]);
    expect(sizes()).toEqual([1, 3]);
    await vi.advanceTimersByTimeAsync(500);
    expect(sizes()).toEqual([1, 3, 1]);
  });

  it('makes messages that the grammar has: bounded, of one label, a clearing alone', async () => {
    const { draw, sent, made } = sender();
    void draw([line('first')]);
    for (let at = 0; at < 40; at += 1) void draw([line(`${at}`)]);
    for (let at = 0; at < 5; at += 1) void draw([stroke(`s${at}`)]);
    void draw([line('labelled')], 'secret');
    void draw([{ type: 'clear' }], 'secret');
    void draw([line('after')], 'secret');
    made.flush();
    expect(sent.every(({ operations }) => isBoardMessage(operations))).toBe(true);
    expect(sent.map(({ operations, label }) => [operations.length, label])).toEqual([
      [1, undefined],
      [32, undefined],
      [12, undefined],
      [1, undefined],
      [1, 'secret'],
      [1, 'secret'],
      [1, 'secret'],
    ]);
    await vi.runAllTimersAsync();
    expect(sent).toHaveLength(7);
  });

  it('waits for a room that does not keep up, but not for ever', async () => {
    const { draw, sizes, made } = sender();
    for (const id of ['m1', 'm2', 'm3', 'm4']) made.onSent(id);
    void draw([line('1')]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sizes()).toEqual([]);
    made.onSettled('m1');
    await vi.advanceTimersByTimeAsync(500);
    expect(sizes()).toEqual([1]);
    made.onSent('m5');
    void draw([line('2')]);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(sizes()).toEqual([1, 1]);
  });

  it('tells whoever drew it that it cannot be sent, and goes on', async () => {
    const refusing = { on: true };
    const { draw, sizes } = sender(() => {
      if (refusing.on) throw new AppError('LABEL_REQUIRED');
    });
    await expect(draw([line('1')])).rejects.toMatchObject({ code: 'LABEL_REQUIRED' });
    refusing.on = false;
    const next = draw([line('2')]);
    await vi.advanceTimersByTimeAsync(500);
    await next;
    expect(sizes()).toEqual([1]);
  });
});
