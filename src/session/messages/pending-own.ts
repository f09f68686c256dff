/** What this user did to messages and the server does not have yet, as the messages show it. Pure. */
import { withoutOwnAcknowledgement } from '../../shared/acknowledgements.ts';
import type { ChatMessage } from '../../shared/chat-model.ts';
import { type PendingAction, SELF } from '../../shared/message-actions.ts';
import type { OutgoingAction } from '../../xmpp/index.ts';

/** The message with one more thing under way; a reaction takes the place of one before that never arrived. */
export function withPending(message: ChatMessage, action: PendingAction): ChatMessage {
  const { pending = [] } = message;
  const before = pending.find(({ type }) => type === action.type);
  const next =
    action.type === 'react' && before?.type === 'react' ? { ...action, former: before.former } : action;
  return { ...message, pending: [...pending.filter((one) => one !== before), next] };
}

/** The message once the server has taken what was sent under that id; `undefined`: it was nothing that waits. */
export function settled(message: ChatMessage, id: string): ChatMessage | undefined {
  const { pending, ...rest } = message;
  const left = pending?.filter((one) => one.id !== id);
  if (left === undefined || left.length === pending?.length) return undefined;
  return left.length === 0 ? rest : { ...rest, pending: left };
}

/** The message without what was sent under that id, which the server refused; `undefined`: it shows nothing of it any more. */
export function undone(message: ChatMessage, { id, ...action }: PendingAction): ChatMessage | undefined {
  const rest = settled(message, id) ?? message;
  if (action.type === 'retract') {
    const { retraction, ...kept } = rest;
    return retraction?.by === 'sender' ? kept : undefined;
  }
  if (action.type === 'acknowledge') {
    const { acknowledgements, ...kept } = rest;
    const others = withoutOwnAcknowledgement(acknowledgements);
    return others === undefined ? kept : { ...kept, acknowledgements: others };
  }
  // What was thought of it since stands.
  const isNewest = rest.pending?.some(({ type }) => type === 'react') !== true;
  return isNewest ? { ...rest, reactions: action.former } : rest;
}

/** What is to be sent for something that waits; `reference`: how others know the message. */
export function toSend(message: ChatMessage, type: PendingAction['type'], reference: string): OutgoingAction {
  if (type === 'acknowledge') return { type, ids: [reference] };
  if (type === 'retract') return { type, id: reference };
  const own = message.reactions?.find(({ author }) => author === SELF);
  return { type, id: reference, emojis: own?.emojis ?? [] };
}
