import { describe, expect, it } from 'vitest';
import { guardPolicy } from '../../../test/support/guard-policy.ts';
import type { FullJid } from '../../shared/jid.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { StreamParser } from '../stream/parser.ts';
import type { Element } from '../xml.ts';
import { createGuardConfig, guard } from './index.ts';

const config = createGuardConfig(
  guardPolicy('chat.mil', ['rooms.chat.mil'], { partners: [{ domain: 'partner.gov' }] }),
  'alice@chat.mil/desk' as FullJid,
);

/** Parses one stanza as it would come over the stream. */
function parse(text: string): Element {
  let parsed: Element | undefined;
  const parser = new StreamParser(DEFAULT_LIMITS, true, {
    onSkipped: () => expect.unreachable(),
    onHeader: () => undefined,
    onElement: (element) => {
      parsed = element;
    },
    onEnd: () => undefined,
  });
  parser.write(
    Buffer.from(
      `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>${text}`,
    ),
  );
  if (parsed === undefined) throw new Error(`not a stanza: ${text}`);
  return parsed;
}

/** `allow`, or the action and its reason; `!` marks a refusal that is answered. */
function verdict(direction: 'in' | 'out', text: string): string {
  const result = guard(direction, parse(text), config);
  if (result.action === 'allow') return 'allow';
  return `${result.action} ${result.reason}${result.action === 'refuse' && result.answer ? ' !' : ''}`;
}

const FROM_BOB = "from='bob@chat.mil/x' to='alice@chat.mil/desk'";
const carbon = (
  inner: string,
  { kind = 'received', from = "from='alice@chat.mil'" }: { kind?: string; from?: string } = {},
) =>
  `<message ${from} to='alice@chat.mil/desk'><${kind} xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></${kind}></message>`;
const INNER =
  "<message xmlns='jabber:client' type='chat' from='bob@chat.mil/x' to='alice@chat.mil/old'><body>x</body></message>";

describe('guard, incoming', () => {
  const cases: Record<string, [string, string]> = {
    'a message of the own domain': [`<message ${FROM_BOB} type='chat'><body>x</body></message>`, 'allow'],
    'one of a partner': ["<message from='p@partner.gov/x'><body>x</body></message>", 'allow'],
    'one to the bare address': [
      "<message from='bob@chat.mil' to='ALICE@chat.mil'><body>x</body></message>",
      'allow',
    ],
    'one of the server itself': ['<message><body>x</body></message>', 'allow'],
    'one of another domain': ["<message from='eve@evil.example'><body>x</body></message>", 'refuse domain'],
    'one of a subdomain nobody named': [
      "<message from='x@sub.chat.mil'><body>x</body></message>",
      'refuse domain',
    ],
    'one of a look-alike': ["<message from='bob@chat.mіl'><body>x</body></message>", 'refuse address'],
    'one of a malformed address': ["<message from='@chat.mil'><body>x</body></message>", 'refuse address'],
    'one of an address with a hidden character': [
      "<message from='bob\u202e@chat.mil'><body>x</body></message>",
      'refuse address',
    ],
    'one to somebody else': [
      "<message from='bob@chat.mil' to='carol@chat.mil'><body>x</body></message>",
      'refuse wrong-recipient',
    ],
    'one to another client': [
      "<message from='bob@chat.mil' to='alice@chat.mil/laptop'><body>x</body></message>",
      'refuse wrong-recipient',
    ],
    'an unknown type of message': [`<message ${FROM_BOB} type='magic'/>`, 'refuse type'],
    'a room message': [
      "<message type='groupchat' from='ops@rooms.chat.mil/bob'><body>x</body></message>",
      'allow',
    ],
    'a room message of a person': [
      `<message type='groupchat' ${FROM_BOB}><body>x</body></message>`,
      'refuse groupchat-sender',
    ],
    'a room message of nobody': [
      "<message type='groupchat'><body>x</body></message>",
      'refuse groupchat-sender',
    ],
    'a private message through a room': [
      "<message type='chat' from='ops@rooms.chat.mil/bob'><body>x</body></message>",
      'refuse private-message',
    ],
    'one with an unknown payload': [
      `<message ${FROM_BOB}><body>x</body><x xmlns='urn:unknown'/></message>`,
      'rewrite payload',
    ],
    'one with a known name in a foreign namespace': [
      `<message ${FROM_BOB}><body xmlns='urn:other'>x</body></message>`,
      'rewrite payload',
    ],
    'one with an out-of-band link': [
      `<message ${FROM_BOB}><body>x</body><x xmlns='jabber:x:oob'><url>x</url></x></message>`,
      'refuse forbidden-namespace',
    ],
    'a call': [
      `<message ${FROM_BOB}><propose xmlns='urn:xmpp:jingle-message:0' id='1'/></message>`,
      'refuse forbidden-namespace',
    ],
    'a roster suggestion': [
      `<message ${FROM_BOB}><x xmlns='http://jabber.org/protocol/rosterx'/></message>`,
      'refuse forbidden-namespace',
    ],

    'a received carbon': [carbon(INNER), 'allow'],
    'a carbon without a sender': [carbon(INNER, { from: '' }), 'allow'],
    'a carbon of a contact': [carbon(INNER, { from: "from='bob@chat.mil/x'" }), 'refuse carbon-sender'],
    'a carbon of another own client': [
      carbon(INNER, { from: "from='alice@chat.mil/laptop'" }),
      'refuse carbon-sender',
    ],
    'a carbon of the server': [carbon(INNER, { from: "from='chat.mil'" }), 'refuse carbon-sender'],
    'a carbon of a room': [carbon(INNER, { from: "from='ops@rooms.chat.mil'" }), 'refuse carbon-sender'],
    'a sent carbon of somebody else’s words': [carbon(INNER, { kind: 'sent' }), 'refuse carbon-content'],
    'a carbon of a stranger’s message': [
      carbon(INNER.replace('bob@chat.mil', 'eve@evil.example')),
      'refuse domain',
    ],
    'a carbon of a forbidden payload': [
      carbon(INNER.replace('<body>', "<x xmlns='jabber:x:oob'/><body>")),
      'refuse forbidden-namespace',
    ],
    'a carbon with an unknown payload': [
      carbon(INNER.replace('<body>', "<x xmlns='urn:unknown'/><body>")),
      'rewrite payload',
    ],
    'a carbon in a carbon': [
      carbon(carbon(INNER).replace('<message', "<message xmlns='jabber:client'")),
      'refuse carbon-content',
    ],
    'a carbon of a room message': [
      carbon(INNER.replace("type='chat'", "type='groupchat'")),
      'refuse carbon-content',
    ],
    'a carbon of two messages': [carbon(INNER + INNER), 'refuse carbon-content'],
    'two carbons in one': [
      carbon(INNER).replace(
        '<received',
        `<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${INNER}</forwarded></sent><received`,
      ),
      'refuse carbon-content',
    ],
    'an empty carbon': [carbon(''), 'refuse carbon-content'],

    'a presence': ["<presence from='bob@chat.mil/x'><show>away</show></presence>", 'allow'],
    'a presence of nobody': ['<presence/>', 'refuse address'],
    'a presence of another domain': ["<presence from='eve@evil.example'/>", 'refuse domain'],
    'a request of another domain': ["<presence type='subscribe' from='eve@evil.example'/>", 'refuse domain'],
    'a probe': ["<presence type='probe' from='bob@chat.mil'/>", 'refuse type'],
    'a presence with an avatar': [
      "<presence from='bob@chat.mil/x'><x xmlns='vcard-temp:x:update'/></presence>",
      'rewrite payload',
    ],

    'a roster push': ["<iq type='set' id='1'><query xmlns='jabber:iq:roster'/></iq>", 'allow'],
    'a roster push of the account': [
      "<iq type='set' id='1' from='alice@chat.mil'><query xmlns='jabber:iq:roster'/></iq>",
      'allow',
    ],
    'a roster push of a contact': [
      "<iq type='set' id='1' from='bob@chat.mil/x'><query xmlns='jabber:iq:roster'/></iq>",
      'refuse roster-sender !',
    ],
    'a roster push of an own client': [
      "<iq type='set' id='1' from='alice@chat.mil/laptop'><query xmlns='jabber:iq:roster'/></iq>",
      'refuse roster-sender !',
    ],
    'a roster push of the server’s name': [
      "<iq type='set' id='1' from='chat.mil'><query xmlns='jabber:iq:roster'/></iq>",
      'refuse roster-sender !',
    ],
    'a request for the roster': [
      "<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>",
      'refuse roster-sender !',
    ],
    'a ping': [`<iq type='get' id='1' ${FROM_BOB}><ping xmlns='urn:xmpp:ping'/></iq>`, 'allow'],
    'a question for the version': [
      `<iq type='get' id='1' ${FROM_BOB}><query xmlns='jabber:iq:version'/></iq>`,
      'refuse payload !',
    ],
    'a file offer by Jingle': [
      `<iq type='set' id='1' ${FROM_BOB}><jingle xmlns='urn:xmpp:jingle:1'/></iq>`,
      'refuse forbidden-namespace !',
    ],
    'a file offer by SI': [
      `<iq type='set' id='1' ${FROM_BOB}><si xmlns='http://jabber.org/protocol/si'/></iq>`,
      'refuse forbidden-namespace !',
    ],
    'an in-band byte stream': [
      `<iq type='set' id='1' ${FROM_BOB}><open xmlns='http://jabber.org/protocol/ibb'/></iq>`,
      'refuse forbidden-namespace !',
    ],
    'a SOCKS5 byte stream': [
      `<iq type='set' id='1' ${FROM_BOB}><query xmlns='http://jabber.org/protocol/bytestreams'/></iq>`,
      'refuse forbidden-namespace !',
    ],
    'an out-of-band transfer': [
      `<iq type='set' id='1' ${FROM_BOB}><query xmlns='jabber:iq:oob'/></iq>`,
      'refuse forbidden-namespace !',
    ],
    'a remote command': [
      `<iq type='set' id='1' ${FROM_BOB}><command xmlns='http://jabber.org/protocol/commands'/></iq>`,
      'refuse forbidden-namespace !',
    ],
    'two payloads in one query': [
      `<iq type='get' id='1' ${FROM_BOB}><ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/></iq>`,
      'refuse payload !',
    ],
    'an empty query': [`<iq type='get' id='1' ${FROM_BOB}/>`, 'refuse payload !'],
    'a query without an id': [`<iq type='get' ${FROM_BOB}><ping xmlns='urn:xmpp:ping'/></iq>`, 'refuse type'],
    'a query of another domain': [
      "<iq type='get' id='1' from='evil.example'><ping xmlns='urn:xmpp:ping'/></iq>",
      'refuse domain',
    ],
    'an iq without a type': ["<iq id='1'><ping xmlns='urn:xmpp:ping'/></iq>", 'refuse type'],
    'an empty answer': ["<iq type='result' id='1' from='bob@chat.mil/x'/>", 'allow'],
    'an answer with an unknown payload': [
      "<iq type='result' id='1' from='bob@chat.mil/x'><anything xmlns='urn:y'/></iq>",
      'rewrite payload',
    ],
    'an answer with a forbidden payload': [
      "<iq type='result' id='1'><x xmlns='urn:xmpp:jingle:1'/></iq>",
      'refuse forbidden-namespace',
    ],
    'an unknown stanza': ["<query from='bob@chat.mil'/>", 'refuse kind'],
  };
  for (const [what, [text, expected]] of Object.entries(cases)) {
    it(`${expected}: ${what}`, () => expect(verdict('in', text)).toBe(expected));
  }

  it('takes unknown payloads out and leaves the rest', () => {
    const result = guard(
      'in',
      parse(
        `<message ${FROM_BOB} id='1'><x xmlns='urn:a'/><body>hi</body><y xmlns='urn:b'><body>no</body></y></message>`,
      ),
      config,
    );
    expect(result.action === 'rewrite' && result.stanza.toString()).toBe(
      '<message from="bob@chat.mil/x" to="alice@chat.mil/desk" id="1" xmlns="jabber:client"><body>hi</body></message>',
    );
  });

  it('takes them out of a carbon too', () => {
    const text = carbon(INNER.replace('<body>', "<x xmlns='urn:unknown'/><body>"));
    const result = guard('in', parse(text), config);
    const rewritten = result.action === 'rewrite' ? result.stanza.toString() : '';
    expect(rewritten).toContain('<body>x</body>');
    expect(rewritten).not.toContain('unknown');
  });
});

describe('guard, outgoing', () => {
  const cases: Record<string, [string, string]> = {
    'a message': ["<message to='bob@chat.mil' type='chat'><body>x</body></message>", 'allow'],
    'one to a partner': ["<message to='p@partner.gov'><body>x</body></message>", 'allow'],
    'one to another domain': ["<message to='eve@evil.example'><body>x</body></message>", 'refuse domain'],
    'one to nobody': ['<message><body>x</body></message>', 'refuse address'],
    'one in another’s name': [
      "<message from='bob@chat.mil' to='bob@chat.mil'><body>x</body></message>",
      'refuse address',
    ],
    'one with a link': [
      "<message to='bob@chat.mil'><x xmlns='jabber:x:oob'/></message>",
      'refuse forbidden-namespace',
    ],
    'one with an unknown payload': [
      "<message to='bob@chat.mil'><x xmlns='urn:unknown'/></message>",
      'refuse payload',
    ],
    'a carbon': ["<message to='bob@chat.mil'><sent xmlns='urn:xmpp:carbons:2'/></message>", 'refuse payload'],
    'a room message to a person': [
      "<message to='bob@chat.mil' type='groupchat'><body>x</body></message>",
      'refuse groupchat-sender',
    ],
    'a private message in a room': [
      "<message to='ops@rooms.chat.mil/bob' type='chat'><body>x</body></message>",
      'refuse private-message',
    ],
    'the own presence': ['<presence><show>away</show></presence>', 'allow'],
    'a request to another domain': ["<presence to='eve@evil.example' type='subscribe'/>", 'refuse domain'],
    'entering a room': [
      "<presence to='ops@rooms.chat.mil/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>",
      'allow',
    ],
    'accepting a new room': [
      "<iq type='set' id='1' to='ops@rooms.chat.mil'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>",
      'allow',
    ],
    'configuring a room': [
      "<iq type='set' id='1' to='ops@rooms.chat.mil'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'><field var='muc#roomconfig_publicroom'/></x></query></iq>",
      'allow',
    ],
    'setting the password of a room': [
      "<iq type='set' id='1' to='ops@rooms.chat.mil'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'><field var='muc#roomconfig_roomsecret'/></x></query></iq>",
      'refuse payload',
    ],
    'a file offer': [
      "<iq type='set' id='1' to='bob@chat.mil/x'><jingle xmlns='urn:xmpp:jingle:1'/></iq>",
      'refuse forbidden-namespace',
    ],
    'a registration': [
      "<iq type='set' id='1'><query xmlns='jabber:iq:register'/></iq>",
      'refuse forbidden-namespace',
    ],
    'an error reply': ["<iq type='error' id='1' to='bob@chat.mil/x'><error type='cancel'/></iq>", 'allow'],
    'a reply to another domain': ["<iq type='result' id='1' to='x@evil.example'/>", 'refuse domain'],
  };
  for (const [what, [text, expected]] of Object.entries(cases)) {
    it(`${expected}: ${what}`, () => expect(verdict('out', text)).toBe(expected));
  }
});
