/**
 * The guard's rules for shared acknowledgements (docs/acknowledgements.md, /features/acknowledgements): a closed grammar, in
 * messages said in a room by somebody in it that say and do nothing else.
 */
import { NS } from '../namespaces.ts';
import { readAcknowledgedIds } from '../sallyport-alerts/acknowledged.ts';
import { type Element, elementsOf } from '../xml.ts';
import type { Address } from './config.ts';
import { shape, type TableEntries } from './shape.ts';
import type { Direction } from './verdict.ts';

/** What a message may hold where the policy has shared acknowledgements. */
export const ACKNOWLEDGED: TableEntries = {
  [NS.alerts]: {
    acknowledged: shape({
      children: { [NS.alerts]: { message: shape({ attrs: ['id'] }) } },
      accepts: (acknowledged) => readAcknowledgedIds(acknowledged) !== undefined,
    }),
  },
};

export function isAcknowledgement(child: Element): boolean {
  return child.is('acknowledged', NS.alerts);
}

/** What may stand beside an acknowledgement: which message it is, when it was, whose, how sensitive, and that it is kept. */
const BESIDE: ReadonlySet<string> = new Set([
  NS.alerts,
  NS.stanzaIds,
  NS.occupantId,
  NS.delay,
  NS.hints,
  NS.securityLabels,
]);

/** Whether a message may acknowledge: one thing, to or from a room, and nothing that is read or done besides. */
export function mayAcknowledge(direction: Direction, message: Element, peer: Address | undefined): boolean {
  const inRoom = peer?.room === true && (peer.resource !== undefined) === (direction === 'in');
  if (!inRoom || message.attrs.type !== 'groupchat') return false;
  const children = elementsOf(message);
  return (
    children.filter(isAcknowledgement).length === 1 &&
    children.every((child) => isBeside(direction, child.getNS() ?? NS.client))
  );
}

/** A room's archive says besides who an occupant was (XEP-0313 in rooms whose addresses are shown). */
function isBeside(direction: Direction, xmlns: string): boolean {
  return BESIDE.has(xmlns) || (direction === 'in' && xmlns === NS.mucUser);
}
