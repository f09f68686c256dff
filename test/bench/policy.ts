/** Verification of a policy bundle of 100 KB, all steps, as at every start of the client. */
import { goodPolicy, inputFor, MACHINE } from '../../build/site/policy-forge.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { type VerificationInput, verifyBundle } from '../../src/policy/index.ts';
import { type Figure, figure, repeat, timed } from './measure.ts';

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

export async function benchPolicy(runs: number): Promise<readonly Figure[]> {
  const input = largeBundle();
  const times = await repeat(runs, 10, () => timed(() => verifyBundle(input, nodeCrypto)));
  const kilobytes = Math.round(input.bundle.length / 1024);
  return [figure({ name: `policy verification, ${kilobytes} KB`, unit: 'ms', target: 5 }, times)];
}
