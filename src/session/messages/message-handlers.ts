import type { MessageCommand } from '../../shared/chat-message-commands.ts';
import type { BareJid } from '../../shared/jid.ts';
import { done, type Handlers } from '../commands/handlers.ts';
import type { OwnActions } from './own-actions.ts';

export interface MessageHandlersOptions {
  readonly actions: OwnActions;
  /** The user writes to a person, or has stopped. */
  typing(conversation: BareJid, typing: boolean): void;
}

export function messageHandlers({ actions, typing }: MessageHandlersOptions): Handlers<MessageCommand> {
  return {
    'correct-message': done(({ conversation, id, body, label }) =>
      actions.correct(conversation, id, body, label),
    ),
    react: done(({ conversation, id, emojis }) => actions.react(conversation, id, emojis)),
    'retract-message': done(({ conversation, id }) => actions.retract(conversation, id)),
    'moderate-message': done(({ conversation, id, reason }) => actions.moderate(conversation, id, reason)),
    typing: done((command) => typing(command.conversation, command.typing)),
  };
}
