/**
 * Attacks on a bundle, one a line: name, refusal, exit code of `sallyport-policy simulate`, how it is made, and what else
 * is different. The command does not know when the client was built and what another version would enforce: where only
 * that keeps a bundle out, it ends with 0.
 */
import { CLIENT_ENFORCES, EMPTY_STATE, PAYLOAD_TYPES } from '../../src/policy/index.ts';
import type { PolicyErrorCode } from '../../src/shared/error-catalogue.ts';
import {
  type Conditions,
  canonicalPolicy,
  firstSigner,
  freshnessWith,
  nested,
  policyWith,
  rawPolicy,
  rootWithDoubledKey,
  secondSigner,
  seen,
  seenFreshness,
  settingsWith,
  textBytes,
} from './policy-attack-parts.ts';
import { DAY, type Forgery, forge, goodPolicy, KEYS, MACHINE, NOW, ROOT_PLAN } from './policy-forge.ts';

export type BundleAttack = readonly [
  name: string,
  code: PolicyErrorCode,
  exit: number,
  forgery: Partial<Forgery>,
  conditions?: Conditions,
];

export const BUNDLE_ATTACKS: readonly BundleAttack[] = [
  // 1
  ['clock turned back before the build', 'CLOCK_ROLLED_BACK', 0, {}, { buildTime: NOW + 1 }],
  [
    'clock turned back behind the highest time seen',
    'CLOCK_ROLLED_BACK',
    1,
    {},
    { state: { ...EMPTY_STATE, highestTimeSeen: NOW + 6 * 60_000 } },
  ],
  // 3
  ['endless data: more than 1 MiB', 'TOO_LARGE', 1, { bytes: () => new Uint8Array(1024 * 1024 + 1) }],
  ['empty file', 'MALFORMED', 1, { bytes: () => new Uint8Array() }],
  ['bundle cut off', 'MALFORMED', 1, { bytes: (bundle) => bundle.subarray(0, bundle.length - 10) }],
  ['bundle is not UTF-8', 'MALFORMED', 1, { bytes: () => Buffer.from([0x22, 0xff, 0x22]) }],
  ['bundle with a byte order mark', 'MALFORMED', 1, textBytes((text) => `\ufeff${text}`)],
  ['bundle with a duplicate key', 'MALFORMED', 1, textBytes((text) => text.replace('{', '{"format":"x",'))],
  ['bundle with a __proto__ key', 'MALFORMED', 1, textBytes((text) => text.replace('{', '{"__proto__":{},'))],
  ['bundle with an unknown member', 'MALFORMED', 1, { seal: (bundle) => ({ ...bundle, extra: 1 }) }],
  [
    'bundle nested too deep',
    'MALFORMED',
    1,
    { seal: (bundle) => ({ ...bundle, roots: JSON.parse(nested(16)) }) },
  ],
  ['bundle is an array', 'MALFORMED', 1, { seal: () => [] }],
  ['bundle is null', 'MALFORMED', 1, { seal: () => null }],
  ['policy payload is not base64', 'MALFORMED', 1, { sealPolicy: (e) => ({ ...e, payload: '****' }) }],
  ['policy payload in the URL alphabet', 'MALFORMED', 1, { sealPolicy: (e) => ({ ...e, payload: 'ab-_' }) }],
  ['257 roots', 'MALFORMED', 1, { roots: Array.from({ length: 256 }, () => forge().policyEnvelope) }],
  [
    'format of another version',
    'FORMAT_UNKNOWN',
    1,
    { seal: (b) => ({ ...b, format: 'sallyport.policy-bundle/2' }) },
  ],
  [
    'format is not a string',
    'FORMAT_UNKNOWN',
    1,
    { seal: (b) => ({ ...b, format: ['sallyport.policy-bundle/1'] }) },
  ],
  // 6
  ['freeze on an expired root', 'ROOT_EXPIRED', 1, { plan: { ...ROOT_PLAN, expires: NOW } }],
  // 8
  [
    'policy labelled as freshness',
    'TYPE_CONFUSION',
    1,
    { sealPolicy: (e) => ({ ...e, payloadType: PAYLOAD_TYPES.freshness }) },
  ],
  [
    'policy labelled with an unknown type',
    'TYPE_CONFUSION',
    1,
    { sealPolicy: (e) => ({ ...e, payloadType: 'text/plain' }) },
  ],
  [
    'a freshness statement put in the place of the policy',
    'TYPE_CONFUSION',
    1,
    { seal: (bundle) => ({ ...bundle, policy: bundle.freshness }) },
  ],
  ['one signature of two', 'BELOW_THRESHOLD', 1, { policyKeys: [firstSigner] }],
  [
    'the same signature twice',
    'BELOW_THRESHOLD',
    1,
    {
      policyKeys: [firstSigner],
      sealPolicy: (e) => ({ ...e, signatures: [...e.signatures, ...e.signatures] }),
    },
  ],
  [
    'one key under two key ids',
    'BELOW_THRESHOLD',
    1,
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
    1,
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
    1,
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
    1,
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
    1,
    { sealPolicy: (e) => ({ ...e, signatures: e.signatures.map((s) => ({ ...s, sig: 'AAAA' })) }) },
  ],
  ['signed by a stranger', 'UNKNOWN_SIGNER', 1, { policyKeys: [KEYS.stranger] }],
  ['signed by the freshness key', 'UNKNOWN_SIGNER', 1, { policyKeys: KEYS.freshness }],
  ['signed by the root keys', 'UNKNOWN_SIGNER', 1, { policyKeys: KEYS.root }],
  [
    'key ids that are names of Object.prototype',
    'UNKNOWN_SIGNER',
    1,
    { sealPolicy: (e) => ({ ...e, signatures: e.signatures.map((s) => ({ ...s, keyid: 'constructor' })) }) },
  ],
  // 9
  ['policy is not JSON', 'NOT_CANONICAL', 1, rawPolicy('{')],
  ['policy with a byte order mark', 'NOT_CANONICAL', 1, rawPolicy(`\ufeff${canonicalPolicy()}`)],
  ['policy with a trailing line feed', 'NOT_CANONICAL', 1, rawPolicy(`${canonicalPolicy()}\n`)],
  [
    'policy with a duplicate key',
    'NOT_CANONICAL',
    1,
    rawPolicy(canonicalPolicy().replace('"sequence":5', '"sequence":5,"sequence":6')),
  ],
  ['policy with unsorted keys', 'NOT_CANONICAL', 1, rawPolicy('{"b":1,"a":2}')],
  ['policy with -0', 'NOT_CANONICAL', 1, rawPolicy('{"a":-0}')],
  ['policy with 1.0', 'NOT_CANONICAL', 1, rawPolicy('{"a":1.0}')],
  ['policy with 1e2', 'NOT_CANONICAL', 1, rawPolicy('{"a":1e2}')],
  ['policy with an integer above 2^53', 'NOT_CANONICAL', 1, rawPolicy('{"a":9007199254740993}')],
  ['policy with an escaped letter', 'NOT_CANONICAL', 1, rawPolicy('{"a":"\\u0041"}')],
  ['policy with a lone surrogate', 'NOT_CANONICAL', 1, rawPolicy('{"a":"\\ud800"}')],
  ['policy with __proto__', 'NOT_CANONICAL', 1, rawPolicy('{"__proto__":{"sequence":9}}')],
  ['policy with __proto__ inside', 'NOT_CANONICAL', 1, rawPolicy('{"a":[{"__proto__":1}]}')],
  ['policy nested 17 deep', 'NOT_CANONICAL', 1, rawPolicy(nested(17))],
  ['policy nested 100,000 deep', 'NOT_CANONICAL', 1, rawPolicy(nested(100_000))],
  ['policy is not UTF-8', 'NOT_CANONICAL', 1, rawPolicy(Buffer.from([0x22, 0xc3, 0x28, 0x22]))],
  // 10
  [
    'policy of another organisation',
    'WRONG_AUDIENCE',
    1,
    { policy: policyWith({ audience: { org: 'other' } }) },
  ],
  [
    'policy of another group',
    'WRONG_AUDIENCE',
    1,
    { policy: policyWith({ audience: { org: 'demo', groups: ['admins'] } }) },
  ],
  [
    'policy of another machine',
    'WRONG_AUDIENCE',
    1,
    { policy: policyWith({ audience: { org: 'demo', machines: ['WS-0001'] } }) },
  ],
  [
    'policy of another platform',
    'WRONG_AUDIENCE',
    1,
    { policy: policyWith({ audience: { org: 'demo', platforms: ['win32'] } }) },
  ],
  [
    'policy of another channel',
    'WRONG_AUDIENCE',
    1,
    { policy: policyWith({ audience: { org: 'demo', channels: ['beta'] } }) },
  ],
  [
    'policy id that this machine does not take',
    'WRONG_AUDIENCE',
    1,
    {},
    { machine: { ...MACHINE, policyId: 'other' } },
  ],
  // 11
  ['replay of an older policy', 'ROLLBACK', 1, {}, seen(6)],
  ['policy below the floor of the root', 'ROLLBACK', 1, { plan: { ...ROOT_PLAN, minSequence: { main: 6 } } }],
  ['two policies with one sequence', 'EQUIVOCATION', 1, {}, seen(5)],
  // 12
  ['policy used before its time', 'NOT_YET_VALID', 1, {}, { now: NOW - 2 * DAY }],
  ['policy used after its time', 'EXPIRED', 1, {}, { now: NOW + 30 * DAY }],
  ['policy used in the very second it expires', 'EXPIRED', 1, {}, { now: NOW + 29 * DAY }],
  // 13
  ['freeze: the freshness statement has expired', 'FROZEN', 1, {}, { now: NOW + 7 * DAY }],
  ['freshness of another policy id', 'MIX_AND_MATCH', 1, freshnessWith({ policyId: 'other' })],
  ['freshness of another sequence', 'MIX_AND_MATCH', 1, freshnessWith({ sequence: 6 })],
  ['freshness of another hash', 'MIX_AND_MATCH', 1, freshnessWith({ sha256: 'b'.repeat(64) })],
  ['freshness signed by a policy key', 'UNKNOWN_SIGNER', 1, { freshnessKeys: [firstSigner] }],
  [
    'freshness with a broken signature',
    'BELOW_THRESHOLD',
    1,
    { sealFreshness: (e) => ({ ...e, signatures: e.signatures.map((s) => ({ ...s, sig: 'AAAA' })) }) },
  ],
  ['freshness with an unknown member', 'SCHEMA', 1, freshnessWith({ extra: true })],
  ['replay of an older freshness statement', 'ROLLBACK', 1, {}, seenFreshness(NOW / 1000 + 1)],
  ['two freshness statements with one version', 'EQUIVOCATION', 1, {}, seenFreshness(NOW / 1000)],
  // 15
  ['application too old', 'APP_VERSION', 1, { policy: policyWith({ minAppVersion: '0.2.0' }) }],
  ['application too new', 'APP_VERSION', 1, { policy: policyWith({ maxAppVersion: '0.0.9' }) }],
  ['pre-release of the lowest version', 'APP_VERSION', 1, {}, { appVersion: '0.1.0-beta' }],
  ['application without a version', 'APP_VERSION', 1, {}, { appVersion: 'unknown' }],
  ['a member that the schema does not know', 'SCHEMA', 1, { policy: policyWith({ backdoor: true }) }],
  ['a setting that the schema does not know', 'SCHEMA', 1, { policy: settingsWith({ backdoor: true }) }],
  ['a schema version of the future', 'SCHEMA', 1, { policy: policyWith({ schemaVersion: 2 }) }],
  ['a day that does not exist', 'SCHEMA', 1, { policy: policyWith({ expires: '2027-02-31T00:00:00Z' }) }],
  ['a policy without an audience', 'SCHEMA', 1, { policy: policyWith({ audience: undefined }) }],
  ['a policy that is an array', 'SCHEMA', 1, rawPolicy('[]')],
  [
    'the lock switched off',
    'SCHEMA',
    1,
    { policy: settingsWith({ lock: { required: false, epochs: [1] } }) },
  ],
  [
    'lowest TLS version above the highest',
    'SCHEMA',
    1,
    { policy: settingsWith({ tls: { maxVersion: '1.2' } }) },
  ],
  ['TLS 1.2 without suites', 'SCHEMA', 1, { policy: settingsWith({ tls: { minVersion: '1.2' } }) }],
  [
    'a NULL cipher suite',
    'SCHEMA',
    1,
    { policy: settingsWith({ tls: { minVersion: '1.2', cipherList: ['ECDHE-RSA-NULL-SHA'] } }) },
  ],
  [
    'tls-exporter on TLS 1.2',
    'SCHEMA',
    1,
    {
      policy: settingsWith({
        tls: { minVersion: '1.2', maxVersion: '1.2', cipherList: ['ECDHE-RSA-AES256-GCM-SHA384'] },
      }),
    },
  ],
  ['epochs oldest first', 'SCHEMA', 1, { policy: settingsWith({ lock: { epochs: [1, 2] } }) }],
  [
    'a trust anchor that is no certificate',
    'SCHEMA',
    1,
    { policy: settingsWith({ trustAnchors: [`MI${'A'.repeat(298)}`] }) },
  ],
  ['no server', 'SCHEMA', 1, { policy: settingsWith({ servers: [] }) }],
  [
    'a server without pins',
    'SCHEMA',
    1,
    { policy: settingsWith({ servers: [{ host: 'a', port: 1, spkiPins: [] }] }) },
  ],
  [
    'a UPN pattern with nested quantifiers',
    'SCHEMA',
    1,
    {
      policy: settingsWith({
        authentication: { ...goodPolicy().settings.authentication, certificate: { upnPattern: '^(a+)+$' } },
      }),
    },
  ],
  [
    'a UPN pattern that is no pattern',
    'SCHEMA',
    1,
    {
      policy: settingsWith({
        authentication: { ...goodPolicy().settings.authentication, certificate: { upnPattern: '^[$' } },
      }),
    },
  ],
  [
    'a room outside the room services',
    'SCHEMA',
    1,
    { policy: settingsWith({ rooms: { services: ['rooms.example.mil'], autojoin: ['a@evil.example'] } }) },
  ],
  [
    'a right-to-left override in the organisation’s name',
    'SCHEMA',
    1,
    { policy: settingsWith({ organization: { name: 'a\u202eb', support: 'c' } }) },
  ],
  [
    'a setting that nobody enforces',
    'UNENFORCEABLE',
    0,
    {},
    { acknowledged: new Set([...CLIENT_ENFORCES].filter((entry) => entry !== 'lock:/lock/bindings')) },
  ],
  [
    'FIPS demanded of a client that cannot',
    'UNENFORCEABLE',
    0,
    { policy: settingsWith({ tls: { requireFips: true } }) },
    { acknowledged: new Set([...CLIENT_ENFORCES].filter((entry) => entry !== 'tls:/tls/requireFips')) },
  ],
];
