/** What is in an own message, one to one and in a room alike. */
import { NS } from '../namespaces.ts';
import { buildBoard } from '../sallyport-whiteboard/board.ts';
import { buildFormMessage } from '../xep-0004-data-forms/form-message.ts';
import { buildSecurityLabel } from '../xep-0258-security-labels/labels.ts';
import { buildCorrection } from '../xep-0308-correction/correction.ts';
import { buildFileSharing } from '../xep-0447-stateless-file-sharing/file-sharing.ts';
import { buildReply, replyBody } from '../xep-0461-replies/replies.ts';
import { type Element, toXmlText, xml } from '../xml.ts';
import { actionPayloads } from './actions.ts';
import type { Outgoing } from './outbox.ts';

export type OutgoingContent = Pick<
  Outgoing,
  'id' | 'body' | 'file' | 'form' | 'board' | 'label' | 'reply' | 'replaces' | 'action'
>;

/** The text as it is written: an answer begins with its quote. */
export function writtenBody({ body, reply }: Pick<Outgoing, 'body' | 'reply'>): string {
  return toXmlText(reply === undefined ? body : replyBody(body, reply));
}

/** All but what only people one to one are sent. */
export function contentPayloads(message: OutgoingContent): readonly (Element | undefined)[] {
  const { id, file, form, board, label, reply, replaces, action } = message;
  const said =
    action === undefined
      ? [
          xml('body', {}, writtenBody(message)),
          ...(reply === undefined ? [] : buildReply(reply)),
          replaces === undefined ? undefined : buildCorrection(replaces),
          file && buildFileSharing(file),
          form && buildFormMessage(form),
          board && buildBoard(board),
        ]
      : actionPayloads(action);
  return [...said, label && buildSecurityLabel(label), xml('origin-id', { xmlns: NS.stanzaIds, id })];
}
