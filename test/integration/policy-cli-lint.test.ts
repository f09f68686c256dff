/** What `lint` finds, each finding by a policy that has just this one thing wrong; certificates by OpenSSL. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draftSettings, pinOf } from '../../src/cli/policy/draft.ts';
import { generateSigningKey } from '../../src/cli/policy/keys.ts';
import { DAY, HOUR, type LintInput } from '../../src/cli/policy/lint/finding.ts';
import { lint, resolve } from '../../src/cli/policy/lint/lint.ts';
import { nextRootDocument, unsignedRoot } from '../../src/cli/policy/rotate-root.ts';
import { makeRoot, type RootPlan, signRoot } from '../../src/cli/policy/signing.ts';
import { templatePolicy, templateSettings } from '../../src/cli/policy/template.ts';
import { effectiveSettings, type PolicySettingsInput } from '../../src/policy/index.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const keys = (count: number) => Array.from({ length: count }, () => generateSigningKey());
const PLAN = {
  version: 1,
  expires: NOW + 1000 * DAY,
  root: { keys: keys(3), threshold: 2 },
  policy: { keys: keys(2), threshold: 1 },
  freshness: { keys: keys(2), threshold: 1 },
};

function rootOf(plan: RootPlan & { readonly root: (typeof PLAN)['root'] }) {
  const root = makeRoot(plan);
  return { root, envelope: signRoot(root, plan.root.keys) };
}

function certificate(days: number, name = 'chat.good.mil', ca = true): X509Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'lint-'));
  const out = join(directory, 'c.pem');
  try {
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-days',
          `${days}`,
        ],
        ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`],
        ...(ca ? [] : ['-addext', 'basicConstraints=critical,CA:FALSE']),
        ...['-keyout', join(directory, 'c.key'), '-out', out],
      ],
      { stdio: 'pipe' },
    );
    return new X509Certificate(readFileSync(out));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const AUTHORITY = certificate(3000);
const SPARE = 'sha256/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=';

/** Settings that nothing is found about. */
function settings(change: (base: PolicySettingsInput) => object = () => ({})): PolicySettingsInput {
  const base = {
    ...templateSettings(),
    organization: { name: 'Good Command', support: 'Extension 1' },
    domain: 'chat.good.mil',
    servers: [{ host: 'x.good.mil', port: 5223, spkiPins: [pinOf(AUTHORITY), SPARE] }],
    trustAnchors: [AUTHORITY.raw.toString('base64')],
    authentication: {
      modules: (['linux', 'win32', 'darwin'] as const).map((platform) => ({
        platform,
        path: platform === 'win32' ? 'C:\\p11.dll' : '/p11.so',
        sha256: 'a'.repeat(64),
      })),
    },
  } as unknown as PolicySettingsInput;
  return { ...base, ...change(base) };
}

function input(change: Partial<LintInput> = {}, given = settings()): LintInput {
  return {
    policy: templatePolicy({
      policyId: 'main',
      org: 'good',
      author: 'IT',
      settings: given,
      now: NOW,
      days: 365,
    }),
    settings: effectiveSettings(given),
    roots: [rootOf(PLAN)],
    certificates: [],
    rolloutHours: 72,
    now: NOW,
    ...change,
  };
}

const ids = (given: LintInput) => lint(given).map(({ id, severity }) => `${severity} ${id}`);
const withPolicy = (change: object): LintInput => {
  const base = input();
  return { ...base, policy: { ...base.policy, ...change } };
};

describe('lint', () => {
  it('finds nothing in a good policy', () => {
    expect(lint(input())).toEqual([]);
    expect(lint(input({ freshUntil: NOW + 10 * DAY, certificates: [AUTHORITY] }))).toEqual([]);
  });

  it.each<[string, LintInput]>([
    ['error POLICY_EXPIRED', input({ now: NOW + 366 * DAY })],
    ['warning POLICY_EXPIRES_SOON', input({ now: NOW + 340 * DAY })],
    ['warning POLICY_EXPIRES_FAR', withPolicy({ expires: '2036-01-01T00:00:00Z' })],
    ['error POLICY_NEVER_VALID', withPolicy({ notBefore: '2028-01-01T00:00:00Z' })],
    ['warning POLICY_BEGINS_LATE', withPolicy({ notBefore: '2027-01-01T00:00:00Z' })],
    ['error FRESHNESS_EXPIRED', input({ freshUntil: NOW })],
    ['error FRESHNESS_SHORTER_THAN_ROLLOUT', input({ freshUntil: NOW + 71 * HOUR })],
    ['warning FRESHNESS_LONG', input({ freshUntil: NOW + 61 * DAY })],
    ['error ROOT_EXPIRED', input({ roots: [rootOf({ ...PLAN, expires: NOW })] })],
    ['warning ROOT_EXPIRES_SOON', input({ roots: [rootOf({ ...PLAN, expires: NOW + 100 * DAY })] })],
    ['warning ROOT_EXPIRES_FAR', input({ roots: [rootOf({ ...PLAN, expires: NOW + 4000 * DAY })] })],
    ['warning SINGLE_KEY', input({ roots: [rootOf({ ...PLAN, policy: { keys: keys(1), threshold: 1 } })] })],
    [
      'warning NO_SPARE_KEY',
      input({ roots: [rootOf({ ...PLAN, policy: { keys: keys(2), threshold: 2 } })] }),
    ],
    [
      'warning SINGLE_ROOT_HOLDER',
      input({ roots: [rootOf({ ...PLAN, root: { keys: keys(3), threshold: 1 } })] }),
    ],
    [
      'warning NO_ROTATION_PATH',
      input({ roots: [rootOf({ ...PLAN, root: { keys: keys(2), threshold: 2 } })] }),
    ],
    ['warning ROOT_KEY_IN_USE', input({ roots: [rootOf({ ...PLAN, policy: PLAN.root })] })],
    [
      'error THRESHOLD_UNREACHABLE',
      input({ roots: [rootOf({ ...PLAN, policy: { keys: keys(2), threshold: 3 } })] }),
    ],
    [
      'error SEQUENCE_BELOW_FLOOR',
      input({ roots: [rootOf({ ...PLAN, minSequence: { main: 2 } } as typeof PLAN)] }),
    ],
    ['error APP_VERSION', withPolicy({ minAppVersion: '9.0.0' })],
    ['warning MAX_APP_VERSION', withPolicy({ maxAppVersion: '9.0.0' })],
  ])('%s', (expected, given) => {
    expect(ids(given)).toContain(expected);
  });

  it('a next root that the old keys have not signed', () => {
    const first = rootOf(PLAN);
    const change = {
      ...{ add: [], remove: [], thresholds: new Map(), minSequence: new Map(), overlays: new Map() },
      expires: PLAN.expires,
    };
    const root = nextRootDocument(first.root, change);
    const stranger = signRoot(root, keys(2));
    expect(ids(input({ roots: [first, { root, envelope: stranger }] }))).toContain(
      'error ROOT_NOT_CROSS_SIGNED',
    );
    const signed = signRoot(root, PLAN.root.keys);
    expect(ids(input({ roots: [first, { root, envelope: signed }] }))).toEqual([]);
    const gap = rootOf({ ...PLAN, version: 3 });
    expect(ids(input({ roots: [first, gap] }))).toContain('error ROOT_REFUSED');
    expect(unsignedRoot(root).signatures).toEqual([]);
  });

  it.each<[string, (base: PolicySettingsInput) => object]>([
    ['warning STILL_THE_EXAMPLE', () => ({ domain: templateSettings().domain })],
    ['warning LOOSER_THAN_DEFAULT', () => ({ session: { idleLockMinutes: 60 } })],
    ['warning NO_BACKUP_PIN', () => ({ servers: [{ host: 'a.b', port: 1, spkiPins: [SPARE] }] })],
    ['warning EPOCHS_TOO_MANY', () => ({ lock: { epochs: [3, 2, 1] } })],
    [
      'warning PIN_ASKED_OFTEN',
      (base) => ({ authentication: { ...base.authentication, pinMaxAgeMinutes: 5 } }),
    ],
    [
      'error PASSWORD_WITHOUT_EXPORTER',
      (base) => ({
        authentication: { ...base.authentication, method: 'both' },
        lock: { epochs: [1], bindings: ['tls-server-end-point'] },
      }),
    ],
    [
      'warning PASSWORD_WITHOUT_CERTIFICATE',
      (base) => ({
        authentication: { ...base.authentication, method: 'both' },
        policySource: { drop: { host: 'a.good.mil', port: 443, spkiPins: [SPARE], path: '/policy' } },
      }),
    ],
    [
      'warning LOW_CONTRAST',
      () => ({
        classification: { banner: { text: 'X', background: '#fce83a', foreground: '#ffffff' } },
      }),
    ],
    [
      'warning LABEL_TEXT_TWICE',
      (base) => ({
        classification: {
          ...base.classification,
          labels: ['a', 'b'].map((id) => ({
            ...{ id, text: 'SECRET', background: '#c8102e', foreground: '#ffffff', rank: 1 },
          })),
        },
      }),
    ],
    // A DER SEQUENCE of 512 bytes that is no certificate.
    [
      'error ANCHOR_UNREADABLE',
      () => ({
        trustAnchors: [
          Buffer.concat([Buffer.from([0x30, 0x82, 0x02, 0x00]), Buffer.alloc(512)]).toString('base64'),
        ],
      }),
    ],
    ['error UNENFORCEABLE', () => ({ desktop: { print: true } })],
    [
      'error ANCHOR_NO_CA',
      () => ({ trustAnchors: [certificate(900, 'x.mil', false).raw.toString('base64')] }),
    ],
    ['warning ANCHOR_EXPIRES_SOON', () => ({ trustAnchors: [certificate(30).raw.toString('base64')] })],
    [
      'warning NO_MODULE_FOR_PLATFORM',
      (base) => ({ authentication: { modules: base.authentication.modules.slice(0, 2) } }),
    ],
    [
      'warning MODULE_WITHOUT_EVENTS',
      () => ({
        authentication: {
          modules: [{ platform: 'linux', path: '/usr/lib/p11-kit-proxy.so', sha256: 'a'.repeat(64) }],
        },
      }),
    ],
  ])('%s', (expected, change) => {
    const given = settings(change);
    const now = expected.includes('ANCHOR') ? Date.now() : NOW;
    expect(ids(input({ now }, given))).toContain(expected);
  });

  it('nothing about a first policy’s official labels, which ask nothing of anybody', async () => {
    const drafted = effectiveSettings(
      await draftSettings({ officialLabels: true, classification: 'SECRET' }),
    );
    const { labels, labelRequired, defaultLabel } = drafted.classification;
    expect(labels.map(({ id }) => id)).toEqual([
      'unclassified',
      'cui',
      'confidential',
      'secret',
      'top-secret',
      'top-secret-sci',
    ]);
    expect([labelRequired, defaultLabel]).toEqual([false, undefined]);
    expect(ids(input({}, drafted)).filter((id) => /CONTRAST|LABEL/u.test(id))).toEqual([]);
    expect((await draftSettings({})).classification?.labels).toBeUndefined();
  });

  it('names the values that this version does not honour, and no others', () => {
    const given = settings(() => ({
      desktop: { print: true },
      features: { whiteboard: true },
    }));
    const found = lint(input({}, given)).filter(({ id }) => id === 'UNENFORCEABLE');
    expect(found.map(({ where }) => where).sort()).toEqual(['/desktop/print']);
  });

  it('is stricter where the audience names the platform', () => {
    const given = settings((base) => ({
      authentication: { modules: base.authentication.modules.slice(0, 1) },
    }));
    const base = input({}, given);
    const audience = { org: 'good', platforms: ['linux' as const, 'win32' as const] };
    expect(ids({ ...base, policy: { ...base.policy, audience } })).toEqual(['error NO_MODULE_FOR_PLATFORM']);
  });

  it('compares pins, names and issuers with the servers’ certificates', () => {
    const other = certificate(900, 'other.mil');
    const found = ids(input({ certificates: [other], now: Date.now() }));
    expect(found).toEqual(
      expect.arrayContaining([
        'error PIN_DOES_NOT_FIT',
        'error CERTIFICATE_NAME',
        'warning ISSUER_NOT_AN_ANCHOR',
      ]),
    );
    const late = input({ certificates: [AUTHORITY], now: Date.parse(AUTHORITY.validTo) });
    expect(ids(late)).toEqual(expect.arrayContaining(['error CERTIFICATE_EXPIRED', 'error ANCHOR_EXPIRED']));
  });

  it('says what the schema refuses', () => {
    const refused = resolve(() => effectiveSettings({ ...settings(), backdoor: true }));
    expect(refused).toMatchObject({ finding: { id: 'SCHEMA', severity: 'error' } });
    expect(resolve(() => effectiveSettings(settings(() => ({ lock: { epochs: [1, 2] } }))))).toMatchObject({
      finding: { id: 'SCHEMA', sentence: expect.stringContaining('newest-first') },
    });
  });
});

it('documents every finding', () => {
  const directory = join(import.meta.dirname, '../../src/cli/policy/lint');
  const source = readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), 'utf8'))
    .join('');
  const prefixes = [...source.matchAll(/(?:expiry|validity)\(\s*'([A-Z]+)'/g)].map(([, prefix]) => prefix);
  const suffixes = [...source.matchAll(/\$\{prefix\}(_[A-Z_]+)/g)].map(([, suffix]) => suffix);
  const written = [...source.matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(([, id]) => id ?? '');
  const made = suffixes.flatMap((suffix) => prefixes.map((prefix) => `${prefix}${suffix}`));
  const documentation = readFileSync(join(import.meta.dirname, '../../docs/policy.md'), 'utf8');
  const documented = [...documentation.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, id]) => id);
  expect(written.length).toBeGreaterThan(15);
  for (const id of written.filter((each) => each !== 'ROOT_SIGNATURE')) expect(documented).toContain(id);
  for (const id of made.filter((each) => !/^(?:CERTIFICATE|ANCHOR)_EXPIRES_FAR$/.test(each))) {
    expect(documented).toContain(id);
  }
});
