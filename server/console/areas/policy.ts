/**
 * Policy: a signed bundle is uploaded, compared with what is out, and put out ring by ring. The clients' own verifier
 * judges it as a machine of the ring would; the console has no key and can weaken nothing.
 */
import { readFileSync } from 'node:fs';
import { writeFileAtomically } from '../../../src/platform/atomic-file.ts';
import { nodeCrypto } from '../../../src/platform/node-crypto.ts';
import {
  CLIENT_ENFORCES,
  diffSettings,
  EMPTY_STATE,
  MAX_BUNDLE_BYTES,
  type PolicyState,
  readMachineFile,
  type VerifiedPolicy,
  verifyBundle,
} from '../../../src/policy/index.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Expiry } from '../../kit/lib/status.mjs';
import type { Config } from '../config.ts';
import type { PolicyInfo } from '../contract.ts';
import { REASON, record, SHA256, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';

declare const __APP_VERSION__: string;

type Ring = NonNullable<Config['policy']>['rings'][number];

const BASE64 = text(/^[A-Za-z0-9+/]{2,1400000}={0,2}$/, 'base64');
const RING = text(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a ring');
export const UPLOAD_BODY = record({ bundle: BASE64, reason: REASON });
export const UPLOAD_BYTES = 2 * MAX_BUNDLE_BYTES;
export const DIFF_PATH = { ring: RING, sha256: SHA256 };
export const RING_PATH = { ring: RING };
export const PUT_OUT_BODY = record({ sha256: SHA256, reason: REASON });
type Upload = ReturnType<typeof UPLOAD_BODY.rule>;
type PutOut = ReturnType<typeof PUT_OUT_BODY.rule>;

const MAX_SHOWN = 400;
const SOON_MS = 14 * 86_400_000;

function policyOf({ config }: Pick<Services, 'config'>): NonNullable<Config['policy']> {
  if (config.policy === undefined) throw new Problem('unknown', 'No rings of policy are configured.');
  return config.policy;
}

function ringOf(services: Services, name: string): Ring {
  const ring = policyOf(services).rings.find((known) => known.name === name);
  if (ring === undefined) throw new Problem('unknown');
  return ring;
}

/** Judges a bundle as a machine of the ring that remembers `state`. @throws Problem `policy-refused` with the verifier's code */
function verify(
  services: Services,
  ring: Ring,
  bundle: Uint8Array,
  state: PolicyState,
  now: number,
): VerifiedPolicy {
  try {
    return verifyBundle(
      {
        bundle,
        shippedRoot: readFileSync(policyOf(services).trustRoot),
        state,
        machine: readMachineFile(JSON.parse(readFileSync(ring.machine, 'utf8'))),
        platform: ring.platform,
        appVersion: __APP_VERSION__,
        buildTime: 0,
        now,
        acknowledged: CLIENT_ENFORCES,
      },
      nodeCrypto,
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const detail = Object.entries(error.detail ?? {}).map(([name, value]) => `${name}=${value}`);
    throw new Problem('policy-refused', [error.code, ...detail].join(' ').slice(0, MAX_SHOWN));
  }
}

/** What runs out soon is what is out. */
export function policyDates(
  { config, policies }: Pick<Services, 'config' | 'policies'>,
  now: number,
): readonly Expiry[] {
  return (config.policy?.rings ?? []).flatMap(({ name }): Expiry[] => {
    const out = policies.ring(name);
    if (out === undefined) return [];
    const state = out.validUntil <= now ? 'expired' : out.validUntil < now + SOON_MS ? 'soon' : 'good';
    return [{ what: `policy of the ring ${name}`, until: new Date(out.validUntil).toISOString(), state }];
  });
}

export async function showPolicy(services: Services): Promise<Answer> {
  const { policies, records, config } = services;
  const machines = await records.ask({ kind: 'machines' });
  const taken = new Map<string, number>();
  for (const { policy, sequence } of machines) {
    if (sequence === null) continue;
    const key = JSON.stringify([policy ?? '', sequence]);
    taken.set(key, (taken.get(key) ?? 0) + 1);
  }
  const iso = (ms: number) => new Date(ms).toISOString();
  const info: PolicyInfo = {
    rings: (config.policy?.rings ?? []).map(({ name }) => {
      const out = policies.ring(name);
      if (out === undefined) return { name, out: undefined };
      const { sha256, policyId, sequence, validUntil, since, by } = out;
      return {
        name,
        out: { sha256, policyId, sequence, by, validUntil: iso(validUntil), since: iso(since) },
      };
    }),
    bundles: policies.bundles().map(({ validUntil, uploaded, ...bundle }) => ({
      ...bundle,
      validUntil: iso(validUntil),
      uploaded: iso(uploaded),
    })),
    taken: [...taken].map(([key, count]) => {
      const [policyId, sequence] = JSON.parse(key) as [string, number];
      return { policyId, sequence, machines: count };
    }),
    unknown: machines.filter(({ sequence }) => sequence === null).length,
  };
  return { json: info };
}

/** Keeps a bundle that at least one ring would take. */
export function uploadBundle(services: Services, { body, who }: Call<Upload, unknown>): Answer {
  const bytes = Buffer.from(body.bundle, 'base64');
  if (bytes.toString('base64') !== body.bundle) throw new Problem('bad-request', 'the bundle is not base64');
  const now = Date.now();
  let refusal: Problem | undefined;
  for (const ring of policyOf(services).rings) {
    try {
      const state = services.policies.ring(ring.name)?.state ?? EMPTY_STATE;
      const { bundleSha256, policy, signers, validUntil } = verify(services, ring, bytes, state, now);
      const { policyId, sequence } = policy;
      services.policies.add(
        { sha256: bundleSha256, policyId, sequence, signers, validUntil, uploaded: now, by: who.id },
        bytes,
      );
      return {
        json: { sha256: bundleSha256, policyId, sequence, validUntil: new Date(validUntil).toISOString() },
      };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refusal = error;
    }
  }
  throw refusal ?? new Problem('unknown');
}

function shown(value: unknown): string {
  return value === undefined ? '' : (JSON.stringify(value) ?? '').slice(0, MAX_SHOWN);
}

/** What a bundle would change in a ring, setting by setting. */
export function diffBundle(services: Services, { path }: Call<unknown, unknown>): Answer {
  const { policies } = services;
  const ring = ringOf(services, path.ring ?? '');
  const out = policies.ring(ring.name);
  const next = verify(
    services,
    ring,
    policies.bytes(path.sha256 ?? ''),
    out?.state ?? EMPTY_STATE,
    Date.now(),
  );
  if (out === undefined) return { json: { from: undefined, to: next.policy.sequence, changes: [] } };
  // As it was judged when it went out: that it may have run out since is no difference.
  const old = verify(services, ring, policies.bytes(out.sha256), EMPTY_STATE, out.since);
  const changes = diffSettings(old.settings, next.settings).map(
    ({ before, after, sensitive, ...change }) => ({
      ...change,
      before: sensitive ? '…' : shown(before),
      after: sensitive ? '…' : shown(after),
    }),
  );
  return { json: { from: out.sequence, to: next.policy.sequence, changes } };
}

/** Writes the bundle where the ring's machines get it. Rings go in their order: the first tries it. */
export async function putOut(
  services: Services,
  { who, path, body, approvedBy }: Call<PutOut, unknown>,
): Promise<Answer> {
  const { policies } = services;
  const { rings } = policyOf(services);
  const ring = ringOf(services, path.ring ?? '');
  const before = rings[rings.indexOf(ring) - 1];
  if (before !== undefined && policies.ring(before.name)?.sha256 !== body.sha256)
    throw new Problem('conflict', `The ring ${before.name} has to have it first.`);
  const bytes = policies.bytes(body.sha256);
  const now = Date.now();
  const verified = verify(services, ring, bytes, policies.ring(ring.name)?.state ?? EMPTY_STATE, now);
  const { policyId, sequence } = verified.policy;
  await writeFileAtomically(ring.file, bytes, 0o644);
  policies.putOut({
    ring: ring.name,
    sha256: body.sha256,
    policyId,
    sequence,
    validUntil: verified.validUntil,
    since: now,
    by: approvedBy === undefined ? who.id : `${who.id} with ${approvedBy.id}`,
    state: verified.state,
  });
  return { json: { ring: ring.name, policyId, sequence } };
}
