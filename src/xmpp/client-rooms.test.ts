/** Rooms over a server that a test scripts: entering, being put out, and what is believed. */
import { describe, expect, it } from 'vitest';
import {
  attempt,
  attribute,
  makeClient,
  ROOMS,
  type ScriptedServer,
  SM,
  settled,
} from '../../test/support/scripted-xmpp.ts';
import {
  bodies,
  bodiesWritten,
  online,
  ROOM,
  states,
  type Watched,
  watch,
} from '../../test/support/watched-client.ts';

describe('rooms', () => {
  const x = (codes: number[], item = "<item role='participant' affiliation='member'/>") =>
    `<x xmlns='http://jabber.org/protocol/muc#user'>${item}${codes.map((code) => `<status code='${code}'/>`).join('')}</x>`;
  const presence = (nick: string, codes: number[] = [], attrs = '') =>
    `<presence from='${ROOM}/${nick}' ${attrs}>${x(codes)}</presence>`;
  const said = (nick: string, body: string, { id = '', stamp = '' } = {}) =>
    `<message type='groupchat' from='${ROOM}/${nick}' id='${id}'><body>${body}</body>` +
    `${stamp === '' ? '' : `<delay xmlns='urn:xmpp:delay' from='${ROOM}' stamp='${stamp}'/>`}</message>`;
  const SUBJECT = `<message type='groupchat' from='${ROOM}'><subject>S</subject></message>`;
  const error = (condition: string, nick = 'alice') =>
    `<presence type='error' from='${ROOM}/${nick}'><error type='auth'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`;

  async function joined(watched: Watched): Promise<ScriptedServer> {
    const server = await online(watched.client);
    watched.client.joinRoom(ROOM);
    await server.take(/<presence [^>]*to="ops@rooms.chat.mil\/alice">/);
    server.send(presence('bob') + presence('alice', [110]) + SUBJECT);
    await settled();
    return server;
  }
  const last = (watched: Watched) => watched.rooms.at(-1);

  it('is joined with the own presence, not before', async () => {
    const watched = watch();
    const server = await online(watched.client);
    watched.client.joinRoom(ROOM);
    await server.take(/<history maxstanzas="100"\/>/);
    server.send(presence('bob'));
    await settled();
    expect(last(watched)).toMatchObject({ state: 'joining', occupantCount: 0 });
    server.send(presence('alice', [110]));
    await settled();
    expect(last(watched)).toMatchObject({ state: 'joined', occupantCount: 2, nick: 'alice' });
  });

  it('holds own messages until the history is through, and counts a reflection as stored', async () => {
    const watched = watch();
    const server = await online(watched.client);
    watched.client.joinRoom(ROOM);
    await server.take(/<history/);
    const { id } = watched.client.sendRoomMessage(ROOM, 'mine');
    server.send(presence('alice', [110]));
    await settled();
    expect(server.received).not.toContain('mine');
    server.send(SUBJECT);
    await server.take(/mine/);
    server.send(said('bob', 'fake', { id }) + said('alice', 'mine', { id }));
    await settled();
    expect(states(watched, id)).toContain('stored');
    expect(bodies(watched)).not.toContain('mine');
  });

  it('does not take whoever has a nickname later for who had it, in this session or another', async () => {
    const gone = (nick: string) =>
      `<presence type='unavailable' from='${ROOM}/${nick}'>${x([], "<item role='none' affiliation='none'/>")}</presence>`;
    const authors = async () => {
      const watched = watch();
      const server = await joined(watched);
      server.send(said('bob', 'one', { id: 'b1' }) + said('bob', 'two', { id: 'b2' }) + gone('bob'));
      server.send(
        said('bob', 'from nowhere', { id: 'b3' }) + presence('bob') + said('bob', 'mine', { id: 'b4' }),
      );
      server.send(said('bob', 'earlier', { id: 'b5', stamp: '2026-01-01T00:00:00Z' }));
      await settled();
      return watched.messages.map(({ message }) => message.reference?.author);
    };
    const [first, again] = [await authors(), await authors()];
    expect(first).toHaveLength(5);
    const [one, two, ...others] = first;
    expect(one).toEqual(expect.stringMatching(/^nick:[^:]+:bob$/));
    expect(two).toBe(one);
    expect(others).toEqual([undefined, expect.stringMatching(/^nick:[^:]+:bob$/), undefined]);
    expect(others).not.toContain(one);
    // Messages are kept with their authors beyond a session.
    for (const author of again.filter((told) => told !== undefined)) expect(first).not.toContain(author);
  });

  it('reports why it could not enter, and tries other nicknames only for a conflict', async () => {
    for (const condition of ['forbidden', 'registration-required', 'not-authorized', 'item-not-found']) {
      const watched = watch();
      const server = await online(watched.client);
      watched.client.joinRoom(ROOM);
      server.send(error(condition));
      await settled();
      expect(last(watched)).toMatchObject({
        state: 'failed',
        error: { code: 'ROOM_JOIN_FAILED', detail: { condition } },
      });
      expect(() => watched.client.sendRoomMessage(ROOM, 'x')).toThrow('NOT_CONNECTED');
    }
    const watched = watch();
    const server = await online(watched.client);
    watched.client.joinRoom(ROOM);
    for (const nick of ['alice', 'alice-2', 'alice-3', 'alice-4', 'alice-5', 'alice-6']) {
      await server.take(new RegExp(`to="ops@rooms.chat.mil/${nick}"`));
      server.send(error('conflict', nick));
    }
    await settled();
    expect(last(watched)).toMatchObject({ state: 'failed', error: { detail: { condition: 'conflict' } } });
  });

  it('gives up on a room that does not answer', async () => {
    const watched = watch(makeClient({ timeouts: { iq: 50 } }));
    await online(watched.client);
    watched.client.joinRoom(ROOM);
    for (let n = 0; n < 10; n += 1) await settled();
    expect(last(watched)).toMatchObject({ state: 'failed' });
  });

  it('says so when it is put out, and does not go back by itself', async () => {
    for (const [codes, inner, condition] of [
      [[110, 307], '', 'kicked'],
      [[110, 301], '', 'banned'],
      [[110, 322], '', 'not-a-member'],
      [[110], '<destroy/>', 'destroyed'],
    ] as const) {
      const watched = watch();
      const server = await joined(watched);
      const { id } = watched.client.sendRoomMessage(ROOM, 'lost');
      server.send(
        `<presence type='unavailable' from='${ROOM}/alice'>${x([...codes], `<item role='none' affiliation='none'/>${inner}`)}</presence>`,
      );
      await settled();
      expect(last(watched)).toMatchObject({ state: 'failed', error: { detail: { condition } } });
      expect(states(watched, id).at(-1)).toBe('failed');
      server.close();
      await settled();
      const next = attempt(watched.client);
      await next.server.resumeAsked();
      next.server.send(`<failed xmlns='${SM}'/>`);
      await next.server.bind();
      await next.server.take(/<enable /);
      next.server.send(`<enabled xmlns='${SM}' id='x' resume='true'/>`);
      await next.outcome;
      await settled();
      expect(next.server.received).not.toContain(ROOM);
    }
  });

  it('says that a room is switched off, whether it is put out, enters or writes', async () => {
    const watched = watch();
    const server = await joined(watched);
    const { id } = watched.client.sendRoomMessage(ROOM, 'into the void');
    const refused = error('recipient-unavailable')
      .replace(/<presence [^>]*>/, '')
      .replace('</presence>', '');
    server.send(`<message type='error' from='${ROOM}' id='${id}'>${refused}</message>`);
    await settled();
    expect(watched.delivery.at(-1)).toMatchObject({
      id,
      state: 'failed',
      error: { code: 'ROOM_SWITCHED_OFF' },
    });
    server.send(
      `<presence type='unavailable' from='${ROOM}/alice'>${x([110, 332], "<item role='none' affiliation='none'/>")}</presence>`,
    );
    await settled();
    expect(last(watched)).toMatchObject({ state: 'failed', error: { code: 'ROOM_SWITCHED_OFF' } });
    watched.client.joinRoom(ROOM);
    server.send(error('recipient-unavailable'));
    await settled();
    expect(last(watched)).toMatchObject({ state: 'failed', error: { code: 'ROOM_SWITCHED_OFF' } });
  });

  it('enters again with a new session, and sends only what the history does not show', async () => {
    const watched = watch();
    const first = await joined(watched);
    const arrived = watched.client.sendRoomMessage(ROOM, 'arrived');
    const lost = watched.client.sendRoomMessage(ROOM, 'lost');
    first.send(said('bob', 'seen', { id: 'b1' }));
    await settled();
    first.close();
    await settled();
    const offline = watched.client.sendRoomMessage(ROOM, 'offline');

    const { server, outcome } = attempt(watched.client);
    await server.resumeAsked();
    server.send(`<failed xmlns='${SM}'/>`);
    await server.bind();
    await server.take(/<enable /);
    server.send(`<enabled xmlns='${SM}' id='sm2' resume='true'/>`);
    await outcome;
    await server.take(/<history seconds="12\d"\/>/);
    const stamp = new Date().toISOString();
    server.send(
      presence('alice', [110]) +
        said('bob', 'seen', { id: 'b1', stamp }) +
        said('alice', 'arrived', { id: arrived.id, stamp }) +
        said('bob', 'missed', { id: 'b2', stamp }) +
        SUBJECT,
    );
    await server.take(/offline/);
    expect(bodiesWritten(server)).toEqual(['lost', 'offline']);
    expect(bodies(watched)).toEqual(['seen', 'missed']);
    expect(states(watched, arrived.id)).toEqual(['sent', 'stored']);
    server.send(said('alice', 'lost', { id: lost.id }) + said('alice', 'offline', { id: offline.id }));
    await settled();
    expect(states(watched, lost.id).at(-1)).toBe('stored');
    expect(states(watched, offline.id).at(-1)).toBe('stored');
  });

  it('asks for all that may be missing, whatever the clocks say', async () => {
    const watched = watch();
    const first = await joined(watched);
    const real = Date.now;
    try {
      Date.now = () => real() + 3_600_000;
      first.send(said('bob', 'by a clock that is an hour fast', { id: 'b1' }));
      await settled();
    } finally {
      Date.now = real;
    }
    first.close();
    await settled();
    const { server, outcome } = attempt(watched.client);
    await server.resumeAsked();
    server.send(`<failed xmlns='${SM}'/>`);
    await server.bind();
    await server.take(/<enable /);
    server.send(`<enabled xmlns='${SM}' id='sm2' resume='true'/>`);
    await outcome;
    const history = await server.take(/<history [^>]*\/>/);
    expect(Number(attribute(history, 'seconds'))).toBeGreaterThanOrEqual(120);
  });

  it('asks for the whole history again when it was cut', async () => {
    const watched = watch();
    const first = await online(watched.client);
    watched.client.joinRoom(ROOM);
    await first.take(/<history maxstanzas="100"\/>/);
    first.send(presence('alice', [110]) + said('bob', 'old', { id: 'b0', stamp: new Date().toISOString() }));
    await settled();
    first.close();
    await settled();
    const { server } = attempt(watched.client);
    await server.resumeAsked();
    server.send(`<failed xmlns='${SM}'/>`);
    await server.bind();
    await server.take(/<enable /);
    server.send(`<enabled xmlns='${SM}' id='sm2' resume='true'/>`);
    await server.take(/<history maxstanzas="100"\/>/);
  });

  it('goes back into a room that has forgotten it, and the message follows once', async () => {
    const watched = watch();
    const server = await joined(watched);
    const { id } = watched.client.sendRoomMessage(ROOM, 'hello?');
    const refused = `<message type='error' from='${ROOM}' id='${id}'><error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`;
    await server.take(/hello\?/);
    server.send(refused);
    await server.take(/<presence [^>]*to="ops@rooms.chat.mil\/alice">/);
    server.send(presence('alice', [110]) + SUBJECT);
    await server.take(/hello\?/);
    server.send(refused);
    await settled();
    expect(states(watched, id).at(-1)).toBe('failed');
  });

  it('believes nothing a person says in the room’s name', async () => {
    const watched = watch();
    const server = await joined(watched);
    const before = watched.rooms.length;
    server.send(
      presence('bob', [], "type='unavailable'").replace(ROOM, 'bob@chat.mil') +
        said('bob', 'x').replace(`${ROOM}/bob`, 'bob@chat.mil/x') +
        said('bob', 'private').replace("type='groupchat'", "type='chat'") +
        said('x', 'other room').replace(ROOM, `other@${ROOMS}`),
    );
    await settled();
    expect(bodies(watched)).toEqual([]);
    expect(watched.rooms.length).toBe(before);
  });

  it("takes nothing for the room's word that one occupant can send to another", async () => {
    const watched = watch();
    const server = await joined(watched);
    const { id } = watched.client.sendRoomMessage(ROOM, 'hello');
    server.send(said('alice', 'hello', { id }));
    await settled();
    const before = watched.rooms.length;
    for (const type of ["type='headline'", "type='normal'", '']) {
      server.send(said('bob', 'only alice reads this').replace("type='groupchat'", type));
      server.send(
        SUBJECT.replace("type='groupchat'", type).replace(ROOM, `${ROOM}/bob`).replace('>S<', '>forged<'),
      );
    }
    const conditions = ['not-acceptable', 'forbidden'];
    for (const one of conditions) {
      server.send(
        `<message type='error' from='${ROOM}/bob' id='${id}'><error type='modify'><${one} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      );
    }
    await settled();
    expect(bodies(watched)).toEqual([]);
    expect(watched.rooms.slice(before)).toEqual([]);
    expect(states(watched, id)).toEqual(['sent', 'stored']);
  });

  it("hides nobody else's message because it carries the id of an own one", async () => {
    const watched = watch();
    const server = await joined(watched);
    const { id } = watched.client.sendRoomMessage(ROOM, 'mine');
    const stamp = new Date().toISOString();
    server.send(said('bob', 'alice is relieved of command', { id }));
    server.send(said('alice', 'an old impostor', { id, stamp }));
    await settled();
    expect(bodies(watched)).toEqual(['alice is relieved of command', 'an old impostor']);
    expect(states(watched, id)).toEqual(['sent']);
    server.send(said('alice', 'mine', { id }));
    await settled();
    expect(states(watched, id)).toEqual(['sent', 'stored']);
  });

  it('follows changes of nicknames, the own one included', async () => {
    const watched = watch();
    const server = await joined(watched);
    server.send(
      `<presence type='unavailable' from='${ROOM}/alice'>${x([303, 110], "<item nick='Watch' role='participant'/>")}</presence>` +
        presence('Watch', [110]),
    );
    await settled();
    expect(last(watched)).toMatchObject({ state: 'joined', nick: 'Watch', occupantCount: 2 });
    watched.client.leaveRoom(ROOM);
    await server.take(/to="ops@rooms.chat.mil\/Watch" type="unavailable"/);
  });
});
