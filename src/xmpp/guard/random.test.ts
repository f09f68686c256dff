/** Properties of the guard on random stanzas: forbidden payloads never pass, nothing is changed, rewrites are stable. */
import { describe, expect, it } from 'vitest';
import { CONFIGS, NAMESPACES, PLAIN } from '../../../test/support/guard-configs.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import { NS } from '../namespaces.ts';
import { type Element, elementsOf, xml } from '../xml.ts';
import { forbiddenBy } from './forbidden.ts';
import { type Direction, guard } from './index.ts';

/** Park and Miller; the same run each time. */
function generator(seed: number) {
  let state = seed;
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return { below, of: <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value };
}

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
  'command',
  'actions',
  'note',
  'pubsub',
  'event',
  'items',
  'retract',
  'entry',
  'content',
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
  'feeds.chat.mil',
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
  [
    'in',
    "<message from='feeds.chat.mil' to='alice@chat.mil/desk' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='w'><item id='1'><entry xmlns='http://www.w3.org/2005/Atom'><title>x</title></entry></item></items></event></message>",
  ],
  [
    'in',
    "<iq type='result' id='1' from='feeds.chat.mil'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='w'><item id='1'><entry xmlns='http://www.w3.org/2005/Atom'><title>x</title></entry></item></items></pubsub></iq>",
  ],
  [
    'out',
    "<iq type='set' id='1' to='feeds.chat.mil'><pubsub xmlns='http://jabber.org/protocol/pubsub'><subscribe node='w' jid='alice@chat.mil'/></pubsub></iq>",
  ],
  [
    'in',
    "<iq type='result' id='1' from='chat.mil'><command xmlns='http://jabber.org/protocol/commands' node='n' sessionid='s' status='executing'><note>x</note></command></iq>",
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

/** Whether anything forbidden is left; what the second policy adds, is not. */
function holdsForbidden(stanza: Element, gate: boolean): boolean {
  const byGate: ReadonlySet<string> = new Set(
    gate ? [NS.fileSharing, NS.urlData, NS.upload, NS.register, NS.commands, NS.pubsub, NS.pubsubEvent] : [],
  );
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
    const random = generator(43);
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
