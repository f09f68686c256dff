/** What the chat window asks the session to do with whiteboards, and what it is shown of them; see `ChatCommand`. */
import type { ErrorReport } from './errors.ts';
import type { BareJid } from './jid.ts';
import type { BoardOperation, Point } from './whiteboard.ts';
import type { BoardState, DrawnElement } from './whiteboard-state.ts';

export type BoardCommand =
  /** Shows the board of a room this user is in: it is read from the room's archive and kept up to date until it is closed. */
  | { readonly type: 'open-board'; readonly room: BareJid }
  | { readonly type: 'close-board'; readonly room: BareJid }
  /** Reads further back, or once more what could not be read. */
  | { readonly type: 'read-board'; readonly room: BareJid }
  /** Answered when it is on its way; `waiting` elements show at once. Pictures are put up by `put-picture`. */
  | {
      readonly type: 'draw';
      readonly room: BareJid;
      readonly operations: readonly BoardOperation[];
      /** Id of a label of the policy's catalogue. */
      readonly label?: string;
    }
  /** Fetches the picture of an element of an open board; answered with `picture`. */
  | { readonly type: 'load-picture'; readonly room: BareJid; readonly element: string }
  /** Puts the file of message `message` of that room behind everything, as element `id`. */
  | {
      readonly type: 'put-picture';
      readonly room: BareJid;
      readonly message: string;
      readonly id: string;
      readonly from: Point;
      readonly to: Point;
      readonly label?: string;
    };

/**
 * How far the board is known. `reading`: the archive is being asked. `whole`. `partial`: there is more to be read. `short`: the
 * room has no archive that could be read, and what was drawn before this user came in is not here. `failed`: it could not
 * be read now.
 */
export type BoardKnowledge = 'reading' | 'whole' | 'partial' | 'short' | 'failed';

export interface BoardInfo extends Pick<BoardState, 'refused' | 'cleared'> {
  /** The room. */
  readonly id: BareJid;
  readonly knowledge: BoardKnowledge;
  /** Messages of the archive that were looked at. */
  readonly read: number;
  /** With `short` and `failed`. */
  readonly error?: ErrorReport;
}

export interface BoardItem {
  /** Room and key. */
  readonly id: string;
  readonly room: BareJid;
  /** Those with a higher number lie above. */
  readonly order: number;
  readonly drawn: DrawnElement;
}
