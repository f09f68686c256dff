/** When a policy counts as about to expire. Pure. */
import type { LoadedPolicy } from '../../policy-files/index.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** An administrator needs days to sign a policy and bring it out … */
const LEAD_MS = 14 * DAY_MS;
/** … and what lives for days only is short when a fifth of it is left. */
const SHARE = 0.2;

/**
 * When the policy ends (ISO 8601), while that is near; `undefined` while it is not.
 *
 * The policy: 14 days or a fifth of its life before it expires. A statement of freshness (or a root) that ends before it
 * lives for a week or so and is renewed as a matter of course: a fifth of the time since it was made.
 */
export function expiringSoon(
  { verified, validUntil, policyId }: Pick<LoadedPolicy, 'verified' | 'validUntil' | 'policyId'>,
  now: number,
): string | undefined {
  const { notBefore, expires } = verified.policy;
  const policyEnd = Date.parse(expires);
  const policyLife = policyEnd - Date.parse(notBefore);
  if (policyEnd - now <= Math.max(LEAD_MS, policyLife * SHARE)) return validUntil;
  // The version of a statement is the Unix time in seconds at which sallyport-policy made it.
  const madeAt = (verified.state.freshness.get(policyId)?.version ?? 0) * 1000;
  const end = Date.parse(validUntil);
  if (end >= policyEnd || madeAt >= end) return undefined;
  const life = end - Math.max(madeAt, Date.parse(notBefore));
  return end - now <= life * SHARE ? validUntil : undefined;
}
