/** What is done with messages that are there. */

import type { MessageCommand } from '../../shared/chat-message-commands.ts';
import { MAX_BODY_LENGTH } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { asEmoji, MAX_EMOJIS, MAX_REASON } from '../../shared/message-actions.ts';
import { type Fields, hasOnly, jidOf, labelOf, MAX_ID_LENGTH, type Parsers, textOf } from './fields.ts';

interface Target {
  readonly conversation: BareJid;
  readonly id: string;
}

/** The message that a command is about, where it has no fields but these and `more`. */
function targetOf(fields: Fields, ...more: readonly string[]): Target | undefined {
  const conversation = jidOf(fields.conversation);
  const id = textOf(fields.id, 1, MAX_ID_LENGTH);
  if (!hasOnly(fields, ['type', 'conversation', 'id', ...more])) return undefined;
  return conversation === undefined || id === undefined ? undefined : { conversation, id };
}

function emojisOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_EMOJIS) return undefined;
  const emojis: string[] = [];
  for (const one of value as readonly unknown[]) {
    const emoji = typeof one === 'string' ? asEmoji(one) : undefined;
    if (emoji === undefined) return undefined;
    emojis.push(emoji);
  }
  return emojis;
}

export const MESSAGE_PARSERS: Parsers<MessageCommand> = {
  'correct-message': (fields) => {
    const target = targetOf(fields, 'body', 'label');
    const body = textOf(fields.body, 1, MAX_BODY_LENGTH);
    const label = labelOf(fields.label);
    if (target === undefined || body === undefined) return undefined;
    return label && { type: 'correct-message', ...target, body, ...label };
  },
  react: (fields) => {
    const target = targetOf(fields, 'emojis');
    const emojis = emojisOf(fields.emojis);
    return target && emojis && { type: 'react', ...target, emojis };
  },
  'retract-message': (fields) => {
    const target = targetOf(fields);
    return target && { type: 'retract-message', ...target };
  },
  'moderate-message': (fields) => {
    const target = targetOf(fields, 'reason');
    const reason = textOf(fields.reason, 0, MAX_REASON);
    if (target === undefined || reason === undefined) return undefined;
    return { type: 'moderate-message', ...target, reason };
  },
  typing: (fields) => {
    const conversation = jidOf(fields.conversation);
    const { typing } = fields;
    if (!hasOnly(fields, ['type', 'conversation', 'typing']) || typeof typing !== 'boolean') return undefined;
    return conversation && { type: 'typing', conversation, typing };
  },
};
