/** Conversations, rooms, presence and the connection. */
import { type CoreCommand, MAX_BODY_LENGTH } from '../../shared/chat-model.ts';
import {
  hasOnly,
  isCount,
  jidOf,
  kindOf,
  labelOf,
  MAX_ID_LENGTH,
  type Parsers,
  textOf,
  withJid,
} from './fields.ts';

/** RFC 6121 4.7.2.2 sets no limit; a status is one line. */
const MAX_STATUS_LENGTH = 1024;
const MAX_SUBJECT_LENGTH = 1024;
/** Messages a window may ask for at once. */
const MAX_PAGE = 500;

export const CORE_PARSERS: Parsers<CoreCommand> = {
  'send-message': (fields) => {
    const conversation = jidOf(fields.conversation);
    const kind = kindOf(fields.kind);
    const body = textOf(fields.body, 1, MAX_BODY_LENGTH);
    const label = labelOf(fields.label);
    const reply = textOf(fields.reply, 1, MAX_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'kind', 'body', 'label', 'reply'])) return undefined;
    if (fields.reply !== undefined && reply === undefined) return undefined;
    if (conversation === undefined || kind === undefined || body === undefined) return undefined;
    const answers = reply === undefined ? {} : { reply };
    return label && { type: 'send-message', conversation, kind, body, ...label, ...answers };
  },
  'retry-message': (fields) => {
    const conversation = jidOf(fields.conversation);
    const id = textOf(fields.id, 1, MAX_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'id']) || conversation === undefined || id === undefined)
      return undefined;
    return { type: 'retry-message', conversation, id };
  },
  'load-messages': (fields) => {
    const conversation = jidOf(fields.conversation);
    const before = textOf(fields.before, 1, MAX_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'before', 'limit']) || conversation === undefined)
      return undefined;
    if (!isCount(fields.limit, 1, MAX_PAGE) || (fields.before !== undefined && before === undefined))
      return undefined;
    const page = { type: 'load-messages', conversation, limit: fields.limit } as const;
    return before === undefined ? page : { ...page, before };
  },
  'fill-gap': (fields) => {
    const conversation = jidOf(fields.conversation);
    const message = textOf(fields.message, 1, MAX_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'message'])) return undefined;
    if (conversation === undefined || message === undefined) return undefined;
    return { type: 'fill-gap', conversation, message };
  },
  'mark-read': (fields) =>
    withJid(fields, 'conversation', (conversation) => ({ type: 'mark-read', conversation })),
  'join-room': (fields) => withJid(fields, 'room', (room) => ({ type: 'join-room', room })),
  'leave-room': (fields) => withJid(fields, 'room', (room) => ({ type: 'leave-room', room })),
  'set-subject': (fields) => {
    const room = jidOf(fields.room);
    const subject = textOf(fields.subject, 0, MAX_SUBJECT_LENGTH);
    if (!hasOnly(fields, ['type', 'room', 'subject']) || room === undefined || subject === undefined)
      return undefined;
    return { type: 'set-subject', room, subject };
  },
  'set-presence': (fields) => {
    const { availability } = fields;
    const status = textOf(fields.status, 0, MAX_STATUS_LENGTH);
    if (!hasOnly(fields, ['type', 'availability', 'status']) || status === undefined) return undefined;
    if (
      availability !== 'available' &&
      availability !== 'chat' &&
      availability !== 'away' &&
      availability !== 'xa' &&
      availability !== 'dnd'
    ) {
      return undefined;
    }
    return { type: 'set-presence', availability, status };
  },
  'set-attention': ({ type: _, ...fields }) =>
    hasOnly(fields, ['attentive']) && typeof fields.attentive === 'boolean'
      ? { type: 'set-attention', attentive: fields.attentive }
      : undefined,
  'reconnect-now': (fields) => (hasOnly(fields, ['type']) ? { type: 'reconnect-now' } : undefined),
};
