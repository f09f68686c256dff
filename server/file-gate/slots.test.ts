import { describe, expect, it } from 'vitest';
import { parseAccounts, parseSwitch } from './accounts.ts';
import { parseAddress } from './address.ts';
import { safeName } from './records.ts';
import { Refusal } from './refusal.ts';
import { type SlotRequest, verifySlot } from './slots.ts';
import { ruleOf, TYPE_RULES } from './types.ts';

const SECRETS = { jwt: Buffer.alloc(32, 'a'), hmac: Buffer.alloc(32, 'a'), hmacOwner: 'any' as const };
const REQUEST: SlotRequest = {
  path: 'abcdefgh/a.txt',
  query: '',
  authorization: undefined,
  contentType: 'text/plain',
  length: 5,
  person: 'alice@chat.example.mil',
  now: 1_750_000_000_000,
};

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('verifySlot', () => {
  // Made with: openssl dgst -sha256 -mac HMAC -macopt key:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  const V1 = '94263d1612b6bc042e36220463eb309f05b089638c9d53fe8b216dedefb28309';
  const V2 = 'b86e0321f328e8930792a678beb40aa96bb6cce109c14324e81d12cd22540eb1';

  it('knows the signature over path and size, and over path, size and type', () => {
    expect(verifySlot(SECRETS, { ...REQUEST, query: `v=${V1}` })).toMatchObject({
      kind: 'v1',
      name: 'a.txt',
      size: 5,
    });
    expect(verifySlot(SECRETS, { ...REQUEST, query: `v2=${V2}` })).toMatchObject({
      kind: 'v2',
      type: 'text/plain',
    });
  });

  it('takes no media type that is longer than any, which the first form does not sign', () => {
    for (const contentType of [`text/${'x'.repeat(5000)}`, 'text/\u00fclain', ''])
      expect(codeOf(() => verifySlot(SECRETS, { ...REQUEST, query: `v=${V1}`, contentType }))).toBe(
        'bad-header',
      );
  });

  it('takes no form whose secret it does not have, and not two at once', () => {
    const query = `v=${V1}`;
    expect(codeOf(() => verifySlot({ ...SECRETS, hmac: undefined }, { ...REQUEST, query }))).toBe(
      'bad-token',
    );
    expect(
      codeOf(() => verifySlot({ ...SECRETS, jwt: undefined }, { ...REQUEST, authorization: 'Bearer a.b.c' })),
    ).toBe('bad-token');
    expect(codeOf(() => verifySlot(SECRETS, { ...REQUEST, query, authorization: 'Bearer a.b.c' }))).toBe(
      'bad-token',
    );
    expect(codeOf(() => verifySlot(SECRETS, REQUEST))).toBe('no-token');
  });
});

describe('parseAddress', () => {
  it('decodes once and keeps the query apart', () => {
    expect(parseAddress('/files/a/%2525.txt?v=1', '/files/')).toEqual({ path: 'a/%25.txt', query: 'v=1' });
  });

  it.each([
    '/a/b',
    '/files',
    '/files/a',
    '/files/a/',
    '/files/../a/b',
    '/files/a/b#c',
    '/files/a/b c',
    '/files/a/b%0a',
  ])('%s is none', (target) => {
    expect(codeOf(() => parseAddress(target, '/files/'))).toBe('bad-path');
  });
});

describe('safeName', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['a\u202egnp.exe', 'agnp.exe'],
    ['..', 'file'],
    ['.htaccess', 'htaccess'],
    ['a\r\nb.txt', 'ab.txt'],
    ['a:b|c?.txt ', 'a_b_c_.txt'],
    ['gru\u0308n.txt', 'gr\u00fcn.txt'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  it('keeps the extension of a long one', () => {
    const safe = safeName(`${'x'.repeat(500)}.docx`);
    expect([safe.length, safe.endsWith('x.docx')]).toEqual([200, true]);
  });
});

describe('ruleOf', () => {
  const allowed = TYPE_RULES.map(({ type }) => type);

  it('looks at the last extension, whatever its case, and at the type without its parameters', () => {
    expect(
      ruleOf({ name: 'a.b.TXT', declared: 'Text/Plain; charset=utf-8', real: 'text/plain' }, allowed),
    ).toMatchObject({ type: 'text/plain' });
    expect(ruleOf({ name: 'a.txt.exe', declared: 'text/plain', real: 'text/plain' }, allowed)).toBe(
      'extension-not-allowed',
    );
  });

  it('takes only what is allowed', () => {
    const file = { name: 'a.mp3', declared: 'audio/mpeg', real: 'audio/mpeg' };
    expect(ruleOf(file, allowed)).toMatchObject({ type: 'audio/mpeg' });
    expect(ruleOf(file, ['text/plain'])).toBe('extension-not-allowed');
  });

  it('names every rule’s own type among those that declare it', () => {
    for (const { type, declared } of TYPE_RULES) expect(declared).toContain(type);
  });
});

describe('the tables', () => {
  const domain = 'chat.example.mil';
  const table = (changes: object) =>
    JSON.stringify({
      format: 'sallyport.card-accounts/1',
      domain,
      accounts: [{ account: 'alice', upns: ['1@MIL'] }],
      ...changes,
    });
  const hash = `${'x'.repeat(43)}=`;
  const alice = { keys: ['upn:1@mil', `spki:${hash}`], serial: '1', spkiSha256: hash };

  it('know nobody after validUntil', () => {
    const accounts = parseAccounts(table({ validUntil: '2026-01-01T00:00:00Z' }), domain);
    expect(accounts.personOf(alice, Date.parse('2025-12-31T23:59:59Z'))).toBe('alice@chat.example.mil');
    expect(accounts.personOf(alice, Date.parse('2026-01-01T00:00:00Z'))).toBeUndefined();
  });

  it('know nobody whose identities lead to two accounts', () => {
    const two = [
      { account: 'alice', upns: ['1@mil'] },
      { account: 'bob', spkiSha256: [hash] },
    ];
    expect(parseAccounts(table({ accounts: two }), domain).personOf(alice, 0)).toBeUndefined();
  });

  it.each<[string, object]>([
    ['another domain', { domain: 'elsewhere.example' }],
    ['an account twice', { accounts: [{ account: 'a' }, { account: 'a' }] }],
    [
      'an identity twice',
      {
        accounts: [
          { account: 'a', upns: ['1@mil'] },
          { account: 'b', upns: ['1@MIL'] },
        ],
      },
    ],
    [
      'a certificate of two',
      {
        accounts: [
          { account: 'a', issuerSerials: [`${hash}:0a`] },
          { account: 'b', issuerSerials: [`${hash}:0a`] },
        ],
      },
    ],
    ...[
      `${hash}:0A`,
      `${hash}:000a`,
      `${hash}:a`,
      `${hash}:`,
      `${hash}:00`,
      `x:0a`,
      `${hash}:${'01'.repeat(21)}`,
    ].map((value): [string, object] => [
      `the issuer and serial ${value}`,
      { accounts: [{ account: 'a', issuerSerials: [value] }] },
    ]),
    ...['ab'.repeat(19), 'AB'.repeat(20), 'a'.repeat(41), 'ab'.repeat(65), 'ab:'.repeat(20)].map(
      (value): [string, object] => [
        `the key identifier ${value}`,
        { accounts: [{ account: 'a', subjectKeyIds: [value] }] },
      ],
    ),
    ['an unknown member', { more: 1 }],
    ['disabled as a text', { accounts: [{ account: 'a', disabled: 'no' }] }],
    ['a time that is none', { validUntil: '2026-13-45T00:00:00Z' }],
  ])('with %s are refused', (_what, changes) => {
    expect(() => parseAccounts(table(changes), domain)).toThrow();
  });

  it('of the switch are read whole or not at all', () => {
    const state = {
      format: 'sallyport.switch/1',
      domain,
      revision: 1,
      service: 'on',
      users: ['bob'],
      machines: [],
    };
    const off = parseSwitch(JSON.stringify(state), domain);
    expect([off('bob@chat.example.mil'), off('alice@chat.example.mil')]).toEqual([true, false]);
    for (const wrong of [{ service: 'maybe' }, { users: 'bob' }, { domain: 'x' }, { format: 'y' }])
      expect(() => parseSwitch(JSON.stringify({ ...state, ...wrong }), domain)).toThrow();
    const present = {
      ...state,
      format: 'sallyport.switch/3',
      rooms: ['ops'],
      partners: [],
      feeds: ['weather'],
      notices: [{ feed: 'weather', id: 'w1' }],
    };
    expect(parseSwitch(JSON.stringify(present), domain)('bob@chat.example.mil')).toBe(true);
    expect(() => parseSwitch(JSON.stringify({ ...present, rooms: 'ops' }), domain)).toThrow();
  });
});
