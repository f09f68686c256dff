/** What the user does with messages that are there. */
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ActionRunner } from './action-runner.ts';
import { toggled } from './message-view.ts';
import type { Store, WindowState } from './store.ts';
import { type ConversationKey, setComposing, setDraft } from './view-state.ts';

export interface MessageUserActions {
  /** The next message of the conversation answers this one. */
  reply(key: ConversationKey, id: string): void;
  /** The composer holds this message's text; what was written there comes back afterwards. */
  correct(key: ConversationKey, message: ChatMessage): void;
  /** The next message is an ordinary one again. */
  cancelComposing(jid: BareJid): void;
  /** Puts an emoji to a message, or takes it back. */
  react(jid: BareJid, message: ChatMessage, emoji: string): void;
  retract(jid: BareJid, id: string): void;
  moderate(jid: BareJid, id: string, reason: string): void;
  /** The user writes to a person, or has stopped. */
  typing(key: ConversationKey, typing: boolean): void;
}

export function createMessageActions(
  { updateView, run, runAndNotify }: ActionRunner,
  store: Store<WindowState>,
  raiseLabel: (jid: BareJid, message: ChatMessage) => void,
): MessageUserActions {
  const cancelComposing = (jid: BareJid) =>
    updateView((view) => {
      const former = view.composing.get(jid);
      if (former === undefined) return view;
      const rest = setComposing(view, jid, undefined);
      return former.kind === 'correct' ? setDraft(rest, jid, former.draft) : rest;
    });
  return {
    reply(key, id) {
      cancelComposing(key.jid);
      const message = store.get().chat.conversations.get(key.jid)?.log.get(id);
      if (message === undefined) return;
      updateView((view) => setComposing(view, key.jid, { kind: 'reply', id }));
      raiseLabel(key.jid, message);
    },
    correct(key, message) {
      cancelComposing(key.jid);
      updateView((view) => {
        const draft = view.drafts.get(key.jid) ?? '';
        const composing = setComposing(view, key.jid, { kind: 'correct', id: message.id, draft });
        return setDraft(composing, key.jid, message.body);
      });
      raiseLabel(key.jid, message);
    },
    cancelComposing,
    react: (conversation, message, emoji) =>
      runAndNotify({ type: 'react', conversation, id: message.id, emojis: toggled(message, emoji) }),
    retract: (conversation, id) => runAndNotify({ type: 'retract-message', conversation, id }),
    moderate: (conversation, id, reason) =>
      runAndNotify({ type: 'moderate-message', conversation, id, reason }),
    typing(key, typing) {
      // Nobody waits for the answer, and a failure changes nothing.
      if (key.kind === 'contact') void run({ type: 'typing', conversation: key.jid, typing });
    },
  };
}
