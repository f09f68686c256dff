/** XEP-0424 Message Retraction, version 0.4.2. */
import { NS } from '../namespaces.ts';
import { stampOf } from '../xep-0203-delay/delay.ts';
import { childOf, type Element, xml } from '../xml.ts';

/** What clients without retraction show. */
export const RETRACTION_FALLBACK =
  'This person retracted an earlier message; your client does not show which.';

/** @param id the id of the message, as in XEP-0461 */
export function buildRetraction(id: string): Element {
  return xml('retract', { xmlns: NS.retraction, id });
}

/** The id of the message that its sender takes back with this one; `undefined` also where a room does (XEP-0425). */
export function retractedIdOf(message: Element): string | undefined {
  const retract = childOf(message, 'retract', NS.retraction);
  return retract === undefined || childOf(retract, 'moderated', NS.moderation) !== undefined
    ? undefined
    : retract.attrs.id;
}

/** What an archive put in the place of a message (5.1.4). Its word on who did it is anybody's, and not read. */
export interface Tombstone {
  /** Milliseconds since 1970. */
  readonly at: number | undefined;
  readonly by: 'sender' | 'room';
}

export function readTombstone(message: Element): Tombstone | undefined {
  const retracted = childOf(message, 'retracted', NS.retraction);
  if (retracted === undefined) return undefined;
  const by = childOf(retracted, 'moderated', NS.moderation) === undefined ? 'sender' : 'room';
  return { at: stampOf(retracted), by };
}
