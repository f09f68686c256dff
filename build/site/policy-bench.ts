/** Measures the verification of a bundle of about 100 KB, for the benchmark. */
import { randomBytes } from 'node:crypto';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { type VerificationInput, verifyBundle } from '../../src/policy/index.ts';
import { goodPolicy, inputFor } from './policy-forge.ts';

const ANCHORS = 50;
const ANCHOR_BYTES = 1080;

/** What looks like a certificate from outside: one DER SEQUENCE. */
function anchor(): string {
  const length = ANCHOR_BYTES - 4;
  return Buffer.concat([Buffer.from([0x30, 0x82, length >> 8, length & 0xff]), randomBytes(length)]).toString(
    'base64',
  );
}

/** A good bundle of about 100 KB (two policy signatures of two algorithms, one of freshness). */
export function largeVerification(): VerificationInput {
  const policy = goodPolicy();
  const trustAnchors = Array.from({ length: ANCHORS }, anchor);
  return inputFor({ policy: { ...policy, settings: { ...policy.settings, trustAnchors } } });
}

export interface VerificationTimes {
  readonly bytes: number;
  readonly runs: number;
  /** The very first verification of the process. */
  readonly firstMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Verifies `runs` times and says how long that took. */
export function measureVerification(runs = 200): VerificationTimes {
  const input = largeVerification();
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    verifyBundle(input, nodeCrypto);
    times.push(performance.now() - start);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return {
    bytes: input.bundle.length,
    runs,
    firstMs: times[0] ?? 0,
    medianMs: quantile(0.5),
    p95Ms: quantile(0.95),
  };
}
