import { describe, expect, it } from 'vitest';
import { type BoardOperation, weightOf } from '../../shared/whiteboard.ts';
import { boardOf } from '../../shared/whiteboard-state.ts';
import { BoardLog, type LoggedEntry } from './board-log.ts';

const line = (id: string): BoardOperation => ({
  type: 'add',
  element: { kind: 'line', id, colour: 'red', width: 'thin', from: { x: 0, y: 0 }, to: { x: 9, y: 9 } },
});

/** Message `id` of an author, which draws a line of that name; `archiveId` is its place in the archive. */
function said(author: string, id: string, operations = [line(id)], archiveId = `archive-${id}`): LoggedEntry {
  return {
    archiveId,
    ids: [id],
    entry: {
      id: `local-${id}`,
      author,
      name: author,
      own: author === 'self',
      at: 1,
      operations,
      mayClear: author === 'mod',
      state: 'kept',
    },
  };
}
const waiting = (id: string) => ({ ...said('self', id).entry, id, state: 'waiting' as const });
const shown = (log: BoardLog) =>
  boardOf(log.entries).elements.map(({ element, state }) => `${element.id} ${state}`);

describe('the log of a board', () => {
  it('takes a message once, also where it comes under another of its names', () => {
    const log = new BoardLog();
    expect(log.add(said('bob', '1'))).toBe(true);
    expect(log.add(said('bob', '1'))).toBe(false);
    expect(log.add(said('bob', '1', [line('other')], 'archive-other'))).toBe(false);
    expect(log.add(said('eve', '1', [line('1')], 'archive-eve')), 'another author’s id').toBe(true);
    expect(log.entries).toHaveLength(2);
  });

  it('moves what was on its way to the place where the room has it', () => {
    const log = new BoardLog();
    log.send(waiting('mine'));
    log.add(said('bob', '1'));
    expect(shown(log)).toEqual(['1 kept', 'mine waiting']);
    expect(log.arrived('mine', undefined)).toBe(true);
    expect(log.arrived('mine', 'archive-mine'), 'nothing changes but its name').toBe(false);
    log.add(said('bob', '2'));
    expect(shown(log)).toEqual(['1 kept', 'mine kept', '2 kept']);
    expect(log.add(said('self', 'x', [line('x')], 'archive-mine')), 'known by the archive’s name').toBe(
      false,
    );
  });

  it('keeps what was refused until it is sent again', () => {
    const log = new BoardLog();
    log.send(waiting('mine'));
    expect(log.settle('mine', 'failed')).toBe(true);
    expect(shown(log)).toEqual(['mine failed']);
    expect(log.settle('mine', 'waiting')).toBe(true);
    log.drop('mine');
    expect(shown(log)).toEqual([]);
    expect(log.settle('mine', 'failed')).toBe(false);
  });

  it('takes the archive’s word for the past, and keeps what the room said since', () => {
    const log = new BoardLog();
    log.add(said('bob', 'stale'));
    const { mark } = log;
    log.add(said('bob', '3'));
    log.send(waiting('mine'));
    log.send(waiting('late'));
    log.merge([said('bob', '1'), said('self', 'mine'), said('bob', '2')], [], mark);
    expect(shown(log)).toEqual(['1 kept', 'mine kept', '2 kept', '3 kept', 'late waiting']);
    log.prepend([said('bob', '0')], []);
    expect(shown(log)[0]).toBe('0 kept');
  });

  it('a stranger’s message does not pass for one of this user that waits', () => {
    const log = new BoardLog();
    log.send(waiting('mine'));
    log.merge([said('eve', 'mine')], [], undefined);
    expect(shown(log)).toEqual(['mine kept', 'mine waiting']);
  });

  it('forgets what was before a clearing, and only of one that counts', () => {
    const log = new BoardLog();
    log.add(said('bob', '1'));
    log.add(said('bob', 'c', [{ type: 'clear' }]));
    expect(shown(log)).toEqual(['1 kept']);
    log.add(said('mod', 'c', [{ type: 'clear' }], 'archive-c2'));
    log.add(said('bob', '2'));
    expect(log.entries).toHaveLength(2);
    expect(shown(log)).toEqual(['2 kept']);
  });

  it('lets the room take back any message, an author their own, also before it comes', () => {
    const log = new BoardLog();
    log.add(said('bob', '1'));
    log.add(said('bob', '2'));
    expect(log.takeBack({ id: 'archive-1', author: 'eve', byRoom: false })).toBe(false);
    expect(log.takeBack({ id: 'archive-1', author: 'bob', byRoom: false })).toBe(true);
    expect(log.takeBack({ id: 'archive-2', author: undefined, byRoom: true })).toBe(true);
    log.takeBack({ id: 'archive-3', author: undefined, byRoom: true });
    expect(log.add(said('bob', '3'))).toBe(false);
    expect(shown(log)).toEqual([]);
  });

  it('is bounded in what was drawn as well', () => {
    const log = new BoardLog();
    const points = Array.from({ length: 512 }, (_, x) => ({ x, y: 0 }));
    const stroke = (id: string): BoardOperation => ({
      type: 'add',
      element: { kind: 'stroke', id, colour: 'red', width: 'thin', points },
    });
    for (let at = 0; at < 2_000; at += 1) log.add(said('bob', `${at}`, [stroke('a'), stroke('b')]));
    const weight = log.entries.reduce((sum, { operations }) => sum + weightOf(operations), 0);
    expect(weight).toBeLessThanOrEqual(500_000);
    expect(log.entries.at(-1)?.id).toBe('local-1999');
    expect(log.isCut).toBe(true);
  });

  it('is bounded, and says so', () => {
    const log = new BoardLog();
    for (let at = 0; at < 5_001; at += 1) log.add(said('bob', String(at)));
    expect(log.entries).toHaveLength(4_500);
    expect(log.isCut).toBe(true);
  });
});
