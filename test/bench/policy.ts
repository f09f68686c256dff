/** Verification of policy bundles, all steps, as at every start of the client. */
import {
  type Forgery,
  goodPolicy,
  inputFor,
  KEYS,
  MACHINE,
  ROOT_PLAN,
} from '../../build/site/policy-forge.ts';
import { type OverlayPlan, rootWithOverlays, withOverlays } from '../../build/site/policy-overlay-forge.ts';
import { makeRoot, signRoot } from '../../src/cli/policy/signing.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import {
  acknowledgement,
  type PolicySettingsInput,
  SETTINGS,
  type VerificationInput,
  verifyBundle,
} from '../../src/policy/index.ts';
import { type Figure, figure, repeat, timed } from './measure.ts';

const ROOTS = 10;
const OVERLAYS = 20;
const LABELS = 1_000;

/** A policy that names 1,500 machines: 75 KB of payload, 100 KB as a bundle. */
function largeBundle(): VerificationInput {
  const policy = goodPolicy();
  const others = Array.from(
    { length: 1_500 },
    (_, i) => `WORKSTATION-${String(i).padStart(5, '0')}-BUILDING-0042-FLOOR-3-EAST`,
  );
  const audience = { ...policy.audience, machines: [...others, MACHINE.machineId] };
  return inputFor({ policy: { ...policy, audience } });
}

function labelledSettings(): PolicySettingsInput {
  const settings = goodPolicy().settings;
  const labels = Array.from({ length: LABELS }, (_, i) => ({
    id: `label-${String(i).padStart(4, '0')}`,
    text: `RELEASABLE TO COMMUNITY ${i}`,
    background: '#007a33',
    foreground: '#ffffff',
    rank: i,
  }));
  return {
    ...settings,
    classification: { ...settings.classification, labels },
    rooms: { services: ['rooms.chat.example.mil'] },
  };
}

/** Overlays of ten sites and ten watches; each is signed by two keys, one narrows the label catalogue. */
function overlayPlans(settings: PolicySettingsInput): OverlayPlan[] {
  return Array.from({ length: OVERLAYS }, (_, i) => ({
    name: `overlay-${i}`,
    settings: [
      { pointer: '/session/idleLockMinutes', value: 14 - (i % 10) },
      { pointer: '/tls/groups', value: ['P-384', 'P-256'] },
      { pointer: '/rooms/services', value: [] },
      ...(i === 0
        ? [{ pointer: '/classification/labels', value: settings.classification.labels?.slice(0, 400) }]
        : []),
    ],
    document: i % 2 === 0 ? {} : { audience: { org: 'demo', groups: ['watch'] } },
  }));
}

/** What a large organisation has after ten years: ten roots, twenty overlays, a thousand labels. */
function richBundle(): VerificationInput {
  const settings = labelledSettings();
  const plans = overlayPlans(settings);
  const forgery: Partial<Forgery> = withOverlays(plans, { settings });
  const roots = Array.from({ length: ROOTS - 1 }, (_, i) =>
    signRoot(rootWithOverlays(makeRoot({ ...ROOT_PLAN, version: i + 2 }), plans), KEYS.root),
  );
  const acknowledged = new Set(
    SETTINGS.flatMap(({ pointer, enforcedBy }) => enforcedBy.map((name) => acknowledgement(name, pointer))),
  );
  return inputFor({ ...forgery, roots }, { acknowledged });
}

async function measure(name: string, target: number, input: VerificationInput, runs: number) {
  const verify = () => timed(() => verifyBundle(input, nodeCrypto));
  const first = await verify();
  const times = await repeat(runs, 10, verify);
  const note = `${Math.round(input.bundle.length / 1024)} KB; the first in a process ${first.toFixed(1)} ms`;
  return figure({ name, unit: 'ms', target, note }, times);
}

export async function benchPolicy(runs: number): Promise<readonly Figure[]> {
  const rich = richBundle();
  const large = largeBundle();
  return [
    await measure(`policy: ${ROOTS} roots, ${OVERLAYS} overlays, ${LABELS} labels`, 20, rich, runs),
    await measure('policy: 1,500 machines named', 5, large, runs),
  ];
}
