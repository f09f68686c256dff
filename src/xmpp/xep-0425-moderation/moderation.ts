/** XEP-0425 Moderated Message Retraction, version 0.3.0. */
import { displayLine } from '../../shared/file-contract.ts';
import { MAX_REASON } from '../../shared/message-actions.ts';
import { NS } from '../namespaces.ts';
import { childOf, childText, type Element, toXmlText, xml } from '../xml.ts';

/** What is asked of the room (4). @param id the room's archive's id of the message */
export function buildModeration(id: string, reason: string): Element {
  return xml(
    'moderate',
    { xmlns: NS.moderation, id },
    xml('retract', { xmlns: NS.retraction }),
    reason === '' ? undefined : xml('reason', {}, toXmlText(reason)),
  );
}

export interface Moderation {
  /** The room's archive's id of the message. */
  readonly id: string;
  /** The address in the room of who did it. */
  readonly by: string | undefined;
  readonly reason: string;
}

/** What a room tells of a message that a moderator took back (5). Only the room itself may: the guard sees to that. */
export function readModeration(message: Element): Moderation | undefined {
  const retract = childOf(message, 'retract', NS.retraction);
  const moderated = retract && childOf(retract, 'moderated', NS.moderation);
  const id = retract?.attrs.id;
  if (retract === undefined || moderated === undefined || id === undefined) return undefined;
  const reason = childText(retract, 'reason', NS.retraction) ?? childText(moderated, 'reason', NS.moderation);
  return {
    id,
    by: moderated.attrs.by,
    reason: displayLine((reason ?? '').replace(/\s+/gu, ' '), MAX_REASON),
  };
}
