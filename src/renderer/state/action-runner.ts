/** What every group of actions stands on: commands to the session, and changes of the view. */
import type { ChatCommand, ChatReply } from '../../shared/chat-model.ts';
import { type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import type { Store, WindowState } from './store.ts';
import type { ViewState } from './view-state.ts';

export interface ActionRunner {
  updateView(change: (view: ViewState) => ViewState): void;
  /** Shows a failure that belongs to no field on the screen; `undefined` takes it away. */
  notify(notice: ErrorReport | undefined): void;
  /** Runs a command and resolves with its answer; a bridge that fails is an answer too. */
  run(command: ChatCommand): Promise<ChatReply>;
  runAndNotify(command: ChatCommand): Promise<void>;
  /** Resolves with the error, if there is one; the caller shows it. */
  runForError(command: ChatCommand): Promise<ErrorReport | undefined>;
}

export function createRunner(bridge: ChatBridge, store: Store<WindowState>): ActionRunner {
  const updateView = (change: (view: ViewState) => ViewState) =>
    store.update((state) => {
      const view = change(state.view);
      return view === state.view ? state : { ...state, view };
    });
  const notify = (notice: ErrorReport | undefined) => updateView((view) => ({ ...view, notice }));
  const run = (command: ChatCommand): Promise<ChatReply> =>
    bridge.command(command).catch((error: unknown) => ({ ok: false, error: toErrorReport(error) }));
  return {
    updateView,
    notify,
    run,
    async runAndNotify(command) {
      const reply = await run(command);
      if (!reply.ok) notify(reply.error);
    },
    async runForError(command) {
      const reply = await run(command);
      return reply.ok ? undefined : reply.error;
    },
  };
}
