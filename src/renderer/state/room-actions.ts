/** What the user can do about rooms, besides talking in them. */
import type { ChatReply } from '../../shared/chat-model.ts';
import type { FormAnswer } from '../../shared/data-form.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Affiliation, Role } from '../../shared/room-contract.ts';
import type { ActionRunner } from './action-runner.ts';
import type { RoomDialogName } from './view-state.ts';

/** Methods that resolve with an error leave it to the caller to show it. */
export interface RoomActions {
  /** Opens one of the dialogs about the open room, about `occupant` where it is about one. */
  show(dialog: RoomDialogName, occupant?: string): void;
  /** This room is on the screen now. */
  look(room: BareJid): void;
  list(service: string, after: string | undefined): Promise<ChatReply>;
  describe(rooms: readonly BareJid[]): Promise<ChatReply>;
  form(room: BareJid): Promise<ChatReply>;
  configure(room: BareJid, answers: readonly FormAnswer[]): Promise<ErrorReport | undefined>;
  destroy(room: BareJid, reason: string): Promise<ErrorReport | undefined>;
  invite(room: BareJid, person: BareJid, reason: string): Promise<ErrorReport | undefined>;
  /** Resolves with whether it was accepted. */
  answer(room: BareJid, accept: boolean): Promise<boolean>;
  setRole(room: BareJid, nick: string, role: Role, reason: string): Promise<ErrorReport | undefined>;
  setAffiliation(
    room: BareJid,
    person: BareJid,
    affiliation: Affiliation,
    reason: string,
  ): Promise<ErrorReport | undefined>;
  affiliated(room: BareJid, affiliation: Affiliation): Promise<ChatReply>;
  keep(room: BareJid, autojoin: boolean): void;
  forget(room: BareJid): void;
}

export function createRoomActions({
  updateView,
  notify,
  run,
  runAndNotify,
  runForError,
}: ActionRunner): RoomActions {
  return {
    show: (dialog, occupant) => updateView((view) => ({ ...view, dialog, occupant })),
    look: (room) => void run({ type: 'look-at-room', room }),
    list: (service, after) => run({ type: 'list-rooms', service, ...(after === undefined ? {} : { after }) }),
    describe: (rooms) => run({ type: 'describe-rooms', rooms }),
    form: (room) => run({ type: 'room-form', room }),
    configure: (room, answers) => runForError({ type: 'configure-room', room, answers }),
    destroy: (room, reason) => runForError({ type: 'destroy-room', room, reason }),
    invite: (room, person, reason) => runForError({ type: 'invite-to-room', room, person, reason }),
    async answer(room, accept) {
      const error = await runForError({ type: 'answer-invitation', room, accept });
      if (error !== undefined) notify(error);
      return accept && error === undefined;
    },
    setRole: (room, nick, role, reason) => runForError({ type: 'set-role', room, nick, role, reason }),
    setAffiliation: (room, person, affiliation, reason) =>
      runForError({ type: 'set-affiliation', room, person, affiliation, reason }),
    affiliated: (room, affiliation) => run({ type: 'list-affiliated', room, affiliation }),
    keep: (room, autojoin) => void runAndNotify({ type: 'keep-room', room, autojoin }),
    forget: (room) => void runAndNotify({ type: 'forget-room', room }),
  };
}
