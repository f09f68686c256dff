/** Parts that attacks on a bundle are made of. */
import { makeFreshness, makeRoot, signPayload } from '../../src/cli/policy/signing.ts';
import { EMPTY_STATE, PAYLOAD_TYPES, type Policy, type VerificationInput } from '../../src/policy/index.ts';
import { DAY, type Forgery, forge, goodPolicy, KEYS, NOW, ROOT_PLAN } from './policy-forge.ts';

/** What of a verification is other than usual. */
export type Conditions = Partial<VerificationInput>;

export const policyWith = (changes: Record<string, unknown>): Policy =>
  ({ ...goodPolicy(), ...changes }) as Policy;
export const settingsWith = (changes: Record<string, unknown>): Policy =>
  policyWith({ settings: { ...goodPolicy().settings, ...changes } });
export const rawPolicy = (text: string | Uint8Array): Partial<Forgery> => ({
  sealPolicy: () =>
    signPayload(
      PAYLOAD_TYPES.policy,
      typeof text === 'string' ? Buffer.from(text) : text,
      KEYS.policy.slice(0, 2),
    ),
});
export const canonicalPolicy = (): string =>
  Buffer.from(forge().policyEnvelope.payload, 'base64').toString('utf8');
export const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
export const textBytes = (change: (text: string) => string): Partial<Forgery> => ({
  bytes: (bundle) => Buffer.from(change(bundle.toString('utf8'))),
});
export const [firstSigner, secondSigner] = KEYS.policy;
export const seen = (sequence: number, sha256 = 'a'.repeat(64)): Conditions => ({
  state: { ...EMPTY_STATE, policies: new Map([['main', { sequence, sha256 }]]) },
});
export const seenFreshness = (version: number): Conditions => ({
  state: { ...EMPTY_STATE, freshness: new Map([['main', { version, sha256: 'a'.repeat(64) }]]) },
});
export const freshnessWith = (changes: Record<string, unknown>): Partial<Forgery> => ({
  freshness: (policy, envelope) => ({ ...makeFreshness(policy, envelope, NOW, NOW + DAY), ...changes }),
});

/** One root in which the same public key stands under two key ids, both of the policy role. */
export function rootWithDoubledKey() {
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
