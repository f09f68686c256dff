/** What the guard says. */
import type { Element } from '../xml.ts';

export type Direction = 'in' | 'out';

export type GuardReason =
  | 'kind'
  | 'limit'
  | 'type'
  | 'address'
  | 'domain'
  | 'wrong-recipient'
  | 'groupchat-sender'
  | 'private-message'
  | 'forbidden-namespace'
  | 'payload'
  | 'roster-sender'
  | 'carbon-sender'
  | 'carbon-content';

export type Verdict =
  | { readonly action: 'allow' }
  /** `stanza` passes in place of what came. */
  | { readonly action: 'rewrite'; readonly stanza: Element; readonly reason: GuardReason }
  /** `answer`: it was an iq-get or iq-set of an approved sender, which is owed `service-unavailable` (RFC 6120 8.4). */
  | { readonly action: 'refuse'; readonly reason: GuardReason; readonly answer: boolean };

export const ALLOW: Verdict = { action: 'allow' };

export function refuse(reason: GuardReason, answer = false): Verdict {
  return { action: 'refuse', reason, answer };
}
