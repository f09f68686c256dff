/**
 * The stanza guard: one pure function on every stanza, both ways. The stream calls it; there is no other way in or out.
 *
 * It decides by the stanza and the policy alone. What it lets pass may still mean nothing to us; what it refuses is
 * never seen by the code behind it.
 */
import { NS } from '../namespaces.ts';
import { type Element, elementsOf, xml } from '../xml.ts';
import { guardCarbon } from './carbons.ts';
import type { Address, GuardConfig } from './config.ts';
import { IQ_PAYLOADS, isForbidden, MESSAGE_PAYLOADS, PRESENCE_PAYLOADS } from './payloads.ts';
import { ALLOW, type Direction, refuse, type Verdict } from './verdict.ts';

const MESSAGE_TYPES: ReadonlySet<string> = new Set(['chat', 'normal', 'groupchat', 'headline', 'error']);
const PRESENCE_TYPES: ReadonlySet<string> = new Set([
  'available',
  'unavailable',
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
  'error',
]);
const IQ_TYPES: ReadonlySet<string> = new Set(['get', 'set', 'result', 'error']);

/** Decides on one stanza in canonical form. A rewrite is a new stanza, which takes over the children that stay. */
export function guard(direction: Direction, stanza: Element, config: GuardConfig): Verdict {
  const addresses =
    direction === 'in' ? checkIncomingAddresses(stanza, config) : checkOutgoingAddresses(stanza, config);
  if ('action' in addresses) return addresses;
  const { peer } = addresses;
  switch (stanza.name) {
    case 'message':
      return guardMessage(direction, stanza, peer, config);
    case 'presence':
      return guardPresence(direction, stanza, peer);
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

function checkIncomingAddresses(stanza: Element, config: GuardConfig): Verdict | Checked {
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

function checkOutgoingAddresses(stanza: Element, config: GuardConfig): Verdict | Checked {
  const { to, from } = stanza.attrs;
  if (from !== undefined && from !== config.jid) return refuse('address');
  if (to === undefined) return { peer: undefined };
  const target = config.resolve(to);
  if (target === undefined) return refuse('address');
  if (!target.approved) return refuse('domain');
  return { peer: target };
}

/** Whether the peer may speak for the own account: no `from`, or the bare account itself. */
function isOwnAccount(peer: Address | undefined, config: GuardConfig): boolean {
  return (
    peer === undefined ||
    (config.account !== undefined && peer.bare === config.account && peer.resource === undefined)
  );
}

function guardMessage(
  direction: Direction,
  stanza: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Verdict {
  const type = stanza.attrs.type ?? 'normal';
  if (!MESSAGE_TYPES.has(type)) return refuse('type');
  if (direction === 'out' && peer === undefined) return refuse('address');
  if (type === 'groupchat' && peer !== undefined && !peer.room) return refuse('groupchat-sender');
  if (type === 'groupchat' && peer === undefined) return refuse('groupchat-sender');
  // XEP-0045 7.5: who it is only the room knows. Of whatever type: a headline or an error reads like the room's own word,
  // and only one occupant would read it. The room itself answers under its bare address.
  if (peer?.room === true && peer.resource !== undefined && type !== 'groupchat') {
    return refuse('private-message');
  }
  const payloads = checkPayloads(direction, stanza, MESSAGE_PAYLOADS[direction]);
  if (payloads.action === 'refuse' || direction === 'out') return payloads;
  const passed = payloads.action === 'rewrite' ? payloads.stanza : stanza;
  const carbon = guardCarbon(passed, isOwnAccount(peer, config), config, (inner) =>
    checkPayloads('in', inner, MESSAGE_PAYLOADS.in),
  );
  return carbon.action === 'allow' ? payloads : carbon;
}

function guardPresence(direction: Direction, stanza: Element, peer: Address | undefined): Verdict {
  const type = stanza.attrs.type ?? 'available';
  if (!PRESENCE_TYPES.has(type)) return refuse('type');
  if (direction === 'in' && peer === undefined) return refuse('address');
  return checkPayloads(direction, stanza, PRESENCE_PAYLOADS[direction]);
}

function guardIq(
  direction: Direction,
  stanza: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Verdict {
  const { type, id } = stanza.attrs;
  if (type === undefined || !IQ_TYPES.has(type) || id === undefined || id === '') return refuse('type');
  const payloads = elementsOf(stanza);
  for (const payload of payloads) {
    if (isForbidden(payload.getNS() ?? '')) return refuse('forbidden-namespace', isQuery(type));
  }
  // An answer is matched with its question, by id and address, before anyone looks inside.
  if (!isQuery(type)) return ALLOW;
  const [payload] = payloads;
  if (payload === undefined || payloads.length !== 1) return refuse('payload', true);
  const xmlns = payload.getNS() ?? '';
  if (IQ_PAYLOADS[direction].get(xmlns)?.has(payload.name) !== true) return refuse('payload', true);
  if (direction === 'in') {
    // RFC 6121 2.1.6: a roster push from anyone else is an attempt to write into the contact list.
    if (xmlns === NS.roster && !(type === 'set' && isOwnAccount(peer, config))) {
      return refuse('roster-sender', true);
    }
    return ALLOW;
  }
  if (xmlns === NS.mucOwner && !isInstantRoom(payload, peer)) return refuse('payload');
  return ALLOW;
}

function isQuery(type: string): boolean {
  return type === 'get' || type === 'set';
}

/** XEP-0045 10.1.2: the one request to a room's owner interface there is use for, an empty form. */
function isInstantRoom(query: Element, peer: Address | undefined): boolean {
  if (peer?.room !== true) return false;
  const [form] = elementsOf(query);
  return form?.is('x', NS.dataForms) === true && form.children.length === 0;
}

function checkPayloads(
  direction: Direction,
  stanza: Element,
  allowed: ReadonlyMap<string, ReadonlySet<string>>,
): Verdict {
  let strange = false;
  for (const child of stanza.children) {
    if (typeof child === 'string') continue;
    const xmlns = child.getNS() ?? '';
    if (allowed.get(xmlns)?.has(child.name) === true) continue;
    if (isForbidden(xmlns)) return refuse('forbidden-namespace');
    if (direction === 'out') return refuse('payload');
    strange = true;
  }
  if (!strange) return ALLOW;
  const kept = stanza.children.filter(
    (child) => typeof child === 'string' || allowed.get(child.getNS() ?? '')?.has(child.name) === true,
  );
  return { action: 'rewrite', reason: 'payload', stanza: xml(stanza.name, stanza.attrs, ...kept) };
}
