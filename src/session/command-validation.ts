/**
 * The one place where what a window sends becomes a {@link ChatPortMessage}. A compromised renderer can send anything
 * over its port, so every field is checked by own property, type and bound; anything else is refused whole.
 */
import { type ChatCommand, type ConversationKind, MAX_BODY_LENGTH } from '../shared/chat-model.ts';
import { FILE_PART_BYTES, type FileOrigin } from '../shared/file-contract.ts';
import { type BareJid, toBareJid } from '../shared/jid.ts';
import { MAX_LABEL_ID } from '../shared/labels.ts';

/** What a window may send. */
export type WindowMessage =
  | { readonly kind: 'command'; readonly id: number; readonly command: ChatCommand }
  | { readonly kind: 'ack'; readonly count: number };

/** RFC 6121 4.7.2.2 sets no limit; a status is one line. */
const MAX_STATUS_LENGTH = 1024;
const MAX_SUBJECT_LENGTH = 1024;
const MAX_MESSAGE_ID_LENGTH = 128;
/** A window's file name before it is made safe to show. */
const MAX_OFFERED_NAME = 4096;
const MAX_MEDIA_TYPE = 256;
/** Messages a window may ask for at once. */
const MAX_PAGE = 500;

type Fields = Readonly<Record<string, unknown>>;

/** The message, or `undefined` when it is not exactly one the contract knows. */
export function parseWindowMessage(value: unknown): WindowMessage | undefined {
  const message = asFields(value);
  if (message === undefined) return undefined;
  if (message.kind === 'ack') {
    return hasOnly(message, ['kind', 'count']) && isCount(message.count, 1, 1000)
      ? { kind: 'ack', count: message.count }
      : undefined;
  }
  if (message.kind !== 'command' || !hasOnly(message, ['kind', 'id', 'command'])) return undefined;
  if (!isCount(message.id, 0, Number.MAX_SAFE_INTEGER)) return undefined;
  const command = parseCommand(message.command);
  return command === undefined ? undefined : { kind: 'command', id: message.id, command };
}

function parseCommand(value: unknown): ChatCommand | undefined {
  const command = asFields(value);
  if (command === undefined || typeof command.type !== 'string') return undefined;
  return Object.hasOwn(PARSERS, command.type)
    ? PARSERS[command.type as ChatCommand['type']](command)
    : undefined;
}

const PARSERS: { readonly [Type in ChatCommand['type']]: (fields: Fields) => ChatCommand | undefined } = {
  'send-message': (fields) => {
    const conversation = jidOf(fields.conversation);
    const kind = kindOf(fields.kind);
    const body = textOf(fields.body, 1, MAX_BODY_LENGTH);
    const label = labelOf(fields.label);
    if (!hasOnly(fields, ['type', 'conversation', 'kind', 'body', 'label'])) return undefined;
    if (conversation === undefined || kind === undefined || body === undefined) return undefined;
    return label && { type: 'send-message', conversation, kind, body, ...label };
  },
  'retry-message': (fields) => {
    const conversation = jidOf(fields.conversation);
    const id = textOf(fields.id, 1, MAX_MESSAGE_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'id']) || conversation === undefined || id === undefined)
      return undefined;
    return { type: 'retry-message', conversation, id };
  },
  'load-messages': (fields) => {
    const conversation = jidOf(fields.conversation);
    const before = textOf(fields.before, 1, MAX_MESSAGE_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'before', 'limit']) || conversation === undefined)
      return undefined;
    if (!isCount(fields.limit, 1, MAX_PAGE) || (fields.before !== undefined && before === undefined))
      return undefined;
    const page = { type: 'load-messages', conversation, limit: fields.limit } as const;
    return before === undefined ? page : { ...page, before };
  },
  'fill-gap': (fields) => {
    const conversation = jidOf(fields.conversation);
    const message = textOf(fields.message, 1, MAX_MESSAGE_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'message'])) return undefined;
    if (conversation === undefined || message === undefined) return undefined;
    return { type: 'fill-gap', conversation, message };
  },
  'offer-file': (fields) => {
    const conversation = jidOf(fields.conversation);
    const kind = kindOf(fields.kind);
    const origin = originOf(fields.origin);
    const { name, mediaType, size } = fields;
    const label = labelOf(fields.label);
    if (!hasOnly(fields, ['type', 'conversation', 'kind', 'name', 'mediaType', 'size', 'origin', 'label']))
      return undefined;
    if (conversation === undefined || kind === undefined || origin === undefined) return undefined;
    // A name may hold whatever a file system takes; it is made safe to show where it is used.
    if (typeof name !== 'string' || name.length > MAX_OFFERED_NAME) return undefined;
    if (typeof mediaType !== 'string' || mediaType.length > MAX_MEDIA_TYPE) return undefined;
    if (!isCount(size, 0, Number.MAX_SAFE_INTEGER)) return undefined;
    return label && { type: 'offer-file', conversation, kind, name, mediaType, size, origin, ...label };
  },
  'put-file-part': (fields) => {
    const transfer = textOf(fields.transfer, 1, MAX_MESSAGE_ID_LENGTH);
    const { data } = fields;
    if (!hasOnly(fields, ['type', 'transfer', 'data']) || transfer === undefined) return undefined;
    if (!(data instanceof Uint8Array) || data.length === 0) return undefined;
    // The whole buffer was copied with the view.
    if (data.buffer.byteLength > FILE_PART_BYTES) return undefined;
    return { type: 'put-file-part', transfer, data };
  },
  'fail-file': (fields) => withTransfer(fields, (transfer) => ({ type: 'fail-file', transfer })),
  'cancel-transfer': (fields) => withTransfer(fields, (transfer) => ({ type: 'cancel-transfer', transfer })),
  'save-file': (fields) => {
    const conversation = jidOf(fields.conversation);
    const message = textOf(fields.message, 1, MAX_MESSAGE_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'message'])) return undefined;
    if (conversation === undefined || message === undefined) return undefined;
    return { type: 'save-file', conversation, message };
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
  'reconnect-now': (fields) => (hasOnly(fields, ['type']) ? { type: 'reconnect-now' } : undefined),
};

function withJid<Command extends ChatCommand>(
  fields: Fields,
  key: string,
  make: (jid: BareJid) => Command,
): Command | undefined {
  const jid = jidOf(fields[key]);
  return jid === undefined || !hasOnly(fields, ['type', key]) ? undefined : make(jid);
}

function withTransfer(fields: Fields, make: (transfer: string) => ChatCommand): ChatCommand | undefined {
  const transfer = textOf(fields.transfer, 1, MAX_MESSAGE_ID_LENGTH);
  return transfer === undefined || !hasOnly(fields, ['type', 'transfer']) ? undefined : make(transfer);
}

function asFields(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? (value as Fields) : undefined;
}

function hasOnly(fields: Fields, allowed: readonly string[]): boolean {
  return Object.keys(fields).every((key) => allowed.includes(key));
}

function isCount(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
}

/** A bare address with a localpart; rooms and people have one, servers do not. */
function jidOf(value: unknown): BareJid | undefined {
  if (typeof value !== 'string') return undefined;
  const jid = toBareJid(value);
  return jid !== undefined && jid === value && jid.includes('@') ? jid : undefined;
}

function originOf(value: unknown): FileOrigin | undefined {
  return value === 'choose' || value === 'paste' || value === 'drop' ? value : undefined;
}

/** The id of a label, or none; `undefined` for what is no id. Whether the catalogue has it, the desk knows. */
function labelOf(value: unknown): { readonly label?: string } | undefined {
  if (value === undefined) return {};
  const label = textOf(value, 1, MAX_LABEL_ID);
  return label === undefined ? undefined : { label };
}

function kindOf(value: unknown): ConversationKind | undefined {
  return value === 'contact' || value === 'room' ? value : undefined;
}

/** XML 1.0 has no place for most control characters and for lone surrogates; refuse instead of silently changing. */
function textOf(value: unknown, min: number, max: number): string | undefined {
  if (typeof value !== 'string' || value.length < min || value.length > max) return undefined;
  return isXmlText(value) ? value : undefined;
}

/** XML 1.0 section 2.2 `Char`: tab, line feed, carriage return and everything from space on, but no half surrogates. */
function isXmlText(text: string): boolean {
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x20 && point !== 0x09 && point !== 0x0a && point !== 0x0d) return false;
    if ((point >= 0xd800 && point <= 0xdfff) || point === 0xfffe || point === 0xffff) return false;
  }
  return true;
}
