/**
 * Update manifests for tests that try to break their verification, and the attacks, one a line: name, refusal, how it is
 * made. The organisation is that of the forged bundles.
 */
import { generateSigningKey, type SigningKey } from '../../src/cli/policy/keys.ts';
import {
  canonicalBytes,
  makeRoot,
  type RootPlan,
  signPayload,
  signRoot,
} from '../../src/cli/policy/signing.ts';
import {
  EMPTY_STATE,
  type Envelope,
  type MachineFile,
  PAYLOAD_TYPES,
  type PayloadType,
  type Policy,
  type PolicyState,
  type UpdateInput,
  type UpdateManifest,
} from '../../src/policy/index.ts';
import type { PolicyErrorCode } from '../../src/shared/error-catalogue.ts';
import { nested } from './policy-attack-parts.ts';
import { DAY, goodPolicy, KEYS, MACHINE, NOW, ROOT_PLAN } from './policy-forge.ts';

/** Keys of a role of its own for updates. */
export const UPDATE_KEYS = [generateSigningKey(), generateSigningKey('ecdsa-p384-sha384')] as const;

export const SEQUENCE = NOW / 1000;

/** The same organisation with a role for updates; one of two keys is enough. */
export const WITH_ROLE: RootPlan = { ...ROOT_PLAN, update: { keys: UPDATE_KEYS, threshold: 1 } };
/** Its next root, without the first of these keys. */
export const ROTATED: RootPlan = {
  ...WITH_ROLE,
  version: 2,
  update: { keys: UPDATE_KEYS.slice(1), threshold: 1 },
};

export interface UpdateForgery {
  readonly plan: RootPlan;
  /** Root version 2 to N. */
  readonly roots: readonly Envelope[];
  readonly manifest: unknown;
  /** The payload's text in place of the manifest's canonical form. */
  readonly payload: (text: string) => string;
  readonly payloadType: PayloadType;
  readonly keys: readonly SigningKey[];
  readonly seal: (envelope: Envelope) => unknown;
  readonly bytes: (file: Buffer) => Uint8Array;
  /** Changes to the policy under which it is read. */
  readonly policy: Partial<Policy>;
  readonly state: PolicyState;
  readonly machine: MachineFile;
  readonly now: number;
}

export function goodManifest(changes: Partial<UpdateManifest> = {}): UpdateManifest {
  return {
    product: 'sallyport',
    audience: { org: 'demo' },
    sequence: SEQUENCE,
    expires: '2026-11-25T08:00:00Z',
    version: '0.2.0',
    installFrom: 'Software Centre, under Sallyport',
    notes: 'Rooms open faster.',
    provenance: { author: 'test', toolVersion: 'test' },
    ...changes,
  };
}

/** A policy that has people told of updates. */
export function announcingPolicy(changes: Partial<Policy> = {}): Policy {
  const policy = goodPolicy();
  return { ...policy, settings: { ...policy.settings, updates: { mode: 'notify' } }, ...changes };
}

/** The file and everything that it is judged by; without changes it is accepted. */
export function forgeUpdate(changes: Partial<UpdateForgery> = {}): UpdateInput & {
  readonly trustRoot: Envelope;
  readonly roots: readonly Envelope[];
  readonly policy: Policy;
} {
  const same = <T>(value: T): T => value;
  const trustRoot = signRoot(makeRoot(changes.plan ?? ROOT_PLAN), KEYS.root);
  const roots = changes.roots ?? [];
  const text = canonicalBytes(changes.manifest ?? goodManifest()).toString('utf8');
  const payload = Buffer.from((changes.payload ?? same)(text));
  const keys = changes.keys ?? KEYS.policy.slice(0, 2);
  const envelope = signPayload(changes.payloadType ?? PAYLOAD_TYPES.update, payload, keys);
  const bytes = canonicalBytes((changes.seal ?? same<unknown>)(envelope));
  const policy = announcingPolicy(changes.policy);
  return {
    manifest: changes.bytes?.(bytes) ?? bytes,
    root: roots.at(-1) ?? trustRoot,
    trustRoot,
    roots,
    policy,
    versions: policy,
    state: changes.state ?? EMPTY_STATE,
    machine: changes.machine ?? MACHINE,
    platform: 'linux',
    now: changes.now ?? NOW,
  };
}

const manifest = (changes: Record<string, unknown>): Partial<UpdateForgery> => ({
  manifest: { ...goodManifest(), ...changes },
});
const without = (name: keyof UpdateManifest): Partial<UpdateForgery> => {
  const { [name]: _gone, ...rest } = goodManifest();
  return { manifest: rest };
};
const seenUpdate = (sequence: number, sha256 = 'a'.repeat(64)): Partial<UpdateForgery> => ({
  state: { ...EMPTY_STATE, update: { sequence, sha256 } },
});
const text = (change: (file: string) => string): Partial<UpdateForgery> => ({
  bytes: (file) => Buffer.from(change(file.toString('utf8'))),
});
const [first, second] = KEYS.policy;

export type UpdateAttack = readonly [name: string, code: PolicyErrorCode, forgery: Partial<UpdateForgery>];

export const UPDATE_ATTACKS: readonly UpdateAttack[] = [
  ['more than 64 KiB', 'TOO_LARGE', { bytes: () => Buffer.alloc(64 * 1024 + 1, 0x20) }],
  ['an empty file', 'MALFORMED', { bytes: () => Buffer.alloc(0) }],
  ['a file cut off', 'MALFORMED', { bytes: (file) => file.subarray(0, -9) }],
  ['not UTF-8', 'MALFORMED', { bytes: () => Buffer.from([0x22, 0xff, 0x22]) }],
  ['a byte order mark', 'MALFORMED', text((file) => `\ufeff${file}`)],
  ['a second payload in the envelope', 'MALFORMED', text((file) => file.replace('{', '{"payload":"e30=",'))],
  ['white space that two parsers could read differently', 'MALFORMED', text((file) => `${file}\n`)],
  [
    'an unknown member beside the signatures',
    'MALFORMED',
    { seal: (envelope) => ({ ...envelope, url: 'x' }) },
  ],
  ['a list of envelopes', 'MALFORMED', { seal: (envelope) => [envelope] }],
  ['a payload that is no base64', 'MALFORMED', { seal: (envelope) => ({ ...envelope, payload: '****' }) }],
  ['the policy in its place', 'TYPE_CONFUSION', { payloadType: PAYLOAD_TYPES.policy }],
  ['a statement of freshness in its place', 'TYPE_CONFUSION', { payloadType: PAYLOAD_TYPES.freshness }],
  [
    'a signature made for another kind of document',
    'BELOW_THRESHOLD',
    {
      payloadType: PAYLOAD_TYPES.policy,
      seal: (envelope) => ({ ...envelope, payloadType: PAYLOAD_TYPES.update }),
    },
  ],
  ['one signature of two', 'BELOW_THRESHOLD', { keys: [first] }],
  [
    'the same signature twice',
    'BELOW_THRESHOLD',
    { keys: [first], seal: (e) => ({ ...e, signatures: [...e.signatures, ...e.signatures] }) },
  ],
  [
    'one signature under the ids of two keys',
    'BELOW_THRESHOLD',
    {
      keys: [first],
      seal: (e) => ({
        ...e,
        signatures: [...e.signatures, ...e.signatures.map(({ sig }) => ({ keyid: second.keyid, sig }))],
      }),
    },
  ],
  [
    'a version changed after it was signed',
    'BELOW_THRESHOLD',
    {
      seal: (e) => ({
        ...e,
        payload: Buffer.from(
          Buffer.from(e.payload, 'base64').toString('utf8').replace('0.2.0', '0.9.0'),
        ).toString('base64'),
      }),
    },
  ],
  ['no signature', 'UNKNOWN_SIGNER', { seal: (e) => ({ ...e, signatures: [{ keyid: 'x', sig: 'AAAA' }] }) }],
  ['a stranger', 'UNKNOWN_SIGNER', { keys: [KEYS.stranger] }],
  ['the freshness key', 'UNKNOWN_SIGNER', { keys: KEYS.freshness }],
  ['the root keys', 'UNKNOWN_SIGNER', { keys: KEYS.root }],
  ['policy keys where the root has a role for updates', 'UNKNOWN_SIGNER', { plan: WITH_ROLE }],
  [
    'a key that a later root has taken out',
    'UNKNOWN_SIGNER',
    {
      plan: WITH_ROLE,
      roots: [signRoot(makeRoot(ROTATED), KEYS.root)],
      keys: UPDATE_KEYS.slice(0, 1),
    },
  ],
  [
    'two versions in the manifest',
    'NOT_CANONICAL',
    { payload: (t) => t.replace('{', '{"version":"0.3.0",') },
  ],
  ['a __proto__ in the manifest', 'NOT_CANONICAL', { payload: (t) => t.replace('{', '{"__proto__":{},') }],
  ['a manifest nested too deep', 'NOT_CANONICAL', { payload: () => nested(17) }],
  ['no JSON', 'NOT_CANONICAL', { payload: () => 'version 0.2.0' }],
  ['a member that nobody knows', 'SCHEMA', manifest({ url: 'https://updates.example/x.deb' })],
  ['a command to run', 'SCHEMA', manifest({ run: 'sh -c id' })],
  ['no audience', 'SCHEMA', without('audience')],
  ['no end', 'SCHEMA', without('expires')],
  ['an end that no calendar has', 'SCHEMA', manifest({ expires: '2027-02-31T00:00:00Z' })],
  ['a version that is none', 'SCHEMA', manifest({ version: '0.2' })],
  ['a pre-release', 'SCHEMA', manifest({ version: '0.2.0-rc.1' })],
  ['a version that overflows', 'SCHEMA', manifest({ version: '9999999.0.0' })],
  ['a sequence of no whole number', 'SCHEMA', manifest({ sequence: 1.5 })],
  ['a place of nothing but spaces', 'SCHEMA', manifest({ installFrom: '   ' })],
  ['a place with a line break', 'SCHEMA', manifest({ installFrom: 'here\nand there' })],
  ['a place that is written backwards', 'SCHEMA', manifest({ installFrom: 'here \u202e ereht' })],
  ['a place that is a page long', 'SCHEMA', manifest({ installFrom: 'x'.repeat(121) })],
  ['notes that are a page long', 'SCHEMA', manifest({ notes: 'x'.repeat(201) })],
  ['notes with a hidden character', 'SCHEMA', manifest({ notes: 'a\u200bb' })],
  [
    'a package in another directory',
    'SCHEMA',
    manifest({ packages: [{ name: '../evil.deb', bytes: 1, sha256: 'a'.repeat(64) }] }),
  ],
  ['another product', 'WRONG_AUDIENCE', manifest({ product: 'sallyport-development' })],
  ['another organisation', 'WRONG_AUDIENCE', manifest({ audience: { org: 'other' } })],
  ['other groups', 'WRONG_AUDIENCE', manifest({ audience: { org: 'demo', groups: ['admins'] } })],
  ['another platform', 'WRONG_AUDIENCE', manifest({ audience: { org: 'demo', platforms: ['win32'] } })],
  ['another channel', 'WRONG_AUDIENCE', manifest({ audience: { org: 'demo', channels: ['beta'] } })],
  ['a replay of an older manifest', 'ROLLBACK', seenUpdate(SEQUENCE + 1)],
  ['a second manifest with the same sequence', 'EQUIVOCATION', seenUpdate(SEQUENCE)],
  ['a manifest past its end', 'EXPIRED', { now: NOW + 3 * DAY }],
  ['a version that the policy does not let run', 'APP_VERSION', { policy: { maxAppVersion: '0.1.9' } }],
];
