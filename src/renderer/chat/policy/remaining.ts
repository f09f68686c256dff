/** How long something still lasts, in the largest unit of which there are at least two; never more than there is. */
import { POLICY_TEXT } from '../../text/policy.ts';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/**
 * @param until ISO 8601
 * @param now milliseconds since 1970
 */
export function remaining(until: string, now: number): string {
  const left = Date.parse(until) - now;
  for (const [unit, length] of UNITS) {
    const count = Math.floor(left / length);
    if (count >= 2) return POLICY_TEXT.remaining(count, unit);
  }
  return left >= 60_000 ? POLICY_TEXT.remaining(1, 'minute') : POLICY_TEXT.underAMinute;
}
