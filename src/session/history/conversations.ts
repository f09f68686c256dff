import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ArchivedMessage, ConversationMessage, MessageKeys } from '../../xmpp/index.ts';
import type { ChatModel } from '../chat-model.ts';
import { KnownMessages } from './known-messages.ts';

export interface ConversationsOptions {
  readonly model: ChatModel;
  /** What a message is known by has changed. */
  onKeys?(conversation: BareJid, id: string): void;
  /** A message with its names as they are to be shown. */
  present(message: ConversationMessage): ChatMessage;
  /**
   * A correction changes what it corrects, in the model or in `run`, which is on its way there. False: it stands for itself.
   */
  correct(message: ConversationMessage, run: ChatMessage[]): boolean;
}

/** What came of merging a page into a conversation. */
export interface Merged {
  /** Those that belong before everything that is kept, oldest first; the caller puts them there. */
  readonly older: readonly ChatMessage[];
  /** The id of the last message of the page, be it known or new. */
  readonly tail: string | undefined;
}

/** Puts what archives answer into conversations: each message once, where it belongs. */
export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #known = new Map<BareJid, KnownMessages>();

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  get model(): ChatModel {
    return this.#options.model;
  }

  /** A message that is in the model, or about to be. */
  add(conversation: BareJid, id: string, keys: MessageKeys, at: number): void {
    this.#of(conversation).add(id, keys, at);
    this.#options.onKeys?.(conversation, id);
  }

  /** Everything that a message is known by. */
  keysOf(conversation: BareJid, id: string): readonly MessageKeys[] {
    return this.#known.get(conversation)?.keysOf(id) ?? [];
  }

  /** The id of the kept message that this is a copy of; a plain id (weak) only counts for one that was delayed. */
  copyOf(conversation: BareJid, keys: MessageKeys, at: number, delayed: boolean): string | undefined {
    const { weak: _weak, ...strong } = keys;
    return this.#known.get(conversation)?.find(delayed ? keys : strong, at);
  }

  forget(conversation: BareJid, messages: readonly ChatMessage[]): void {
    const known = this.#known.get(conversation);
    for (const { id } of messages) known?.forget(id);
  }

  archiveIdOf(conversation: BareJid, id: string): string | undefined {
    return this.#known.get(conversation)?.archiveIdOf(id);
  }

  /** The place in the archive of the oldest kept message that has one. */
  oldestArchiveId(conversation: BareJid): string | undefined {
    const known = this.#known.get(conversation);
    if (known === undefined) return undefined;
    for (const { id } of this.model.log(conversation)) {
      const archiveId = known.archiveIdOf(id);
      if (archiveId !== undefined) return archiveId;
    }
    return undefined;
  }

  /**
   * Merges messages of one conversation, in the archive's order: a new one goes behind the one it follows there, the first
   * of them behind message `tail`; those that follow none that is kept are {@link Merged.older}.
   * @param missed they came while this client was away, and are shown as delayed
   */
  merge(
    conversation: BareJid,
    kind: ConversationKind,
    page: readonly ArchivedMessage[],
    tail: string | undefined,
    missed: boolean,
  ): Merged {
    const known = this.#of(conversation);
    let [older, run]: [ChatMessage[] | undefined, ChatMessage[]] = [undefined, []];
    let last = tail;
    const settle = (): void => {
      if (last === undefined) older = run;
      else if (run.length > 0) {
        this.model.insertMessages(conversation, kind, run, this.model.log(conversation).after(last)?.id);
        last = run.at(-1)?.id;
      }
      run = [];
    };
    const seen = new Set<string>();
    for (const archived of page) {
      const { message, keys, at } = archived;
      if (archived.replaces !== undefined && this.#options.correct(archived, run)) continue;
      const copy = this.#copyOf(conversation, archived);
      if (copy === undefined) {
        const shown = {
          ...this.#options.present(archived),
          delayed: missed && message.direction === 'in',
          ...(archived.replaces === undefined ? {} : { strayCorrection: true as const }),
        };
        if (keys !== undefined) known.add(message.id, keys, at);
        seen.add(message.id);
        run.push(shown);
        continue;
      }
      // Twice in this page.
      if (seen.has(copy)) continue;
      // A window shows it apart from the rest: here it comes to its place.
      if (this.model.log(conversation).get(copy) === undefined) {
        seen.add(copy);
        run.push(this.model.message(conversation, copy) ?? { ...this.#options.present(archived), id: copy });
        continue;
      }
      settle();
      if (keys !== undefined) this.add(conversation, copy, keys, at);
      // An own message may stand further up here, where it was written, than in the archive, where it arrived.
      if (last === undefined || !this.model.log(conversation).isBehind(last, copy)) last = copy;
    }
    const newest = run.at(-1)?.id;
    settle();
    return { older: older ?? [], tail: last ?? newest };
  }

  /**
   * Messages of an archive that stand apart from the rest, in its order, each under the id of its copy where there is one. What
   * corrects another of them is not among them.
   */
  apart(
    conversation: BareJid,
    kind: ConversationKind,
    page: readonly ArchivedMessage[],
  ): readonly ChatMessage[] {
    const run: ChatMessage[] = [];
    for (const archived of page) {
      if (archived.replaces !== undefined && this.#options.correct(archived, run)) continue;
      const shown = this.#options.present(archived);
      const id = this.#copyOf(conversation, archived) ?? shown.id;
      if (run.some((one) => one.id === id)) continue;
      if (archived.keys !== undefined) this.#of(conversation).add(id, archived.keys, archived.at);
      run.push(
        this.model.message(conversation, id) ?? {
          ...shown,
          id,
          ...(archived.replaces === undefined ? {} : { strayCorrection: true as const }),
        },
      );
    }
    return this.model.setApart(conversation, kind, run);
  }

  /** The id of the kept message that this is a copy of. */
  #copyOf(conversation: BareJid, { message, keys, at }: ArchivedMessage): string | undefined {
    const id = keys === undefined ? undefined : this.#of(conversation).find(keys, at);
    if (id !== undefined) return id;
    // Ids of own messages are the same here and there.
    return this.model.log(conversation).get(message.id) === undefined ? undefined : message.id;
  }

  #of(conversation: BareJid): KnownMessages {
    let known = this.#known.get(conversation);
    if (known === undefined) {
      known = new KnownMessages();
      this.#known.set(conversation, known);
    }
    return known;
  }
}
