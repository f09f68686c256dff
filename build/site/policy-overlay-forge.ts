/** Bundles with overlays for tests that try to break the verification; every part can be wrong in one way. */
import { generateSigningKey, type SigningKey } from '../../src/cli/policy/keys.ts';
import { makeRoot, payloadSha256, signDocument, signPayload } from '../../src/cli/policy/signing.ts';
import {
  acknowledgement,
  type Envelope,
  type Overlay,
  PAYLOAD_TYPES,
  type Policy,
  type PolicySettingsInput,
  type Root,
  SETTINGS,
} from '../../src/policy/index.ts';
import { type Forgery, goodPolicy, ROOT_PLAN } from './policy-forge.ts';

/** Keys of the role that signs overlays: two of three are enough. */
export const OVERLAY_KEYS = [generateSigningKey(), generateSigningKey(), generateSigningKey()] as const;

/** One overlay and what root, policy and bundle say of it. */
export interface OverlayPlan {
  readonly name: string;
  readonly settings: Overlay['settings'];
  /** Members of the document that are other than usual. */
  readonly document?: Readonly<Record<string, unknown>>;
  /** The payload itself, in place of the document. */
  readonly payload?: Uint8Array;
  readonly keys?: readonly SigningKey[];
  /** The keys of the overlay's role; two signatures are needed where there are several. None: no role. */
  readonly role?: readonly SigningKey[];
  /** What the root lets it tighten; by default what it does. */
  readonly allowed?: readonly string[];
  readonly seal?: (envelope: Envelope) => Envelope;
}

export function overlayEnvelope(plan: OverlayPlan): Envelope {
  const document = {
    name: plan.name,
    policyId: 'main',
    provenance: { author: 'test', toolVersion: 'test' },
    settings: plan.settings,
    ...plan.document,
  };
  const keys = plan.keys ?? OVERLAY_KEYS.slice(0, 2);
  const envelope =
    plan.payload === undefined
      ? signDocument(PAYLOAD_TYPES.overlay, document, keys)
      : signPayload(PAYLOAD_TYPES.overlay, plan.payload, keys);
  return plan.seal?.(envelope) ?? envelope;
}

/** Adds to a root the roles of overlays and what they may tighten. */
export function rootWithOverlays(root: Root, plans: readonly OverlayPlan[]): Root {
  const keys = { ...root.keys };
  const roles: Record<string, unknown> = { ...root.roles };
  const overlays = { ...root.overlays };
  for (const { name, settings, role = OVERLAY_KEYS, allowed } of plans) {
    if (role.length === 0) continue;
    for (const { keyid, algorithm, spki } of role) keys[keyid] = { algorithm, spki };
    roles[`overlay:${name}`] = {
      keyids: role.map(({ keyid }) => keyid),
      threshold: Math.min(2, role.length),
    };
    overlays[name] = [...(allowed ?? new Set(settings.map(({ pointer }) => pointer)))];
  }
  return { ...root, keys, roles: roles as unknown as Root['roles'], overlays };
}

export interface OverlaidForgery {
  /** Settings of the policy; by default a good one's. */
  readonly settings?: PolicySettingsInput;
  /** Overlays that the policy lists by another hash, or that have none in the bundle. */
  readonly listed?: Readonly<Record<string, string>>;
  readonly bundled?: (envelopes: readonly Envelope[]) => readonly Envelope[];
  readonly policy?: Partial<Policy>;
}

/** What makes a good bundle one with these overlays. */
export function withOverlays(
  plans: readonly OverlayPlan[],
  { settings, listed, bundled, policy }: OverlaidForgery = {},
): Partial<Forgery> {
  const envelopes = plans.map(overlayEnvelope);
  const hashes = Object.fromEntries(
    plans.map(({ name }, at) => [name, payloadSha256(envelopes[at] as Envelope)]),
  );
  const base = goodPolicy();
  return {
    root: rootWithOverlays(makeRoot(ROOT_PLAN), plans),
    policy: {
      ...base,
      settings: settings ?? base.settings,
      overlays: listed ?? hashes,
      ...policy,
    },
    seal: (bundle) => ({ ...bundle, overlays: bundled?.(envelopes) ?? envelopes }),
  };
}

/** One new value. */
export const tighten = (pointer: string, value: unknown): OverlayPlan['settings'] => [{ pointer, value }];
export const idle = (minutes: unknown): OverlayPlan['settings'] =>
  tighten('/session/idleLockMinutes', minutes);
/** An overlay that shortens the idle time, changed. */
export const night = (changes: Partial<OverlayPlan> = {}): OverlayPlan => ({
  name: 'night',
  settings: idle(5),
  ...changes,
});
/** A good policy’s settings, some of its groups changed. */
export const settingsWith = (changes: Record<string, unknown>): PolicySettingsInput =>
  ({ ...goodPolicy().settings, ...changes }) as PolicySettingsInput;

/** What a version that enforced everything would acknowledge. */
export const EVERYTHING = new Set(
  SETTINGS.flatMap(({ pointer, enforcedBy }) => enforcedBy.map((module) => acknowledgement(module, pointer))),
);
