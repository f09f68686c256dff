/** What is missing of an archive, as the conversations show it: behind the last message before it. */
import type { ConversationKind, MessageGap } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ArchivedMessage } from '../../xmpp/index.ts';
import type { Conversations, Merged } from './conversations.ts';

/** Where something is missing. */
export interface Gap {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** The archive has what is missing, and more than is fetched unasked. */
  readonly more: boolean;
  /** The last message before it, by conversation. */
  readonly tails: Map<BareJid, string>;
}

export class GapMarks {
  readonly #conversations: Conversations;

  constructor(conversations: Conversations) {
    this.#conversations = conversations;
  }

  /** Puts a page of what was missing into the model, and moves the gaps that are shown behind it. */
  merge(kind: ConversationKind, missing: Gap, page: readonly ArchivedMessage[]): void {
    for (const [conversation, messages] of byConversation(page)) {
      const tail = missing.tails.get(conversation);
      const isShown = tail !== undefined && this.#isMarked(conversation, tail);
      const merged = this.#conversations.merge(conversation, kind, messages, tail, true);
      const last = this.#placeOlder(conversation, kind, merged);
      if (last === undefined) continue;
      missing.tails.set(conversation, last);
      if (!isShown) continue;
      this.#mark(conversation, tail, undefined);
      this.#mark(conversation, last, gapOf(missing, true));
    }
  }

  /** Messages of a conversation that had none before the connection was lost go before those that came since. */
  #placeOlder(conversation: BareJid, kind: ConversationKind, merged: Merged): string | undefined {
    const { model } = this.#conversations;
    if (merged.older.length > 0)
      model.insertMessages(conversation, kind, merged.older, model.log(conversation).first?.id);
    return merged.tail;
  }

  /** Gaps that are shown are shown as they are now. */
  refresh(missing: Gap, loading: boolean): void {
    for (const [conversation, tail] of missing.tails) {
      if (this.#isMarked(conversation, tail)) this.#mark(conversation, tail, gapOf(missing, loading));
    }
  }

  /** Shows a gap in every conversation that it is in; `undefined`: nothing is missing any more. */
  markAll({ tails }: Gap, gap: MessageGap | undefined): void {
    for (const [conversation, tail] of tails) this.#mark(conversation, tail, gap);
  }

  /** Where it is not known which message of a conversation is the last before a gap, its time says it, milliseconds since 1970. */
  assume(conversation: BareJid, { tails }: Gap, time: number): void {
    const before = [...this.#conversations.model.log(conversation)].findLast(({ at }) => at <= time);
    if (before !== undefined) tails.set(conversation, before.id);
  }

  /** Nothing is missing of the archive: what a former session left to be seen of it goes. */
  clear(conversation: BareJid): void {
    for (const { id, gapAfter } of [...this.#conversations.model.log(conversation)])
      if (gapAfter !== undefined) this.#mark(conversation, id, undefined);
  }

  #isMarked(conversation: BareJid, tail: string): boolean {
    return this.#conversations.model.message(conversation, tail)?.gapAfter !== undefined;
  }

  #mark(conversation: BareJid, tail: string, gap: MessageGap | undefined): void {
    const { model } = this.#conversations;
    const message = model.message(conversation, tail);
    if (message === undefined || (gap === undefined && message.gapAfter === undefined)) return;
    const { gapAfter: _former, ...rest } = message;
    model.updateMessage(conversation, gap === undefined ? rest : { ...rest, gapAfter: gap });
  }
}

function byConversation(page: readonly ArchivedMessage[]): Map<BareJid, ArchivedMessage[]> {
  const groups = new Map<BareJid, ArchivedMessage[]>();
  for (const message of page) {
    const group = groups.get(message.conversation);
    if (group === undefined) groups.set(message.conversation, [message]);
    else group.push(message);
  }
  return groups;
}

/** A gap as it is shown. */
export function gapOf({ from, to, more }: Gap, loading: boolean): MessageGap {
  return { from, to: Math.max(from, to), loading, ...(more && !loading ? { more: true } : {}) };
}
