/**
 * The stanza guard: one pure function on every stanza, both ways. The stream calls it; there is no other way in or out.
 *
 * It decides by the stanza and the policy alone. What it lets pass may still mean nothing to us; what it refuses is
 * never seen by the code behind it. It changes nothing that it is given, and throws nothing.
 */
import { NS } from '../namespaces.ts';
import { childOf, type Element } from '../xml.ts';
import type { Address, GuardConfig } from './config.ts';
import { guardIq } from './iq.ts';
import { guardMessage } from './message.ts';
import { guardPresence } from './presence.ts';
import { type Direction, type Refusal, refuse, type Verdict } from './verdict.ts';

/** Decides on one stanza in canonical form. */
export function guard(direction: Direction, stanza: Element, config: GuardConfig): Verdict {
  const addresses =
    direction === 'in' ? checkIncomingAddresses(stanza, config) : checkOutgoingAddresses(stanza, config);
  if ('action' in addresses) return addresses;
  const { peer } = addresses;
  const verdict = judge(direction, stanza, peer, config);
  if (verdict.action !== 'refuse' || direction === 'out') return verdict;
  return isOwedAnswer(stanza, peer, config) ? { ...verdict, answer: true } : verdict;
}

function judge(
  direction: Direction,
  stanza: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Verdict {
  switch (stanza.name) {
    case 'message':
      return guardMessage(direction, stanza, peer, config);
    case 'presence':
      return guardPresence(direction, stanza, peer, config);
    case 'iq':
      return guardIq(direction, stanza, peer, config);
    default:
      return refuse('kind');
  }
}

/** The other side: `undefined` is the own server speaking for the own account (RFC 6120 8.1.1.1, 8.1.2.1). */
interface Checked {
  readonly peer: Address | undefined;
}

function checkIncomingAddresses(stanza: Element, config: GuardConfig): Refusal | Checked {
  const { to, from } = stanza.attrs;
  if (to !== undefined && config.jid !== undefined) {
    const target = config.resolve(to);
    if (target === undefined) return refuse('address');
    // A resource other than the own one is another client's business; RFC 6120 8.1.1 forbids the server to do that.
    if (target.bare !== config.account || (target.resource !== undefined && to !== config.jid)) {
      return refuse('wrong-recipient');
    }
  }
  if (from === undefined) return { peer: undefined };
  const sender = config.resolve(from);
  if (sender === undefined) return refuse('address');
  if (!sender.approved) return refuse('domain');
  return { peer: sender };
}

function checkOutgoingAddresses(stanza: Element, config: GuardConfig): Refusal | Checked {
  const { to, from } = stanza.attrs;
  if (from !== undefined && from !== config.jid) return refuse('address');
  if (to === undefined) return { peer: undefined };
  const target = config.resolve(to);
  if (target === undefined) return refuse('address');
  if (!target.approved) return refuse('domain');
  return { peer: target };
}

/**
 * A query is answered always (RFC 6120 8.4); a message of a person, sent just now, so that they know it was not read.
 * Never an answer, an error or anything of a room: that could go round for ever.
 */
function isOwedAnswer(stanza: Element, peer: Address | undefined, config: GuardConfig): boolean {
  const { type, id } = stanza.attrs;
  if (id === undefined || id === '') return false;
  if (stanza.name === 'iq') return type === 'get' || type === 'set';
  if (stanza.name !== 'message' || peer === undefined || peer.room || peer.local === undefined) return false;
  if (peer.bare === config.account || childOf(stanza, 'delay', NS.delay) !== undefined) return false;
  return type === undefined || type === 'normal' || type === 'chat';
}
