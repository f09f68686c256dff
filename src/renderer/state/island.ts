/** Conversations that are opened at a message far from the newest: messages around it, a gap, and the newest. Pure. */
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ChatState, ConversationMessages, Island } from './chat-state.ts';
import { NO_MESSAGES } from './chat-state.ts';
import type { MessageLog } from './message-log.ts';
import { withLabelsOf } from './seen-labels.ts';

function withConversation(state: ChatState, jid: BareJid, messages: ConversationMessages): ChatState {
  return { ...state, conversations: new Map(state.conversations).set(jid, messages) };
}

/** The newest messages without what was opened apart from them. */
function tailOf({ log, island }: ConversationMessages): MessageLog {
  return island === undefined ? log : log.from(log.indexOf(island.last) + 1);
}

/** Puts messages before the newest ones; `joined`: nothing is missing between. */
function before(tail: MessageLog, messages: readonly ChatMessage[]): { log: MessageLog; joined: boolean } {
  const known = messages.filter(({ id }) => tail.get(id) !== undefined);
  const log = tail.replace(known).prepend(messages);
  return { log, joined: known.length > 0 };
}

/**
 * The messages around one that was asked for, oldest first. What was opened before goes. Where they reach the newest ones, the
 * conversation is of one piece. `complete`: there are none before them.
 */
export function openIsland(
  state: ChatState,
  conversation: BareJid,
  messages: readonly ChatMessage[],
  complete: boolean,
): ChatState {
  const { island: _former, ...present } = state.conversations.get(conversation) ?? NO_MESSAGES;
  const tail = tailOf(state.conversations.get(conversation) ?? NO_MESSAGES);
  const last = messages.at(-1);
  if (last === undefined) return state;
  const { log, joined } = before(tail, messages);
  return withConversation(state, conversation, {
    ...present,
    log,
    history: complete ? 'complete' : 'more',
    labels: withLabelsOf(present.labels, messages),
    ...(joined ? {} : { island: { last: last.id, gap: 'open' as const } }),
  });
}

/** What is in the gap is being asked for, or could not be had. */
export function setGap(state: ChatState, conversation: BareJid, gap: Island['gap']): ChatState {
  const present = state.conversations.get(conversation);
  if (present?.island === undefined || present.island.gap === gap) return state;
  return withConversation(state, conversation, { ...present, island: { ...present.island, gap } });
}

/**
 * Messages behind message `after` have come. They are left out where that is no longer the last before the gap. `complete`: there
 * are none behind them but those that are here.
 */
export function fillGap(
  state: ChatState,
  conversation: BareJid,
  after: string,
  messages: readonly ChatMessage[],
  complete: boolean,
): ChatState {
  const present = state.conversations.get(conversation);
  if (present?.island?.last !== after) return state;
  const { island: _former, ...rest } = present;
  const tail = tailOf(present);
  const met = messages.findIndex(({ id }) => tail.get(id) !== undefined);
  const between = met === -1 ? messages : messages.slice(0, met);
  const first = tail.first?.id;
  const log = first === undefined ? present.log.append(between) : present.log.insert(first, between);
  const labels = withLabelsOf(present.labels, messages);
  const last = between.at(-1)?.id ?? after;
  const closed = met !== -1 || complete;
  return withConversation(state, conversation, {
    ...rest,
    log,
    labels,
    ...(closed ? {} : { island: { last, gap: 'open' as const } }),
  });
}

/** Back to the newest messages: what was opened apart from them goes. */
export function leaveIsland(state: ChatState, conversation: BareJid): ChatState {
  const present = state.conversations.get(conversation);
  if (present?.island === undefined) return state;
  const { island: _former, ...rest } = present;
  return withConversation(state, conversation, { ...rest, log: tailOf(present), history: 'more' });
}
