/** Going to one message wherever it is, reading on from there, and back to the newest. */
import type { ConversationKind } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ActionRunner } from './action-runner.ts';
import { fillGap, leaveIsland, openIsland, setGap } from './island.ts';
import type { Store, WindowState } from './store.ts';
import type { ConversationKey } from './view-state.ts';

/** Messages that are asked for at once to fill a gap. */
const GAP_PAGE = 100;

export interface JumpActions {
  /** Opens a conversation at a message, with what was said around it. */
  to(at: { readonly conversation: BareJid; readonly kind: ConversationKind; readonly message: string }): void;
  /** As `to`, for a conversation that is on the screen and stays where it is. */
  within(conversation: BareJid, message: string): void;
  /** The message was found, or is looked for no longer. */
  done(): void;
  /** Fetches what comes next in the gap between what was opened and the newest messages. */
  readOn(conversation: BareJid): void;
  /** What was opened apart from the newest messages goes. */
  toLatest(conversation: BareJid): void;
}

export interface JumpActionParts {
  readonly runner: ActionRunner;
  readonly store: Store<WindowState>;
  /** Applies events that came before an answer. */
  flush(): void;
  open(key: ConversationKey): void;
  /** Loads the newest messages of a conversation that has none here. */
  loadLatest(conversation: BareJid): Promise<void>;
}

export function createJumpActions({ runner, store, flush, open, loadLatest }: JumpActionParts): JumpActions {
  const { run, notify, updateView } = runner;
  const change = (to: (chat: WindowState['chat']) => WindowState['chat']) =>
    store.update((state) => ({ ...state, chat: to(state.chat) }));
  const isHere = (jid: BareJid, message: string) =>
    (store.get().chat.conversations.get(jid)?.log.indexOf(message) ?? -1) !== -1;
  /** Whether the message is still the one that is looked for. */
  const isWanted = (jid: BareJid, message: string) => {
    const { found } = store.get().view;
    return found?.jid === jid && found.message === message;
  };
  const forget = () =>
    updateView((view) => (view.found === undefined ? view : { ...view, found: undefined }));

  const find = async (jid: BareJid, message: string) => {
    updateView((view) => ({ ...view, found: { jid, message } }));
    // What is shown begins with the newest: without them there would be nothing to come back to.
    if ((store.get().chat.conversations.get(jid)?.log.size ?? 0) === 0) await loadLatest(jid);
    if (isHere(jid, message) || !isWanted(jid, message)) return;
    const reply = await run({ type: 'open-at', conversation: jid, id: message });
    flush();
    if (!isWanted(jid, message)) return;
    if (!reply.ok) {
      forget();
      notify(reply.error);
      return;
    }
    if (!isHere(jid, message))
      change((chat) => openIsland(chat, jid, reply.messages ?? [], reply.complete === true));
  };

  return {
    to({ conversation: jid, kind, message }) {
      if (!isHere(jid, message)) change((chat) => leaveIsland(chat, jid));
      open({ jid, kind });
      void find(jid, message);
    },
    within: (jid, message) => void find(jid, message),
    done: forget,
    async readOn(jid) {
      const island = store.get().chat.conversations.get(jid)?.island;
      if (island === undefined || island.gap === 'loading') return;
      const after = island.last;
      change((chat) => setGap(chat, jid, 'loading'));
      const reply = await run({ type: 'load-newer', conversation: jid, after, limit: GAP_PAGE });
      flush();
      change((chat) =>
        reply.ok
          ? fillGap(chat, jid, after, reply.messages ?? [], reply.complete === true)
          : setGap(chat, jid, 'failed'),
      );
    },
    toLatest: (jid) => change((chat) => leaveIsland(chat, jid)),
  };
}
