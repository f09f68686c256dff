import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BareJid } from '../../shared/jid.ts';
import type { ConversationAction, ConversationMessage, PeekedPage } from '../../xmpp/index.ts';
import { PastActions } from './past-actions.ts';

const OPS = 'ops@rooms.chat.mil' as BareJid;
const AIR = 'air@rooms.chat.mil' as BareJid;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const said = (archiveId: string): ConversationMessage => ({
  conversation: OPS,
  kind: 'room',
  message: { id: archiveId, direction: 'in', sender: 'red', body: 'x', at: 0, delayed: false },
  keys: { strong: [], archiveId },
});
const did = (type: 'acknowledge' | 'retract', id: string): ConversationAction => ({
  conversation: OPS,
  kind: 'room',
  author: 'occupant:b',
  name: 'Baker',
  at: 1,
  action: { type, id },
});
const page = (items: PeekedPage['items'], more: Partial<PeekedPage> = {}): PeekedPage => ({
  items,
  first: 'first',
  last: 'last',
  complete: false,
  ...more,
});

function reader(
  pages: readonly PeekedPage[],
  { oldest, lookedAt = [] }: { oldest?: string; lookedAt?: readonly BareJid[] } = { oldest: 's1' },
) {
  const asked: string[] = [];
  const taken: string[] = [];
  const made = new PastActions({
    archive: {
      peek: async ({ room, page: { before } }) => {
        asked.push(`${room} before ${before ?? '-'}`);
        const found = pages[asked.length - 1];
        if (found === undefined) throw new Error('gone');
        return found;
      },
    },
    isLookedAt: (room) => lookedAt.includes(room),
    oldestAlerted: (room) => (room === OPS ? oldest : undefined),
    take: ({ action }) => taken.push(`${action.type} ${'id' in action ? action.id : ''}`),
  });
  return { made, asked, taken };
}

describe('PastActions', () => {
  it('goes back to the oldest message that raised an alert, and takes what was done to messages', async () => {
    const { made, asked, taken } = reader([
      page([did('acknowledge', 's1'), did('retract', 's2')], { first: 'p1' }),
      page([said('s1'), did('acknowledge', 's1')]),
      page([did('acknowledge', 's0')]),
    ]);
    made.wake(OPS);
    made.wake(OPS);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toEqual([`${OPS} before `, `${OPS} before p1`]);
    expect(taken).toEqual(['acknowledge s1', 'retract s2', 'acknowledge s1']);
  });

  it('reads once for each time that the room is entered, however often the room tells of its occupants', async () => {
    const { made, asked } = reader([page([], { complete: true }), page([], { complete: true })]);
    for (let change = 0; change < 10; change += 1) {
      made.onRoom(OPS, true);
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect(asked).toHaveLength(1);
    made.onRoom(OPS, false);
    made.onRoom(OPS, true);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked).toHaveLength(2);
  });

  it('asks nothing where nobody else could have acknowledged anything, and nothing after its end', async () => {
    const { made, asked } = reader([page([])]);
    made.wake(AIR);
    await vi.advanceTimersByTimeAsync(5_000);
    made.wake(OPS);
    made.close();
    made.wake(OPS);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toEqual([]);
  });

  it('stops at the beginning, after five pages, and where the archive does not answer', async () => {
    const whole = reader([page([], { complete: true })]);
    const long = reader(Array.from({ length: 9 }, () => page([did('acknowledge', 's9')])));
    const broken = reader([]);
    for (const { made } of [whole, long, broken]) made.wake(OPS);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(whole.asked).toHaveLength(1);
    expect(long.asked).toHaveLength(5);
    expect(broken.asked).toHaveLength(1);
    // The next one is read all the same.
    broken.made.wake(OPS);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(broken.asked).toHaveLength(2);
  });

  describe('where nobody else has an alert', () => {
    const entered = async (lookedAt: BareJid[]) => {
      const made = reader(
        [
          page([said('s5'), did('retract', 's3')], { first: 'p1' }),
          page([did('acknowledge', 's3'), said('s3')]),
        ],
        { lookedAt },
      );
      made.made.onRoom(AIR, true);
      for (const id of ['s3', 's4', 's5']) made.made.onTold(AIR, id, true);
      await vi.advanceTimersByTimeAsync(5_000);
      return made;
    };

    it('reads once back to the first message that the room told, when somebody looks at it', async () => {
      const { made, asked, taken } = await entered([AIR]);
      expect(asked).toEqual([`${AIR} before `, `${AIR} before p1`]);
      expect(taken).toEqual(['retract s3', 'acknowledge s3']);
      made.onLookedAt([AIR]);
      made.onTold(AIR, 's6', false);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(asked).toHaveLength(2);
    });

    it('asks nothing of a room that nobody looks at until somebody does, and then only for what was before', async () => {
      const lookedAt: BareJid[] = [];
      const { made, asked } = await entered(lookedAt);
      for (const id of ['s6', 's7']) made.onTold(AIR, id, false);
      expect(asked).toEqual([]);
      lookedAt.push(AIR);
      made.onLookedAt(lookedAt);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(asked).toEqual([`${AIR} before s6`, `${AIR} before p1`]);
    });

    it('asks nothing of a service that tells of what was done by itself, nor of a room without a past', async () => {
      const { made, asked } = await entered([]);
      made.onToldAction(OPS);
      const other = reader([page([])], { lookedAt: [AIR, OPS] });
      other.made.onRoom(OPS, true);
      other.made.onTold(OPS, 's1', false);
      other.made.onToldAction(AIR);
      other.made.onRoom(AIR, true);
      other.made.onTold(AIR, 's1', true);
      await vi.advanceTimersByTimeAsync(5_000);
      expect([asked, other.asked]).toEqual([[], []]);
    });
  });
});
