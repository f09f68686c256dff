/** Messages and rooms over a server that a test scripts: what is sent again, what is shown once, what is believed. */
import { describe, expect, it } from 'vitest';
import {
  attempt,
  attribute,
  DOMAIN,
  makeClient,
  ROOMS,
  type ScriptedServer,
  SM,
  settled,
} from '../../test/support/scripted-xmpp.ts';
import type { BareJid } from '../shared/jid.ts';
import type { ConversationMessage, DeliveryChange, RoomChange, StanzaTrace, XmppClient } from './index.ts';

const BOB = `bob@${DOMAIN}` as BareJid;
const ROOM = `ops@${ROOMS}` as BareJid;

interface Watched {
  readonly client: XmppClient;
  readonly messages: ConversationMessage[];
  readonly delivery: DeliveryChange[];
  readonly rooms: RoomChange[];
  readonly closed: unknown[];
}

function watch(client = makeClient()): Watched {
  const watched: Watched = { client, messages: [], delivery: [], rooms: [], closed: [] };
  client.on('message', (message) => watched.messages.push(message));
  client.on('delivery', (change) => watched.delivery.push(change));
  client.on('room', (change) => watched.rooms.push(change));
  client.on('closed', (error) => watched.closed.push(error?.code));
  return watched;
}

async function online(client: XmppClient, id = 'sm1'): Promise<ScriptedServer> {
  const { server, outcome } = attempt(client);
  await server.session(id);
  await outcome;
  return server;
}

const bodiesWritten = (server: ScriptedServer) =>
  [...server.received.matchAll(/<body>([^<]*)<\/body>/g)].map(([, body]) => body);
const bodies = ({ messages }: Watched) => messages.map(({ message }) => message.body);
const states = ({ delivery }: Watched, id: string) =>
  delivery.filter((change) => change.id === id).map(({ state }) => state);

describe('stream management', () => {
  it('asks for an acknowledgement of a burst once, and tells what is stored', async () => {
    const watched = watch();
    const server = await online(watched.client);
    const ids = [1, 2, 3].map((n) => watched.client.sendMessage(BOB, `m${n}`).id);
    await server.take(/m3.*<r xmlns="urn:xmpp:sm:3"\/>/s);
    expect(server.received.match(/<r xmlns="urn:xmpp:sm:3"\/>/g)).toHaveLength(1);
    server.send(`<a xmlns='${SM}' h='${server.stanzasSinceEnable() - 1}'/>`);
    await settled();
    expect(ids.map((id) => states(watched, id))).toEqual([['sent', 'stored'], ['sent', 'stored'], ['sent']]);
  });

  it('resumes: writes again exactly what the server did not count, under the same ids', async () => {
    const watched = watch();
    const first = await online(watched.client);
    for (const n of [1, 2, 3, 4]) watched.client.sendMessage(BOB, `m${n}`);
    first.send("<message from='bob@chat.mil/x' id='a'><body>in</body></message>");
    await settled();
    const handled = first.stanzasSinceEnable() - 2;
    first.close();
    await settled();
    expect(watched.closed).toEqual(['STREAM_CLOSED']);
    const offline = watched.client.sendMessage(BOB, 'm5');
    expect(offline.delivery).toBe('queued');

    const { server, outcome } = attempt(watched.client);
    expect(await server.resumeAsked()).toBe(1);
    // The whole backlog comes in the same packet as the answer.
    const backlog = Array.from(
      { length: 500 },
      (_, n) => `<message from='bob@chat.mil/x' id='b${n}'><body>b${n}</body></message>`,
    );
    server.send(`<resumed xmlns='${SM}' h='${handled}' previd='sm1'/>${backlog.join('')}<r xmlns='${SM}'/>`);
    expect(await outcome).toMatchObject({ resumed: true, streamManagement: true });
    await server.take(/<a xmlns="urn:xmpp:sm:3" h="501"\/>/);
    expect(bodiesWritten(server)).toEqual(['m3', 'm4', 'm5']);
    expect(server.received).toContain(`id="${offline.id}"`);
    expect(bodies(watched)).toEqual(['in', ...backlog.map((_, n) => `b${n}`)]);
    expect(server.received).not.toContain('<bind');
  });

  it('starts anew when resumption fails: everything uncertain once more, in order, with its old id', async () => {
    const watched = watch();
    const first = await online(watched.client);
    const ids = [1, 2, 3].map((n) => watched.client.sendMessage(BOB, `m${n}`).id);
    await settled();
    const counted = first.stanzasSinceEnable();
    first.close();
    await settled();
    ids.push(watched.client.sendMessage(BOB, 'm4').id);

    const { server, outcome } = attempt(watched.client);
    await server.resumeAsked();
    server.send(
      `<failed xmlns='${SM}' h='${counted - 2}'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`,
    );
    await server.bind();
    await server.take(/<enable /);
    server.send(`<enabled xmlns='${SM}' id='sm2' resume='true'/>`);
    expect((await outcome).resumed).toBe(false);
    await server.take(/m4/);
    expect(bodiesWritten(server)).toEqual(['m2', 'm3', 'm4']);
    const origins = [...server.received.matchAll(/<origin-id [^>]*id="([^"]*)"/g)].map(([, id]) => id);
    expect(origins).toEqual(ids.slice(1));
    expect(states(watched, ids[0] ?? '')).toEqual(['sent', 'stored']);
    server.send(`<a xmlns='${SM}' h='${server.stanzasSinceEnable()}'/>`);
    await settled();
    expect(ids.map((id) => states(watched, id).at(-1))).toEqual(['stored', 'stored', 'stored', 'stored']);
  });

  it('asks for a resource with the header, and a server that has lost XEP-0198 no second time', async () => {
    const watched = watch();
    const first = await online(watched.client);
    expect(first.received).toMatch(/version='1\.0'><iq [^>]*id="bind"/);
    watched.client.sendMessage(BOB, 'precious');
    first.close();
    await settled();

    const lost = attempt(watched.client);
    await lost.server.signIn("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await lost.server.take(/<resume /);
    await expect(lost.outcome).rejects.toMatchObject({ code: 'STREAM_CLOSED' });
    const { server, outcome } = attempt(watched.client);
    await server.signIn("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await server.bind();
    expect((await outcome).resumed).toBe(false);
    await server.take(/precious/);
  });

  it('keeps messages through attempts that fail half-way', async () => {
    const watched = watch();
    const first = await online(watched.client);
    watched.client.sendMessage(BOB, 'precious');
    await settled();
    first.close();
    await settled();
    const second = attempt(watched.client);
    await second.server.resumeAsked();
    second.server.send(`<failed xmlns='${SM}'/>`);
    await second.server.take(/<bind/);
    second.server.close();
    await expect(second.outcome).rejects.toMatchObject({ code: 'STREAM_CLOSED' });
    const third = await online(watched.client, 'sm3');
    await third.take(/precious/);
    expect(watched.closed).toEqual(['STREAM_CLOSED']);
  });

  it('does not believe a resumption that counts stanzas nobody sent', async () => {
    const watched = watch();
    const first = await online(watched.client);
    first.close();
    await settled();
    const { server, outcome } = attempt(watched.client);
    await server.resumeAsked();
    server.send(`<resumed xmlns='${SM}' h='999' previd='sm1'/>`);
    await expect(outcome).rejects.toMatchObject({ code: 'STREAM_MALFORMED' });
  });

  it('does not try again to resume what it could not agree on with the server', async () => {
    const watched = watch();
    const first = await online(watched.client);
    watched.client.sendMessage(BOB, 'kept');
    first.close();
    await settled();
    const second = attempt(watched.client);
    await second.server.resumeAsked();
    second.server.send(`<resumed xmlns='${SM}' h='999' previd='sm1'/>`);
    await expect(second.outcome).rejects.toMatchObject({ code: 'STREAM_MALFORMED' });
    const third = await online(watched.client, 'sm3');
    await third.take(/kept/);
    expect(third.received).not.toContain('<resume');
  });

  it('without it, takes even a refused ping for an acknowledgement', async () => {
    const watched = watch();
    const { server, outcome } = attempt(watched.client);
    await server.signIn("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await server.bind();
    await outcome;
    const { id } = watched.client.sendMessage(BOB, 'm1');
    const ping = await server.take(/<iq [^>]*><ping /);
    server.send(
      `<iq type='error' id='${attribute(ping, 'id')}' from='${DOMAIN}'><error type='cancel'/></iq>`,
    );
    await settled();
    expect(states(watched, id)).toEqual(['sent', 'stored']);
  });

  it('without it, takes an answered ping for an acknowledgement and does not ping for ever', async () => {
    const watched = watch();
    const { server, outcome } = attempt(watched.client);
    await server.signIn("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await server.bind();
    await outcome;
    const { id } = watched.client.sendMessage(BOB, 'm1');
    const ping = await server.take(/<iq [^>]*><ping /);
    server.send(`<iq type='result' id='${attribute(ping, 'id')}' from='${DOMAIN}'/>`);
    for (let n = 0; n < 40; n += 1) await settled();
    expect(states(watched, id)).toEqual(['sent', 'stored']);
    expect(server.received.match(/<ping /g)).toHaveLength(1);
  });
});

describe('stanzas that are too large', () => {
  const deep = `<x xmlns='u:x'>${'<a>'.repeat(40)}${'</a>'.repeat(40)}</x>`;
  const poison = `<message from='bob@chat.mil/x' id='p'><body>poison</body>${deep}</message>`;
  const good = "<message from='bob@chat.mil/x' id='g'><body>good</body></message>";

  it("are counted and dropped: nobody ends another one's session with a message", async () => {
    const watched = watch();
    const audits: unknown[] = [];
    watched.client.on('audit', ({ detail }) => audits.push(detail.reason));
    const server = await online(watched.client);
    server.send(
      `${poison}${good}<iq from='bob@chat.mil/x' type='get' id='q'><ping xmlns='urn:xmpp:ping'/>${deep}</iq><r xmlns='${SM}'/>`,
    );
    await server.take(
      /<iq [^>]*to="bob@chat.mil\/x"[^>]*>.*not-acceptable.*<a xmlns="urn:xmpp:sm:3" h="3"\/>/s,
    );
    expect(bodies(watched)).toEqual(['good']);
    expect(watched.closed).toEqual([]);
    expect(audits).toEqual(['limit', 'limit']);
  });

  it('do not stop a session from being resumed', async () => {
    const watched = watch();
    const first = await online(watched.client);
    first.close();
    await settled();
    const { server, outcome } = attempt(watched.client);
    await server.resumeAsked();
    server.send(
      `<resumed xmlns='${SM}' h='${first.stanzasSinceEnable()}' previd='sm1'/>${poison}${good}<r xmlns='${SM}'/>`,
    );
    expect(await outcome).toMatchObject({ resumed: true });
    await server.take(/<a xmlns="urn:xmpp:sm:3" h="2"\/>/);
    expect(bodies(watched)).toEqual(['good']);
  });

  it('end the stream where no stanza has any business', async () => {
    const watched = watch();
    const server = await online(watched.client);
    server.send(`<enabled xmlns='${SM}'>${deep}</enabled>`);
    await settled();
    expect(watched.closed).toEqual(['STREAM_LIMIT']);
  });
});

describe('incoming messages', () => {
  const message = (inner: string, attrs = "from='bob@chat.mil/x' id='1' type='chat'") =>
    `<message ${attrs}>${inner}</message>`;
  const REQUEST = "<request xmlns='urn:xmpp:receipts'/>";
  const originId = (id: string) => `<origin-id xmlns='urn:xmpp:sid:0' id='${id}'/>`;
  const DELAY = `<delay xmlns='urn:xmpp:delay' from='${DOMAIN}' stamp='2026-01-02T03:04:05Z'/>`;

  it('shows a message once, whichever of its ids says so', async () => {
    const watched = watch();
    const server = await online(watched.client);
    server.send(message(`<body>1</body>${originId('o1')}`).repeat(2));
    server.send(
      message(`<body>2</body>${originId('o2')}`) + message(`<body>2</body>${originId('o2')}${DELAY}`),
    );
    server.send(
      message(`<body>3</body><stanza-id xmlns='urn:xmpp:sid:0' by='alice@${DOMAIN}' id='s3'/>`).repeat(2),
    );
    const justNow = DELAY.replace(/stamp='[^']*'/, `stamp='${new Date().toISOString()}'`);
    server.send(message('<body>4</body>') + message(`<body>4</body>${justNow}`));
    await settled();
    expect(bodies(watched)).toEqual(['1', '2', '3', '4']);
  });

  it('does not take different messages for one', async () => {
    const watched = watch();
    const server = await online(watched.client);
    // A client that numbers from 1 each day; another sender with the same origin id; an id by one who may not give it.
    server.send(message('<body>ok</body>').repeat(2));
    server.send(message(`<body>a</body>${originId('same')}`));
    server.send(message(`<body>b</body>${originId('same')}`, "from='carol@chat.mil/x' type='chat'"));
    server.send(
      message("<body>c</body><stanza-id xmlns='urn:xmpp:sid:0' by='bob@chat.mil' id='s'/>").repeat(2),
    );
    await settled();
    expect(bodies(watched)).toEqual(['ok', 'ok', 'a', 'b', 'c', 'c']);
  });

  it('believes a time only from those who can know it', async () => {
    const watched = watch();
    const server = await online(watched.client);
    const stamped = (from: string, stamp = '2020-01-01T00:00:00Z') =>
      message(
        `<body>x</body><delay xmlns='urn:xmpp:delay' ${from} stamp='${stamp}'/>`,
        "from='bob@chat.mil/x'",
      );
    server.send(
      [
        stamped(`from='${DOMAIN}'`),
        stamped("from='bob@chat.mil/x'"),
        stamped(''),
        stamped(`from='${DOMAIN}'`, 'yesterday'),
        stamped(`from='${DOMAIN}'`, '2999-01-01T00:00:00Z'),
      ].join(''),
    );
    await settled();
    expect(watched.messages.map(({ message: { delayed } }) => delayed)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(watched.messages[0]?.message.at).toBe(Date.parse('2020-01-01T00:00:00Z'));
    expect(watched.messages.every(({ message: { at } }) => at <= Date.now())).toBe(true);
  });

  it('believes the server, not the sender who dated a stored message back in its name', async () => {
    const watched = watch();
    const server = await online(watched.client);
    server.send(
      message(`<body>x</body>${DELAY.replace('2026', '2020')}${DELAY}${DELAY.replace('2026', '2021')}`),
    );
    await settled();
    expect(watched.messages[0]?.message.at).toBe(Date.parse('2026-01-02T03:04:05Z'));
  });

  it('lets no sender choose the id under which a message is kept', async () => {
    const watched = watch();
    const server = await online(watched.client);
    const own = watched.client.sendMessage(BOB, 'attack at noon');
    server.send(
      message(
        `<body>attack at dawn</body><stanza-id xmlns='urn:xmpp:sid:0' by='alice@${DOMAIN}' id='${own.id}'/>`,
      ),
    );
    await settled();
    expect(bodies(watched)).toEqual(['attack at dawn']);
    expect(watched.messages[0]?.message.id).not.toBe(own.id);
  });

  it("does not let a forged id of the archive make another one's message a double", async () => {
    const watched = watch();
    const server = await online(watched.client);
    const id = `<stanza-id xmlns='urn:xmpp:sid:0' by='alice@${DOMAIN}' id='s1'/>`;
    server.send(
      message(`<body>first</body>${id}`, "from='carol@chat.mil/x'") + message(`<body>order</body>${id}`),
    );
    server.send(
      message(`<body>real</body>${id}<stanza-id xmlns='urn:xmpp:sid:0' by='alice@${DOMAIN}' id='s2'/>`),
    );
    await settled();
    expect(bodies(watched)).toEqual(['first', 'order', 'real']);
  });

  it('loses no message of an own client that counts its ids from 1', async () => {
    const watched = watch();
    const server = await online(watched.client);
    const sent = (to: string, body: string) =>
      `<message from='alice@${DOMAIN}'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>` +
      `<message xmlns='jabber:client' from='alice@${DOMAIN}/phone' to='${to}' id='1' type='chat'><body>${body}</body>${originId('1')}</message></forwarded></sent></message>`;
    server.send(sent(BOB, 'a') + sent('carol@chat.mil', 'b'));
    await settled();
    expect(bodies(watched)).toEqual(['a', 'b']);
    expect(new Set(watched.messages.map((one) => one.message.id)).size).toBe(2);
  });

  it("does not take today's message for a double of yesterday's", async () => {
    const watched = watch();
    const server = await online(watched.client);
    const delayed = (stamp: string) =>
      message(`<body>ok</body><delay xmlns='urn:xmpp:delay' from='${DOMAIN}' stamp='${stamp}'/>`);
    server.send(
      delayed('2026-01-02T03:04:05Z') + delayed('2026-01-02T03:04:05Z') + delayed('2026-01-03T03:04:05Z'),
    );
    await settled();
    expect(bodies(watched)).toEqual(['ok', 'ok']);
  });

  it('gives receipts to whom they are due', async () => {
    const watched = watch();
    const server = await online(watched.client);
    server.send(
      [
        message(`<body>live</body>${REQUEST}`, "from='bob@chat.mil/x' id='live' type='chat'"),
        message(`<body>old, from a stranger</body>${REQUEST}${DELAY}`, "from='carol@chat.mil/x' id='old'"),
        message(`<body>no id</body>${REQUEST}`, "from='bob@chat.mil/x'"),
        message(`<body>room</body>${REQUEST}`, `from='${ROOM}/bob' id='room' type='groupchat'`),
        message(REQUEST, "from='bob@chat.mil/x' id='empty'"),
        message(`<body>from the server</body>${REQUEST}`, "id='nobody'"),
        message(`<body>bounced</body>${REQUEST}`, "from='bob@chat.mil/x' id='error' type='error'"),
      ].join(''),
    );
    await settled();
    expect([...server.received.matchAll(/<received [^>]*id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
      'live',
    ]);
    expect(watched.closed).toEqual([]);
  });

  it('takes receipts and errors only from the one who was written to', async () => {
    const watched = watch();
    const server = await online(watched.client);
    const { id } = watched.client.sendMessage(BOB, 'x');
    const other = watched.client.sendMessage(BOB, 'y');
    const receipt = (from: string, about = id) =>
      message(`<received xmlns='urn:xmpp:receipts' id='${about}'/>`, `from='${from}'`);
    server.send(receipt('carol@chat.mil/x') + receipt('bob@chat.mil/x', 'unknown'));
    server.send(`<message type='error' from='carol@chat.mil' id='${id}'><error type='cancel'/></message>`);
    await settled();
    expect(states(watched, id)).toEqual(['sent']);
    server.send(receipt('bob@chat.mil/x'));
    server.send(
      `<message type='error' from='bob@chat.mil' id='${other.id}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    await settled();
    expect(states(watched, id)).toEqual(['sent', 'delivered']);
    expect(watched.delivery.at(-1)).toMatchObject({
      id: other.id,
      state: 'failed',
      error: { code: 'MESSAGE_REFUSED', detail: { condition: 'service-unavailable' } },
    });
  });

  it('cuts a body that is longer than a conversation holds', async () => {
    const watched = watch();
    const server = await online(watched.client);
    server.send(message(`<body>${'x'.repeat(100_000)}</body>`));
    await settled();
    expect(watched.messages[0]?.message.body).toHaveLength(16_384);
  });

  it('answers what it can, refuses the rest, and lets nobody answer for another', async () => {
    const watched = watch();
    const server = await online(watched.client);
    const query = (id: string, payload: string, from = 'bob@chat.mil/x') =>
      `<iq type='get' id='${id}' from='${from}' to='${watched.client.jid}'>${payload}</iq>`;
    server.send(
      query('p', "<ping xmlns='urn:xmpp:ping'/>") +
        query('v', "<query xmlns='jabber:iq:version'/>") +
        query('d', "<query xmlns='http://jabber.org/protocol/disco#info'/>") +
        query('n', "<query xmlns='http://jabber.org/protocol/disco#info' node='other'/>") +
        query('e', "<ping xmlns='urn:xmpp:ping'/>", 'eve@evil.example'),
    );
    await settled();
    expect(server.received).toMatch(/<iq [^>]*id="p"[^>]*type="result"[^>]*\/>/);
    expect(server.received).toMatch(/<iq [^>]*type="error"[^>]*id="v"[^>]*>.*service-unavailable/);
    expect(server.received).toMatch(/id="d".*<identity category="client" type="pc" name="Sallyport"\/>/);
    expect(server.received).toMatch(/id="n"[^>]*type="error"/);
    expect(server.received).not.toContain('id="e"');
    expect(server.received).not.toContain('from=');

    const pinged = watched.client.ping();
    const ping = attribute(await server.take(/<iq [^>]*to="chat.mil"><ping /), 'id');
    server.send(`<iq type='error' id='${ping}' from='bob@chat.mil/x'><error type='cancel'/></iq>`);
    await settled();
    server.send(`<iq type='result' id='${ping}' from='${DOMAIN}'/>`);
    expect(await pinged).toBeGreaterThan(0);
  });

  it('shows the contact list only of approved domains, and only when it is complete', async () => {
    const watched = watch();
    const lists: string[][] = [];
    watched.client.on('contacts', ({ upsert }) =>
      lists.push(upsert.map(({ jid, availability }) => `${jid} ${availability}`)),
    );
    const server = await online(watched.client);
    const id = /<iq [^>]*type="get" id="([^"]*)"[^>]*><query xmlns="jabber:iq:roster"/.exec(
      server.received,
    )?.[1];
    const item = (jid: string) => `<item jid='${jid}' subscription='both'/>`;
    server.send(
      `<presence from='bob@chat.mil/x'/><presence from='stranger@chat.mil/x'/>` +
        `<iq type='result' id='${id}'><query xmlns='jabber:iq:roster'>${item('bob@chat.mil')}${item('eve@evil.example')}${item('not an address')}</query></iq>` +
        "<presence from='bob@chat.mil/y'><show>dnd</show><priority>5</priority></presence>" +
        "<presence from='bob@chat.mil/y' type='unavailable'/>" +
        "<presence from='bob@chat.mil' type='unavailable'/>" +
        `<iq type='set' id='push'><query xmlns='jabber:iq:roster'><item jid='bob@chat.mil' subscription='remove'/></query></iq>`,
    );
    await settled();
    expect(lists).toEqual([
      ['bob@chat.mil available'],
      ['bob@chat.mil dnd'],
      ['bob@chat.mil available'],
      // the bare address speaks for every resource
      ['bob@chat.mil offline'],
      [],
    ]);
    expect(server.received).toMatch(/<iq [^>]*id="push"[^>]*type="result"/);
  });

  it('audits what the guard refuses, without a word of it, and not without end', async () => {
    const watched = watch();
    const audits: string[] = [];
    const traces: StanzaTrace[] = [];
    watched.client.on('audit', (record) => audits.push(JSON.stringify(record)));
    watched.client.on('stanza', (trace) => traces.push(trace));
    const server = await online(watched.client);
    server.send("<message from='eve@evil.example'><body>top secret</body></message>".repeat(500));
    await settled();
    expect(bodies(watched)).toEqual([]);
    expect(audits.length).toBeGreaterThan(0);
    expect(audits.length).toBeLessThanOrEqual(40);
    expect(audits[0]).toContain('"reason":"domain"');
    expect(audits.join('')).not.toContain('secret');
    expect(JSON.stringify(traces)).not.toContain('secret');
    expect(traces.filter(({ verdict }) => verdict === 'refuse')).toHaveLength(500);
  });
});

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
