/** Numbers of unread messages. Who asks for a number draws itself anew when that number changes, not with every message. */
import type { ConversationSummary } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { useWindowState } from './services.ts';

export function useUnread(jid: BareJid): number {
  return useWindowState((state) => state.chat.summaries.get(jid)?.unread ?? 0);
}

/** Of these conversations together. */
export function useUnreadIn(conversations: readonly { readonly jid: BareJid }[]): number {
  return useWindowState(({ chat }) => {
    let unread = 0;
    for (const { jid } of conversations) unread += chat.summaries.get(jid)?.unread ?? 0;
    return unread;
  });
}

/** Of all conversations of a kind. */
export function useUnreadOf(kind: ConversationSummary['kind']): number {
  return useWindowState(({ chat }) => {
    let unread = 0;
    for (const summary of chat.summaries.values()) if (summary.kind === kind) unread += summary.unread;
    return unread;
  });
}
