/**
 * Attacks that take more than one bundle, or more than a bundle: roots, overlays, what a workstation remembers, where the
 * file lies. One a line: name, what the client says, exit code of `sallyport-policy simulate`, how it is made.
 *
 * The command judges what is in a file, not where it lies on somebody's computer: where only the place is wrong it ends
 * with 0. 1 is the client's own refusal, 2 a record that is none, 4 a file that cannot be read or written.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import {
  canonicalPolicy,
  firstSigner,
  nested,
  policyWith,
  rawPolicy,
  secondSigner,
  settingsWith,
} from '../../build/site/policy-attack-parts.ts';
import {
  DAY,
  type Forgery,
  forge,
  goodPolicy,
  HOUR,
  KEYS,
  NOW,
  ROOT_PLAN,
} from '../../build/site/policy-forge.ts';
import { idle, night, tighten, withOverlays } from '../../build/site/policy-overlay-forge.ts';
import { generateSigningKey, type SigningKey } from '../../src/cli/policy/keys.ts';
import {
  canonicalBytes,
  makeFreshness,
  makeRoot,
  type RootPlan,
  signDocument,
  signPayload,
  signRoot,
} from '../../src/cli/policy/signing.ts';
import { type Envelope, PAYLOAD_TYPES, type Root } from '../../src/policy/index.ts';
import type { Attack, Attempt, ClientAnswer, Place } from './policy-simulator.ts';

export type Row = readonly [name: string, answer: ClientAnswer, exit: number, attack: Attack];

const NEW_ROOT = { keys: [generateSigningKey(), generateSigningKey()], threshold: 2 };
const NEW_POLICY = { keys: [generateSigningKey(), generateSigningKey()], threshold: 2 };
const NEW_FRESHNESS = { keys: [generateSigningKey()], threshold: 1 };
const WITHOUT_FIRST = { keys: KEYS.policy.slice(1), threshold: 2 };
const OTHER_SITE = [generateSigningKey(), generateSigningKey()];

const root = (
  version: number,
  changes: Partial<RootPlan> = {},
  keys: readonly SigningKey[] = KEYS.root,
): Envelope => signRoot(makeRoot({ ...ROOT_PLAN, version, ...changes }), keys);
const rawRoot = (change: (text: string) => string): Envelope =>
  signPayload(
    PAYLOAD_TYPES.root,
    Buffer.from(change(canonicalBytes(makeRoot({ ...ROOT_PLAN, version: 2 })).toString('utf8'))),
    KEYS.root,
  );
const editedRoot = (change: (root: Root) => unknown): Envelope =>
  rawRoot((text) => canonicalBytes(change(JSON.parse(text))).toString('utf8'));
const roots = (...envelopes: readonly Envelope[]): Attack => ({ forgery: { roots: envelopes } });
const rootsUpTo = (version: number): readonly Envelope[] =>
  Array.from({ length: version - 1 }, (_, at) => root(at + 2, {}, KEYS.root.slice(0, 2)));

const sequence = (number: number): Partial<Forgery> => ({ policy: policyWith({ sequence: number }) });
const took = (forgery: Partial<Forgery>, now = NOW): readonly Attempt[] => [{ forgery, conditions: { now } }];
/** A statement of freshness that is newer than those made at `NOW`. */
const LATER: Partial<Forgery> = {
  freshness: (policy, envelope) => makeFreshness(policy, envelope, NOW + HOUR, NOW + 7 * DAY),
};
const bytes = (content: string | Uint8Array): Attack => ({
  forgery: { bytes: () => (typeof content === 'string' ? Buffer.from(content) : content) },
});
const rotated = (changes: Partial<RootPlan>): Partial<Forgery> => ({
  ...LATER,
  roots: [root(2, changes)],
  policyKeys: NEW_POLICY.keys,
});
const overlaid = (...plans: Parameters<typeof withOverlays>): Attack => ({ forgery: withOverlays(...plans) });
const settings = (changes: Record<string, unknown>): Attack => ({
  forgery: { policy: settingsWith(changes) },
});
const tampered = (tamper: (place: Place) => void, attack: Attack = {}): Attack => ({
  before: took({}),
  ...attack,
  tamper: (place) => {
    tamper(place);
    return undefined;
  },
});

/** The record, as JSON that anybody may edit; its MAC stays what it was. */
function editRecord(place: Place, change: (state: Record<string, unknown>) => void): void {
  const record = JSON.parse(readFileSync(place.stateFile, 'utf8'));
  change(record.state);
  writeFileSync(place.stateFile, JSON.stringify(record));
}

/** Another bundle, as good as the first, takes its place right after the client has opened the file. */
function swapWhenOpened({ bundleFile }: Place): () => void {
  const other = `${bundleFile}.other`;
  writeFileSync(other, forge(sequence(9)).bundle, { mode: 0o666 });
  const { open } = promises;
  Reflect.set(promises, 'open', async (...args: Parameters<typeof open>) => {
    const opened = await open(...args);
    if (args[0] === bundleFile) renameSync(other, bundleFile);
    return opened;
  });
  syncBuiltinESMExports();
  return () => {
    Reflect.set(promises, 'open', open);
    syncBuiltinESMExports();
  };
}

/** Step 3: what is no bundle. */
const FILES: readonly Row[] = [
  ['10 MB', 'TOO_LARGE', 1, bytes(new Uint8Array(10_000_000))],
  ['arrays 1,000 deep', 'MALFORMED', 1, bytes(nested(1_000))],
  ['a policy with arrays 1,000 deep', 'NOT_CANONICAL', 1, { forgery: rawPolicy(nested(1_000)) }],
  [
    'a policy with __proto__ and nothing else wrong',
    'NOT_CANONICAL',
    1,
    { forgery: rawPolicy(canonicalPolicy().replace('{', '{"__proto__":{"sequence":9},')) },
  ],
  [
    'nobody signed it: no signatures at all',
    'MALFORMED',
    1,
    { forgery: { sealPolicy: (envelope) => ({ ...envelope, signatures: [] }) } },
  ],
];

/** Steps 4 to 8: keys and roots. */
const ROOTS: readonly Row[] = [
  ['a root of others, signed by themselves', 'ROOT_SIGNATURE', 1, roots(root(2, {}, OTHER_SITE))],
  ['a new root without its own signatures', 'ROOT_SIGNATURE', 1, roots(root(2, { root: NEW_ROOT }))],
  ['a root by one key of two', 'ROOT_SIGNATURE', 1, roots(root(2, {}, KEYS.root.slice(0, 1)))],
  ['a missing root', 'ROOT_GAP', 1, roots(root(2), root(4))],
  ['roots that go back', 'ROOT_ROLLBACK', 1, roots(root(2), root(3), root(2))],
  ['roots that end too early', 'ROOT_ROLLBACK', 1, { before: took({ roots: [root(2)] }) }],
  ['a policy in the place of a root', 'TYPE_CONFUSION', 1, roots(forge().policyEnvelope)],
  ['the last root expired', 'ROOT_EXPIRED', 1, roots(root(2, { expires: NOW }))],
  ['an intermediate root expired', 'accepted', 0, roots(root(2, { expires: NOW - DAY }), root(3))],
  ['256 roots', 'accepted', 0, roots(...rootsUpTo(256))],
  ['257 roots, all of them good', 'MALFORMED', 1, roots(...rootsUpTo(257))],
  [
    'a key id twice in a role',
    'SCHEMA',
    1,
    roots(
      editedRoot((old) => ({
        ...old,
        roles: {
          ...old.roles,
          policy: { keyids: [firstSigner.keyid, firstSigner.keyid, secondSigner.keyid], threshold: 2 },
        },
      })),
    ),
  ],
  [
    'a key id twice among the keys',
    'NOT_CANONICAL',
    1,
    roots(rawRoot((text) => text.replace(/"keys":\{("[^"]+"):/u, '"keys":{$1:0,$1:'))),
  ],
  [
    'a removed signer and one that stays',
    'BELOW_THRESHOLD',
    1,
    { forgery: { roots: [root(2, { policy: WITHOUT_FIRST })] } },
  ],
  ['removed signers only', 'UNKNOWN_SIGNER', 1, { forgery: { roots: [root(2, { policy: NEW_POLICY })] } }],
  [
    'the bundle of another site',
    'UNKNOWN_SIGNER',
    1,
    { forgery: { policyKeys: OTHER_SITE, freshnessKeys: OTHER_SITE } },
  ],
  ['a policy that is a root', 'TYPE_CONFUSION', 1, { forgery: { sealPolicy: () => root(1) } }],
];

/** Steps 1, 7, 11: what a workstation remembers. */
const MEMORY: readonly Row[] = [
  ['the clock of yesterday', 'CLOCK_ROLLED_BACK', 1, { before: took({}, NOW + DAY) }],
  ['the policy of yesterday', 'ROLLBACK', 1, { before: took(sequence(6)) }],
  [
    'another policy of the same number',
    'EQUIVOCATION',
    1,
    { before: took({}), forgery: { ...LATER, policy: policyWith({ expires: '2027-01-01T00:00:00Z' }) } },
  ],
  [
    'fast-forward: every later policy is older',
    'ROLLBACK',
    1,
    { before: took(sequence(1_000_000)), forgery: LATER },
  ],
  [
    'fast-forward, then a root without the stolen keys',
    'accepted',
    0,
    { before: took(sequence(1_000_000)), forgery: rotated({ policy: NEW_POLICY }) },
  ],
  [
    'the same, and the new root sets a floor',
    'ROLLBACK',
    1,
    {
      before: took(sequence(1_000_000)),
      forgery: rotated({ policy: NEW_POLICY, minSequence: { main: 6 } }),
    },
  ],
  [
    'fast-forward of freshness, then a root without its key',
    'accepted',
    0,
    {
      before: took(LATER),
      forgery: { roots: [root(2, { freshness: NEW_FRESHNESS })], freshnessKeys: NEW_FRESHNESS.keys },
    },
  ],
  [
    'the record deleted: the sequence is forgotten',
    'accepted',
    0,
    tampered(({ stateFile }) => rmSync(stateFile), { before: took(sequence(6)) }),
  ],
  [
    'the record deleted: the floor of the root holds',
    'ROLLBACK',
    1,
    tampered(({ stateFile }) => rmSync(stateFile), {
      before: took(sequence(6)),
      forgery: { plan: { ...ROOT_PLAN, minSequence: { main: 6 } } },
    }),
  ],
  ['the record garbage', 'STATE_CORRUPT', 2, tampered(({ stateFile }) => writeFileSync(stateFile, '\0\0'))],
  [
    'the record of another version',
    'STATE_CORRUPT',
    2,
    tampered(({ stateFile }) =>
      writeFileSync(stateFile, readFileSync(stateFile, 'utf8').replace('state/1', 'state/2')),
    ),
  ],
  [
    'the record edited: what it still says holds',
    'ROLLBACK',
    1,
    tampered((place) => editRecord(place, (state) => Reflect.deleteProperty(state, 'root')), {
      before: took(sequence(6)),
      forgery: LATER,
    }),
  ],
  [
    'the record edited: a change of keys long ago drops nothing',
    'ROLLBACK',
    1,
    tampered((place) => editRecord(place, (state) => Reflect.deleteProperty(state, 'root')), {
      before: took({ ...rotated({ policy: NEW_POLICY }), ...sequence(6) }),
      forgery: rotated({ policy: NEW_POLICY }),
    }),
  ],
];

/** Steps 14 and 15. */
const SETTINGS_AND_OVERLAYS: readonly Row[] = [
  ['an overlay that tightens', 'accepted', 0, overlaid([night()])],
  ['an overlay that loosens', 'OVERLAY_LOOSENS', 1, overlaid([night({ settings: idle(16) })])],
  [
    'an overlay that loosens for others only',
    'OVERLAY_LOOSENS',
    1,
    overlaid([night({ settings: idle(16), document: { audience: { org: 'other' } } })]),
  ],
  [
    'an overlay that reaches outside its pointers',
    'OVERLAY_UNAUTHORISED',
    1,
    overlaid([night({ settings: tighten('/desktop/copy', false), allowed: ['/session'] })]),
  ],
  ['an overlay of a stranger', 'OVERLAY_UNAUTHORISED', 1, overlaid([night({ keys: [KEYS.stranger] })])],
  ['an overlay that nobody listed', 'OVERLAY_UNLISTED', 1, overlaid([night()], { listed: {} })],
  ['an overlay left out', 'OVERLAY_UNLISTED', 1, overlaid([night()], { bundled: () => [] })],
  [
    'a policy in the place of an overlay',
    'TYPE_CONFUSION',
    1,
    overlaid([night({ seal: () => signDocument(PAYLOAD_TYPES.policy, goodPolicy(), KEYS.policy) })]),
  ],
  ['a value that no client honours yet', 'UNENFORCEABLE', 1, settings({ desktop: { print: true } })],
  [
    'settings of a version to come, which says so',
    'APP_VERSION',
    1,
    {
      forgery: {
        policy: policyWith({
          minAppVersion: '9.0.0',
          schemaVersion: 2,
          settings: { ...goodPolicy().settings, telepathy: true },
        }),
      },
    },
  ],
];

/** Steps 2 and 16: where the files lie. */
const PLACES: readonly Row[] = [
  ['no file', 'ABSENT', 4, tampered(({ bundleFile }) => rmSync(bundleFile))],
  [
    'a link to a good file',
    'PATH_UNTRUSTED',
    0,
    tampered(({ bundleFile }) => {
      renameSync(bundleFile, `${bundleFile}.real`);
      symlinkSync(`${bundleFile}.real`, bundleFile);
    }),
  ],
  [
    'a directory of that name',
    'PATH_UNTRUSTED',
    4,
    tampered(({ bundleFile }) => {
      rmSync(bundleFile);
      mkdirSync(bundleFile);
    }),
  ],
  [
    'a file that all may write',
    'PATH_UNTRUSTED',
    0,
    tampered(({ bundleFile }) => chmodSync(bundleFile, 0o666)),
  ],
  [
    'a directory that a group may write',
    'PATH_UNTRUSTED',
    0,
    tampered(({ machineDirectory }) => chmodSync(machineDirectory, 0o775)),
  ],
  ['another file once it is open: what was checked is used', 'accepted', 0, { tamper: swapWhenOpened }],
  [
    'a full disk',
    'STATE_WRITE_FAILED',
    4,
    { before: took({}), forgery: { ...LATER, ...sequence(6) }, disk: 'full' },
  ],
  [
    'a disk that cannot be written',
    'STATE_WRITE_FAILED',
    4,
    { before: took({}), forgery: { ...LATER, ...sequence(6) }, disk: 'read-only' },
  ],
];

export const ATTACKS: readonly Row[] = [...FILES, ...ROOTS, ...MEMORY, ...SETTINGS_AND_OVERLAYS, ...PLACES];
