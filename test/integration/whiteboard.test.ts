/** The whiteboard of a room between desks, over the real Prosody and the real ejabberd: live, for who comes late, offline, emptied, taken back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatCommand } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { BoardOperation } from '../../src/shared/whiteboard.ts';
import { DeskWindow } from '../support/desk-window.ts';
import { BINDING, startEjabberdSite } from '../support/ejabberd-site.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)];
const ACCOUNTS = USERS.map(({ account, upn }) => ({ account, upn }));
const KIT = { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }] };
const SERVERS = [
  ['Prosody', () => startTestSite({ users: USERS, epochs: [4], prosody: KIT }), 'tls-exporter'],
  ['ejabberd', () => startEjabberdSite({ users: USERS, epochs: [4], ejabberd: KIT }), BINDING],
] as const;

let site: TestSite;
let binding: 'tls-exporter' | 'tls-server-end-point' = 'tls-exporter';
const open: Desk[] = [];

/** One analyst with a board. */
class Desk extends Analyst {
  readonly window = new DeskWindow(this.client, site.server.domain);

  static async open(account: string, room: BareJid): Promise<Desk> {
    const { domain, roomService } = site.server;
    const desk = new Desk(site, account, {
      policy: guardPolicy(domain, [roomService], { whiteboard: true }),
      lock: { ...site.machine('WS-1', 4), bindings: [binding] },
    });
    open.push(desk);
    await desk.window.connected((await desk.connect()).resumed);
    await desk.does({ type: 'join-room', room });
    await until(`${account} in`, () => desk.rooms.get(room)?.state === 'joined');
    await desk.does({ type: 'open-board', room });
    await until(`${account} has read`, () => desk.info(room)?.knowledge === 'whole');
    return desk;
  }

  async close(): Promise<void> {
    this.window.desk.close();
    await this.client.disconnect();
  }

  async does(command: ChatCommand): Promise<void> {
    expect(await this.window.command(command)).toMatchObject({ ok: true });
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

  async sees(room: BareJid, ...expected: readonly string[]): Promise<void> {
    try {
      await until('', () => JSON.stringify(this.board(room)) === JSON.stringify(expected));
    } catch {
      expect(this.board(room), this.account).toEqual(expected);
    }
  }
}

let rooms = 0;
/** One that no other test has drawn in. */
function newRoom(): BareJid {
  rooms += 1;
  return `board-${rooms}@${site.server.roomService}` as BareJid;
}
const line = (id: string): BoardOperation => ({
  type: 'add',
  element: { kind: 'line', id, colour: 'red', width: 'thin', from: { x: 0, y: 0 }, to: { x: 99, y: 99 } },
});
const text = (id: string, said: string): BoardOperation => ({
  type: 'add',
  element: { kind: 'text', id, colour: 'ink', width: 'thin', at: { x: 5, y: 5 }, text: said },
});

describe.each(SERVERS)('a whiteboard with %s', (_name, start, bound) => {
  beforeAll(async () => {
    binding = bound;
    site = await start();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((desk) => desk.close()));
  });
  afterAll(() => site?.stop());

  it('is the same for those who watch and for who comes late, and is talked about in the room', async () => {
    const room = newRoom();
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await alice.draws(room, line('a1'), text('a2', 'Convoy halts here'));
    await bob.sees(room, 'alice a1 kept', 'alice a2 kept');
    await bob.draws(room, line('b1'));
    await alice.sees(room, 'own a1 kept', 'own a2 kept', 'bob b1 kept');
    await alice.draws(room, { type: 'withdraw', id: 'a1' });
    await alice.draws(room, { type: 'withdraw', id: 'b1' });
    await bob.sees(room, 'alice a2 kept', 'own b1 kept');
    await until('all that was said', () => bob.window.bodies(room).length === 4);
    expect(bob.window.bodies(room)).toEqual([
      '[whiteboard] 1 line, text “Convoy halts here”',
      '[whiteboard] 1 line',
      '[whiteboard] 1 taken back',
      '[whiteboard] 1 taken back',
    ]);
    const carol = await Desk.open('carol', room);
    await carol.sees(room, 'alice a2 kept', 'bob b1 kept');
    expect(carol.info(room)).toMatchObject({ knowledge: 'whole', read: 4 });
    const again = await Desk.open('alice', room);
    await again.sees(room, 'own a2 kept', 'bob b1 kept');
  });

  it('is emptied by a moderator, for everybody and for good, and by nobody else', async () => {
    const room = newRoom();
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await bob.draws(room, line('b1'));
    await alice.sees(room, 'bob b1 kept');
    await bob.draws(room, { type: 'clear' });
    await until('the room refuses', () => [...bob.delivery.values()].includes('failed'));
    await bob.sees(room, 'own b1 kept');
    await alice.draws(room, { type: 'clear' });
    await alice.sees(room);
    await bob.sees(room);
    await bob.draws(room, line('b2'));
    const carol = await Desk.open('carol', room);
    await carol.sees(room, 'bob b2 kept');
    expect(carol.info(room)?.cleared).toMatchObject({ name: 'alice' });
    expect(alice.info(room)?.cleared).toBeDefined();
  });

  it('keeps what is drawn without a connection, sends it once, and has what was missed', async () => {
    const room = newRoom();
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await alice.draws(room, line('a1'));
    await bob.sees(room, 'alice a1 kept');
    await alice.cut();
    await alice.draws(room, line('a2'));
    await alice.sees(room, 'own a1 kept', 'own a2 waiting');
    await bob.draws(room, line('b1'));
    await bob.sees(room, 'alice a1 kept', 'own b1 kept');
    await alice.window.connected((await alice.connect()).resumed);
    await bob.sees(room, 'alice a1 kept', 'own b1 kept', 'alice a2 kept');
    await alice.sees(room, 'own a1 kept', 'bob b1 kept', 'own a2 kept');
  });

  it('has nothing more of a message that was taken back, for whoever watches and whoever comes later', async () => {
    const room = newRoom();
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    await bob.draws(room, line('b1'));
    await alice.sees(room, 'bob b1 kept');
    await bob.draws(room, line('b2'));
    await alice.sees(room, 'bob b1 kept', 'bob b2 kept');
    const [first] = alice.window.messages(room);
    await alice.does({ type: 'moderate-message', conversation: room, id: first?.id ?? '', reason: '' });
    await alice.sees(room, 'bob b2 kept');
    await bob.sees(room, 'own b2 kept');
    const second = bob.window.messages(room)[1];
    await bob.does({ type: 'retract-message', conversation: room, id: second?.id ?? '' });
    await alice.sees(room);
    await bob.sees(room);
    const carol = await Desk.open('carol', room);
    await carol.sees(room);
  });

  it('many strokes at once go in few messages', async () => {
    const room = newRoom();
    const alice = await Desk.open('alice', room);
    const bob = await Desk.open('bob', room);
    const ids = Array.from({ length: 40 }, (_, at) => `s${at}`);
    await Promise.all(ids.map((id) => alice.draws(room, line(id))));
    await bob.sees(room, ...ids.map((id) => `alice ${id} kept`));
    expect(bob.window.bodies(room)).toEqual([
      '[whiteboard] 1 line',
      '[whiteboard] 32 lines',
      '[whiteboard] 7 lines',
    ]);
  });
});
