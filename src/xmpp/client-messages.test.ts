/** Messages over a server that a test scripts: what is shown once, what is believed. */
import { describe, expect, it } from 'vitest';
import { attribute, DOMAIN, settled } from '../../test/support/scripted-xmpp.ts';
import { BOB, bodies, online, ROOM, states, watch } from '../../test/support/watched-client.ts';
import type { StanzaTrace } from './index.ts';

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
