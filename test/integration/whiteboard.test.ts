/** The whiteboard of a room between desks, over the real Prosody and the real ejabberd: live, for who comes late, offline, emptied, taken back. */
import { describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import type { BoardOperation } from '../../src/shared/whiteboard.ts';
import { BOTH_SERVERS, newRoom, TestDesk, withServer } from '../support/test-desk.ts';
import { until } from '../support/xmpp-analyst.ts';

/** One analyst with a board. */
class Desk extends TestDesk {
  static async open(account: string, room: BareJid): Promise<Desk> {
    const desk = await new Desk(account, { policy: { whiteboard: true } }).begin(room);
    await desk.does({ type: 'open-board', room });
    await until(`${account} has read`, () => desk.info(room)?.knowledge === 'whole');
    return desk;
  }

  draws(room: BareJid, ...operations: readonly BoardOperation[]): Promise<void> {
    return this.does({ type: 'draw', room, operations });
  }

  info(room: BareJid) {
    return this.window.state.collections.boards.get(room);
  }

  /** Ids and authors of what is on the board, from below to above. */
  board(room: BareJid): readonly string[] {
    return [...this.window.state.collections.boardElements.values()]
      .filter((item) => item.room === room)
      .sort((one, other) => one.order - other.order)
      .map(({ drawn }) => `${drawn.own ? 'own' : drawn.name} ${drawn.element.id} ${drawn.state}`);
  }

  seesBoard(room: BareJid, ...expected: readonly string[]): Promise<void> {
    return this.sees(expected, () => this.board(room));
  }
}

const line = (id: string): BoardOperation => ({
  type: 'add',
  element: { kind: 'line', id, colour: 'red', width: 'thin', from: { x: 0, y: 0 }, to: { x: 99, y: 99 } },
});
const text = (id: string, said: string): BoardOperation => ({
  type: 'add',
  element: { kind: 'text', id, colour: 'ink', width: 'thin', at: { x: 5, y: 5 }, text: said },
});

describe.each(BOTH_SERVERS)('a whiteboard with %s', (...server) => {
  withServer(server);

  it('is the same for those who watch and for who comes late, and is talked about in the room', async () => {
    const room = newRoom('board');
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await alice.draws(room, line('a1'), text('a2', 'Convoy halts here'));
    await bob.seesBoard(room, 'alice a1 kept', 'alice a2 kept');
    await bob.draws(room, line('b1'));
    await alice.seesBoard(room, 'own a1 kept', 'own a2 kept', 'bob b1 kept');
    await alice.draws(room, { type: 'withdraw', id: 'a1' });
    await alice.draws(room, { type: 'withdraw', id: 'b1' });
    await bob.seesBoard(room, 'alice a2 kept', 'own b1 kept');
    await until('all that was said', () => bob.window.bodies(room).length === 4);
    expect(bob.window.bodies(room)).toEqual([
      '[whiteboard] 1 line, text “Convoy halts here”',
      '[whiteboard] 1 line',
      '[whiteboard] 1 taken back',
      '[whiteboard] 1 taken back',
    ]);
    const carol = await Desk.open('carol', room);
    await carol.seesBoard(room, 'alice a2 kept', 'bob b1 kept');
    expect(carol.info(room)).toMatchObject({ knowledge: 'whole', read: 4 });
    const again = await Desk.open('alice', room);
    await again.seesBoard(room, 'own a2 kept', 'bob b1 kept');
  });

  it('is emptied by a moderator, for everybody and for good, and by nobody else', async () => {
    const room = newRoom('board');
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await bob.draws(room, line('b1'));
    await alice.seesBoard(room, 'bob b1 kept');
    await bob.draws(room, { type: 'clear' });
    await until('the room refuses', () => [...bob.delivery.values()].includes('failed'));
    await bob.seesBoard(room, 'own b1 kept');
    await alice.draws(room, { type: 'clear' });
    await alice.seesBoard(room);
    await bob.seesBoard(room);
    await bob.draws(room, line('b2'));
    const carol = await Desk.open('carol', room);
    await carol.seesBoard(room, 'bob b2 kept');
    expect(carol.info(room)?.cleared).toMatchObject({ name: 'alice' });
    expect(alice.info(room)?.cleared).toBeDefined();
  });

  it('keeps what is drawn without a connection, sends it once, and has what was missed', async () => {
    const room = newRoom('board');
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await alice.draws(room, line('a1'));
    await bob.seesBoard(room, 'alice a1 kept');
    await alice.cut();
    await alice.draws(room, line('a2'));
    await alice.seesBoard(room, 'own a1 kept', 'own a2 waiting');
    await bob.draws(room, line('b1'));
    await bob.seesBoard(room, 'alice a1 kept', 'own b1 kept');
    await alice.window.connected((await alice.connect()).resumed);
    await bob.seesBoard(room, 'alice a1 kept', 'own b1 kept', 'alice a2 kept');
    await alice.seesBoard(room, 'own a1 kept', 'bob b1 kept', 'own a2 kept');
  });

  it('has nothing more of a message that was taken back, for whoever watches and whoever comes later', async () => {
    const room = newRoom('board');
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await bob.draws(room, line('b1'));
    await alice.seesBoard(room, 'bob b1 kept');
    await bob.draws(room, line('b2'));
    await alice.seesBoard(room, 'bob b1 kept', 'bob b2 kept');
    const [first] = alice.window.messages(room);
    await alice.does({ type: 'moderate-message', conversation: room, id: first?.id ?? '', reason: '' });
    await alice.seesBoard(room, 'bob b2 kept');
    await bob.seesBoard(room, 'own b2 kept');
    const second = bob.window.messages(room)[1];
    await bob.does({ type: 'retract-message', conversation: room, id: second?.id ?? '' });
    await alice.seesBoard(room);
    await bob.seesBoard(room);
    const carol = await Desk.open('carol', room);
    await carol.seesBoard(room);
  });

  it('many strokes at once go in few messages', async () => {
    const room = newRoom('board');
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    const ids = Array.from({ length: 40 }, (_, at) => `s${at}`);
    await Promise.all(ids.map((id) => alice.draws(room, line(id))));
    await bob.seesBoard(room, ...ids.map((id) => `alice ${id} kept`));
    expect(bob.window.bodies(room)).toEqual([
      '[whiteboard] 1 line',
      '[whiteboard] 32 lines',
      '[whiteboard] 7 lines',
    ]);
  });
});
