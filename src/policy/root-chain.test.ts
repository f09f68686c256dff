import { describe, expect, it } from 'vitest';
import {
  DAY,
  goodPolicy,
  HOUR,
  inputFor,
  KEYS,
  NOW,
  ROOT_PLAN,
  verifyForgery,
} from '../../build/site/policy-forge.ts';
import { generateSigningKey, type SigningKey } from '../cli/policy/keys.ts';
import { makeFreshness, makeRoot, type RootPlan, signDocument, signRoot } from '../cli/policy/signing.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import {
  EMPTY_STATE,
  type Envelope,
  PAYLOAD_TYPES,
  type Policy,
  type PolicyState,
  type Root,
  verifyBundle,
} from './index.ts';

const NEW_ROOT_KEYS = [generateSigningKey(), generateSigningKey(), generateSigningKey()];
const NEW_POLICY_KEYS = [generateSigningKey(), generateSigningKey()];

const plan = (version: number, changes: Partial<RootPlan> = {}): RootPlan => ({
  ...ROOT_PLAN,
  version,
  ...changes,
});
const root = (
  version: number,
  keys: readonly SigningKey[] = KEYS.root,
  changes: Partial<RootPlan> = {},
): Envelope => signRoot(makeRoot(plan(version, changes)), keys);
const rotatedRoot = { root: { keys: NEW_ROOT_KEYS, threshold: 2 } };
const rotatedPolicy = { policy: { keys: NEW_POLICY_KEYS, threshold: 2 } };
const changedRoot = (change: (root: Root) => unknown): Envelope =>
  signDocument(PAYLOAD_TYPES.root, change(makeRoot(plan(2))), KEYS.root);
/** What a client remembers that came as far as the first root. */
const FIRST_ROOT = root(1);
const stateWith = (changes: Partial<PolicyState>): PolicyState => ({
  ...EMPTY_STATE,
  root: FIRST_ROOT,
  ...changes,
});
const seen = (sequence: number) => new Map([['main', { sequence, sha256: 'a'.repeat(64) }]]);
const bytesOf = (envelope: Envelope): Uint8Array => Buffer.from(JSON.stringify(envelope));

describe('the chain of roots', () => {
  it('is followed over a change of all root keys', () => {
    const roots = [
      root(2, [...KEYS.root, ...NEW_ROOT_KEYS], rotatedRoot),
      root(3, NEW_ROOT_KEYS, rotatedRoot),
    ];
    const { rootVersion, kept, state } = verifyForgery({ roots });
    expect(rootVersion).toBe(3);
    expect(kept.map((progress) => progress.root)).toEqual(roots);
    expect(state.root).toEqual(roots[1]);
  });

  it('goes on where the stored root ends', () => {
    const roots = [root(2), root(3)];
    const { kept } = verifyForgery({ roots }, { state: stateWith({ root: root(2) }) });
    expect(kept).toHaveLength(1);
  });

  it('starts at the shipped root when that is newer than the stored one', () => {
    const shippedRoot = bytesOf(root(3));
    const roots = [root(2), root(3)];
    const { rootVersion, state } = verifyForgery(
      { roots },
      { shippedRoot, state: stateWith({ root: root(2) }) },
    );
    expect(rootVersion).toBe(3);
    expect(state.root).toEqual(JSON.parse(Buffer.from(shippedRoot).toString('utf8')));
  });

  it('passes over an intermediate root that has expired', () => {
    const roots = [root(2, KEYS.root, { expires: NOW - DAY }), root(3)];
    expect(verifyForgery({ roots }).rootVersion).toBe(3);
  });

  it('takes a stored root that is damaged for none', () => {
    const broken = { ...root(2), payload: 'AAAA' };
    expect(verifyForgery({}, { state: stateWith({ root: broken }) }).rootVersion).toBe(1);
  });

  it('can be 256 roots long', () => {
    const roots = Array.from({ length: 255 }, (_, at) => root(at + 2, KEYS.root.slice(0, 2)));
    expect(verifyForgery({ roots }).rootVersion).toBe(256);
  });
});

type Refusal = readonly [
  name: string,
  code: PolicyErrorCode,
  roots: readonly Envelope[],
  state?: PolicyState,
];

const REFUSALS: readonly Refusal[] = [
  ['not signed by its predecessor', 'ROOT_SIGNATURE', [root(2, NEW_ROOT_KEYS, rotatedRoot)]],
  ['not signed by itself', 'ROOT_SIGNATURE', [root(2, KEYS.root, rotatedRoot)]],
  ['signed by too few of its predecessor', 'ROOT_SIGNATURE', [root(2, KEYS.root.slice(0, 1))]],
  ['signed by policy keys', 'ROOT_SIGNATURE', [root(2, KEYS.policy)]],
  [
    'signed by the keys of two roots ago',
    'ROOT_SIGNATURE',
    [root(2, [...KEYS.root, ...NEW_ROOT_KEYS], rotatedRoot), root(3, KEYS.root)],
  ],
  ['that skips a version', 'ROOT_GAP', [root(3)]],
  ['that skips a version later on', 'ROOT_GAP', [root(2), root(4)]],
  ['that repeats a version', 'ROOT_ROLLBACK', [root(1)]],
  ['that goes back', 'ROOT_ROLLBACK', [root(2), root(3), root(2)]],
  ['list that ends before the stored root', 'ROOT_ROLLBACK', [root(2)], stateWith({ root: root(3) })],
  ['list that is gone', 'ROOT_ROLLBACK', [], stateWith({ root: root(2) })],
  ['that has expired at the end', 'ROOT_EXPIRED', [root(2, KEYS.root, { expires: NOW })]],
  ['labelled as a policy', 'TYPE_CONFUSION', [{ ...root(2), payloadType: PAYLOAD_TYPES.policy }]],
  ['with an unknown member', 'SCHEMA', [changedRoot((document) => ({ ...document, extra: 1 }))]],
  [
    'with a threshold of zero',
    'SCHEMA',
    [changedRoot((d) => ({ ...d, roles: { ...d.roles, policy: { ...d.roles.policy, threshold: 0 } } }))],
  ],
  [
    'whose threshold no keys can reach',
    'SCHEMA',
    [changedRoot((d) => ({ ...d, roles: { ...d.roles, policy: { ...d.roles.policy, threshold: 4 } } }))],
  ],
  [
    'whose role names an unknown key',
    'SCHEMA',
    [changedRoot((d) => ({ ...d, roles: { ...d.roles, policy: { keyids: ['nobody'], threshold: 1 } } }))],
  ],
  [
    'whose role names a property of Object.prototype',
    'SCHEMA',
    [
      changedRoot((d) => ({
        ...d,
        roles: { ...d.roles, policy: { keyids: ['constructor'], threshold: 1 } },
      })),
    ],
  ],
  [
    'with an unknown algorithm',
    'SCHEMA',
    [changedRoot((d) => ({ ...d, keys: { ...d.keys, x: { algorithm: 'rsa', spki: 'AAAA' } } }))],
  ],
  [
    'with a key of another algorithm than it says',
    'SCHEMA',
    [
      changedRoot((d) => ({
        ...d,
        keys: { ...d.keys, x: { algorithm: 'ed25519', spki: KEYS.root[2].spki } },
      })),
    ],
  ],
  [
    'with a day that does not exist',
    'SCHEMA',
    [changedRoot((d) => ({ ...d, expires: '2027-02-30T00:00:00Z' }))],
  ],
];

describe('a root is refused', () => {
  for (const [name, code, roots, state] of REFUSALS) {
    it(`${name}: ${code}`, () => {
      const conditions = state === undefined ? {} : { state };
      expect(() => verifyForgery({ roots }, conditions)).toThrow(expect.objectContaining({ code }));
    });
  }

  it('with the one key in two DER forms, which would count twice', () => {
    const compressed = Buffer.from(KEYS.root[2].spki, 'base64');
    const point = compressed.subarray(23);
    const form = Buffer.concat([
      Buffer.from('3046301006072a8648ce3d020106052b8104002203320002', 'hex'),
      point.subarray(2, 50),
    ]);
    const twice = changedRoot((d) => ({
      ...d,
      keys: { ...d.keys, twin: { algorithm: 'ecdsa-p384-sha384', spki: form.toString('base64') } },
    }));
    expect(() => verifyForgery({ roots: [twice] })).toThrow(expect.objectContaining({ code: 'SCHEMA' }));
  });
});

describe('what survives a refusal', () => {
  it('is every good root before the bad one', () => {
    const kept: PolicyState[] = [];
    const good = root(2);
    expect(() =>
      verifyBundle(inputFor({ roots: [good, root(4)] }), nodeCrypto, (state) => kept.push(state)),
    ).toThrow(expect.objectContaining({ code: 'ROOT_GAP' }));
    expect(kept).toEqual([expect.objectContaining({ root: good })]);
  });
});

describe('recovery from fast-forward', () => {
  const poisoned = stateWith({
    policies: seen(1_000_000),
    freshness: new Map([['main', { version: 9_000_000_000, sha256: 'a'.repeat(64) }]]),
  });

  it('needs new keys: the poisoned sequence holds while the old ones are trusted', () => {
    expect(() => verifyForgery({ roots: [root(2)] }, { state: poisoned })).toThrow(
      expect.objectContaining({ code: 'ROLLBACK' }),
    );
  });

  it('drops the stored sequences of the roles whose keys are gone', () => {
    const fresh = generateSigningKey();
    const changes = { ...rotatedPolicy, freshness: { keys: [fresh], threshold: 1 } };
    const { state } = verifyForgery(
      { roots: [root(2, KEYS.root, changes)], policyKeys: NEW_POLICY_KEYS, freshnessKeys: [fresh] },
      { state: poisoned },
    );
    expect(state.policies.get('main')?.sequence).toBe(5);
  });

  it('keeps the freshness floor when only policy keys are new', () => {
    expect(() =>
      verifyForgery(
        { roots: [root(2, KEYS.root, rotatedPolicy)], policyKeys: NEW_POLICY_KEYS },
        { state: poisoned },
      ),
    ).toThrow(
      expect.objectContaining({ code: 'ROLLBACK', detail: expect.objectContaining({ part: 'freshness' }) }),
    );
  });

  it('keeps the floor of the root', () => {
    const changes = { ...rotatedPolicy, minSequence: { main: 6 } };
    expect(() =>
      verifyForgery(
        { roots: [root(2, KEYS.root, changes)], policyKeys: NEW_POLICY_KEYS },
        { state: stateWith({ policies: seen(1_000_000) }) },
      ),
    ).toThrow(expect.objectContaining({ code: 'ROLLBACK' }));
  });

  it('drops them in the same state that keeps the root, so that a crash in between loses nothing', () => {
    const { kept } = verifyForgery(
      { roots: [root(2, KEYS.root, rotatedPolicy)], policyKeys: NEW_POLICY_KEYS },
      { state: stateWith({ policies: seen(1_000_000) }) },
    );
    expect(kept[0]?.policies.size).toBe(0);
  });

  it('works when the new root comes with the application', () => {
    const shippedRoot = bytesOf(root(2, KEYS.root, rotatedPolicy));
    const { state } = verifyForgery(
      { roots: [root(2, KEYS.root, rotatedPolicy)], policyKeys: NEW_POLICY_KEYS },
      { shippedRoot, state: stateWith({ root: root(1), policies: seen(1_000_000) }) },
    );
    expect(state.policies.get('main')?.sequence).toBe(5);
  });

  it('works when the new root comes with the application to a client that never saw another one', () => {
    const { state } = verifyForgery({ policy: { ...goodPolicy(), sequence: 1_000_000 } });
    const roots = [root(2, KEYS.root, rotatedPolicy)];
    const renewed = {
      policyKeys: NEW_POLICY_KEYS,
      freshness: (policy: Policy, envelope: Envelope) =>
        makeFreshness(policy, envelope, NOW + HOUR, NOW + DAY),
    };
    const after = verifyForgery({ roots, ...renewed }, { shippedRoot: bytesOf(roots[0] as Envelope), state });
    expect(after.state.policies.get('main')?.sequence).toBe(5);
  });

  it('forgets nothing where nobody knows under which keys a sequence was accepted', () => {
    const { root: _lost, ...state } = stateWith({ policies: seen(6) });
    const roots = [root(2, KEYS.root, rotatedPolicy)];
    const attempt = () => verifyForgery({ roots, policyKeys: NEW_POLICY_KEYS }, { state });
    expect(attempt).toThrow(expect.objectContaining({ code: 'ROLLBACK' }));
  });

  it('does not follow from an added key', () => {
    const changes = { policy: { keys: [...KEYS.policy, ...NEW_POLICY_KEYS], threshold: 2 } };
    expect(() =>
      verifyForgery({ roots: [root(2, KEYS.root, changes)] }, { state: stateWith({ policies: seen(6) }) }),
    ).toThrow(expect.objectContaining({ code: 'ROLLBACK' }));
  });
});
