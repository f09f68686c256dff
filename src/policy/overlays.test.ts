import { describe, expect, it } from 'vitest';
import { goodPolicy, KEYS, verifyForgery } from '../../build/site/policy-forge.ts';
import {
  EVERYTHING,
  idle,
  night,
  OVERLAY_KEYS,
  type OverlaidForgery,
  type OverlayPlan,
  overlayEnvelope,
  settingsWith,
  tighten,
  withOverlays,
} from '../../build/site/policy-overlay-forge.ts';
import { payloadSha256 } from '../cli/policy/signing.ts';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { PAYLOAD_TYPES } from './index.ts';

const [firstKey, secondKey] = OVERLAY_KEYS;
const label = (id: string, rank: number) => ({
  id,
  text: id,
  background: '#000000',
  foreground: '#ffffff',
  rank,
});
const LABELLED = {
  ...goodPolicy().settings.classification,
  labels: [label('low', 0), label('high', 9)],
  maximumLabel: 'high',
};
const RAW = (text: string): Uint8Array => Buffer.from(text, 'utf8');

type Attack = readonly [
  name: string,
  code: PolicyErrorCode,
  rule: string | undefined,
  plans: readonly OverlayPlan[],
  forgery?: OverlaidForgery,
];

const ATTACKS: readonly Attack[] = [
  // signatures
  ['without a role in the root', 'OVERLAY_UNAUTHORISED', 'no-role', [night({ role: [] })]],
  ['signed by one key of two', 'OVERLAY_UNAUTHORISED', 'BELOW_THRESHOLD', [night({ keys: [firstKey] })]],
  [
    'signed twice by the same key',
    'OVERLAY_UNAUTHORISED',
    'BELOW_THRESHOLD',
    [
      night({
        keys: [firstKey],
        seal: (e) => ({ ...e, signatures: [...e.signatures, ...e.signatures] }),
      }),
    ],
  ],
  [
    'signed by the same key under two ids',
    'OVERLAY_UNAUTHORISED',
    'BELOW_THRESHOLD',
    [
      night({
        keys: [firstKey],
        role: [firstKey, { ...firstKey, keyid: 'alias' }, secondKey],
        seal: (e) => ({
          ...e,
          signatures: [...e.signatures, ...e.signatures.map((s) => ({ ...s, keyid: 'alias' }))],
        }),
      }),
    ],
  ],
  ['signed by the policy keys', 'OVERLAY_UNAUTHORISED', 'UNKNOWN_SIGNER', [night({ keys: KEYS.policy })]],
  ['signed by a stranger', 'OVERLAY_UNAUTHORISED', 'UNKNOWN_SIGNER', [night({ keys: [KEYS.stranger] })]],
  [
    'signed by the keys of another overlay',
    'OVERLAY_UNAUTHORISED',
    'UNKNOWN_SIGNER',
    [night({ role: [KEYS.stranger] }), { name: 'day', settings: idle(10) }],
  ],
  [
    'labelled as a policy',
    'TYPE_CONFUSION',
    undefined,
    [night({ seal: (e) => ({ ...e, payloadType: PAYLOAD_TYPES.policy }) })],
  ],
  // list
  ['that the policy does not list', 'OVERLAY_UNLISTED', 'not-listed', [night()], { listed: {} }],
  [
    'that the policy lists with another hash',
    'OVERLAY_UNLISTED',
    'not-listed',
    [night()],
    { listed: { night: 'a'.repeat(64) } },
  ],
  ['that is listed and missing', 'OVERLAY_UNLISTED', 'missing', [night()], { bundled: () => [] }],
  ['twice', 'OVERLAY_UNLISTED', 'duplicate', [night()], { bundled: (all) => [...all, ...all] }],
  [
    'listed under two names',
    'OVERLAY_UNLISTED',
    'duplicate',
    [night()],
    {
      listed: {
        day: payloadSha256(overlayEnvelope(night())),
        night: payloadSha256(overlayEnvelope(night())),
      },
    },
  ],
  [
    'listed under another name',
    'OVERLAY_UNAUTHORISED',
    'no-role',
    [night()],
    { listed: { day: payloadSha256(overlayEnvelope(night())) } },
  ],
  // document
  ['under the name of another', 'OVERLAY_UNAUTHORISED', 'name', [night({ document: { name: 'day' } })]],
  [
    'replayed from another policy id',
    'OVERLAY_UNAUTHORISED',
    'policyId',
    [night({ document: { policyId: 'other' } })],
  ],
  ['with an unknown member', 'SCHEMA', 'additionalProperties', [night({ document: { extra: 1 } })]],
  ['without settings', 'SCHEMA', 'minItems', [night({ settings: [], allowed: ['/session'] })]],
  [
    'of more than 256 settings',
    'SCHEMA',
    'maxItems',
    [night({ settings: Array.from({ length: 257 }, () => idle(5)).flat() })],
  ],
  ['with a byte order mark', 'NOT_CANONICAL', 'json', [night({ payload: RAW('\ufeff{}') })]],
  ['with a duplicate key', 'NOT_CANONICAL', 'form', [night({ payload: RAW('{"a":1,"a":2}') })]],
  ['with __proto__', 'NOT_CANONICAL', '__proto__', [night({ payload: RAW('{"__proto__":{"name":1}}') })]],
  [
    'nested too deep',
    'NOT_CANONICAL',
    'depth',
    [night({ payload: RAW(`${'['.repeat(17)}${']'.repeat(17)}`) })],
  ],
  [
    'of more than 64 KiB',
    'TOO_LARGE',
    undefined,
    [night({ payload: RAW(JSON.stringify('x'.repeat(65_536))) })],
  ],
  // pointers
  ['outside what the root allows', 'OVERLAY_UNAUTHORISED', 'pointer', [night({ allowed: ['/tls'] })]],
  [
    'beside what the root allows: /session does not cover /sessions',
    'OVERLAY_UNAUTHORISED',
    'pointer',
    [night({ settings: tighten('/sessions/idleLockMinutes', 5), allowed: ['/session'] })],
  ],
  [
    'beside what the root allows: the beginning of a member',
    'OVERLAY_UNAUTHORISED',
    'pointer',
    [night({ allowed: ['/session/idleLock'] })],
  ],
  [
    'above what the root allows',
    'OVERLAY_UNAUTHORISED',
    'pointer',
    [night({ settings: tighten('/session', { idleLockMinutes: 5 }), allowed: ['/session/idleLockMinutes'] })],
  ],
  ...[
    ['with an escape', '/session/idle~1LockMinutes'],
    ['with a tilde', '/session~0/idleLockMinutes'],
    ['through __proto__', '/__proto__/session'],
    ['of nothing', ''],
    ['without a slash', 'session'],
    ['with an empty member', '/session//idleLockMinutes'],
    ['that ends with a slash', '/session/idleLockMinutes/'],
    ['that appends to a list', '/servers/-'],
    ['of nine members', '/a/b/c/d/e/f/g/h/i'],
  ].map(
    ([what, pointer]) =>
      [
        `with a pointer ${what}`,
        'SCHEMA',
        pointer === '' ? 'minLength' : 'pattern',
        [night({ settings: tighten(String(pointer), 5), allowed: ['/session'] })],
      ] as unknown as Attack,
  ),
  ...[
    ['a group', '/session', '/session'],
    ['an item of a list', '/servers/0', '/servers'],
    ['a member of an item', '/servers/0/host', '/servers'],
    ['below a setting', '/session/idleLockMinutes/x', '/session'],
    ['a name of Object.prototype', '/session/constructor', '/session'],
  ].map(
    ([what, pointer, allowed]) =>
      [
        `with a pointer to ${what}`,
        'SCHEMA',
        'not-a-setting',
        [night({ settings: tighten(String(pointer), 5), allowed: [String(allowed)] })],
      ] as unknown as Attack,
  ),
  ['with one setting twice', 'SCHEMA', 'duplicate', [night({ settings: [...idle(5), ...idle(4)] })]],
  // values
  ['with a value of the wrong type', 'SCHEMA', 'type', [night({ settings: idle('5') })]],
  ['with null', 'SCHEMA', 'type', [night({ settings: idle(null) })]],
  ['with a value out of bounds', 'SCHEMA', 'minimum', [night({ settings: idle(0) })]],
  ['with an object for a number', 'SCHEMA', 'type', [night({ settings: idle({ value: 5 }) })]],
  ['that loosens a number', 'OVERLAY_LOOSENS', 'lower', [night({ settings: idle(16) })]],
  ['that sets no limit', 'OVERLAY_LOOSENS', 'lower', [night({ settings: tighten('/session/maxHours', 0) })]],
  [
    'that empties a list for which empty means any',
    'OVERLAY_LOOSENS',
    'subset',
    [night({ settings: tighten('/files/types', []) })],
    { settings: settingsWith({ files: { types: ['image/png'] } }) },
  ],
  [
    'that adds a partner',
    'OVERLAY_LOOSENS',
    'subset',
    [night({ settings: tighten('/contacts/partnerDomains', [{ domain: 'evil.example' }]) })],
  ],
  [
    'that raises the highest label',
    'OVERLAY_LOOSENS',
    'lower',
    [night({ settings: tighten('/classification/maximumLabel', 'high') })],
    { settings: settingsWith({ classification: { ...LABELLED, maximumLabel: 'low' } }) },
  ],
  [
    'that reorders what is preferred',
    'OVERLAY_LOOSENS',
    'subset',
    [night({ settings: tighten('/tls/groups', ['X25519', 'P-384']) })],
  ],
  [
    'that changes what no overlay changes',
    'OVERLAY_LOOSENS',
    'fixed',
    [night({ settings: tighten('/organization/support', 'Call 555-EVIL') })],
  ],
  [
    'that switches something on',
    'OVERLAY_LOOSENS',
    'false',
    [night({ settings: tighten('/desktop/print', true) })],
  ],
  [
    'that allows a weaker method',
    'OVERLAY_LOOSENS',
    'order',
    [night({ settings: tighten('/authentication/method', 'password') })],
  ],
  [
    'that loosens, though it is for other machines',
    'OVERLAY_LOOSENS',
    'lower',
    [night({ settings: idle(60), document: { audience: { org: 'demo', machines: ['WS-9999'] } } })],
  ],
  [
    'of which another keeps a list that only overlaps',
    'OVERLAY_LOOSENS',
    'conflict',
    [
      night({ settings: tighten('/tls/groups', ['P-384', 'P-256']) }),
      { name: 'ship', settings: tighten('/tls/groups', ['P-256', 'X25519']) },
    ],
  ],
  [
    'that tightens one setting and breaks a rule between settings',
    'SCHEMA',
    'exactly-when-tls-1.2',
    [night({ settings: tighten('/tls/minVersion', '1.3') })],
    { settings: settingsWith({ tls: { minVersion: '1.2', cipherList: ['ECDHE-RSA-AES256-GCM-SHA384'] } }) },
  ],
  [
    'that takes the label away that is the highest',
    'SCHEMA',
    'in-labels',
    [night({ settings: tighten('/classification/labels', [label('low', 0)]) })],
    { settings: settingsWith({ classification: LABELLED }) },
  ],
];

describe('an overlay is refused', () => {
  for (const [name, code, rule, plans, forgery] of ATTACKS) {
    it(`${name}: ${code}`, () => {
      const expected = rule === undefined ? { code } : { code, detail: expect.objectContaining({ rule }) };
      expect(() => verifyForgery(withOverlays(plans, forgery), { acknowledged: EVERYTHING })).toThrow(
        expect.objectContaining(expected),
      );
    });
  }

  it('with a value that no part of this version enforces', () => {
    const acknowledged = new Set([...EVERYTHING].filter((entry) => !entry.endsWith(':/tls/requireFips')));
    const forgery = withOverlays([night({ settings: tighten('/tls/requireFips', true) })]);
    expect(() => verifyForgery(forgery, { acknowledged: EVERYTHING })).not.toThrow();
    expect(() => verifyForgery(forgery, { acknowledged })).toThrow(
      expect.objectContaining({ code: 'UNENFORCEABLE' }),
    );
  });

  it('when the bundle holds more than 64', () => {
    const forgery = withOverlays([night()], {
      bundled: (all) => Array.from({ length: 65 }, () => all[0] ?? overlayEnvelope(night())),
    });
    expect(() => verifyForgery(forgery)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });

  it('with one bit changed anywhere in its payload', () => {
    const good = overlayEnvelope(night());
    const payload = Buffer.from(good.payload, 'base64');
    for (let at = 0; at < payload.length; at += 7) {
      const changed = Buffer.from(payload);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const bundled = () => [{ ...good, payload: changed.toString('base64') }];
      expect(() => verifyForgery(withOverlays([night()], { bundled }))).toThrow(
        expect.objectContaining({ code: 'OVERLAY_UNLISTED' }),
      );
      const sha256 = payloadSha256(bundled()[0] ?? good);
      expect(() => verifyForgery(withOverlays([night()], { bundled, listed: { night: sha256 } }))).toThrow(
        expect.objectContaining({ code: 'OVERLAY_UNAUTHORISED' }),
      );
    }
  });
});
