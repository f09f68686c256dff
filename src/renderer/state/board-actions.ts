/** What the user can do with whiteboards. */
import type { BareJid } from '../../shared/jid.ts';
import type { BoardOperation, Point } from '../../shared/whiteboard.ts';
import type { ActionRunner } from './action-runner.ts';

export interface BoardActions {
  /** Shows the room's board beside its conversation; `undefined`: none. */
  show(room: BareJid | undefined): void;
  /** The board is on the screen: the session reads it and keeps it up to date. */
  open(room: BareJid): void;
  close(room: BareJid): void;
  /** Reads further back, or once more what could not be read. */
  read(room: BareJid): void;
  /** Whether something may be drawn now; told in the notice where the conversation's label has to be chosen first. */
  mayDraw(room: BareJid): boolean;
  /**
   * Draws under a label (its id), without one under the conversation's; what is refused is told in the notice. Returns under
   * which, or `undefined` where none was chosen and nothing is drawn.
   */
  draw(
    room: BareJid,
    operations: readonly BoardOperation[],
    label?: string,
  ): { readonly label?: string } | undefined;
  /** Resolves with the bytes of an element's picture; why there are none is told in the notice. */
  loadPicture(room: BareJid, element: string): Promise<Uint8Array | undefined>;
  /** A picture cannot be decoded. */
  pictureUnfit(): void;
  /** Puts the file of a message behind everything. */
  putPicture(room: BareJid, message: string, id: string, from: Point, to: Point): void;
}

export function createBoardActions(
  { updateView, notify, run, runAndNotify }: ActionRunner,
  labelFor: (room: BareJid) => { readonly label?: string } | undefined,
): BoardActions {
  const underLabel = (room: BareJid) => {
    const label = labelFor(room);
    if (label === undefined) notify({ code: 'LABEL_REQUIRED' });
    return label;
  };
  return {
    show: (room) => updateView((view) => ({ ...view, board: room })),
    open: (room) => void runAndNotify({ type: 'open-board', room }),
    close: (room) => void run({ type: 'close-board', room }),
    read: (room) => void runAndNotify({ type: 'read-board', room }),
    mayDraw: (room) => underLabel(room) !== undefined,
    draw(room, operations, given) {
      const label = given === undefined ? underLabel(room) : { label: given };
      if (label !== undefined) void runAndNotify({ type: 'draw', room, operations, ...label });
      return label;
    },
    async loadPicture(room, element) {
      const reply = await run({ type: 'load-picture', room, element });
      if (reply.ok) return reply.picture;
      notify(reply.error);
      return undefined;
    },
    pictureUnfit: () => notify({ code: 'BOARD_PICTURE_UNFIT' }),
    putPicture(room, message, id, from, to) {
      const label = underLabel(room);
      if (label !== undefined)
        void runAndNotify({ type: 'put-picture', room, message, id, from, to, ...label });
    },
  };
}
