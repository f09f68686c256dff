/** What every group of actions stands on: commands to the session, and changes of the view. */
import type { ChatCommand, ChatReply } from '../../shared/chat-model.ts';
import { type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import { isXmlText } from '../../shared/xml-text.ts';
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

/** Whether the session takes every text of a command: it has no patience with one that XML cannot carry. */
function isSendable(value: unknown): boolean {
  if (typeof value === 'string') return isXmlText(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true;
  return Object.values(value).every(isSendable);
}

/** A file's name may be whatever a file system takes. */
function isFit(command: ChatCommand): boolean {
  return isSendable(command.type === 'offer-file' ? { ...command, name: '', mediaType: '' } : command);
}

export function createRunner(bridge: ChatBridge, store: Store<WindowState>): ActionRunner {
  const updateView = (change: (view: ViewState) => ViewState) =>
    store.update((state) => {
      const view = change(state.view);
      return view === state.view ? state : { ...state, view };
    });
  const notify = (notice: ErrorReport | undefined) => updateView((view) => ({ ...view, notice }));
  const run = async (command: ChatCommand): Promise<ChatReply> => {
    if (!isFit(command)) return { ok: false, error: { code: 'TEXT_UNSENDABLE' } };
    try {
      return await bridge.command(command);
    } catch (error) {
      return { ok: false, error: toErrorReport(error) };
    }
  };
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
