/**
 * The one place where what a window sends becomes a {@link ChatPortMessage}. A compromised renderer can send anything
 * over its port, so every field is checked by own property, type and bound; anything else is refused whole.
 */
import type { ChatCommand } from '../../shared/chat-model.ts';
import { ADHOC_PARSERS } from './adhoc.ts';
import { BOARD_PARSERS } from './board.ts';
import { CORE_PARSERS } from './core.ts';
import { FEED_PARSERS } from './feeds.ts';
import { asFields, hasOnly, isCount, type Parsers } from './fields.ts';
import { FILE_PARSERS } from './files.ts';
import { HISTORY_PARSERS } from './history.ts';
import { MESSAGE_PARSERS } from './messages.ts';
import { PEOPLE_PARSERS } from './people.ts';
import { ROOM_PARSERS } from './rooms.ts';
import { TEMPLATE_PARSERS } from './templates.ts';
import { WATCH_PARSERS } from './watch.ts';

/** What a window may send. */
export type WindowMessage =
  | { readonly kind: 'command'; readonly id: number; readonly command: ChatCommand }
  | { readonly kind: 'ack'; readonly count: number };

/** Every command there is; the compiler misses none. */
const PARSERS: Parsers<ChatCommand> = {
  ...CORE_PARSERS,
  ...BOARD_PARSERS,
  ...FILE_PARSERS,
  ...HISTORY_PARSERS,
  ...PEOPLE_PARSERS,
  ...WATCH_PARSERS,
  ...MESSAGE_PARSERS,
  ...TEMPLATE_PARSERS,
  ...ROOM_PARSERS,
  ...ADHOC_PARSERS,
  ...FEED_PARSERS,
};

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
