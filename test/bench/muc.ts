/**
 * Rooms: how long until one with many occupants stands in the window's mirror and in order, how long the window is busy with it at a
 * time, and how long until 200 rooms are entered. The crowd is played by a server in memory; the 200 rooms are Prosody's.
 */

import { EMPTY_CHAT } from '../../src/renderer/state/chat-state.ts';
import { NO_OCCUPANTS, sortOccupants } from '../../src/renderer/state/occupants.ts';
import { applyEvents } from '../../src/renderer/state/reduce-chat.ts';
import { ChatModel } from '../../src/session/chat-model.ts';
import { EventBatcher } from '../../src/session/event-batcher.ts';
import { Names } from '../../src/session/names.ts';
import type { ChatEvent } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { XmppClient } from '../../src/xmpp/index.ts';
import { startTestSite, testUser } from '../support/prosody-site.ts';
import { attempt, makeClient, ROOMS } from '../support/scripted-xmpp.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';
import { type Figure, figure } from './measure.ts';

const OPS = `ops@${ROOMS}` as BareJid;

/** The window as far as its state goes: applies what arrives and keeps the open room in order. */
class Mirror {
  #chat = EMPTY_CHAT;
  #sorted = NO_OCCUPANTS;
  /** The longest that one array of events kept the window busy, milliseconds. */
  busy = 0;

  take(events: readonly ChatEvent[]): void {
    const start = performance.now();
    this.#chat = applyEvents(this.#chat, structuredClone(events));
    this.#sorted = sortOccupants(this.#sorted, this.#chat.occupants.get(OPS));
    this.busy = Math.max(this.busy, performance.now() - start);
  }

  get occupants(): number {
    return this.#sorted.list.length;
  }
}

/** The session's way from the client's events to the window's port. */
function showIn(mirror: Mirror, client: XmppClient): () => void {
  const batcher: EventBatcher = new EventBatcher(
    (events) => {
      mirror.take(events);
      setImmediate(() => batcher.acknowledge(1));
    },
    () => [],
  );
  const names = new Names(['Allen, Alice']);
  const model = new ChatModel((event) => batcher.push(event));
  client.on('room', (room) => model.upsertRoom(room));
  client.on('occupants', ({ room, reset, upsert, remove }) => {
    if (reset) model.clearOccupants(room);
    if (upsert.length > 0)
      model.upsertOccupants(
        room,
        upsert.map((occupant) => names.occupant(occupant)),
      );
    for (const nick of remove) model.removeOccupant(room, nick);
  });
  return () => batcher.close();
}

const presence = (nick: string, more = '') =>
  `<presence from='${OPS}/${nick}'><show>away</show><x xmlns='http://jabber.org/protocol/muc#user'>` +
  `<item affiliation='member' role='participant' jid='${nick.toLowerCase()}@chat.mil/desk'/>${more}</x></presence>`;

interface Entered {
  /** Milliseconds. */
  readonly total: number;
  readonly busy: number;
}

/** Enters a room of `count` others; then a tenth of them changes, one presence after the other. */
async function enterCrowd(count: number): Promise<Entered> {
  const client = makeClient();
  const { server, outcome } = attempt(client);
  await server.session();
  await outcome;
  const mirror = new Mirror();
  const end = showIn(mirror, client);
  const crowd = Array.from({ length: count }, (_, index) =>
    presence(`Analyst-${(index * 7919) % count}`),
  ).join('');
  const data = `${crowd}${presence('alice', "<status code='110'/>")}<message type='groupchat' from='${OPS}'><subject/></message>`;
  const start = performance.now();
  client.joinRoom(OPS);
  await server.take(/<x xmlns="http:\/\/jabber.org\/protocol\/muc">/);
  // In the pieces in which a connection hands bytes over.
  for (let at = 0; at < data.length; at += 65_536) server.send(data.slice(at, at + 65_536));
  await until('occupants', () => mirror.occupants === count + 1);
  const total = performance.now() - start;
  for (let index = 0; index < count; index += 10)
    server.send(presence(`Analyst-${index}`).replace('away', 'dnd'));
  await new Promise((done) => setTimeout(done, 300));
  end();
  server.close();
  return { total, busy: mirror.busy };
}

/** Milliseconds until all rooms of the policy are entered, on a Prosody that has them; and a ping meanwhile. */
async function enterMany(count: number): Promise<{ readonly total: number; readonly ping: number }> {
  const site = await startTestSite({
    users: [testUser('alice', 1), testUser('bob', 2)],
    epochs: [4],
    prosody: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
      ],
      machines: [{ kid: 'WS-1' }],
    },
  });
  try {
    const rooms = Array.from(
      { length: count },
      (_, index) => `bench-${index}@${site.server.roomService}` as BareJid,
    );
    const joinAll = async (analyst: Analyst) => {
      const start = performance.now();
      for (const room of rooms) analyst.client.joinRoom(room);
      const ping = await analyst.client.ping();
      await until('rooms', () => rooms.every((room) => analyst.room(room)?.state === 'joined'));
      return { total: performance.now() - start, ping };
    };
    const bob = new Analyst(site, 'bob');
    await bob.connect();
    await joinAll(bob);
    for (const room of rooms.slice(0, 20)) bob.client.sendRoomMessage(room, 'Relief of the watch at 0600Z');
    const alice = new Analyst(site, 'alice');
    await alice.connect();
    const measured = await joinAll(alice);
    await Promise.all([alice.client.disconnect(), bob.client.disconnect()]);
    return measured;
  } finally {
    await site.stop();
  }
}

export async function benchRooms(quick: boolean): Promise<readonly Figure[]> {
  const runs = quick ? 1 : 7;
  const crowds = async (count: number) => {
    await enterCrowd(count);
    const results: Entered[] = [];
    for (let run = 0; run < runs; run += 1) results.push(await enterCrowd(count));
    return results;
  };
  const small = await crowds(500);
  const large = await crowds(10_000);
  const many: Awaited<ReturnType<typeof enterMany>>[] = [];
  for (let run = 0; run < (quick ? 1 : 3); run += 1) many.push(await enterMany(200));
  const note = 'server in memory; to the window’s mirror, sorted, without painting';
  const totals = (results: readonly Entered[]) => results.map(({ total }) => total);
  return [
    figure(
      { name: 'room of 500 occupants joined and settled', unit: 'ms', target: 300, note },
      totals(small),
    ),
    figure(
      { name: 'room of 10,000 occupants joined and settled', unit: 'ms', target: 2000, note },
      totals(large),
    ),
    figure(
      {
        name: 'room of 10,000, the window’s longest turn',
        unit: 'ms',
        target: 100,
        note: 'also while 1,000 presences change',
      },
      large.map(({ busy }) => busy),
    ),
    figure(
      { name: '200 rooms joined at sign-in', unit: 'ms', target: 5000, note: 'Prosody, a dozen at a time' },
      many.map(({ total }) => total),
    ),
    figure(
      { name: 'a ping while 200 rooms are joined', unit: 'ms', note: 'what anything typed then waits' },
      many.map(({ ping }) => ping),
    ),
  ];
}
