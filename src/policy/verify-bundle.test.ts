import { describe, expect, it } from 'vitest';
import {
  DAY,
  type Forgery,
  forge,
  goodPolicy,
  HOUR,
  KEYS,
  MACHINE,
  NOW,
  ROOT_PLAN,
  verifyForgery,
} from '../../build/site/policy-forge.ts';
import { generateSigningKey } from '../cli/policy/keys.ts';
import { makeFreshness, makeRoot, signDocument, signPayload, signRoot } from '../cli/policy/signing.ts';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { CLIENT_ENFORCES, EMPTY_STATE, PAYLOAD_TYPES, type Policy, type VerificationInput } from './index.ts';

type Conditions = Partial<VerificationInput>;
type Attack = readonly [
  name: string,
  code: PolicyErrorCode,
  changes: Partial<Forgery>,
  conditions?: Conditions,
];

const policyWith = (changes: Record<string, unknown>): Policy => ({ ...goodPolicy(), ...changes }) as Policy;
const settingsWith = (changes: Record<string, unknown>): Policy =>
  policyWith({ settings: { ...goodPolicy().settings, ...changes } });
const rawPolicy = (text: string | Uint8Array): Partial<Forgery> => ({
  sealPolicy: () =>
    signPayload(
      PAYLOAD_TYPES.policy,
      typeof text === 'string' ? Buffer.from(text) : text,
      KEYS.policy.slice(0, 2),
    ),
});
const canonicalPolicy = (): string => Buffer.from(forge().policyEnvelope.payload, 'base64').toString('utf8');
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const textBytes = (change: (text: string) => string): Partial<Forgery> => ({
  bytes: (bundle) => Buffer.from(change(bundle.toString('utf8'))),
});
const [firstSigner, secondSigner] = KEYS.policy;
const seen = (sequence: number, sha256 = 'a'.repeat(64)): Conditions => ({
  state: { ...EMPTY_STATE, policies: new Map([['main', { sequence, sha256 }]]) },
});
const seenFreshness = (version: number): Conditions => ({
  state: { ...EMPTY_STATE, freshness: new Map([['main', { version, sha256: 'a'.repeat(64) }]]) },
});
const freshnessWith = (changes: Record<string, unknown>): Partial<Forgery> => ({
  freshness: (policy, envelope) => ({ ...makeFreshness(policy, envelope, NOW, NOW + DAY), ...changes }),
});

/** One root in which the same public key stands under two key ids, both of the policy role. */
function rootWithDoubledKey() {
  const root = makeRoot(ROOT_PLAN);
  const key = root.keys[firstSigner.keyid];
  if (key === undefined) throw new Error('no key');
  return {
    ...root,
    keys: { ...root.keys, alias: key },
    roles: {
      ...root.roles,
      policy: { keyids: [firstSigner.keyid, 'alias', secondSigner.keyid], threshold: 2 },
    },
  };
}

const ATTACKS: readonly Attack[] = [
  // 1
  ['clock turned back before the build', 'CLOCK_ROLLED_BACK', {}, { buildTime: NOW + 1 }],
  [
    'clock turned back behind the highest time seen',
    'CLOCK_ROLLED_BACK',
    {},
    { state: { ...EMPTY_STATE, highestTimeSeen: NOW + 6 * 60_000 } },
  ],
  // 3
  ['endless data: more than 1 MiB', 'TOO_LARGE', { bytes: () => new Uint8Array(1024 * 1024 + 1) }],
  ['empty file', 'MALFORMED', { bytes: () => new Uint8Array() }],
  ['bundle cut off', 'MALFORMED', { bytes: (bundle) => bundle.subarray(0, bundle.length - 10) }],
  ['bundle is not UTF-8', 'MALFORMED', { bytes: () => Buffer.from([0x22, 0xff, 0x22]) }],
  ['bundle with a byte order mark', 'MALFORMED', textBytes((text) => `\ufeff${text}`)],
  ['bundle with a duplicate key', 'MALFORMED', textBytes((text) => text.replace('{', '{"format":"x",'))],
  ['bundle with a __proto__ key', 'MALFORMED', textBytes((text) => text.replace('{', '{"__proto__":{},'))],
  ['bundle with an unknown member', 'MALFORMED', { seal: (bundle) => ({ ...bundle, extra: 1 }) }],
  [
    'bundle nested too deep',
    'MALFORMED',
    { seal: (bundle) => ({ ...bundle, roots: JSON.parse(nested(16)) }) },
  ],
  ['bundle is an array', 'MALFORMED', { seal: () => [] }],
  ['bundle is null', 'MALFORMED', { seal: () => null }],
  ['policy payload is not base64', 'MALFORMED', { sealPolicy: (e) => ({ ...e, payload: '****' }) }],
  ['policy payload in the URL alphabet', 'MALFORMED', { sealPolicy: (e) => ({ ...e, payload: 'ab-_' }) }],
  ['257 roots', 'MALFORMED', { roots: Array.from({ length: 256 }, () => forge().policyEnvelope) }],
  [
    'format of another version',
    'FORMAT_UNKNOWN',
    { seal: (b) => ({ ...b, format: 'sallyport.policy-bundle/2' }) },
  ],
  [
    'format is not a string',
    'FORMAT_UNKNOWN',
    { seal: (b) => ({ ...b, format: ['sallyport.policy-bundle/1'] }) },
  ],
  // 6
  ['freeze on an expired root', 'ROOT_EXPIRED', { plan: { ...ROOT_PLAN, expires: NOW } }],
  // 8
  [
    'policy labelled as freshness',
    'TYPE_CONFUSION',
    { sealPolicy: (e) => ({ ...e, payloadType: PAYLOAD_TYPES.freshness }) },
  ],
  [
    'policy labelled with an unknown type',
    'TYPE_CONFUSION',
    { sealPolicy: (e) => ({ ...e, payloadType: 'text/plain' }) },
  ],
  [
    'a freshness statement put in the place of the policy',
    'TYPE_CONFUSION',
    { seal: (bundle) => ({ ...bundle, policy: bundle.freshness }) },
  ],
  ['one signature of two', 'BELOW_THRESHOLD', { policyKeys: [firstSigner] }],
  [
    'the same signature twice',
    'BELOW_THRESHOLD',
    {
      policyKeys: [firstSigner],
      sealPolicy: (e) => ({ ...e, signatures: [...e.signatures, ...e.signatures] }),
    },
  ],
  [
    'one key under two key ids',
    'BELOW_THRESHOLD',
    {
      root: rootWithDoubledKey(),
      policyKeys: [firstSigner],
      sealPolicy: (e) => ({
        ...e,
        signatures: [...e.signatures, ...e.signatures.map(({ sig }) => ({ keyid: 'alias', sig }))],
      }),
    },
  ],
  [
    'a valid signature under the id of another key',
    'BELOW_THRESHOLD',
    {
      policyKeys: [firstSigner, KEYS.stranger],
      sealPolicy: (e) => ({
        ...e,
        signatures: e.signatures.map(({ keyid, sig }) => ({
          keyid: keyid === KEYS.stranger.keyid ? secondSigner.keyid : keyid,
          sig,
        })),
      }),
    },
  ],
  [
    'one signature under the ids of two keys',
    'BELOW_THRESHOLD',
    {
      policyKeys: [firstSigner],
      sealPolicy: (e) => ({
        ...e,
        signatures: [...e.signatures, ...e.signatures.map(({ sig }) => ({ keyid: secondSigner.keyid, sig }))],
      }),
    },
  ],
  [
    'a payload changed after it was signed',
    'BELOW_THRESHOLD',
    {
      sealPolicy: (e) => ({
        ...e,
        payload: Buffer.from(canonicalPolicy().replace('"sequence":5', '"sequence":6')).toString('base64'),
      }),
    },
  ],
  [
    'an empty signature',
    'BELOW_THRESHOLD',
    { sealPolicy: (e) => ({ ...e, signatures: e.signatures.map((s) => ({ ...s, sig: 'AAAA' })) }) },
  ],
  ['signed by a stranger', 'UNKNOWN_SIGNER', { policyKeys: [KEYS.stranger] }],
  ['signed by the freshness key', 'UNKNOWN_SIGNER', { policyKeys: KEYS.freshness }],
  ['signed by the root keys', 'UNKNOWN_SIGNER', { policyKeys: KEYS.root }],
  [
    'key ids that are names of Object.prototype',
    'UNKNOWN_SIGNER',
    { sealPolicy: (e) => ({ ...e, signatures: e.signatures.map((s) => ({ ...s, keyid: 'constructor' })) }) },
  ],
  // 9
  ['policy is not JSON', 'NOT_CANONICAL', rawPolicy('{')],
  ['policy with a byte order mark', 'NOT_CANONICAL', rawPolicy(`\ufeff${canonicalPolicy()}`)],
  ['policy with a trailing line feed', 'NOT_CANONICAL', rawPolicy(`${canonicalPolicy()}\n`)],
  [
    'policy with a duplicate key',
    'NOT_CANONICAL',
    rawPolicy(canonicalPolicy().replace('"sequence":5', '"sequence":5,"sequence":6')),
  ],
  ['policy with unsorted keys', 'NOT_CANONICAL', rawPolicy('{"b":1,"a":2}')],
  ['policy with -0', 'NOT_CANONICAL', rawPolicy('{"a":-0}')],
  ['policy with 1.0', 'NOT_CANONICAL', rawPolicy('{"a":1.0}')],
  ['policy with 1e2', 'NOT_CANONICAL', rawPolicy('{"a":1e2}')],
  ['policy with an integer above 2^53', 'NOT_CANONICAL', rawPolicy('{"a":9007199254740993}')],
  ['policy with an escaped letter', 'NOT_CANONICAL', rawPolicy('{"a":"\\u0041"}')],
  ['policy with a lone surrogate', 'NOT_CANONICAL', rawPolicy('{"a":"\\ud800"}')],
  ['policy with __proto__', 'NOT_CANONICAL', rawPolicy('{"__proto__":{"sequence":9}}')],
  ['policy with __proto__ inside', 'NOT_CANONICAL', rawPolicy('{"a":[{"__proto__":1}]}')],
  ['policy nested 17 deep', 'NOT_CANONICAL', rawPolicy(nested(17))],
  ['policy nested 100,000 deep', 'NOT_CANONICAL', rawPolicy(nested(100_000))],
  ['policy is not UTF-8', 'NOT_CANONICAL', rawPolicy(Buffer.from([0x22, 0xc3, 0x28, 0x22]))],
  // 10
  [
    'policy of another organisation',
    'WRONG_AUDIENCE',
    { policy: policyWith({ audience: { org: 'other' } }) },
  ],
  [
    'policy of another group',
    'WRONG_AUDIENCE',
    { policy: policyWith({ audience: { org: 'demo', groups: ['admins'] } }) },
  ],
  [
    'policy of another machine',
    'WRONG_AUDIENCE',
    { policy: policyWith({ audience: { org: 'demo', machines: ['WS-0001'] } }) },
  ],
  [
    'policy of another platform',
    'WRONG_AUDIENCE',
    { policy: policyWith({ audience: { org: 'demo', platforms: ['win32'] } }) },
  ],
  [
    'policy of another channel',
    'WRONG_AUDIENCE',
    { policy: policyWith({ audience: { org: 'demo', channels: ['beta'] } }) },
  ],
  [
    'policy id that this machine does not take',
    'WRONG_AUDIENCE',
    {},
    { machine: { ...MACHINE, policyId: 'other' } },
  ],
  // 11
  ['replay of an older policy', 'ROLLBACK', {}, seen(6)],
  ['policy below the floor of the root', 'ROLLBACK', { plan: { ...ROOT_PLAN, minSequence: { main: 6 } } }],
  ['two policies with one sequence', 'EQUIVOCATION', {}, seen(5)],
  // 12
  ['policy used before its time', 'NOT_YET_VALID', {}, { now: NOW - 2 * DAY }],
  ['policy used after its time', 'EXPIRED', {}, { now: NOW + 30 * DAY }],
  ['policy used in the very second it expires', 'EXPIRED', {}, { now: NOW + 29 * DAY }],
  // 13
  ['freeze: the freshness statement has expired', 'FROZEN', {}, { now: NOW + 7 * DAY }],
  ['freshness of another policy id', 'MIX_AND_MATCH', freshnessWith({ policyId: 'other' })],
  ['freshness of another sequence', 'MIX_AND_MATCH', freshnessWith({ sequence: 6 })],
  ['freshness of another hash', 'MIX_AND_MATCH', freshnessWith({ sha256: 'b'.repeat(64) })],
  ['freshness signed by a policy key', 'UNKNOWN_SIGNER', { freshnessKeys: [firstSigner] }],
  [
    'freshness with a broken signature',
    'BELOW_THRESHOLD',
    { sealFreshness: (e) => ({ ...e, signatures: e.signatures.map((s) => ({ ...s, sig: 'AAAA' })) }) },
  ],
  ['freshness with an unknown member', 'SCHEMA', freshnessWith({ extra: true })],
  ['replay of an older freshness statement', 'ROLLBACK', {}, seenFreshness(NOW / 1000 + 1)],
  ['two freshness statements with one version', 'EQUIVOCATION', {}, seenFreshness(NOW / 1000)],
  // 15
  ['application too old', 'APP_VERSION', { policy: policyWith({ minAppVersion: '0.2.0' }) }],
  ['application too new', 'APP_VERSION', { policy: policyWith({ maxAppVersion: '0.0.9' }) }],
  ['pre-release of the lowest version', 'APP_VERSION', {}, { appVersion: '0.1.0-beta' }],
  ['application without a version', 'APP_VERSION', {}, { appVersion: 'unknown' }],
  ['a member that the schema does not know', 'SCHEMA', { policy: policyWith({ backdoor: true }) }],
  ['a setting that the schema does not know', 'SCHEMA', { policy: settingsWith({ backdoor: true }) }],
  ['a schema version of the future', 'SCHEMA', { policy: policyWith({ schemaVersion: 2 }) }],
  ['a day that does not exist', 'SCHEMA', { policy: policyWith({ expires: '2027-02-31T00:00:00Z' }) }],
  ['a policy without an audience', 'SCHEMA', { policy: policyWith({ audience: undefined }) }],
  ['a policy that is an array', 'SCHEMA', rawPolicy('[]')],
  ['the lock switched off', 'SCHEMA', { policy: settingsWith({ lock: { required: false, epochs: [1] } }) }],
  [
    'lowest TLS version above the highest',
    'SCHEMA',
    { policy: settingsWith({ tls: { maxVersion: '1.2' } }) },
  ],
  ['TLS 1.2 without suites', 'SCHEMA', { policy: settingsWith({ tls: { minVersion: '1.2' } }) }],
  [
    'a NULL cipher suite',
    'SCHEMA',
    { policy: settingsWith({ tls: { minVersion: '1.2', cipherList: ['ECDHE-RSA-NULL-SHA'] } }) },
  ],
  [
    'tls-exporter on TLS 1.2',
    'SCHEMA',
    {
      policy: settingsWith({
        tls: { minVersion: '1.2', maxVersion: '1.2', cipherList: ['ECDHE-RSA-AES256-GCM-SHA384'] },
      }),
    },
  ],
  ['epochs oldest first', 'SCHEMA', { policy: settingsWith({ lock: { epochs: [1, 2] } }) }],
  [
    'a trust anchor that is no certificate',
    'SCHEMA',
    { policy: settingsWith({ trustAnchors: [`MI${'A'.repeat(298)}`] }) },
  ],
  ['no server', 'SCHEMA', { policy: settingsWith({ servers: [] }) }],
  [
    'a server without pins',
    'SCHEMA',
    { policy: settingsWith({ servers: [{ host: 'a', port: 1, spkiPins: [] }] }) },
  ],
  [
    'a UPN pattern with nested quantifiers',
    'SCHEMA',
    {
      policy: settingsWith({
        authentication: { ...goodPolicy().settings.authentication, certificate: { upnPattern: '^(a+)+$' } },
      }),
    },
  ],
  [
    'a UPN pattern that is no pattern',
    'SCHEMA',
    {
      policy: settingsWith({
        authentication: { ...goodPolicy().settings.authentication, certificate: { upnPattern: '^[$' } },
      }),
    },
  ],
  [
    'a room outside the room services',
    'SCHEMA',
    { policy: settingsWith({ rooms: { services: ['rooms.example.mil'], autojoin: ['a@evil.example'] } }) },
  ],
  [
    'a right-to-left override in the organisation’s name',
    'SCHEMA',
    { policy: settingsWith({ organization: { name: 'a\u202eb', support: 'c' } }) },
  ],
  [
    'a setting that nobody enforces',
    'UNENFORCEABLE',
    {},
    { acknowledged: new Set([...CLIENT_ENFORCES].filter((entry) => entry !== 'lock:/lock/bindings')) },
  ],
  [
    'FIPS demanded of a client that cannot',
    'UNENFORCEABLE',
    { policy: settingsWith({ tls: { requireFips: true } }) },
    { acknowledged: new Set([...CLIENT_ENFORCES].filter((entry) => entry !== 'tls:/tls/requireFips')) },
  ],
];

describe('verifyBundle refuses', () => {
  for (const [name, code, changes, conditions] of ATTACKS) {
    it(`${name}: ${code}`, () => {
      expect(() => verifyForgery(changes, conditions)).toThrow(expect.objectContaining({ code }));
    });
  }
});

describe('verifyBundle accepts', () => {
  it('a good bundle, and fills in the defaults', () => {
    const verified = verifyForgery();
    expect(verified.policy.sequence).toBe(5);
    expect(verified.settings.tls.minVersion).toBe('1.3');
    expect(verified.settings.lock).toEqual({ required: true, bindings: ['tls-exporter'], epochs: [1] });
    expect(verified.settings.session.idleLockMinutes).toBe(15);
    expect(verified.settings.authentication.cardRemoval).toBe('lock');
    expect(verified.validUntil).toBe(NOW + 7 * DAY);
    expect(verified.signers).toEqual(KEYS.policy.slice(0, 2).map(({ keyid }) => keyid));
    expect(verified.state.policies.get('main')).toEqual({ sequence: 5, sha256: verified.policySha256 });
    expect(verified.state.highestTimeSeen).toBe(NOW);
    expect(verified.kept).toEqual([]);
  });

  it('the same bundle again, with the state of the first time', () => {
    const { shippedRoot } = forge();
    const { state } = verifyForgery({}, { shippedRoot });
    expect(verifyForgery({}, { shippedRoot, state }).state).toEqual(state);
  });

  it('a clock that is a little behind', () => {
    const state = { ...EMPTY_STATE, highestTimeSeen: NOW + 4 * 60_000 };
    expect(verifyForgery({}, { state }).state.highestTimeSeen).toBe(NOW + 4 * 60_000);
  });

  it('enough signatures among invalid and unknown ones', () => {
    const sealPolicy: Forgery['sealPolicy'] = (envelope) => ({
      ...envelope,
      signatures: [
        { keyid: KEYS.policy[2].keyid, sig: 'AAAA' },
        { keyid: firstSigner.keyid, sig: 'AAAA' },
        { keyid: 'nobody', sig: 'not base64' },
        ...envelope.signatures,
      ],
    });
    expect(verifyForgery({ sealPolicy }).signers).toHaveLength(2);
  });

  it('each algorithm', () => {
    for (const algorithm of ['ed25519', 'ecdsa-p256-sha256', 'ecdsa-p384-sha384'] as const) {
      const key = generateSigningKey(algorithm);
      const plan = { ...ROOT_PLAN, policy: { keys: [key], threshold: 1 } };
      expect(verifyForgery({ plan, policyKeys: [key] }).signers).toEqual([key.keyid]);
    }
  });

  it.each([
    ['one of its groups', { org: 'demo', groups: ['watch', 'admins'] }],
    ['its id', { org: 'demo', groups: ['admins'], machines: ['WS-0142'] }],
    ['its platform and channel', { org: 'demo', platforms: ['linux'], channels: ['stable'] }],
  ])('a machine named by %s', (_name, audience) => {
    expect(verifyForgery({ policy: policyWith({ audience }) }).policy.audience).toEqual(audience);
  });

  it('a neutral setting that nobody enforces', () => {
    const acknowledged = new Set([...CLIENT_ENFORCES].filter((entry) => entry !== 'tls:/tls/requireFips'));
    expect(verifyForgery({}, { acknowledged }).settings.tls.requireFips).toBe(false);
  });

  it('servers in any order, and sorts them by priority', () => {
    const spkiPins = [`sha256/${'A'.repeat(43)}=`];
    const servers = [
      { host: 'b', port: 1, spkiPins },
      { host: 'a', port: 1, spkiPins, priority: 1 },
      { host: 'c', port: 1, spkiPins },
    ];
    const { settings } = verifyForgery({ policy: settingsWith({ servers }) });
    expect(settings.servers.map(({ host }) => host)).toEqual(['a', 'b', 'c']);
  });
});

describe('a damaged trust root', () => {
  const withRoot = (change: (text: string) => string): Conditions => ({
    shippedRoot: Buffer.from(change(Buffer.from(forge().shippedRoot).toString('utf8'))),
  });
  it.each([
    ['is not JSON', 'MALFORMED', withRoot((text) => text.slice(1))],
    [
      'has a changed payload',
      'ROOT_SIGNATURE',
      {
        shippedRoot: Buffer.from(
          JSON.stringify({
            ...signRoot(makeRoot({ ...ROOT_PLAN, expires: NOW + HOUR }), KEYS.root),
            signatures: signRoot(makeRoot(ROOT_PLAN), KEYS.root).signatures,
          }),
        ),
      },
    ],
    [
      'is a policy',
      'SCHEMA',
      {
        shippedRoot: Buffer.from(JSON.stringify(signDocument(PAYLOAD_TYPES.policy, goodPolicy(), KEYS.root))),
      },
    ],
  ] as const)('that %s is refused', (_name, code, conditions) => {
    expect(() => verifyForgery({}, conditions)).toThrow(expect.objectContaining({ code }));
  });
});
