/**
 * Messages as windows get them. What a message drew on a whiteboard a window gets with the board, where it is open; beside the
 * message it only has to know that there is something.
 */
import type { ChatEvent, ChatMessage, ChatReply } from '../shared/chat-model.ts';

const SOMETHING: Required<ChatMessage>['board'] = [];

function draws({ board }: ChatMessage): boolean {
  return board !== undefined && board.length > 0;
}

function forWindow(message: ChatMessage): ChatMessage {
  return draws(message) ? { ...message, board: SOMETHING } : message;
}

function allForWindow(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return messages.some(draws) ? messages.map(forWindow) : messages;
}

/** An event as windows get it; itself where nothing in it draws. */
export function eventForWindow(event: ChatEvent): ChatEvent {
  if (event.type === 'messages') {
    const append = allForWindow(event.append);
    return append === event.append ? event : { ...event, append };
  }
  if (event.type === 'message-updates') {
    const messages = allForWindow(event.messages);
    return messages === event.messages ? event : { ...event, messages };
  }
  return event;
}

/** The same of an answer. */
export function replyForWindow(reply: ChatReply): ChatReply {
  if (!reply.ok) return reply;
  const { messages, search } = reply;
  return {
    ...reply,
    ...(messages === undefined ? {} : { messages: allForWindow(messages) }),
    ...(search === undefined
      ? {}
      : {
          search: {
            ...search,
            hits: search.hits.map((hit) => ({ ...hit, message: forWindow(hit.message) })),
          },
        }),
  };
}
