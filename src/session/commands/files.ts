/** Files. */
import type { FileCommand } from '../../shared/chat-file-commands.ts';
import { FILE_PART_BYTES, type FileOrigin } from '../../shared/file-contract.ts';
import {
  type Fields,
  hasOnly,
  isCount,
  jidOf,
  kindOf,
  labelOf,
  MAX_ID_LENGTH,
  type Parsers,
  textOf,
} from './fields.ts';

/** A window's file name before it is made safe to show. */
const MAX_OFFERED_NAME = 4096;
const MAX_MEDIA_TYPE = 256;

export const FILE_PARSERS: Parsers<FileCommand> = {
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
    const transfer = textOf(fields.transfer, 1, MAX_ID_LENGTH);
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
    const message = textOf(fields.message, 1, MAX_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'message'])) return undefined;
    if (conversation === undefined || message === undefined) return undefined;
    return { type: 'save-file', conversation, message };
  },
};

function withTransfer<Command extends FileCommand>(
  fields: Fields,
  make: (transfer: string) => Command,
): Command | undefined {
  const transfer = textOf(fields.transfer, 1, MAX_ID_LENGTH);
  return transfer === undefined || !hasOnly(fields, ['type', 'transfer']) ? undefined : make(transfer);
}

function originOf(value: unknown): FileOrigin | undefined {
  return value === 'choose' || value === 'paste' || value === 'drop' ? value : undefined;
}
