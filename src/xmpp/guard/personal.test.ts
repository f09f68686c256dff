/** The guard on what people tell of themselves: positions (XEP-0080) and activities (XEP-0108). */
import { describe, expect, it } from 'vitest';
import { under } from '../../../test/support/guard-verdict.ts';

const GEOLOC = 'http://jabber.org/protocol/geoloc';
const ACTIVITY = 'http://jabber.org/protocol/activity';
const position = `<geoloc xmlns='${GEOLOC}'><lat>38.9</lat><lon>-77.0</lon></geoloc>`;
const activity = `<activity xmlns='${ACTIVITY}'><working/><text>on watch</text></activity>`;
const event = (from: string, node: string, payload: string, type = 'headline') =>
  `<message ${from} type='${type}'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${node}'><item id='current'>${payload}</item></items></event></message>`;
const BOB = "from='bob@chat.mil'";
const publish = (node: string, payload: string, access = 'presence', to = '') =>
  `<iq type='set' id='1' ${to}><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='${node}'><item id='current'>${payload}</item></publish><publish-options><x xmlns='jabber:x:data' type='submit'><field var='pubsub#access_model'><value>${access}</value></field></x></publish-options></pubsub></iq>`;

describe.each([
  ['/features/location', { location: true }, GEOLOC, position, 'policy-violation'],
  ['/features/pubsub', { activity: true }, ACTIVITY, activity, undefined],
] as const)('%s', (_setting, allowed, node, payload, condition) => {
  const off = under({});
  const on = under(allowed);

  it('false: nothing of it goes out or comes in', () => {
    expect(off.out(publish(node, payload))).not.toBe('allow');
    expect(off.in(event(BOB, node, payload))).toBe(
      `refuse forbidden-namespace ${condition ?? 'service-unavailable'}`,
    );
    expect(off.in(event("from='alice@chat.mil'", node, payload))).toContain('refuse');
  });

  it('true: it is told to whoever sees the presence, by the own account alone', () => {
    expect(on.out(publish(node, payload))).toBe('allow');
    for (const access of ['open', 'roster', 'authorize', 'whitelist', '']) {
      expect(on.out(publish(node, payload, access)), access).toBe('refuse payload service-unavailable');
    }
    for (const to of ['bob@chat.mil', 'chat.mil', 'pubsub.chat.mil', 'ops@rooms.chat.mil']) {
      expect(on.out(publish(node, payload, 'presence', `to='${to}'`)), to).not.toBe('allow');
    }
    expect(on.out(`<message to='bob@chat.mil'><body>x</body>${payload}</message>`)).toContain('refuse');
    expect(on.out(`<presence>${payload}</presence>`)).toContain('refuse');
  });

  it('true: it comes in from contacts whose presence is seen, and from the own account', () => {
    expect(on.in(event(BOB, node, payload))).toBe('allow');
    expect(on.in(event("from='alice@chat.mil'", node, payload))).toBe('allow');
    for (const from of [
      'eve@chat.mil',
      'bob@chat.mil/x',
      'chat.mil',
      'ops@rooms.chat.mil',
      'p@partner.gov',
      'alice@chat.mil/phone',
    ]) {
      expect(on.in(event(`from='${from}'`, node, payload)), from).toBe('refuse pubsub-sender not-allowed');
    }
    expect(on.in(event("from='ops@rooms.chat.mil/bob'", node, payload, 'groupchat'))).toContain('refuse');
    expect(on.in(`<message ${BOB} type='chat'><body>x</body>${payload}</message>`)).not.toBe('allow');
  });

  it('true: under its own node, and nothing beside it', () => {
    const other = node === GEOLOC ? activity : position;
    expect(on.in(event(BOB, node, other))).not.toBe('allow');
    expect(on.in(event(BOB, 'storage:bookmarks', payload))).toContain('refuse');
    expect(on.in(event(BOB, 'urn:xmpp:bookmarks:1', payload))).toContain('refuse');
    const more = payload.replace(
      /<(\w+) (xmlns=[^>]*)>/,
      "<$1 $2><uri>https://evil.example/</uri><x xmlns='urn:app'>d</x>",
    );
    const rewritten = on.rewritten('in', event(BOB, node, more));
    expect(rewritten).toContain(node);
    expect(rewritten).not.toContain('evil');
    expect(rewritten).not.toContain('urn:app');
  });
});
