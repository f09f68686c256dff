/** Many rooms, silent rooms, and hats: against a server that a test plays. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  attempt,
  attribute,
  makeClient,
  ROOMS,
  type ScriptedServer,
  settled,
} from '../../../test/support/scripted-xmpp.ts';
import type { Occupant } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { OccupantsChange, XmppTimeouts } from '../api.ts';

const room = (name: string) => `${name}@${ROOMS}` as BareJid;
const OPS = room('ops');
const JOIN = /<presence [^>]*to="([^"]*)\/alice"[^>]*><x xmlns="http:\/\/jabber.org\/protocol\/muc">/g;

async function signedIn(timeouts: Partial<XmppTimeouts> = {}) {
  const client = makeClient({ timeouts });
  const { server, outcome } = attempt(client);
  await server.session();
  await outcome;
  const states = new Map<string, string>();
  client.on('room', ({ jid, state }) => states.set(jid, state));
  const occupants = new Map<string, Occupant>();
  const onOccupants = ({ reset, upsert, remove }: OccupantsChange) => {
    if (reset) occupants.clear();
    for (const occupant of upsert) occupants.set(occupant.nick, occupant);
    for (const nick of remove) occupants.delete(nick);
  };
  client.on('occupants', onOccupants);
  return { client, server, states, occupants };
}

const asked = (server: ScriptedServer): string[] =>
  [...server.received.matchAll(JOIN)].map((match) => match[1] ?? '');

function letIn(server: ScriptedServer, jid: string, before = ''): void {
  server.send(
    `${before}<presence from='${jid}/alice'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' role='participant'/><status code='110'/></x></presence>` +
      `<message type='groupchat' from='${jid}'><subject/></message>`,
  );
}

describe('200 rooms', () => {
  it('are entered a dozen at a time, the one that is looked at first, and all of them in the end', async () => {
    const { client, server, states } = await signedIn();
    const all = Array.from({ length: 200 }, (_, count) => room(`r${count}`));
    for (const jid of all) client.joinRoom(jid);
    await settled();
    expect(asked(server)).toEqual(all.slice(0, 12));
    expect([...states.values()].every((state) => state === 'joining')).toBe(true);
    expect(states.size).toBe(200);
    client.extensions.roomService.prefer(room('r150'));
    await settled();
    expect(asked(server).at(-1)).toBe(room('r150'));
    client.leaveRoom(room('r199'));
    for (let answered = 0; answered < 199; ) {
      const waiting = asked(server).slice(answered);
      expect(waiting.length).toBeGreaterThan(0);
      expect(waiting.length).toBeLessThanOrEqual(13);
      const [next] = waiting;
      letIn(server, next ?? '');
      answered += 1;
      if (answered % 10 === 0) await settled();
      else await new Promise((done) => setImmediate(done));
    }
    await settled();
    expect(asked(server)).toHaveLength(199);
    expect([...states.values()].filter((state) => state === 'joined')).toHaveLength(199);
  });

  it('a room that refuses, or is lost with its connection, keeps no place', async () => {
    const { client, server, states } = await signedIn();
    for (let count = 0; count < 14; count += 1) client.joinRoom(room(`r${count}`));
    await settled();
    server.send(
      `<presence type='error' from='${room('r0')}/alice'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
    );
    await settled();
    expect(states.get(room('r0'))).toBe('failed');
    expect(asked(server)).toHaveLength(13);
    server.close();
    await settled();
    const again = attempt(client);
    await again.server.signIn();
    await again.server.take(/<resume [^>]*\/>/);
    again.server.send("<failed xmlns='urn:xmpp:sm:3'/>");
    await again.server.bind();
    await again.server.take(/<enable [^>]*\/>/);
    again.server.send("<enabled xmlns='urn:xmpp:sm:3'/>");
    await again.outcome;
    await settled();
    expect(asked(again.server)).toEqual(Array.from({ length: 12 }, (_, count) => room(`r${count + 1}`)));
  });
});

describe('a room that is switched off', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const QUESTION = /<iq [^>]*id="([^"]*)"[^>]*to="ops@[^"/]*"[^>]*><query xmlns="[^"]*disco#info"\/><\/iq>/g;
  const questions = (server: ScriptedServer) => [...server.received.matchAll(QUESTION)].map(([, id]) => id);
  const OFF =
    "<error type='wait'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
  const refuse = (server: ScriptedServer, condition = OFF) =>
    server.send(`<iq type='error' from='${OPS}' id='${questions(server).at(-1)}'>${condition}</iq>`);

  async function switchedOff() {
    const scene = await signedIn();
    scene.client.joinRoom(OPS);
    await settled();
    letIn(scene.server, OPS);
    await settled();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    scene.server.send(
      `<presence type='unavailable' from='${OPS}/alice'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/><status code='110'/><status code='332'/></x></presence>`,
    );
    await settled();
    expect(scene.states.get(OPS)).toBe('failed');
    return scene;
  }

  it('is asked now and then, as what it is, and entered again when it is on', async () => {
    const { server, states } = await switchedOff();
    for (const [count, wait] of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000].entries()) {
      await vi.advanceTimersByTimeAsync(wait * 1.5);
      await settled();
      expect(questions(server)).toHaveLength(count + 1);
      refuse(server);
      await settled();
      expect([states.get(OPS), asked(server).length]).toEqual(['failed', 1]);
    }
    await vi.advanceTimersByTimeAsync(90_000);
    await settled();
    server.send(
      `<iq type='result' from='${OPS}' id='${questions(server).at(-1)}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
    );
    await settled();
    expect([states.get(OPS), asked(server).length]).toEqual(['joining', 2]);
    letIn(server, OPS);
    await settled();
    expect(states.get(OPS)).toBe('joined');
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect([questions(server).length, asked(server).length]).toEqual([7, 2]);
  });

  it('is not asked by whom it does not concern any more, and one that is gone is entered to be told why', async () => {
    const left = await switchedOff();
    left.client.leaveRoom(OPS);
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(questions(left.server)).toEqual([]);
    vi.useRealTimers();
    const gone = await switchedOff();
    await vi.advanceTimersByTimeAsync(7_500);
    await settled();
    refuse(
      gone.server,
      "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
    );
    await settled();
    expect(asked(gone.server)).toHaveLength(2);
  });
});

describe('a silent room', () => {
  const PING = /<iq [^>]*type="get"[^>]*to="ops@[^"]*\/alice"[^>]*><ping [^>]*\/><\/iq>/;

  async function pinged() {
    const session = await signedIn({ roomSilence: 50 });
    session.client.joinRoom(OPS);
    await session.server.take(/<x xmlns="http:\/\/jabber.org\/protocol\/muc">/);
    letIn(session.server, OPS);
    const id = attribute(await session.server.take(PING), 'id');
    const answer = (type: string, inner = '') =>
      session.server.send(`<iq type='${type}' id='${id}' from='${OPS}/alice'>${inner}</iq>`);
    const refuse = (condition: string) =>
      answer(
        'error',
        `<error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
      );
    return { ...session, answer, refuse };
  }

  it('that has forgotten this user is entered again', async () => {
    const { server, refuse, states } = await pinged();
    refuse('not-acceptable');
    await server.take(/<x xmlns="http:\/\/jabber.org\/protocol\/muc">/);
    expect(asked(server)).toEqual([OPS, OPS]);
    expect(states.get(OPS)).toBe('joining');
  });

  it.each(['service-unavailable', 'feature-not-implemented', 'item-not-found', 'remote-server-timeout'])(
    'that answers %s is left alone, and asked again after as much silence',
    async (condition) => {
      const { server, refuse, states } = await pinged();
      refuse(condition);
      await server.take(PING);
      expect(asked(server)).toEqual([OPS]);
      expect(states.get(OPS)).toBe('joined');
    },
  );

  it('that answers is left alone', async () => {
    const { server, answer, states } = await pinged();
    answer('result');
    await server.take(PING);
    expect(states.get(OPS)).toBe('joined');
  });
});

describe('a room that does not answer', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is asked again while the connection lasts, after longer and longer, until it does', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { client, server, states } = await signedIn({ iq: 50 });
    const late = async () => {
      for (let n = 0; n < 3; n += 1) await settled();
      await vi.advanceTimersByTimeAsync(50);
      await settled();
      expect(states.get(OPS)).toBe('failed');
    };
    client.joinRoom(OPS);
    await late();
    await vi.advanceTimersByTimeAsync(5_000);
    await settled();
    expect([asked(server).length, states.get(OPS)]).toEqual([2, 'joining']);
    await late();
    await vi.advanceTimersByTimeAsync(9_000);
    await settled();
    expect(asked(server)).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_000);
    await settled();
    expect(asked(server)).toHaveLength(3);
    letIn(server, OPS);
    await settled();
    expect(states.get(OPS)).toBe('joined');
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(asked(server)).toHaveLength(3);
  });

  it('may still let in whom it kept waiting, and is not asked again where the user left', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { client, server, states } = await signedIn({ iq: 50 });
    client.joinRoom(OPS);
    client.joinRoom(room('other'));
    for (let n = 0; n < 3; n += 1) await settled();
    await vi.advanceTimersByTimeAsync(50);
    await settled();
    expect([states.get(OPS), states.get(room('other'))]).toEqual(['failed', 'failed']);
    letIn(server, OPS);
    client.leaveRoom(room('other'));
    await settled();
    expect(states.get(OPS)).toBe('joined');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked(server)).toEqual([OPS, room('other')]);
  });

  it('is waited for as long as the link still brings what was written before', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { client, server, states } = await signedIn({ iq: 100 });
    client.joinRoom(OPS);
    for (let n = 0; n < 20; n += 1) {
      server.send(' ');
      await settled();
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(states.get(OPS)).toBe('joining');
  });
});

describe('a room that sends no subject', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gets own messages once its history has come to an end, however slowly that comes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { client, server } = await signedIn();
    client.joinRoom(OPS);
    await server.take(/<x xmlns="http:\/\/jabber.org\/protocol\/muc">/);
    server.send(
      `<presence from='${OPS}/alice'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' role='participant'/><status code='110'/></x></presence>`,
    );
    await settled();
    client.sendRoomMessage(OPS, 'mine');
    for (const count of [1, 2, 3]) {
      await vi.advanceTimersByTimeAsync(4_000);
      server.send(
        `<message type='groupchat' from='${OPS}/bob' id='b${count}'><body>past ${count}</body>` +
          `<delay xmlns='urn:xmpp:delay' from='${OPS}' stamp='2026-01-01T00:00:0${count}Z'/></message>`,
      );
      await settled();
    }
    expect(server.received).not.toContain('<body>mine</body>');
    await vi.advanceTimersByTimeAsync(5_000);
    await settled();
    expect(server.received).toContain('<body>mine</body>');
  });
});

describe('a room that is known from a former session', () => {
  it('is asked for what was said since, and for no more than a little of it', async () => {
    const { client, server } = await signedIn();
    client.joinRoom(OPS, 'alice', Date.now() - 3_600_000);
    expect(await server.take(/<history [^>]*>/)).toMatch(/^<history maxstanzas="20" seconds="37[0-9]{2}"/);
  });
});

describe('a room that tells its history again', () => {
  it('is known to have told it, though nothing is shown twice', async () => {
    const { client, server } = await signedIn();
    const [shown, repeated]: [string[], unknown[]] = [[], []];
    client.on('message', ({ message }) => shown.push(message.body));
    client.on('repeated', (...told) => repeated.push(told));
    client.joinRoom(OPS);
    await server.take(/<x xmlns="http:\/\/jabber.org\/protocol\/muc">/);
    letIn(server, OPS);
    const said = (place: string) =>
      `<message type='groupchat' from='${OPS}/bob' id='b1'><body>once</body><origin-id xmlns='urn:xmpp:sid:0' id='b1'/>` +
      `<stanza-id xmlns='urn:xmpp:sid:0' by='${OPS}' id='${place}'/></message>`;
    server.send(said('a1') + said('a1'));
    // Somebody else's word on the place is none.
    server.send(said('a2').replace(`by='${OPS}'`, "by='mallory@chat.mil'"));
    await settled();
    expect(shown).toEqual(['once']);
    expect(repeated).toEqual([[OPS, 'a1']]);
  });

  it('tells of what was done where it does so without a text; what has one shows nothing of the kind', async () => {
    const { client, server } = await signedIn();
    const told: unknown[] = [];
    client.on('message-action', ({ action, repeated }) => told.push([action.type, repeated]));
    client.joinRoom(OPS);
    await server.take(/<x xmlns="http:\/\/jabber.org\/protocol\/muc">/);
    const did = (what: string, more = '') =>
      `<message type='groupchat' from='${OPS}/bob' id='r1'>${what}${more}</message>`;
    const reaction = "<reactions xmlns='urn:xmpp:reactions:0' id='a1'><reaction>👍</reaction></reactions>";
    const past = `<delay xmlns='urn:xmpp:delay' from='${OPS}' stamp='2026-11-29T12:00:00Z'/>`;
    const text = "<body>+1</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reactions:0'/>";
    server.send(
      `<presence from='${OPS}/alice'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' role='participant'/><status code='110'/></x></presence>` +
        did(reaction, past) +
        did(reaction, past + text) +
        `<message type='groupchat' from='${OPS}'><subject/></message>` +
        did(reaction) +
        did(reaction, past),
    );
    await settled();
    expect(told).toEqual([
      ['react', true],
      ['react', undefined],
      ['react', undefined],
      ['react', undefined],
    ]);
  });
});

describe('hats', () => {
  const hatted = (nick: string, titles: readonly string[]) =>
    `<presence from='${OPS}/${nick}'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant'/></x>` +
    `<hats xmlns='urn:xmpp:hats:0'>${titles.map((title) => `<hat title='${title}' uri='urn:x:${title}'/>`).join('')}</hats></presence>`;

  async function entered(features: string) {
    const session = await signedIn();
    session.client.joinRoom(OPS);
    await session.server.take(/<x xmlns="http:\/\/jabber.org\/protocol\/muc">/);
    letIn(session.server, OPS, hatted('bob', ['Watch\u202e officer', 'J2', 'a', 'b', 'c']));
    const question = await session.server.take(
      /<iq [^>]*to="ops@[^>]*><query xmlns="http:\/\/jabber.org\/protocol\/disco#info"\/><\/iq>/,
    );
    expect(session.occupants.get('bob')?.hats).toBeUndefined();
    session.server.send(
      `<iq type='result' id='${attribute(question, 'id')}' from='${OPS}'><query xmlns='http://jabber.org/protocol/disco#info'>${features}</query></iq>`,
    );
    await settled();
    session.server.send(hatted('carol', ['J6']));
    await settled();
    return session.occupants;
  }

  it('are shown where the room gives them out', async () => {
    const occupants = await entered("<feature var='urn:xmpp:hats:0'/>");
    expect(occupants.get('bob')?.hats).toEqual(['Watch officer', 'J2', 'a', 'b']);
    expect(occupants.get('carol')?.hats).toEqual(['J6']);
  });

  it('are not believed where occupants could put them on themselves', async () => {
    const occupants = await entered("<feature var='muc_open'/>");
    expect(occupants.get('bob')).toMatchObject({ nick: 'bob' });
    expect(occupants.get('bob')?.hats).toBeUndefined();
    expect(occupants.get('carol')?.hats).toBeUndefined();
  });
});
