/** Files and slots (XEP-0447, XEP-0363): at the approved gate, or not at all. */
import { describe, expect, it } from 'vitest';
import { BOB, under } from '../../../test/support/guard-verdict.ts';

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
