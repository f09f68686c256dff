/** The guard on people: the list of those whom the server keeps away. */
import { describe, expect, it } from 'vitest';
import { under } from '../../../test/support/guard-verdict.ts';

const iq = (type: string, payload: string, more = '') => `<iq type='${type}' id='1' ${more}>${payload}</iq>`;
const blocking = (name: string, items = '') => `<${name} xmlns='urn:xmpp:blocking'>${items}</${name}>`;

describe('the blocklist', () => {
  const policy = under({});
  const block = (jid: string) => iq('set', blocking('block', `<item jid='${jid}'/>`));

  it('is asked of the own account, and answered', () => {
    expect(policy.out(iq('get', blocking('blocklist')))).toBe('allow');
    expect(policy.out(block('eve@chat.mil'))).toBe('allow');
    expect(policy.out(block('p@partner.gov'))).toBe('allow');
    expect(policy.out(iq('set', blocking('unblock', "<item jid='spam.example'/>")))).toBe('allow');
    expect(policy.out(iq('set', blocking('unblock')))).toBe('allow');
    expect(policy.in(iq('result', blocking('blocklist', "<item jid='spam.example'/>")))).toBe('allow');
    for (const to of ['bob@chat.mil', 'chat.mil', 'ops@rooms.chat.mil', 'bob@chat.mil/x']) {
      expect(policy.out(iq('get', blocking('blocklist'), `to='${to}'`)), to).toBe(
        'refuse blocklist-sender not-allowed',
      );
    }
  });

  it('keeps away people: no server, no room, not the own account, not nobody', () => {
    const refused = 'refuse blocklist not-allowed';
    for (const jid of ['chat.mil', 'ops@rooms.chat.mil', 'alice@chat.mil', 'eve@chat.mil/x', '', 'a b@c']) {
      expect(policy.out(block(jid)), jid).toBe(refused);
    }
    expect(policy.out(iq('set', blocking('block')))).toBe(refused);
  });

  it('is pushed by the own account alone', () => {
    const push = (from: string) =>
      policy.in(iq('set', blocking('unblock'), `${from} to='alice@chat.mil/desk'`));
    expect(push('')).toBe('allow');
    expect(push("from='alice@chat.mil'")).toBe('allow');
    for (const from of [
      'eve@chat.mil/x',
      'eve@chat.mil',
      'chat.mil',
      'rooms.chat.mil',
      'alice@chat.mil/phone',
    ]) {
      expect(push(`from='${from}'`), from).toBe('refuse blocklist-sender not-allowed !');
    }
    expect(policy.in(iq('get', blocking('blocklist'), "from='bob@chat.mil/x'"))).toBe(
      'refuse blocklist-sender not-allowed !',
    );
  });

  it('holds addresses and nothing else', () => {
    const odd = "<item jid='eve@chat.mil' reason='x'>text<report xmlns='urn:xmpp:reporting:1'/></item>";
    expect(policy.out(iq('set', blocking('block', odd)))).toBe('refuse payload service-unavailable');
    expect(policy.rewritten('in', iq('set', blocking('block', odd)))).toContain(
      '<block xmlns="urn:xmpp:blocking"><item jid="eve@chat.mil"/></block>',
    );
  });
});
