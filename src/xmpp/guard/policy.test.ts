/** What the guard makes of the settings on contacts, rooms and passwords, and of forged provenance. */
import { describe, expect, it } from 'vitest';
import { BOB, SERVICES, under } from '../../../test/support/guard-verdict.ts';

describe('/contacts/subscriptions', () => {
  const stanzas = {
    internal: [
      "<presence type='subscribe' from='bob@chat.mil'/>",
      "<presence type='subscribed' to='bob@chat.mil'/>",
    ],
    partner: [
      "<presence type='subscribe' from='p@partner.gov'/>",
      "<presence type='subscribe' to='p@partner.gov'/>",
    ],
  } as const;
  it.each([
    ['none', false, false],
    ['internal', true, false],
    ['partners', true, true],
  ] as const)('%s', (subscriptions, internal, partners) => {
    const policy = under({ subscriptions });
    const expected = (allowed: boolean) => (allowed ? 'allow' : 'refuse subscription not-allowed');
    expect(policy.in(stanzas.internal[0])).toBe(expected(internal));
    expect(policy.out(stanzas.internal[1])).toBe(expected(internal));
    expect(policy.in(stanzas.partner[0])).toBe(expected(partners));
    expect(policy.out(stanzas.partner[1])).toBe(expected(partners));
    for (const type of ['unsubscribe', 'unsubscribed']) {
      expect(policy.out(`<presence type='${type}' to='p@partner.gov'/>`), 'taking back').toBe('allow');
    }
    expect(policy.in("<presence type='subscribe' from='ops@rooms.chat.mil'/>"), 'a room').toBe(
      'refuse subscription not-allowed',
    );
  });
});

describe('/authentication/password/change', () => {
  const change = (user: string, to = "to='chat.mil'", more = '') =>
    `<iq type='set' id='1' ${to}><query xmlns='jabber:iq:register'><username>${user}</username><password>x</password>${more}</query></iq>`;
  it('false: no registration of any kind', () => {
    expect(under({}).out(change('alice'))).toBe('refuse forbidden-namespace not-allowed');
  });
  it('true: the own password, at the own server, and nothing else', () => {
    const policy = under({ passwordChange: true });
    const refused = 'refuse forbidden-namespace not-allowed';
    expect(policy.out(change('alice'))).toBe('allow');
    expect(policy.out(change('bob')), 'another account').toBe(refused);
    expect(policy.out(change('alice', "to='rooms.chat.mil'"))).toBe(refused);
    expect(policy.out(change('alice', "to='partner.gov'"))).toBe(refused);
    expect(policy.out(change('alice', ''))).toBe(refused);
    expect(policy.out(change('alice', undefined, '<remove/>'))).toBe(refused);
    expect(policy.out(change('alice', undefined, '<password>y</password>'))).toBe(refused);
    expect(policy.out(change('alice').replace('set', 'get'))).toBe(refused);
    expect(policy.in(change('alice', "from='chat.mil'"))).toBe(`${refused} !`);
  });
});

describe('/rooms/create', () => {
  const form = (type: string) =>
    `<iq type='set' id='1' to='new@rooms.chat.mil'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='${type}'/></query></iq>`;
  const destroy =
    "<iq type='set' id='1' to='new@rooms.chat.mil'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query></iq>";
  it('false: a new room may be given up, not accepted', () => {
    const policy = under({ rooms: { services: SERVICES, create: false, invite: true } });
    expect(policy.out(form('submit'))).toBe('refuse room-create not-allowed');
    expect(policy.out(destroy)).toBe('allow');
    expect(policy.out(destroy.replace('new@rooms.chat.mil', 'bob@chat.mil'))).toBe(
      'refuse payload service-unavailable',
    );
    expect(policy.out(destroy.replace('<destroy/>', "<destroy jid='x@evil.example'/>"))).toBe(
      'refuse payload service-unavailable',
    );
  });
  it('true: both', () => {
    expect(under({}).out(form('submit'))).toBe('allow');
    expect(under({}).out(form('cancel'))).toBe('refuse payload service-unavailable');
    expect(under({}).out(destroy)).toBe('allow');
  });
});

describe('/rooms/invite', () => {
  const mediated = (attrs: string) =>
    `<message from='ops@rooms.chat.mil'><x xmlns='http://jabber.org/protocol/muc#user'><invite ${attrs}><reason>come</reason></invite></x></message>`;
  const direct = (jid: string) => `<message ${BOB}><x xmlns='jabber:x:conference' jid='${jid}'/></message>`;
  const invite = (to: string) =>
    `<message to='ops@rooms.chat.mil'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='${to}'/></x></message>`;
  it('true: of members, to rooms of approved services', () => {
    const policy = under({});
    expect(policy.in(mediated("from='bob@chat.mil'"))).toBe('allow');
    expect(policy.in(mediated("from='ops@rooms.chat.mil/bob'"))).toBe('allow');
    expect(policy.in(mediated("from='eve@evil.example'"))).toBe('refuse domain not-allowed');
    expect(policy.in(mediated("from='@'"))).toBe('refuse address jid-malformed');
    expect(
      policy.in(mediated("from='bob@chat.mil'").replace('</invite>', '</invite><password>x</password>')),
    ).toBe('rewrite payload');
    expect(policy.in(direct('ops@rooms.chat.mil'))).toBe('allow');
    expect(policy.in(direct('ops@rooms.evil.example'))).toBe('refuse domain not-allowed');
    expect(policy.in(direct('bob@chat.mil'))).toBe('refuse domain not-allowed');
    expect(
      policy.in(
        `<message ${BOB}><x xmlns='http://jabber.org/protocol/muc#user'><invite from='x@chat.mil'/></x></message>`,
      ),
    ).toBe('refuse room-invite not-allowed');
    expect(policy.out(invite('bob@chat.mil'))).toBe('allow');
    expect(policy.out(invite('p@partner.gov'))).toBe('allow');
    expect(policy.out(invite('eve@evil.example'))).toBe('refuse domain not-allowed');
  });
  it('false: none, either way', () => {
    const policy = under({ rooms: { services: SERVICES, create: true, invite: false } });
    expect(policy.in(mediated("from='bob@chat.mil'"))).toBe('refuse room-invite not-allowed');
    expect(policy.in(direct('ops@rooms.chat.mil'))).toBe('refuse room-invite not-allowed');
    expect(policy.out(invite('bob@chat.mil'))).toBe('refuse room-invite not-allowed');
  });
});

describe('provenance', () => {
  const policy = under({});
  const room = (content: string) =>
    `<message type='groupchat' from='ops@rooms.chat.mil/bob'><body>x</body>${content}</message>`;
  const chat = (content: string) => `<message ${BOB}><body>x</body>${content}</message>`;
  const id = (by: string) => `<stanza-id xmlns='urn:xmpp:sid:0' id='7' by='${by}'/>`;
  const delay = (from: string) =>
    `<delay xmlns='urn:xmpp:delay' from='${from}' stamp='2026-01-01T00:00:00Z'/>`;
  const occupant = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='a'/>";

  it.each([
    ['an id of the own archive', chat(id('alice@chat.mil')), 'allow'],
    ['an id of the room', room(id('ops@rooms.chat.mil')), 'allow'],
    ['an id of the sender', chat(id('bob@chat.mil')), 'rewrite stanza-id'],
    ['an id of the own archive on a room’s message', room(id('alice@chat.mil')), 'rewrite stanza-id'],
    ['an id of another room', room(id('other@rooms.chat.mil')), 'rewrite stanza-id'],
    ['an id of nobody', chat("<stanza-id xmlns='urn:xmpp:sid:0' id='7'/>"), 'rewrite stanza-id'],
    [
      'an id without end',
      chat(`<origin-id xmlns='urn:xmpp:sid:0' id='${'7'.repeat(600)}'/>`),
      'rewrite payload',
    ],
    ['a delay of the own server', chat(delay('chat.mil')), 'allow'],
    ['a delay of the own account', chat(delay('alice@chat.mil')), 'allow'],
    ['a delay of the room', room(delay('ops@rooms.chat.mil')), 'allow'],
    ['a delay of the room service', room(delay('rooms.chat.mil')), 'allow'],
    ['a delay of the sender', chat(delay('bob@chat.mil')), 'rewrite delay'],
    ['a delay of an occupant', room(delay('ops@rooms.chat.mil/bob')), 'rewrite delay'],
    ['a delay of another room', room(delay('other@rooms.chat.mil')), 'rewrite delay'],
    ['a delay of a room in a chat', chat(delay('ops@rooms.chat.mil')), 'rewrite delay'],
    ['an occupant id of the room', room(occupant), 'allow'],
    ['an occupant id in a chat', chat(occupant), 'rewrite occupant-id'],
    ['two occupant ids', room(occupant + occupant), 'rewrite occupant-id'],
  ])('%s', (_what, text, expected) => {
    expect(policy.in(text)).toBe(expected);
    if (expected !== 'allow') expect(policy.in(policy.rewritten('in', text))).toBe('allow');
  });

  const event = (from: string) =>
    `<message from='${from}'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:avatar:metadata'><item><metadata xmlns='urn:xmpp:avatar:metadata'><info url='https://evil.example/'/></metadata></item></items></event></message>`;
  it('/features/pubsub: personal events of nobody, be it a contact or the own account', () => {
    for (const from of ['bob@chat.mil', 'alice@chat.mil', 'p@partner.gov', 'ops@rooms.chat.mil']) {
      expect(policy.in(event(from))).toBe('refuse forbidden-namespace not-allowed');
      const unknown = event(from)
        .replace(/<item>.*<\/item>/, '')
        .replace('avatar:metadata', 'other');
      expect(policy.in(unknown)).toBe('refuse forbidden-namespace service-unavailable');
    }
  });
});

describe('archives (XEP-0313)', () => {
  const asked = under({}, (queryId) => queryId === 'q1');
  const INNER =
    "<message xmlns='jabber:client' type='chat' from='bob@chat.mil/x' to='alice@chat.mil'><body>x</body></message>";
  const SAID =
    "<message xmlns='jabber:client' type='groupchat' from='ops@rooms.chat.mil/bob'><body>x</body></message>";
  const result = (inner: string, from = "from='alice@chat.mil'", query = "queryid='q1'") =>
    `<message ${from} to='alice@chat.mil/desk'><result xmlns='urn:xmpp:mam:2' ${query} id='1'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>${inner}</forwarded></result></message>`;
  const ROOM = "from='ops@rooms.chat.mil'";
  it.each([
    ['an answer of the own archive', result(INNER), 'allow'],
    ['one without a sender', result(INNER, ''), 'allow'],
    [
      'one’s own message',
      result(INNER.replace(/from='.*' to='.*'/, "from='alice@chat.mil/o' to='bob@chat.mil'")),
      'allow',
    ],
    ['an answer of a room', result(SAID, ROOM), 'allow'],
    [
      'one that nobody asked for',
      result(INNER, undefined, "queryid='q2'"),
      'refuse archive-sender not-allowed',
    ],
    ['one without a query', result(INNER, undefined, ''), 'refuse archive-sender not-allowed'],
    ['one of a contact', result(INNER, "from='bob@chat.mil'"), 'refuse archive-sender not-allowed'],
    [
      'one of another own client',
      result(INNER, "from='alice@chat.mil/o'"),
      'refuse archive-sender not-allowed',
    ],
    ['one of the server', result(INNER, "from='chat.mil'"), 'refuse archive-sender not-allowed'],
    ['one of the room service', result(SAID, "from='rooms.chat.mil'"), 'refuse archive-sender not-allowed'],
    [
      'a room about another room',
      result(SAID, "from='x@rooms.chat.mil'"),
      'refuse archive-content not-acceptable',
    ],
    ['a room about a chat', result(INNER, ROOM), 'refuse archive-content not-acceptable'],
    [
      'a chat of others',
      result(INNER.replace('alice@chat.mil', 'carol@chat.mil')),
      'refuse archive-content not-acceptable',
    ],
    [
      'a stranger’s message',
      result(INNER.replace('bob@chat.mil', 'eve@evil.example')),
      'refuse domain not-allowed',
    ],
    [
      'a call',
      result(INNER.replace('<body>', "<propose xmlns='urn:xmpp:jingle-message:0'/><body>")),
      'refuse forbidden-namespace service-unavailable',
    ],
    [
      'an archive in an archive',
      result(result(INNER).replace('<message', "<message xmlns='jabber:client'")),
      'refuse archive-content not-acceptable',
    ],
    ['two messages', result(INNER + INNER), 'refuse archive-content not-acceptable'],
  ])('%s', (_what, text, expected) => expect(asked.in(text)).toBe(expected));

  it('are asked for at the own account and in rooms', () => {
    const query = (to: string) =>
      `<iq type='set' id='1' ${to}><query xmlns='urn:xmpp:mam:2' queryid='q1'/></iq>`;
    expect(asked.out(query(''))).toBe('allow');
    expect(asked.out(query("to='ops@rooms.chat.mil'"))).toBe('allow');
    expect(asked.out(query("to='bob@chat.mil'"))).toBe('refuse archive-sender not-allowed');
  });
});
