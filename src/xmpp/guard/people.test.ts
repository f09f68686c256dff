/** The guard on people: the list of those whom the server keeps away. */
import { describe, expect, it } from 'vitest';
import { under } from '../../../test/support/guard-verdict.ts';

const iq = (type: string, payload: string, more = '') => `<iq type='${type}' id='1' ${more}>${payload}</iq>`;
const blocking = (name: string, items = '') => `<${name} xmlns='urn:xmpp:blocking'>${items}</${name}>`;

describe('/contacts/directory', () => {
  const DIRECTORY = "to='directory.chat.mil'";
  const query = (inner = '') => `<query xmlns='jabber:iq:search'>${inner}</query>`;
  const form = (type: string, inner = '') => `<x xmlns='jabber:x:data' type='${type}'>${inner}</x>`;
  const field = (value: string) => `<field var='displayName'><value>${value}</value></field>`;
  const card = (inner = '') => `<vCard xmlns='vcard-temp'>${inner}</vCard>`;
  const policy = under({});

  it('false: nobody is looked up, and no card comes in', () => {
    const off = under({ directory: false });
    expect(off.out(iq('get', query(), DIRECTORY))).toBe('refuse domain not-allowed');
    expect(off.out(iq('get', query(), "to='chat.mil'"))).toBe('refuse payload service-unavailable');
    expect(off.out(iq('get', card(), "to='bob@chat.mil'"))).toBe('refuse payload service-unavailable');
    expect(off.rewritten('in', iq('result', card('<FN>Bob</FN>'), "from='bob@chat.mil'"))).not.toContain(
      'Bob',
    );
    expect(off.in(iq('result', query(), "from='directory.chat.mil'"))).toBe('refuse domain not-allowed');
  });

  it('true: the directory of the own domain is searched, and nothing else', () => {
    expect(policy.out(iq('get', query(), DIRECTORY))).toBe('allow');
    expect(policy.out(iq('set', query(form('submit', field('bob'))), DIRECTORY))).toBe('allow');
    for (const to of ['chat.mil', 'bob@chat.mil', 'rooms.chat.mil', 'partner.gov', 'directory.chat.mil/x']) {
      expect(policy.out(iq('get', query(), `to='${to}'`)), to).not.toBe('allow');
    }
    expect(policy.out(iq('set', query('<first>b</first>'), DIRECTORY))).toBe(
      'refuse payload service-unavailable',
    );
    expect(policy.in(iq('get', query(), "from='directory.chat.mil'"))).toBe(
      'refuse payload service-unavailable !',
    );
  });

  it('true: only the directory answers a search, in forms without addresses to go to', () => {
    const item = `<item>${field('Bob')}<field var='url'><value>https://evil.example/</value></field></item>`;
    const found = query(`<first/>${form('result', `<reported>${field('')}</reported>${item}`)}`);
    const rewritten = policy.rewritten('in', iq('result', found, "from='directory.chat.mil'"));
    expect(rewritten).toContain('Bob');
    expect(rewritten).not.toContain('evil');
    for (const from of ['bob@chat.mil/x', 'chat.mil', 'rooms.chat.mil', 'p@partner.gov']) {
      expect(policy.in(iq('result', found, `from='${from}'`)), from).toBe(
        'refuse directory-sender not-allowed',
      );
    }
  });

  it('true: the directory says nothing and is told nothing but queries', () => {
    expect(policy.in("<message from='directory.chat.mil'><body>x</body></message>")).toBe(
      'refuse domain not-allowed',
    );
    expect(policy.in("<presence from='directory.chat.mil'/>")).toBe('refuse domain not-allowed');
    expect(policy.out("<message to='directory.chat.mil'><body>x</body></message>")).toBe(
      'refuse domain not-allowed',
    );
  });

  it('true: cards are read of people, never written, and come without pictures, keys and addresses to go to', () => {
    expect(policy.out(iq('get', card(), "to='bob@chat.mil'"))).toBe('allow');
    expect(policy.out(iq('get', card(), "to='p@partner.gov'"))).toBe('allow');
    expect(policy.out(iq('get', card()))).toBe('allow');
    for (const to of ['ops@rooms.chat.mil', 'ops@rooms.chat.mil/nick', 'bob@chat.mil/x', 'chat.mil']) {
      expect(policy.out(iq('get', card(), `to='${to}'`)), to).toBe('refuse directory-sender not-allowed');
    }
    expect(policy.out(iq('set', card()))).toBe('refuse payload service-unavailable');
    expect(policy.out(iq('set', card('<FN>General</FN>')))).toBe('refuse payload service-unavailable');
    const full = card(
      '<FN>Bob</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>AAAA</BINVAL></PHOTO><URL>https://evil.example/</URL><KEY><CRED>k</CRED></KEY><EMAIL><WORK/><USERID>bob@mail.example</USERID></EMAIL>',
    );
    const rewritten = policy.rewritten('in', iq('result', full, "from='bob@chat.mil'"));
    expect(rewritten).toContain('<FN>Bob</FN><EMAIL><USERID>bob@mail.example</USERID></EMAIL>');
    for (const gone of ['PHOTO', 'URL', 'KEY', 'AAAA', 'evil']) expect(rewritten).not.toContain(gone);
    expect(policy.in(iq('result', full, "from='ops@rooms.chat.mil'"))).toBe(
      'refuse directory-sender not-allowed',
    );
  });
});

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
