/** The guard against what is made to slip through it: forbidden payloads at any place, and data where nobody looks. */
import { describe, expect, it } from 'vitest';
import { CONFIGS, NAMESPACES, PLAIN } from '../../../test/support/guard-configs.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import { NS } from '../namespaces.ts';
import { Disco } from '../xep-0030-disco/disco.ts';
import { elementsOf, xml } from '../xml.ts';
import { FORBIDDEN, forbiddenBy } from './forbidden.ts';
import { type Direction, guard } from './index.ts';
import { PAYLOADS } from './payloads.ts';
import type { Table } from './shape.ts';

/** Whether a namespace may be anywhere in a table's stanzas. */
function mentions(children: Table, xmlns: string): boolean {
  if (children.has(xmlns)) return true;
  return [...children.values()].some((names) =>
    [...names.values()].some((each) => mentions(each.children, xmlns)),
  );
}

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
