/** What the user can do about people. */
import type { ChatReply } from '../../shared/chat-model.ts';
import type { DirectorySearch } from '../../shared/directory.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Activity, Position } from '../../shared/presence-extras.ts';
import type { ActionRunner } from './action-runner.ts';
import type { PeopleDialogName } from './view-state.ts';

/** A contact as the user wants it. */
export interface ContactDraft {
  readonly contact: BareJid;
  readonly name: string;
  readonly groups: readonly string[];
  /** Whether to ask to see their presence as well. */
  readonly ask: boolean;
}

export interface PeopleActions {
  /** Opens one of the dialogs about people, about `person` where it is about one. */
  show(dialog: PeopleDialogName, person?: BareJid): void;
  /** Resolves with the error, if there is one; the caller shows it. */
  put(draft: ContactDraft): Promise<ErrorReport | undefined>;
  remove(contact: BareJid): Promise<ErrorReport | undefined>;
  answer(contact: BareJid, accept: boolean): void;
  block(contact: BareJid): void;
  unblock(address: string): void;
  /** Absent: no more. Resolves with the error, if there is one; the caller shows it. */
  tellPosition(position: Position | undefined): Promise<ErrorReport | undefined>;
  tellActivity(activity: Activity | undefined): Promise<ErrorReport | undefined>;
  /** Resolves with the session's answer; the caller shows it. */
  search(search: DirectorySearch): Promise<ChatReply>;
  loadProfile(person: BareJid): Promise<ChatReply>;
}

export function createPeopleActions({
  updateView,
  run,
  runAndNotify,
  runForError,
}: Pick<ActionRunner, 'updateView' | 'run' | 'runAndNotify' | 'runForError'>): PeopleActions {
  return {
    show: (dialog, person) => updateView((view) => ({ ...view, dialog, person })),
    put: (draft) => runForError({ type: 'put-contact', ...draft }),
    remove: (contact) => runForError({ type: 'remove-contact', contact }),
    answer: (contact, accept) => void runAndNotify({ type: 'answer-contact', contact, accept }),
    block: (contact) => void runAndNotify({ type: 'block-contact', contact }),
    unblock: (address) => void runAndNotify({ type: 'unblock-contact', address }),
    tellPosition: (position) =>
      runForError({ type: 'tell-position', ...(position === undefined ? {} : { position }) }),
    tellActivity: (activity) =>
      runForError({ type: 'tell-activity', ...(activity === undefined ? {} : { activity }) }),
    search: (search) => run({ type: 'search-directory', search }),
    loadProfile: (person) => run({ type: 'load-profile', person }),
  };
}
