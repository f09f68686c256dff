/** Presence (RFC 6121 4): reading others', building the own one. */
import type { Availability } from '../../shared/chat-model.ts';
import type { OwnAvailability } from '../api.ts';
import { NS } from '../namespaces.ts';
import { childText, type Element, toXmlText, xml } from '../xml.ts';

export interface PresenceState {
  readonly availability: Availability;
  readonly status: string | undefined;
  /** -128 to 127 (4.7.2.3). */
  readonly priority: number;
}

const SHOWS: ReadonlySet<string> = new Set(['chat', 'away', 'xa', 'dnd']);
/** RFC 6121 has no limit; the chat model does. */
export const MAX_STATUS_LENGTH = 1024;

/** Reads a presence without `type` or of type `unavailable`. */
export function readPresence(stanza: Element): PresenceState {
  const status = childText(stanza, 'status', NS.client)?.slice(0, MAX_STATUS_LENGTH);
  if (stanza.attrs.type !== undefined) return { availability: 'offline', status, priority: 0 };
  const show = childText(stanza, 'show', NS.client)?.trim() ?? '';
  const priority = Number.parseInt(childText(stanza, 'priority', NS.client) ?? '0', 10);
  return {
    availability: SHOWS.has(show) ? (show as Availability) : 'available',
    status: status === '' ? undefined : status,
    priority: priority >= -128 && priority <= 127 ? priority : 0,
  };
}

/** The own presence, to everyone who is subscribed to it. */
export function buildPresence(availability: OwnAvailability, status: string, caps: Element): Element {
  return xml(
    'presence',
    { xmlns: NS.client },
    availability === 'available' ? undefined : xml('show', {}, availability),
    status === '' ? undefined : xml('status', {}, toXmlText(status.slice(0, MAX_STATUS_LENGTH))),
    caps,
  );
}
