import { describe, expect, it } from 'vitest';
import { type Conditions, policyWith, settingsWith } from '../../build/site/policy-attack-parts.ts';
import { BUNDLE_ATTACKS } from '../../build/site/policy-attacks.ts';
import {
  DAY,
  type Forgery,
  forge,
  goodPolicy,
  HOUR,
  KEYS,
  NOW,
  ROOT_PLAN,
  verifyForgery,
} from '../../build/site/policy-forge.ts';
import { generateSigningKey } from '../cli/policy/keys.ts';
import { makeRoot, signDocument, signRoot } from '../cli/policy/signing.ts';
import { CLIENT_ENFORCES, EMPTY_STATE, PAYLOAD_TYPES } from './index.ts';

const [firstSigner] = KEYS.policy;

describe('verifyBundle refuses', () => {
  for (const [name, code, , changes, conditions] of BUNDLE_ATTACKS) {
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
