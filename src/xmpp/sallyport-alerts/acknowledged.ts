/**
 * `urn:sallyport:alerts:0` (docs/acknowledgements.md): that somebody in a room has seen the alerts which messages of this room
 * raised. It names the messages by the ids that the room's archive gave them (XEP-0359), and says nothing else.
 */
import { MAX_ACKNOWLEDGED_AT_ONCE, MAX_ACKNOWLEDGED_ID } from '../../shared/acknowledgements.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';

export function buildAcknowledged(ids: readonly string[]): Element {
  return xml('acknowledged', { xmlns: NS.alerts }, ...ids.map((id) => xml('message', { id })));
}

/** The ids of an `<acknowledged/>`; `undefined` where one is wrong, or all together: none, too many, one of them twice. */
export function readAcknowledgedIds(acknowledged: Element): readonly string[] | undefined {
  const ids = new Set<string>();
  const children = elementsOf(acknowledged);
  for (const child of children) {
    const { id } = child.attrs;
    if (!child.is('message', NS.alerts) || id === undefined) return undefined;
    if (id === '' || id.length > MAX_ACKNOWLEDGED_ID) return undefined;
    ids.add(id);
  }
  const isWhole = ids.size > 0 && ids.size === children.length && ids.size <= MAX_ACKNOWLEDGED_AT_ONCE;
  return isWhole ? [...ids] : undefined;
}

/** The messages that a message acknowledges; none: it does not. Beside a text of its own it acknowledges nothing. */
export function readAcknowledged(message: Element): readonly string[] {
  const acknowledged = childOf(message, 'acknowledged', NS.alerts);
  if (acknowledged === undefined || childOf(message, 'body', NS.client) !== undefined) return [];
  return readAcknowledgedIds(acknowledged) ?? [];
}
