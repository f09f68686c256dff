import { describe, expect, it } from 'vitest';
import { BOARD_LIMITS, type BoardOperation } from './whiteboard.ts';
import { type BoardEntry, boardOf, empties } from './whiteboard-state.ts';

const ink = { colour: 'red', width: 'thin' } as const;
const line = (id: string): BoardOperation => ({
  type: 'add',
  element: { kind: 'line', id, ...ink, from: { x: 0, y: 0 }, to: { x: 9, y: 9 } },
});
const stroke = (id: string): BoardOperation => ({
  type: 'add',
  element: {
    kind: 'stroke',
    id,
    ...ink,
    points: Array.from({ length: BOARD_LIMITS.strokePoints }, (_, x) => ({ x, y: 0 })),
  },
});
const back = (id: string): BoardOperation => ({ type: 'withdraw', id });
let count = 0;
function entry(
  author: string | undefined,
  operations: readonly BoardOperation[],
  more: Partial<BoardEntry> = {},
) {
  count += 1;
  return {
    id: `m${count}`,
    ...(author === undefined ? {} : { author }),
    name: author ?? 'somebody',
    own: author === 'self',
    at: count,
    operations,
    mayClear: false,
    state: 'kept',
    ...more,
  } satisfies BoardEntry;
}
const ids = (entries: readonly BoardEntry[]) => boardOf(entries).elements.map(({ element }) => element.id);

describe('a board', () => {
  it('holds what was drawn, in the order of the room, with author, time and message', () => {
    const [first, second] = [entry('bob', [line('1'), line('2')]), entry('carol', [line('1')])];
    const { elements } = boardOf([first, second]);
    expect(elements.map(({ name, element }) => [name, element.id])).toEqual([
      ['bob', '1'],
      ['bob', '2'],
      ['carol', '1'],
    ]);
    expect(elements[2]).toMatchObject({ message: second.id, at: second.at, own: false });
  });

  it('lets an author take back their own, and nobody else’s', () => {
    const drawn = [entry('bob', [line('1'), line('2')])];
    expect(ids([...drawn, entry('carol', [back('1')])])).toEqual(['1', '2']);
    expect(ids([...drawn, entry('bob', [back('1'), back('9')])])).toEqual(['2']);
  });

  it('knows an id once: nobody swaps what was drawn, or brings it back under the old name', () => {
    expect(boardOf([entry('bob', [line('1')]), entry('bob', [stroke('1')])]).elements[0]?.element.kind).toBe(
      'line',
    );
    expect(ids([entry('bob', [line('1')]), entry('bob', [back('1')]), entry('bob', [line('1')])])).toEqual(
      [],
    );
  });

  it('keeps what an unknown author drew, for whom nobody can speak', () => {
    expect(ids([entry(undefined, [line('1')]), entry(undefined, [back('1')])])).toEqual(['1']);
  });

  it('is emptied by whom the room lets, and begins anew', () => {
    const clear: BoardOperation = { type: 'clear' };
    const before = entry('bob', [line('1')]);
    expect(ids([before, entry('bob', [clear])])).toEqual(['1']);
    const emptied = [before, entry('mod', [clear], { mayClear: true }), entry('bob', [line('1')])];
    expect(ids(emptied)).toEqual(['1']);
    expect(boardOf(emptied)).toMatchObject({
      cleared: { name: 'mod' },
      elements: [{ message: emptied[2]?.id }],
    });
    expect(empties(entry('mod', [clear], { mayClear: true }))).toBe(true);
    expect(empties(entry('mod', [clear]))).toBe(false);
    expect(empties(entry('self', [clear], { mayClear: true, state: 'waiting' }))).toBe(false);
  });

  it('shows what waits above the rest, and empties nothing for a clearing that waits', () => {
    const waiting = entry('self', [line('w')], { state: 'waiting' });
    expect(ids([waiting, entry('bob', [line('1')])])).toEqual(['1', 'w']);
    expect(boardOf([waiting]).elements[0]?.state).toBe('waiting');
    const clear = entry('self', [{ type: 'clear' }], { state: 'waiting', mayClear: true });
    expect(ids([entry('bob', [line('1')]), clear])).toEqual(['1']);
  });

  it('a withdrawal that was refused takes nothing away', () => {
    expect(ids([entry('self', [line('1')]), entry('self', [back('1')], { state: 'failed' })])).toEqual(['1']);
  });

  it('is bounded in elements and points: what is too much is counted, and has room once something is taken back', () => {
    const full = Array.from({ length: 40 }, (_, at) =>
      entry(
        'bob',
        Array.from({ length: 25 }, (_none, of) => line(`${at}-${of}`)),
      ),
    );
    const late = [entry('carol', [line('late')])];
    expect(boardOf([...full, ...late])).toMatchObject({
      refused: 1,
      elements: { length: BOARD_LIMITS.elements },
    });
    expect(ids([...full, entry('bob', [back('0-0')]), ...late]).at(-1)).toBe('late');
    const strokes = Array.from({ length: 300 }, (_, at) => entry('bob', [stroke(`${at}`)]));
    const { elements, refused } = boardOf(strokes);
    expect(elements.length).toBe(Math.floor(BOARD_LIMITS.points / BOARD_LIMITS.strokePoints));
    expect(refused).toBe(300 - elements.length);
  });

  it('draws no picture without its file, and nothing out of bounds', () => {
    const picture: BoardOperation = {
      type: 'add',
      element: { kind: 'image', id: 'i', from: { x: 0, y: 0 }, to: { x: 9, y: 9 } },
    };
    expect(ids([entry('bob', [picture])])).toEqual([]);
    const file = { name: 'a.png', mediaType: 'image/png', size: 1, sha256: 'x', url: 'u' };
    expect(boardOf([entry('bob', [picture], { file })]).elements[0]?.file).toEqual(file);
    expect(ids([entry('bob', [line('1'), { type: 'withdraw', id: '' }])])).toEqual([]);
  });

  it('comes to the same for everybody: random operations, whichever of them are read first', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let run = 0; run < 200; run += 1) {
      const entries = Array.from({ length: 30 }, () => {
        const id = String(random(6));
        const kind = random(8);
        const operation: BoardOperation = kind === 0 ? { type: 'clear' } : kind < 3 ? back(id) : line(id);
        return entry(['bob', 'carol', undefined][random(3)], [operation], { mayClear: random(2) === 0 });
      });
      // Whoever comes late reads back to the last clearing only.
      const from = entries.findLastIndex(empties);
      expect(boardOf(entries.slice(Math.max(from, 0)))).toEqual(boardOf(entries));
    }
  });
});
