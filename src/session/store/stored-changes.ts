/**
 * Changes of messages that memory may have let go of: what was done to them is written to where they are kept. The windows are
 * told, since one may still show them.
 */
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ReferenceSpace, StoredMessage } from '../../store/index.ts';
import type { ChatModel } from '../chat-model.ts';
import type { LocalHistory } from './local-history.ts';

/** Changes that wait for the store; more are not made in it, and what they are about changes when it is looked at. */
const MAX_WAITING = 5_000;
/** Of acknowledgements, of which one message brings 32: what else is to be changed finds room beside them. */
const MAX_WAITING_ACKNOWLEDGEMENTS = 1_000;

/** What becomes of a message; `undefined`: it stays as it is. */
export type Change = (message: ChatMessage) => ChatMessage | undefined;

export interface StoredChangesOptions {
  readonly model: Pick<ChatModel, 'message' | 'updateMessage' | 'updateForgotten'>;
  readonly local: Pick<LocalHistory, 'around' | 'called'>;
}

export class StoredChanges {
  readonly #options: StoredChangesOptions;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: StoredChangesOptions) {
    this.#options = options;
  }

  /** Changes the message with that id of ours, here or there. */
  change(conversation: BareJid, id: string, change: Change): void {
    const kept = this.#options.model.message(conversation, id);
    if (kept !== undefined) this.#apply(conversation, kept, change);
    else
      this.#inTurn(
        conversation,
        () => this.#options.local.around(conversation, id, 0),
        (all) => all[0],
        change,
      );
  }

  /** Changes the one that is meant of the messages that others know by that id, oldest first. */
  changeCalled(
    conversation: BareJid,
    space: ReferenceSpace,
    id: string,
    meant: (called: readonly ChatMessage[]) => ChatMessage | undefined,
    change: Change,
    acknowledges = false,
  ): void {
    if (acknowledges && this.#waiting >= MAX_WAITING_ACKNOWLEDGEMENTS) return;
    this.#inTurn(conversation, () => this.#options.local.called(conversation, space, id), meant, change);
  }

  /** Settles when what was asked for until now is done. */
  get settled(): Promise<void> {
    return this.#turn;
  }

  /** One after the other: each has to find what the one before has written. */
  #inTurn(
    conversation: BareJid,
    read: () => Promise<readonly StoredMessage[]>,
    meant: (read: readonly ChatMessage[]) => ChatMessage | undefined,
    change: Change,
  ): void {
    if (this.#waiting >= MAX_WAITING) return;
    this.#waiting += 1;
    this.#turn = this.#turn.then(async () => {
      this.#waiting -= 1;
      const message = meant((await read()).map((stored) => stored.message));
      if (message !== undefined) this.#apply(conversation, message, change);
    });
  }

  #apply(conversation: BareJid, message: ChatMessage, change: Change): void {
    const { model } = this.#options;
    // It may have come into memory meanwhile.
    const kept = model.message(conversation, message.id);
    const former = kept ?? message;
    const changed = change(former);
    if (changed === undefined || changed === former) return;
    if (kept === undefined) model.updateForgotten(conversation, changed);
    else model.updateMessage(conversation, changed);
  }
}
