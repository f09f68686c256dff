/** The guard's rules for presence and subscriptions (RFC 6121 3 and 4), beyond what may be in it. */
import type { Element } from '../xml.ts';
import type { Address, GuardConfig } from './config.ts';
import { screen } from './screen.ts';
import { type Direction, refuse, type Verdict } from './verdict.ts';

const TYPES: ReadonlySet<string> = new Set([
  'available',
  'unavailable',
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
  'error',
]);
/** Those that give something; to take back is always allowed. */
const GRANTS: ReadonlySet<string> = new Set(['subscribe', 'subscribed']);
const SUBSCRIPTIONS: ReadonlySet<string> = new Set([...GRANTS, 'unsubscribe', 'unsubscribed']);

export function guardPresence(
  direction: Direction,
  stanza: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Verdict {
  const type = stanza.attrs.type ?? 'available';
  if (!TYPES.has(type)) return refuse('type');
  if (direction === 'in' && peer === undefined) return refuse('address');
  if (peer?.service !== undefined) return refuse('domain');
  if (SUBSCRIPTIONS.has(type)) {
    if (peer === undefined) return refuse('address');
    if (GRANTS.has(type) && !maySubscribe(peer, config)) return refuse('subscription');
  }
  const { presence, presenceError } = config.payloads;
  return type === 'error'
    ? screen(direction, stanza, presenceError[direction], true)
    : screen(direction, stanza, presence[direction], false);
}

/** People only: rooms know who is in them. */
function maySubscribe(peer: Address, { policy }: GuardConfig): boolean {
  switch (policy.subscriptions) {
    case 'none':
      return false;
    case 'internal':
      return peer.own;
    case 'partners':
      return peer.own || peer.partner;
    default:
      return false;
  }
}
