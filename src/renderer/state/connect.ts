import type { AppState } from '../../shared/app-state.ts';
import type { ChatEvent } from '../../shared/chat-model.ts';
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import { type FrameClock, FrameQueue } from './frame-queue.ts';
import { applyEvents, letGo, setRead } from './reduce-chat.ts';
import { applyAppState, type Store, type WindowState, wantsChat } from './store.ts';

export interface Connection {
  /** Applies the events that wait for the next frame now, so that an answer finds what it builds on. */
  flush(): void;
  end(): void;
}

/** Feeds the store from the bridge: application state always, chat events as long as {@link wantsChat} says. */
export function connect(bridge: ChatBridge, store: Store<WindowState>, clock: FrameClock): Connection {
  const queue = new FrameQueue<ChatEvent>((events) => {
    const { chat, view } = store.get();
    const arrived = letGo(chat, applyEvents(chat, events), view.heldUp);
    // What is read as it comes is never drawn as unread: each change of a number draws the window once more.
    const read = [...view.reading].filter((jid) => (arrived.summaries.get(jid)?.unread ?? 0) > 0);
    store.update((state) => ({ ...state, chat: read.reduce(setRead, arrived) }));
    for (const conversation of read)
      bridge.command({ type: 'mark-read', conversation }).catch(() => undefined);
  }, clock);
  let endChat: (() => void) | undefined;
  let pushed = false;

  const take = (app: AppState) => {
    const had = endChat !== undefined;
    const wanted = wantsChat(app, had);
    if (had && !wanted) {
      endChat?.();
      endChat = undefined;
      queue.clear();
    }
    store.update((state) => applyAppState(state, app, had));
    if (wanted && !had) endChat = bridge.connectChat((events) => queue.push(events));
  };

  const endState = bridge.onState((app) => {
    pushed = true;
    take(app);
  });
  bridge.getState().then(
    (app) => {
      if (!pushed) take(app);
    },
    () => {
      if (!pushed) take(BROKEN);
    },
  );
  return {
    flush: () => queue.flush(),
    end() {
      endState();
      endChat?.();
      queue.clear();
    },
  };
}

/** What is shown when the main process does not even answer. */
const BROKEN: AppState = {
  kind: 'locked',
  build: { version: '', testBuild: false },
  error: { code: 'IPC_REFUSED' },
  bundleSha256: '',
  support: '',
};
