/** What the guard makes of each setting: partners, subscriptions, rooms, files, labels; and of forged provenance. */
import { describe, expect, it } from 'vitest';
import { guardPolicy } from '../../../test/support/guard-policy.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { FullJid } from '../../shared/jid.ts';
import type { GuardPolicy, SecurityLabel } from '../../shared/session-contract.ts';
import { buildSecurityLabel } from '../xep-0258-security-labels/labels.ts';
import { createGuardConfig, type Direction, guard } from './index.ts';

const SERVICES = ['rooms.chat.mil'];

function under(changes: Partial<GuardPolicy>, askedArchive?: (id: string) => boolean) {
  const config = createGuardConfig(
    guardPolicy('chat.mil', SERVICES, { partners: [{ domain: 'partner.gov' }], ...changes }),
    'alice@chat.mil/desk' as FullJid,
    askedArchive,
  );
  const judge = (direction: Direction, text: string) => guard(direction, parseStanza(text), config);
  const short = (direction: Direction, text: string): string => {
    const verdict = judge(direction, text);
    if (verdict.action === 'allow') return 'allow';
    return verdict.action === 'rewrite'
      ? `rewrite ${verdict.reason}`
      : `refuse ${verdict.reason} ${verdict.condition}${verdict.answer ? ' !' : ''}`;
  };
  const rewritten = (direction: Direction, text: string): string => {
    const verdict = judge(direction, text);
    return verdict.action === 'rewrite' ? verdict.stanza.toString() : verdict.action;
  };
  return { in: (text: string) => short('in', text), out: (text: string) => short('out', text), rewritten };
}

const BOB = "from='bob@chat.mil/x' to='alice@chat.mil/desk'";

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

const GATE = { host: 'files.chat.mil', port: 8443, path: '/files/', maximumBytes: 1000, types: [] };
const HASH = `${'A'.repeat(43)}=`;
interface FileParts {
  readonly name?: string;
  readonly size?: string;
  readonly type?: string;
  readonly hash?: string;
  readonly target?: string;
  readonly more?: string;
  readonly disposition?: string;
}
function file(parts: FileParts = {}): string {
  const { name = 'plan.pdf', size = '999', type = 'application/pdf', hash = HASH, more = '' } = parts;
  const { target = 'https://files.chat.mil:8443/files/a/plan.pdf', disposition = 'attachment' } = parts;
  return `<body>file</body><file-sharing xmlns='urn:xmpp:sfs:0' disposition='${disposition}'><file xmlns='urn:xmpp:file:metadata:0'><media-type>${type}</media-type><name>${name}</name><size>${size}</size><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>${hash}</hash></file><sources><url-data xmlns='http://jabber.org/protocol/url-data' target='${target}'/>${more}</sources></file-sharing>`;
}

describe('/files', () => {
  const from = (content: string) => `<message ${BOB} type='chat' id='1'>${content}</message>`;
  const to = (content: string) => `<message to='bob@chat.mil' type='chat' id='1'>${content}</message>`;

  it('off: no file, no slot', () => {
    const policy = under({});
    expect(policy.in(from(file()))).toBe('refuse forbidden-namespace policy-violation !');
    expect(policy.out(to(file()))).toBe('refuse forbidden-namespace policy-violation');
    expect(
      policy.out(
        "<iq type='get' id='1' to='upload.chat.mil'><request xmlns='urn:xmpp:http:upload:0' filename='a' size='1'/></iq>",
      ),
    ).toBe('refuse domain not-allowed');
  });

  it('gate: a file at the gate, both ways and in a room', () => {
    const policy = under({ fileGate: GATE });
    expect(policy.in(from(file()))).toBe('allow');
    expect(policy.out(to(file()))).toBe('allow');
    expect(policy.in(`<message type='groupchat' from='ops@rooms.chat.mil/bob'>${file()}</message>`)).toBe(
      'allow',
    );
  });

  it.each<[string, FileParts]>([
    ['another host', { target: 'https://evil.example:8443/files/a' }],
    ['another port', { target: 'https://files.chat.mil/files/a' }],
    ['without TLS', { target: 'http://files.chat.mil:8443/files/a' }],
    ['a user', { target: 'https://files.chat.mil:8443@evil.example/files/a' }],
    ['another path', { target: 'https://files.chat.mil:8443/other/a' }],
    ['the folder itself', { target: 'https://files.chat.mil:8443/files/' }],
    ['out of the path', { target: 'https://files.chat.mil:8443/files/../a' }],
    ['out of it, encoded', { target: 'https://files.chat.mil:8443/files/%2E%2e/a' }],
    ['a backslash', { target: 'https://files.chat.mil:8443/files/\\a' }],
    ['a fragment', { target: 'https://files.chat.mil:8443/files/a#b' }],
    ['capitals in the host', { target: 'https://FILES.chat.mil:8443/files/a' }],
    ['too long an address', { target: `https://files.chat.mil:8443/files/${'a'.repeat(2048)}` }],
    [
      'a second source elsewhere',
      { more: "<url-data xmlns='http://jabber.org/protocol/url-data' target='https://evil.example/'/>" },
    ],
    [
      'five sources',
      {
        more: "<url-data xmlns='http://jabber.org/protocol/url-data' target='https://files.chat.mil:8443/files/a'/>".repeat(
          4,
        ),
      },
    ],
    ['a path for a name', { name: '../../.profile' }],
    ['a backslash in the name', { name: 'a\\b' }],
    ['a stream of a name', { name: 'a.txt:evil' }],
    ['a name that turns round', { name: 'cod\u202efdp.exe' }],
    ['a control in the name', { name: 'a&#9;b' }],
    ['no name', { name: '' }],
    ['too long a name', { name: 'a'.repeat(256) }],
    ['no type', { type: 'pdf' }],
    ['too large', { size: '1001' }],
    ['a size that is none', { size: '-1' }],
    ['a hexadecimal size', { size: '0x10' }],
    ['a hash that is none', { hash: 'abc' }],
    ['too long a hash', { hash: 'A'.repeat(128) }],
    ['shown inline', { disposition: 'inline' }],
  ])('gate: not %s', (_what, parts) => {
    const policy = under({ fileGate: GATE });
    expect(policy.in(from(file(parts)))).toBe('refuse file policy-violation !');
    expect(policy.out(to(file(parts)))).toBe('refuse file policy-violation');
  });

  it('gate: only types of the policy, if it names some', () => {
    const policy = under({ fileGate: { ...GATE, types: ['image/png'] } });
    expect(policy.out(to(file()))).toBe('refuse file policy-violation');
    expect(policy.out(to(file({ type: 'image/png' })))).toBe('allow');
  });

  it('gate: nothing else with a URL, and nothing through Jingle', () => {
    const policy = under({ fileGate: GATE });
    const jingle = "<jinglepub xmlns='urn:xmpp:jinglepub:1' from='x' id='1'/>";
    expect(policy.in(from(file({ more: jingle })))).toBe('refuse forbidden-namespace service-unavailable !');
    expect(policy.in(from(file() + file()))).toBe('refuse file policy-violation !');
    expect(
      policy.in(
        from("<body>x</body><x xmlns='jabber:x:oob'><url>https://files.chat.mil:8443/files/a</url></x>"),
      ),
    ).toBe('refuse forbidden-namespace not-allowed !');
  });

  const request = (to: string, attrs = "filename='plan.pdf' size='10' content-type='application/pdf'") =>
    `<iq type='get' id='1' to='${to}'><request xmlns='urn:xmpp:http:upload:0' ${attrs}/></iq>`;
  it('gate: slots are asked of the own upload service', () => {
    const policy = under({ fileGate: GATE });
    expect(policy.out(request('upload.chat.mil'))).toBe('allow');
    expect(policy.out(request('chat.mil'))).toBe('refuse file policy-violation');
    expect(policy.out(request('bob@chat.mil/x'))).toBe('refuse file policy-violation');
    expect(policy.out(request('upload.partner.gov'))).toBe('refuse domain not-allowed');
    expect(policy.out(request('upload.chat.mil', "filename='a' size='1001'"))).toBe(
      'refuse file policy-violation',
    );
    expect(policy.out(request('upload.chat.mil', "filename='../a' size='1'"))).toBe(
      'refuse payload service-unavailable',
    );
    expect(policy.out("<message to='upload.chat.mil'><body>x</body></message>")).toBe(
      'refuse domain not-allowed',
    );
  });

  const slot = (put: string, get = put, from = 'upload.chat.mil', header = '') =>
    `<iq type='result' id='1' from='${from}'><slot xmlns='urn:xmpp:http:upload:0'><put url='${put}'>${header}</put><get url='${get}'/></slot></iq>`;
  it('gate: and lie there', () => {
    const policy = under({ fileGate: GATE });
    const good = 'https://files.chat.mil:8443/files/a/b?v2=00ff';
    expect(policy.in(slot(good))).toBe('allow');
    expect(
      policy.in(slot(good, good, 'upload.chat.mil', "<header name='Authorization'>Bearer x</header>")),
    ).toBe('allow');
    const refused = 'refuse file policy-violation';
    expect(policy.in(slot('https://evil.example/a', good))).toBe(refused);
    expect(policy.in(slot(good, 'https://evil.example/a'))).toBe(refused);
    expect(policy.in(slot(good, good, 'chat.mil'))).toBe(refused);
    expect(policy.in(slot(good, good, 'bob@chat.mil'))).toBe(refused);
    expect(policy.in(slot(good, good, 'upload.chat.mil', "<header name='Host'>evil</header>"))).toBe(refused);
  });
});

const label = (id: string, rank: number): SecurityLabel => ({
  id,
  text: id.toUpperCase(),
  background: '#000000',
  foreground: '#ffffff',
  rank,
});
const CATALOGUE = [label('open', 0), label('restricted', 10), label('secret', 20)];
const [OPEN, RESTRICTED, SECRET] = CATALOGUE.map((each) => buildSecurityLabel(each).toString());
const marked = (text: string) =>
  `<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking>${text}</displaymarking><label/></securitylabel>`;

describe('/classification', () => {
  const labels = { catalogue: CATALOGUE, required: false };
  const inn = (content: string, from = 'bob@chat.mil/x') =>
    `<message from='${from}' id='1'><body>x</body>${content}</message>`;
  const out = (content: string, to = 'bob@chat.mil') =>
    `<message to='${to}' id='1'><body>x</body>${content}</message>`;

  it('without limits: any label of the catalogue, and others', () => {
    const policy = under({ labels });
    for (const each of [OPEN, SECRET, marked('SECRET'), marked('COSMIC')]) {
      expect(policy.in(inn(each ?? ''))).toBe('allow');
      expect(policy.out(out(each ?? ''))).toBe('allow');
    }
    expect(policy.in(inn(`${OPEN}${SECRET}`)), 'two labels').toBe('refuse label policy-violation !');
  });

  it('maximumLabel: nothing above it, and nothing that cannot be told', () => {
    const policy = under({ labels: { ...labels, maximumLabel: 'restricted' } });
    const refused = 'refuse label policy-violation';
    for (const each of [OPEN, RESTRICTED, marked('RESTRICTED'), '']) {
      expect(policy.in(inn(each ?? ''))).toBe('allow');
      expect(policy.out(out(each ?? ''))).toBe('allow');
    }
    for (const each of [SECRET, marked('SECRET'), marked('secret'), marked('COSMIC'), marked('')]) {
      expect(policy.in(inn(each ?? '')), each).toBe(`${refused} !`);
      expect(policy.out(out(each ?? '')), each).toBe(refused);
    }
    const contradictory = OPEN?.replace('>OPEN<', '>SECRET<') ?? '';
    expect(policy.in(inn(contradictory)), 'one label inside, another shown').toBe(`${refused} !`);
    const ess = marked('OPEN').replace(
      '<label/>',
      "<label><esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>MQYCAQIGASk=</esssecuritylabel></label>",
    );
    expect(policy.in(inn(ess)), 'what is in an ESS label nobody has read').toBe('rewrite payload');
    expect(policy.in(inn(SECRET ?? '').replace('<body>x</body>', '')), 'no content').toBe(`${refused} !`);
  });

  it('an unlabelled message counts as the default', () => {
    const policy = under({ labels: { ...labels, maximumLabel: 'restricted', defaultLabel: 'secret' } });
    expect(policy.in(inn(''))).toBe('refuse label policy-violation !');
    expect(policy.out(out(''))).toBe('refuse label policy-violation');
    expect(
      policy.out("<message to='bob@chat.mil'><received xmlns='urn:xmpp:receipts' id='1'/></message>"),
    ).toBe('allow');
  });

  it('a partner’s ceiling holds for the partner alone, both ways', () => {
    const partners = [{ domain: 'partner.gov', maximumLabel: 'restricted' }, { domain: 'ally.gov' }];
    const policy = under({ labels, partners });
    const refused = 'refuse label policy-violation';
    expect(policy.out(out(RESTRICTED ?? '', 'p@partner.gov'))).toBe('allow');
    expect(policy.out(out(SECRET ?? '', 'p@partner.gov'))).toBe(refused);
    expect(policy.in(inn(SECRET ?? '', 'p@partner.gov/x'))).toBe(`${refused} !`);
    expect(policy.out(out(marked('COSMIC'), 'p@partner.gov')), 'unknown').toBe(refused);
    expect(policy.out(out('', 'p@partner.gov')), 'no label and no default').toBe(refused);
    expect(
      policy.out("<message to='p@partner.gov' id='1'><received xmlns='urn:xmpp:receipts' id='1'/></message>"),
    ).toBe('allow');
    expect(policy.out(out(SECRET ?? ''))).toBe('allow');
    expect(policy.out(out(SECRET ?? '', 'a@ally.gov'))).toBe('allow');
    const withDefault = under({ labels: { ...labels, defaultLabel: 'open' }, partners });
    expect(withDefault.out(out('', 'p@partner.gov'))).toBe('allow');
    const broken = under({ labels, partners: [{ domain: 'partner.gov', maximumLabel: 'gone' }] });
    expect(broken.out(out(OPEN ?? '', 'p@partner.gov')), 'a ceiling that is no label').toBe(refused);
  });

  it('a ceiling holds inside carbons too', () => {
    const policy = under({ labels, partners: [{ domain: 'partner.gov', maximumLabel: 'open' }] });
    const carbon = (content: string) =>
      `<message from='alice@chat.mil'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='alice@chat.mil/old' to='p@partner.gov'><body>x</body>${content}</message></forwarded></sent></message>`;
    expect(policy.in(carbon(OPEN ?? ''))).toBe('allow');
    expect(policy.in(carbon(SECRET ?? ''))).toBe('refuse label policy-violation');
  });

  it('labelRequired: the default is written into what has none, else it is not sent', () => {
    const required = { ...labels, required: true };
    const bare = under({ labels: required });
    expect(bare.out(out(''))).toBe('refuse label-required policy-violation');
    expect(bare.out(out(marked('COSMIC'))), 'a label outside the catalogue').toBe(
      'refuse label-required policy-violation',
    );
    expect(bare.out(out(OPEN ?? ''))).toBe('allow');
    expect(bare.in(inn('')), 'coming in').toBe('allow');
    expect(
      bare.out("<message to='bob@chat.mil'><received xmlns='urn:xmpp:receipts' id='1'/></message>"),
    ).toBe('allow');
    const policy = under({ labels: { ...required, defaultLabel: 'restricted' } });
    const text = policy.rewritten('out', out(''));
    expect(text).toBe(
      '<message to="bob@chat.mil" id="1" xmlns="jabber:client"><body>x</body><securitylabel xmlns="urn:xmpp:sec-label:0"><displaymarking fgcolor="#ffffff" bgcolor="#000000">RESTRICTED</displaymarking><label><id xmlns="urn:sallyport:label:0">restricted</id></label></securitylabel></message>',
    );
    expect(policy.out(text)).toBe('allow');
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
      expect(policy.in(event(from))).toBe('refuse forbidden-namespace service-unavailable');
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
