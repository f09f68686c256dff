/** XEP-0203 Delayed Delivery, version 2.0: when a message was sent, by those who can know. */
import { NS } from '../namespaces.ts';
import { type Element, elementsOf } from '../xml.ts';

/** XEP-0082 DateTime. */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The time of one delay, whoever gave it, milliseconds since 1970; `undefined` where there is none. */
export function stampOf(delay: Element): number | undefined {
  const { stamp } = delay.attrs;
  if (stamp === undefined || !STAMP.test(stamp)) return undefined;
  const at = Date.parse(stamp);
  return Number.isNaN(at) ? undefined : at;
}

/**
 * The `stamp` of a delay given by one of `trusted` (own server, own account, the room). A sender can write a delay in such
 * a name, but only an earlier one than the server adds when it keeps the message; so the latest counts. Milliseconds
 * since 1970, never in the future; `undefined` if there is none.
 */
export function delayOf(message: Element, trusted: readonly string[], now: number): number | undefined {
  let latest: number | undefined;
  for (const child of elementsOf(message)) {
    if (!child.is('delay', NS.delay) || !trusted.includes(child.attrs.from ?? '')) continue;
    const at = stampOf(child);
    if (at !== undefined) latest = Math.max(latest ?? at, at);
  }
  // Clocks differ; what the server stamped a little ahead of ours is from just now.
  return latest === undefined ? undefined : Math.min(latest, now);
}
