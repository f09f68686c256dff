/** What a room needs of the session it is in. */
import type { BareJid } from '../../shared/jid.ts';
import type { FileGatePolicy } from '../../shared/session-contract.ts';
import type { ConversationAction, ConversationMessage, ReflectedMessage, RoomChange } from '../api.ts';
import type { LabelBook } from '../guard/index.ts';
import type { Outbox } from '../rfc6121-message/outbox.ts';
import type { Doubles } from '../xep-0359-stanza-ids/doubles.ts';
import type { Element } from '../xml.ts';
import type { OccupantsContext } from './occupants.ts';

export interface RoomContext extends OccupantsContext {
  readonly domain: string;
  /** Absent: no files. */
  readonly fileGate: FileGatePolicy | undefined;
  readonly labels: LabelBook;
  readonly outbox: Outbox;
  readonly doubles: Doubles;
  /** Milliseconds of silence that entering may take. */
  readonly joinTimeout: number;
  /** When the last byte came in, by `performance.now()`. */
  lastReceived(): number;
  send(stanza: Element, messageId?: string): void;
  newId(): string;
  caps(): Element;
  emitRoom(change: RoomChange): void;
  emitMessage(message: ConversationMessage): void;
  emitAction(action: ConversationAction): void;
  emitReflected(message: ReflectedMessage): void;
  /** A message came again that has this place in the room's archive. */
  emitRepeated(room: BareJid, archiveId: string): void;
  /** A room that did not exist waits for its configuration. False: the policy has no new rooms, and it was given up. */
  configure(room: BareJid): boolean;
  /** Messages of the past that a room is asked for which is entered for the first time; `known`: what was said before is. */
  firstHistory(known: boolean): number;
  /** Entering it has come to an end, one way or the other. */
  settled(room: BareJid): void;
}
