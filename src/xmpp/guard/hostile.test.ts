/** The guard against what is made to slip through it: forbidden payloads at any place, random trees, its own rewrites. */
import { describe, expect, it } from 'vitest';
import { guardPolicy } from '../../../test/support/guard-policy.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import type { FullJid } from '../../shared/jid.ts';
import { NS } from '../namespaces.ts';
import { Disco } from '../xep-0030-disco/disco.ts';
import { type Element, elementsOf, xml } from '../xml.ts';
import { FORBIDDEN, forbiddenBy } from './forbidden.ts';
import { createGuardConfig, type Direction, guard } from './index.ts';
import { PAYLOADS } from './payloads.ts';
import type { Table } from './shape.ts';

const labels = {
  catalogue: [
    { id: 'open', text: 'OPEN', background: '#000000', foreground: '#ffffff', rank: 0 },
    { id: 'secret', text: 'SECRET', background: '#000000', foreground: '#ffffff', rank: 2 },
  ],
  defaultLabel: 'open',
  maximumLabel: 'open',
  required: true,
};
const fileGate = { host: 'files.chat.mil', port: 443, path: '/f/', maximumBytes: 1000, types: [] };
const policies = [
  guardPolicy('chat.mil', ['rooms.chat.mil'], {
    partners: [{ domain: 'partner.gov', maximumLabel: 'open' }],
  }),
  guardPolicy('chat.mil', ['rooms.chat.mil'], { fileGate, labels, subscriptions: 'partners' }),
];
const CONFIGS = policies.map((policy) =>
  createGuardConfig(policy, 'alice@chat.mil/desk' as FullJid, () => true),
);
const [PLAIN] = CONFIGS;
if (PLAIN === undefined) throw new Error('no configuration');

/** Park and Miller; the same run each time. */
function generator(seed: number) {
  let state = seed;
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return { below, of: <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value };
}

/** Whether a namespace may be anywhere in a table's stanzas. */
function mentions(children: Table, xmlns: string): boolean {
  if (children.has(xmlns)) return true;
  return [...children.values()].some((names) =>
    [...names.values()].some((each) => mentions(each.children, xmlns)),
  );
}

/** Every namespace of the forbidden table, as one would meet it. */
const NAMESPACES = FORBIDDEN.map(({ xmlns }) => xmlns.replace(/\*$/, ':x'));

describe('what is forbidden by name', () => {
  it('has one row each, and none that could pass by the table as well', () => {
    expect(new Set(FORBIDDEN.map(({ xmlns }) => xmlns)).size).toBe(FORBIDDEN.length);
    for (const each of Object.values(PAYLOADS)) {
      for (const xmlns of NAMESPACES) {
        expect(mentions(each.in.children, xmlns), xmlns).toBe(false);
        expect(mentions(each.out.children, xmlns), xmlns).toBe(false);
      }
    }
  });

  it('/features: each feature has namespaces that refuse it', () => {
    const features = ['directTransfer', 'calls', 'screenSharing', 'location', 'whiteboard', 'pubsub'];
    for (const feature of features) {
      expect(
        FORBIDDEN.some(({ setting }) => setting === `/features/${feature}`),
        feature,
      ).toBe(true);
    }
  });

  it.each(NAMESPACES)('%s: in no kind of stanza, in no way, with the condition of its row', (xmlns) => {
    const condition = forbiddenBy(xmlns)?.condition;
    const payload = `<x xmlns='${xmlns}'/>`;
    const wrapped = `<y xmlns='urn:unknown'><z>${payload}</z></y>`;
    for (const inside of [payload, wrapped]) {
      const cases: readonly [Direction, string][] = [
        ['in', `<message from='bob@chat.mil/x' id='1'><body>x</body>${inside}</message>`],
        ['out', `<message to='bob@chat.mil' id='1'><body>x</body>${inside}</message>`],
        ['in', `<message type='groupchat' from='ops@rooms.chat.mil/bob'>${inside}</message>`],
        ['in', `<message from='bob@chat.mil/x'><body>x${inside}</body></message>`],
        ['in', `<presence from='bob@chat.mil/x'>${inside}</presence>`],
        ['out', `<presence>${inside}</presence>`],
        ['in', `<iq type='set' id='1' from='bob@chat.mil/x'>${inside}</iq>`],
        ['out', `<iq type='set' id='1' to='bob@chat.mil/x'>${inside}</iq>`],
        ['in', `<iq type='result' id='1' from='bob@chat.mil/x'>${inside}</iq>`],
        ['out', `<iq type='result' id='1' to='bob@chat.mil/x'>${inside}</iq>`],
        [
          'in',
          `<iq type='get' id='1' from='bob@chat.mil/x'><query xmlns='http://jabber.org/protocol/disco#info'>${inside}</query></iq>`,
        ],
        [
          'in',
          `<iq type='result' id='1'><query xmlns='jabber:iq:roster'><item jid='a@chat.mil'>${inside}</item></query></iq>`,
        ],
        [
          'in',
          `<presence from='ops@rooms.chat.mil/bob'><x xmlns='http://jabber.org/protocol/muc#user'><item>${inside}</item></x></presence>`,
        ],
        [
          'in',
          `<message from='alice@chat.mil'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${inside}<message xmlns='jabber:client' type='chat' from='bob@chat.mil/x' to='alice@chat.mil/o'><body>x</body></message></forwarded></received></message>`,
        ],
      ];
      for (const [direction, text] of cases) {
        expect(guard(direction, parseStanza(text), PLAIN), text).toMatchObject({
          action: 'refuse',
          reason: 'forbidden-namespace',
          condition,
        });
      }
    }
  });
});

describe('where data could hide', () => {
  const rewritten = (direction: Direction, text: string): string => {
    const verdict = guard(direction, parseStanza(text), PLAIN);
    return verdict.action === 'rewrite' ? verdict.stanza.toString() : verdict.action;
  };
  it('an error is cut down to its condition, both ways', () => {
    const error =
      "<error type='cancel' by='chat.mil'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:eve@evil.example?join</gone><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>t</text><x xmlns='urn:app'>data</x></error>";
    expect(
      rewritten(
        'in',
        `<message type='error' from='bob@chat.mil' id='1'><body>echo</body><x xmlns='jabber:x:oob'><url>u</url></x>${error}</message>`,
      ),
    ).toBe(
      '<message type="error" from="bob@chat.mil" id="1" xmlns="jabber:client"><error type="cancel" by="chat.mil"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/><text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">t</text></error></message>',
    );
    expect(
      rewritten(
        'out',
        `<iq type='error' to='bob@chat.mil/x' id='1'><query xmlns='jabber:iq:version'><name>secret</name></query>${error}</iq>`,
      ),
    ).toBe(
      '<iq type="error" to="bob@chat.mil/x" id="1" xmlns="jabber:client"><error type="cancel"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>',
    );
    expect(
      rewritten(
        'in',
        `<presence type='error' from='ops@rooms.chat.mil/bob'><x xmlns='http://jabber.org/protocol/muc'/>${error}</presence>`,
      ),
    ).not.toContain('evil');
  });
  it('a form in an answer: no media, no addresses to go to', () => {
    const field = (name: string, value: string) => `<field var='${name}'>${value}</field>`;
    const answer = (fields: string) =>
      `<iq type='result' id='1' from='bob@chat.mil/x'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='a'/><x xmlns='jabber:x:data' type='result'>${fields}</x></query></iq>`;
    const kind = field('FORM_TYPE', '<value>http://jabber.org/network/serverinfo</value>');
    expect(rewritten('in', answer(kind + field('os', '<value>Linux</value>')))).toBe('allow');
    for (const uri of [
      'xmpp:eve@evil.example?message',
      'https://evil.example',
      'mailto:a@b',
      'see JavaScript:alert(1)',
      'tel:1',
    ]) {
      const text = rewritten('in', answer(kind + field('abuse-addresses', `<value>${uri}</value>`)));
      expect(text).toContain('serverinfo');
      expect(text).not.toContain('abuse');
    }
    expect(
      guard(
        'in',
        parseStanza(answer(field('a', "<media xmlns='urn:xmpp:media-element'><uri>x</uri></media>"))),
        PLAIN,
      ),
    ).toMatchObject({ reason: 'forbidden-namespace' });
    expect(
      rewritten('in', answer('<instructions>go</instructions><item><field><value>x</value></field></item>')),
    ).not.toMatch(/instructions|item/);
  });
  it.each<[string, string]>([
    ['an attribute', "<message to='bob@chat.mil' data='x'><body>x</body></message>"],
    ['an attribute of a payload', "<message to='bob@chat.mil'><body data='x'>x</body></message>"],
    ['text between payloads', "<message to='bob@chat.mil'>x<body>x</body></message>"],
    [
      'text in an empty payload',
      "<message to='bob@chat.mil'><request xmlns='urn:xmpp:receipts'>x</request></message>",
    ],
    ['an element in a text', "<message to='bob@chat.mil'><body>x<b>y</b></body></message>"],
    ['a namespace that is none', "<message to='bob@chat.mil'><body xmlns=''>x</body></message>"],
    [
      'a stanza id of ours',
      "<message to='bob@chat.mil'><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='x'/></message>",
    ],
    [
      'a form in a question',
      "<iq type='get' id='1' to='bob@chat.mil/x'><query xmlns='http://jabber.org/protocol/disco#info'><x xmlns='jabber:x:data'/></query></iq>",
    ],
    [
      'a roster’s foreign element',
      "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@chat.mil'><x xmlns='urn:y'/></item></query></iq>",
    ],
    [
      'a password for a room',
      "<presence to='ops@rooms.chat.mil/alice'><x xmlns='http://jabber.org/protocol/muc'><password>x</password></x></presence>",
    ],
  ])('%s does not go out, and does not come in', (_what, text) => {
    expect(guard('out', parseStanza(text), PLAIN)).toMatchObject({ action: 'refuse', reason: 'payload' });
    const incoming = text
      .replace(/ to='([^']*)'/, " from='$1'")
      .replace("type='set' id='1'", "type='result' id='1'");
    const verdict = guard('in', parseStanza(incoming), PLAIN);
    expect(verdict.action).not.toBe('allow');
  });
  it('the roster and the archive of others, and contacts outside the policy, are not written to', () => {
    const set = (to: string, jid: string) =>
      `<iq type='set' id='1' ${to}><query xmlns='jabber:iq:roster'><item jid='${jid}'/></query></iq>`;
    expect(guard('out', parseStanza(set('', 'bob@chat.mil')), PLAIN).action).toBe('allow');
    expect(guard('out', parseStanza(set("to='bob@chat.mil'", 'bob@chat.mil')), PLAIN)).toMatchObject({
      reason: 'roster-sender',
    });
    expect(guard('out', parseStanza(set('', 'eve@evil.example')), PLAIN)).toMatchObject({ reason: 'domain' });
    expect(
      guard(
        'out',
        parseStanza("<iq type='set' id='1' to='bob@chat.mil/x'><enable xmlns='urn:xmpp:carbons:2'/></iq>"),
        PLAIN,
      ),
    ).toMatchObject({ reason: 'payload' });
  });
});

describe('service discovery', () => {
  it('tells of nothing that the guard refuses', () => {
    const disco = new Disco(nodeCrypto);
    const answer = disco.onInfo(xml('query', { xmlns: NS.discoInfo }));
    const features = elementsOf(answer ?? xml('none', {})).flatMap((each) =>
      each.name === 'feature' ? [each.attrs.var ?? ''] : [],
    );
    expect(features.length).toBeGreaterThan(0);
    const received = [PAYLOADS.message, PAYLOADS.presence, PAYLOADS.get, PAYLOADS.set].map(
      (ways) => ways.in.children,
    );
    for (const feature of features) {
      expect(forbiddenBy(feature), feature).toBeUndefined();
      // XEP-0045's namespace itself is only ever sent; what comes back is that of its users.
      const meant = feature === NS.muc ? NS.mucUser : feature;
      expect(
        received.some((children) => mentions(children, meant)),
        feature,
      ).toBe(true);
    }
    const reply = xml('iq', { xmlns: NS.client, type: 'result', id: '1', to: 'bob@chat.mil/x' }, answer);
    for (const config of CONFIGS) expect(guard('out', reply, config).action).toBe('allow');
  });
});

/** Names, namespaces and attribute values that mean something to the guard, and some that do not. */
const NAMES = [
  'message',
  'presence',
  'iq',
  'body',
  'query',
  'x',
  'item',
  'error',
  'received',
  'sent',
  'forwarded',
  'result',
  'file-sharing',
  'file',
  'sources',
  'url-data',
  'securitylabel',
  'displaymarking',
  'label',
  'id',
  'delay',
  'stanza-id',
  'origin-id',
  'invite',
  'request',
  'slot',
  'put',
  'field',
  'value',
  'c',
  'constructor',
  '__proto__',
];
const VALUES = [
  '',
  'alice@chat.mil',
  'alice@chat.mil/desk',
  'bob@chat.mil/x',
  'chat.mil',
  'ops@rooms.chat.mil',
  'ops@rooms.chat.mil/bob',
  'p@partner.gov',
  'eve@evil.example',
  'upload.chat.mil',
  '@',
  'a\u202eb@chat.mil',
  'chat',
  'groupchat',
  'error',
  'get',
  'set',
  'result',
  'submit',
  'subscribe',
  '1',
  'https://files.chat.mil/f/a',
  'https://evil.example/',
];
const ATTRIBUTES = [
  'to',
  'from',
  'type',
  'id',
  'by',
  'jid',
  'target',
  'url',
  'var',
  'queryid',
  'algo',
  'stamp',
  'xml:lang',
  'toString',
];
const TEXTS = ['x', ' ', 'open', 'SECRET', '\u202e', 'https://evil.example', 'sha-256', '12'];
const OWN = Object.values(NS);

function randomTree(random: ReturnType<typeof generator>, depth: number): Element {
  const attrs: Record<string, string> = {};
  if (random.below(2) === 0) attrs.xmlns = random.below(4) === 0 ? random.of(NAMESPACES) : random.of(OWN);
  for (let count = random.below(4); count > 0; count -= 1) attrs[random.of(ATTRIBUTES)] = random.of(VALUES);
  const children: (Element | string)[] = [];
  if (depth > 0) {
    for (let count = random.below(4); count > 0; count -= 1) {
      children.push(random.below(3) === 0 ? random.of(TEXTS) : randomTree(random, depth - 1));
    }
  }
  return xml(random.of(NAMES), attrs, ...children);
}

/** A stanza that would pass, into which the random tree is put somewhere. */
const SEEDS: readonly [Direction, string][] = [
  [
    'in',
    "<message from='bob@chat.mil/x' to='alice@chat.mil/desk' type='chat' id='1'><body>x</body><request xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>",
  ],
  ['out', "<message to='bob@chat.mil' type='chat' id='1'><body>x</body></message>"],
  [
    'in',
    "<message type='groupchat' from='ops@rooms.chat.mil/bob'><body>x</body><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='ops@rooms.chat.mil'/></message>",
  ],
  [
    'in',
    "<message from='alice@chat.mil'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='alice@chat.mil/o' to='bob@chat.mil'><body>x</body></message></forwarded></sent></message>",
  ],
  [
    'in',
    "<message from='ops@rooms.chat.mil'><result xmlns='urn:xmpp:mam:2' queryid='1' id='1'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='groupchat' from='ops@rooms.chat.mil/b'><body>x</body></message></forwarded></result></message>",
  ],
  [
    'in',
    "<presence from='ops@rooms.chat.mil/bob'><x xmlns='http://jabber.org/protocol/muc#user'><item role='none'/></x></presence>",
  ],
  ['in', "<iq type='result' id='1'><query xmlns='jabber:iq:roster'><item jid='a@chat.mil'/></query></iq>"],
  [
    'in',
    "<iq type='get' id='1' from='bob@chat.mil/x'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
  ],
  ['out', "<iq type='get' id='1' to='chat.mil'><ping xmlns='urn:xmpp:ping'/></iq>"],
  [
    'in',
    "<iq type='error' id='1' from='chat.mil'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
  ],
];

function all(element: Element): Element[] {
  return [element, ...elementsOf(element).flatMap(all)];
}

function namespacesOf(element: Element, inherited = ''): string[] {
  const xmlns = element.attrs.xmlns ?? inherited;
  return [xmlns, ...elementsOf(element).flatMap((child) => namespacesOf(child, xmlns))];
}

/** Whether anything forbidden is left; with a gate, its files and slots are not. */
function holdsForbidden(stanza: Element, gate: boolean): boolean {
  const byGate: ReadonlySet<string> = new Set(gate ? [NS.fileSharing, NS.urlData, NS.upload] : []);
  return namespacesOf(stanza).some((xmlns) => forbiddenBy(xmlns) !== undefined && !byGate.has(xmlns));
}

/** The verdict, and what has to be true of every verdict. */
function checked(direction: Direction, stanza: Element): string {
  const outcomes = CONFIGS.map((config) => {
    const before = stanza.toString();
    const parents = all(stanza).map((each) => each.parent);
    const verdict = guard(direction, stanza, config);
    expect(stanza.toString()).toBe(before);
    expect(all(stanza).every((each, i) => each.parent === parents[i])).toBe(true);
    if (verdict.action === 'refuse') return 'refuse';
    const passed = verdict.action === 'rewrite' ? verdict.stanza : stanza;
    const gate = config.policy.fileGate !== undefined;
    if (holdsForbidden(passed, gate)) expect.unreachable(`passed: ${passed}`);
    if (verdict.action === 'rewrite') {
      const again = guard(direction, passed, config);
      if (again.action !== 'allow') expect.unreachable(`not stable: ${before} became ${passed}`);
    }
    return verdict.action;
  });
  return outcomes[0] ?? '';
}

describe('random stanzas', () => {
  it('a forbidden payload at any place and depth never passes', () => {
    const random = generator(20_260_101);
    const seen: Record<string, number> = {};
    for (let run = 0; run < 3000; run += 1) {
      const [direction, text] = random.of(SEEDS);
      const stanza = parseStanza(text);
      let payload = xml('x', { xmlns: random.of(NAMESPACES) });
      for (let wraps = random.below(12); wraps > 0; wraps -= 1) {
        payload = xml(random.of(NAMES), random.below(2) === 0 ? {} : { xmlns: random.of(OWN) }, payload);
      }
      const place = random.of(all(stanza));
      payload.parent = place;
      place.children.splice(random.below(place.children.length + 1), 0, payload);
      const outcome = checked(direction, stanza);
      expect(outcome).not.toBe('allow');
      seen[outcome] = (seen[outcome] ?? 0) + 1;
    }
    expect(seen.refuse).toBeGreaterThan(1500);
  });

  it('whatever is put into a stanza: no exception, nothing changed, rewrites stay as they are', () => {
    const random = generator(42);
    const seen = new Set<string>();
    for (let run = 0; run < 4000; run += 1) {
      const [direction, text] = random.of(SEEDS);
      const stanza = parseStanza(text);
      for (let count = 1 + random.below(2); count > 0; count -= 1) {
        const place = random.of(all(stanza));
        const tree = randomTree(random, 4);
        tree.parent = place;
        place.children.push(tree);
      }
      if (random.below(2) === 0) random.of(all(stanza)).attrs[random.of(ATTRIBUTES)] = random.of(VALUES);
      seen.add(checked(direction, stanza));
    }
    expect([...seen].sort()).toEqual(['allow', 'refuse', 'rewrite']);
  });

  it('stanzas from nothing', () => {
    const random = generator(7);
    for (let run = 0; run < 4000; run += 1) {
      const stanza = randomTree(random, 5);
      stanza.attrs.xmlns = NS.client;
      checked(random.of(['in', 'out']), stanza);
    }
  });

  it('depth without end', () => {
    let deep = xml('y', {});
    for (let depth = 0; depth < 50_000; depth += 1) deep = xml('y', {}, deep);
    const stanza = xml(
      'message',
      { xmlns: NS.client, from: 'bob@chat.mil/x' },
      xml('z', { xmlns: 'urn:unknown' }, deep),
    );
    expect(guard('in', stanza, PLAIN)).toMatchObject({ action: 'rewrite', reason: 'payload' });
    const inside = xml('message', { xmlns: NS.client, from: 'bob@chat.mil/x' }, xml('body', {}, deep));
    expect(guard('in', inside, PLAIN)).toMatchObject({ action: 'rewrite', reason: 'payload' });
  });
});
