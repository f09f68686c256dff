/**
 * Bundles for tests that try to break the verification: one good bundle of a small organisation, every part of which
 * can be replaced and signed by whomever.
 */

import { generateSigningKey, type SigningKey } from '../../src/cli/policy/keys.ts';
import {
  canonicalBytes,
  makeFreshness,
  makeRoot,
  type RootPlan,
  signDocument,
  signRoot,
} from '../../src/cli/policy/signing.ts';
import { templatePolicy, templateSettings } from '../../src/cli/policy/template.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import {
  CLIENT_ENFORCES,
  EMPTY_STATE,
  type Envelope,
  type Freshness,
  type MachineFile,
  PAYLOAD_TYPES,
  type Policy,
  type PolicyState,
  type Root,
  type VerificationInput,
  type VerifiedPolicy,
  verifyBundle,
} from '../../src/policy/index.ts';

export const HOUR = 60 * 60 * 1000;
export const DAY = 24 * HOUR;
/** When the tests take place. */
export const NOW = Date.parse('2026-11-22T08:00:00Z');

/** Keys of the organisation and of somebody else. */
export const KEYS = {
  root: [generateSigningKey(), generateSigningKey(), generateSigningKey('ecdsa-p384-sha384')],
  policy: [generateSigningKey(), generateSigningKey('ecdsa-p256-sha256'), generateSigningKey()],
  freshness: [generateSigningKey()],
  stranger: generateSigningKey(),
} as const;

export const MACHINE: MachineFile = {
  format: 'sallyport.machine/1',
  machineId: 'WS-0142',
  org: 'demo',
  groups: ['watch'],
  channel: 'stable',
};

/** Root 2 of 3, policy 2 of 3, freshness 1 of 1. */
export const ROOT_PLAN: RootPlan = {
  version: 1,
  expires: NOW + 365 * DAY,
  root: { keys: KEYS.root, threshold: 2 },
  policy: { keys: KEYS.policy, threshold: 2 },
  freshness: { keys: KEYS.freshness, threshold: 1 },
};

/** The parts of a bundle; each may be replaced. */
export interface Forgery {
  readonly plan: RootPlan;
  readonly root: Root;
  readonly rootKeys: readonly SigningKey[];
  readonly roots: readonly Envelope[];
  readonly policy: Policy;
  readonly policyKeys: readonly SigningKey[];
  readonly freshness: (policy: Policy, envelope: Envelope) => Freshness;
  readonly freshnessKeys: readonly SigningKey[];
  /** Changes to finished envelopes and to the finished bundle. */
  readonly sealPolicy: (envelope: Envelope) => Envelope;
  readonly sealFreshness: (envelope: Envelope) => Envelope;
  readonly seal: (bundle: Readonly<Record<string, unknown>>) => unknown;
  readonly bytes: (bundle: Buffer) => Uint8Array;
}

export function goodPolicy(): Policy {
  const settings = templateSettings();
  const policy = templatePolicy({
    policyId: 'main',
    org: 'demo',
    author: 'test',
    settings,
    now: NOW - DAY,
    days: 30,
  });
  return { ...policy, sequence: 5 };
}

/** Makes a bundle and the root that is shipped; without changes both are good. */
export function forge(changes: Partial<Forgery> = {}): {
  readonly bundle: Uint8Array;
  readonly shippedRoot: Uint8Array;
  readonly policyEnvelope: Envelope;
  readonly freshnessEnvelope: Envelope;
} {
  const root = changes.root ?? makeRoot(changes.plan ?? ROOT_PLAN);
  const same = <T>(value: T): T => value;
  const policy = changes.policy ?? goodPolicy();
  const policyEnvelope = (changes.sealPolicy ?? same)(
    signDocument(PAYLOAD_TYPES.policy, policy, changes.policyKeys ?? KEYS.policy.slice(0, 2)),
  );
  const statement = (
    changes.freshness ?? ((document, envelope) => makeFreshness(document, envelope, NOW, NOW + 7 * DAY))
  )(policy, policyEnvelope);
  const freshnessEnvelope = (changes.sealFreshness ?? same)(
    signDocument(PAYLOAD_TYPES.freshness, statement, changes.freshnessKeys ?? KEYS.freshness),
  );
  const bundle = {
    format: 'sallyport.policy-bundle/1',
    roots: changes.roots ?? [],
    policy: policyEnvelope,
    freshness: freshnessEnvelope,
  };
  const bytes = canonicalBytes((changes.seal ?? same)(bundle));
  return {
    bundle: changes.bytes?.(bytes) ?? bytes,
    shippedRoot: Buffer.from(JSON.stringify(signRoot(root, changes.rootKeys ?? KEYS.root))),
    policyEnvelope,
    freshnessEnvelope,
  };
}

/** Everything the verifier is given; without changes it accepts. */
export function inputFor(
  changes: Partial<Forgery> = {},
  conditions: Partial<VerificationInput> = {},
): VerificationInput {
  const { bundle, shippedRoot } = forge(changes);
  return {
    bundle,
    shippedRoot,
    state: EMPTY_STATE,
    machine: MACHINE,
    platform: 'linux',
    appVersion: '0.1.0',
    buildTime: NOW - 90 * DAY,
    now: NOW,
    acknowledged: CLIENT_ENFORCES,
    ...conditions,
  };
}

/** Verifies, and collects the states that had to be kept after each root. */
export function verifyForgery(
  changes: Partial<Forgery> = {},
  conditions: Partial<VerificationInput> = {},
): VerifiedPolicy & { readonly kept: readonly PolicyState[] } {
  const kept: PolicyState[] = [];
  const verified = verifyBundle(inputFor(changes, conditions), nodeCrypto, (state) => kept.push(state));
  return { ...verified, kept };
}
