/** The stanza guard over the real Prosody: what a colleague with any client tries, and what the policy forbids this one. */
import { describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import type { GuardPolicy } from '../../src/shared/session-contract.ts';
import { analystsAt } from '../support/analysts.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { type Analyst, until } from '../support/xmpp-analyst.ts';

const office = analystsAt([{ account: 'alice', name: 'Alice Allen' }, { account: 'bob' }]);

function signIn(account: string, changes: Partial<GuardPolicy> = {}): Promise<Analyst> {
  const { domain, roomService } = office.site.server;
  return office.signIn(account, { policy: guardPolicy(domain, [roomService], changes) });
}

/** Bob, with a client that sends anything. */
async function hostile(): Promise<RawXmpp> {
  const bob = await office.site.connect(office.site.card('bob'));
  await bob.passLock(office.site.machine('WS-1', 4));
  await bob.external();
  await bob.bind('hostile');
  bob.send('<presence/>');
  return bob;
}

const ATTEMPTS: readonly (readonly [string, string])[] = [
  ["<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='1'/>", 'service-unavailable'],
  ["<si xmlns='http://jabber.org/protocol/si' id='1'/>", 'service-unavailable'],
  ["<open xmlns='http://jabber.org/protocol/ibb' sid='1' block-size='4096'/>", 'service-unavailable'],
  ["<query xmlns='http://jabber.org/protocol/bytestreams' sid='1'/>", 'service-unavailable'],
  ["<query xmlns='jabber:iq:oob'><url>https://evil.example/</url></query>", 'not-allowed'],
  [
    "<command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/rc#set-status'/>",
    'not-allowed',
  ],
  ["<query xmlns='jabber:iq:roster'><item jid='eve@evil.example'/></query>", 'not-allowed'],
  ["<query xmlns='jabber:iq:version'/>", 'service-unavailable'],
];

describe('a colleague with any client', () => {
  it('gets the right error for each query, and nothing happens', async () => {
    const bob = await hostile();
    const alice = await signIn('alice');
    for (const [index, [payload, condition]] of ATTEMPTS.entries()) {
      bob.send(`<iq type='set' id='try-${index}' to='${alice.client.jid}'>${payload}</iq>`);
      const answer = await bob.take(new RegExp(`<iq[^>]*id=['"]try-${index}['"].*?</iq>`));
      expect(answer).toContain("type='error'");
      expect(answer).toContain(`<${condition} `);
      expect(answer, 'repeats nothing').not.toMatch(/jingle|evil|block-size/);
    }
    expect([...alice.contacts.keys()]).toEqual(['bob@chat.example.mil']);
    const refusals = alice.audits.filter((one) => one.event === 'stanza-refused');
    expect(refusals.length).toBe(ATTEMPTS.length);
    expect(JSON.stringify(refusals)).not.toContain('evil');
    bob.close();
  });

  it('hears that a message with a picture or a call was not read; one without is', async () => {
    const bob = await hostile();
    const alice = await signIn('alice');
    const message = (id: string, inner: string) =>
      `<message type='chat' id='${id}' to='${alice.client.jid}'><body>${id}</body>${inner}</message>`;
    bob.send(message('picture', "<x xmlns='jabber:x:oob'><url>https://evil.example/a.png</url></x>"));
    expect(await bob.take(/<message[^>]*type='error'.*?<\/message>/)).toMatch(/id='picture'.*<not-allowed /);
    bob.send(message('file', "<file-sharing xmlns='urn:xmpp:sfs:0'/>"));
    expect(await bob.take(/<message[^>]*type='error'.*?<\/message>/)).toMatch(
      /id='file'.*<policy-violation /,
    );
    bob.send(message('plain', "<x xmlns='urn:unknown'/>"));
    await until('the plain one', () => alice.messages.length > 0);
    expect(alice.messages.map((one) => one.message.body)).toEqual(['plain']);
    bob.close();
  });
});

describe('a colleague who wants the session to end, or to go round in circles', () => {
  it('gets nowhere with long ids, odd types and errors of errors', async () => {
    const bob = await hostile();
    const alice = await signIn('alice');
    const { jid } = alice.client;
    const long = 'i'.repeat(3000);
    const receipt = "<request xmlns='urn:xmpp:receipts'/>";
    const oob = "<x xmlns='jabber:x:oob'><url>u</url></x>";
    bob.send(`<message type='chat' id='${long}' to='${jid}'><body>long</body>${receipt}</message>`);
    bob.send(`<message type='chat' id='${long}' to='${jid}'><body>refused</body>${oob}</message>`);
    for (const type of ['error', 'headline', 'odd']) {
      bob.send(`<message type='${type}' id='${type}' to='${jid}'>${oob}<error type='cancel'/></message>`);
    }
    bob.send(`<iq type='get' id='${long}' to='${jid}'><ping xmlns='urn:xmpp:ping'/></iq>`);
    bob.send(`<iq type='set' id='<&amp;' to='${jid}'/>`.replace('<&amp;', '&lt;&amp;&apos;'));
    for (let count = 0; count < 60; count += 1) {
      bob.send(`<message type='chat' id='flood-${count}' to='${jid}'>${oob}</message>`);
    }
    bob.send(`<message type='chat' id='last' to='${jid}'><body>last</body></message>`);
    await until('the last one', () => alice.messages.some((one) => one.message.body === 'last'));
    expect(await alice.client.ping()).toBeGreaterThan(0);
    expect(alice.closed).toEqual([]);
    expect(alice.messages.map((one) => one.message.body)).toEqual(['long', 'last']);
    bob.send(`<iq type='get' id='end' to='${jid}'><ping xmlns='urn:xmpp:ping'/></iq>`);
    await bob.take(/<iq[^>]*id='end'[^>]*>/);
    const errors = bob.received.match(/<message[^>]*type='error'/g) ?? [];
    expect(errors.length, 'at most 20 a minute, and one may end meanwhile').toBeLessThanOrEqual(40);
    expect(bob.received).not.toMatch(/<message[^>]*id='(?:error|headline|odd)'/);
    bob.close();
  });
});

describe('the policy', () => {
  const roomOf = (name: string) => `${name}@${office.site.server.roomService}` as BareJid;

  it('without new rooms: entering one that is not there fails, and leaves none behind', async () => {
    const { roomService } = office.site.server;
    const alice = await signIn('alice', { rooms: { services: [roomService], create: false, invite: true } });
    const room = roomOf('unheard-of');
    alice.client.joinRoom(room);
    await until('the refusal', () => alice.rooms.get(room)?.state === 'failed');
    expect(alice.rooms.get(room)?.error?.detail).toEqual({ condition: 'item-not-found' });
    const bob = await hostile();
    bob.send(
      `<iq type='get' id='items' to='${roomService}'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
    );
    expect(await bob.take(/<iq[^>]*id='items'.*?(?:\/>|<\/iq>)/)).not.toContain('unheard-of');
    // A room that is there can be entered.
    const maker = await signIn('bob');
    await maker.join(roomOf('watch'));
    await alice.join(roomOf('watch'));
    bob.close();
  });

  it('with labels: what is sent without one carries the default, and what is above the limit stays unread', async () => {
    const catalogue = [
      { id: 'u', text: 'UNCLASSIFIED', background: '#007a33', foreground: '#ffffff', rank: 0 },
      { id: 's', text: 'SECRET', background: '#c8102e', foreground: '#ffffff', rank: 3 },
    ];
    const labels = { catalogue, defaultLabel: 'u', maximumLabel: 'u', required: true };
    const bob = await hostile();
    const alice = await signIn('alice', { labels });
    const { id } = alice.client.sendMessage('bob@chat.example.mil' as BareJid, 'marked');
    const received = await bob.take(/<message[^>]*>.*?<\/message>/);
    expect(received).toMatch(/<securitylabel xmlns='urn:xmpp:sec-label:0'>.*UNCLASSIFIED.*>u<\/id>/);
    await alice.reached(id, 'stored');
    const secret =
      "<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking>SECRET</displaymarking><label/></securitylabel>";
    const open = secret.replace('SECRET', 'UNCLASSIFIED');
    const message = (body: string, label: string) =>
      `<message type='chat' id='${body}' to='${alice.client.jid}'><body>${body}</body>${label}</message>`;
    bob.send(message('above', secret) + message('below', open));
    await until('what may be read', () => alice.messages.length > 0);
    expect(alice.messages.map((one) => one.message.body)).toEqual(['below']);
    expect(await bob.take(/<message[^>]*type='error'.*?<\/message>/)).toMatch(
      /id='above'.*<policy-violation /,
    );
    bob.close();
  });
});
