/**
 * The chain of roots against The Update Framework's own models (@tufjs/models): the same keys, thresholds and versions,
 * signed by the same people, are taken by both or refused by both.
 */
import { Key, Metadata, Root, Signature } from '@tufjs/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, NOW } from '../../build/site/policy-forge.ts';
import { type FileKey, generateSigningKey } from '../cli/policy/keys.ts';
import { makeRoot, type RootPlan, signDocument, signRoot } from '../cli/policy/signing.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { AppError } from '../shared/errors.ts';
import { PAYLOAD_TYPES } from './index.ts';
import { loadAnchor, nextRoot, type TrustedRoot } from './root.ts';

const KEYS: readonly FileKey[] = Array.from({ length: 5 }, () => generateSigningKey());
const ONLINE = generateSigningKey();
/** An Ed25519 SubjectPublicKeyInfo ends with the key itself, which is what TUF writes down. */
const RAW_KEY_BYTES = 32;

/** One version of the root and who signs it. */
interface Plan {
  readonly version: number;
  readonly keys: readonly FileKey[];
  readonly threshold: number;
  readonly signers: readonly FileKey[];
  /** Signatures of these are over something else. */
  readonly broken: readonly FileKey[];
}

function ours({ version, keys, threshold, signers, broken }: Plan) {
  const online = { keys: [ONLINE], threshold: 1 };
  const plan: RootPlan = {
    version,
    expires: NOW + DAY,
    root: { keys, threshold },
    policy: online,
    freshness: online,
  };
  const envelope = signRoot(makeRoot(plan), signers);
  const wrong = signRoot(makeRoot({ ...plan, expires: NOW }), broken);
  const bad = new Map(wrong.signatures.map(({ keyid, sig }) => [keyid, sig]));
  return {
    ...envelope,
    signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: bad.get(keyid) ?? sig })),
  };
}

function tufKey({ keyid: keyID, spki }: FileKey): Key {
  const raw = Buffer.from(spki, 'base64').subarray(-RAW_KEY_BYTES);
  return new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: raw.toString('hex') } });
}

function theirs({ version, keys, threshold, signers, broken }: Plan): Metadata<Root> {
  const root = new Root({ version, specVersion: '1.0.31', expires: new Date(NOW + DAY).toISOString() });
  for (const key of keys) root.addKey(tufKey(key), 'root');
  for (const role of ['timestamp', 'snapshot', 'targets']) root.addKey(tufKey(ONLINE), role);
  const role = root.roles.root;
  if (role === undefined) throw new Error('no role');
  // The class says that it never changes; how many keys it takes is not asked before all keys are there.
  Reflect.set(role, 'threshold', threshold);
  const metadata = new Metadata(root);
  for (const key of signers) {
    metadata.sign((bytes) => {
      const message = broken.includes(key) ? Buffer.from('something else') : bytes;
      return new Signature({ keyID: key.keyid, sig: Buffer.from(key.sign(message)).toString('hex') });
    });
  }
  return metadata;
}

/** TUF 5.3.4 and 5.3.5: signed by the trusted root and by itself, numbered one higher. */
function theirVerdict(trusted: Metadata<Root>, next: Metadata<Root>): boolean {
  try {
    trusted.verifyDelegate('root', next);
    next.verifyDelegate('root', next);
  } catch {
    return false;
  }
  return next.signed.version === trusted.signed.version + 1;
}

function ourVerdict(trusted: TrustedRoot, envelope: ReturnType<typeof ours>): TrustedRoot | undefined {
  try {
    return nextRoot(trusted, envelope, nodeCrypto);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

const someKeys = fc.subarray([...KEYS], { minLength: 1 });
const step = fc.record({
  keys: someKeys,
  /** 1 to all of them, and one more, which nobody can reach. */
  threshold: fc.nat({ max: 5 }),
  signers: fc.oneof({ weight: 2, arbitrary: fc.constant([...KEYS]) }, { weight: 3, arbitrary: someKeys }),
  broken: fc.oneof({ weight: 3, arbitrary: fc.constant<FileKey[]>([]) }, { weight: 1, arbitrary: someKeys }),
  ahead: fc.oneof(
    { weight: 6, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: -1, max: 3 }) },
  ),
});

describe('rotations of the root', () => {
  it('are judged as TUF judges them, over any sequence of them', () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(someKeys, fc.array(step, { minLength: 1, maxLength: 6 }), (first, steps) => {
        const start: Plan = { version: 1, keys: first, threshold: first.length, signers: first, broken: [] };
        let our = loadAnchor(ours(start), nodeCrypto);
        let their = theirs(start);
        for (const { ahead, threshold, ...rest } of steps) {
          const plan: Plan = {
            ...rest,
            version: Math.max(1, our.version + ahead),
            threshold: 1 + (threshold % (rest.keys.length + 1)),
          };
          const next = theirs(plan);
          const expected = theirVerdict(their, next);
          const taken = ourVerdict(our, ours(plan));
          expect(taken !== undefined).toBe(expected);
          seen[expected ? 'taken' : 'refused'] += 1;
          if (taken === undefined) continue;
          [our, their] = [taken, next];
        }
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(100);
  });

  it('are judged more strictly in one thing: a key under two ids counts once', () => {
    const [key] = KEYS;
    if (key === undefined) throw new Error('no key');
    const twin: FileKey = { ...key, keyid: 'twin' };
    const plan: Plan = { version: 2, keys: [key, twin], threshold: 2, signers: [key, twin], broken: [] };
    const before: Plan = { ...plan, version: 1, keys: [key], threshold: 1, signers: [key] };
    expect(theirVerdict(theirs(before), theirs(plan))).toBe(true);
    expect(ourVerdict(loadAnchor(ours(before), nodeCrypto), ours(plan))).toBeUndefined();
  });

  it('that are no roots at all are refused, whoever signed them', () => {
    const start: Plan = { version: 1, keys: KEYS, threshold: 1, signers: KEYS, broken: [] };
    const trusted = loadAnchor(ours(start), nodeCrypto);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const envelope = signDocument(PAYLOAD_TYPES.root, value, KEYS);
        expect(() => nextRoot(trusted, envelope, nodeCrypto)).toThrow(AppError);
      }),
    );
  });
});
