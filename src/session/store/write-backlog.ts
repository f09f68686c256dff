/** What is to be written to this computer's history: gathered, given out once, and put back where it could not be written. */
import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Place, PutRun, StoredArchive, StoredKeys } from '../../store/index.ts';
import { textOf } from '../message-log.ts';

/** Messages that wait at most; the oldest of those that the server's archive has are given up first. */
const MAX_MESSAGES = 20_000;
/** And so many UTF-16 code units of text. */
const MAX_TEXT = 16 * 1024 * 1024;

interface Run {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly place: Place;
  readonly ids: string[];
}

interface Waiting {
  readonly message: ChatMessage;
  /** As they were when it was given out: memory may have let go of it since. */
  readonly keys: readonly StoredKeys[];
}

/** What was given out to be written. */
export interface Batch {
  readonly puts: readonly PutRun[];
  readonly archives: readonly StoredArchive[];
  readonly runs: readonly Run[];
  readonly messages: ReadonlyMap<string, Waiting>;
}

type KeysOf = (conversation: BareJid, id: string) => readonly StoredKeys[];

export class WriteBacklog {
  readonly #keysOf: KeysOf;
  readonly #maxMessages: number;
  #runs: Run[] = [];
  /** The newest form of each message, the oldest first. */
  #messages = new Map<string, Waiting>();
  /** How far archives are known by now; written with the messages that came of them. */
  #archives = new Map<string, StoredArchive['ranges']>();
  #text = 0;
  #lost = 0;

  /** @param keysOf everything that a message is known by */
  constructor(keysOf: KeysOf, maxMessages = MAX_MESSAGES) {
    this.#keysOf = keysOf;
    this.#maxMessages = maxMessages;
  }

  /** Messages that were given up for want of room. */
  get lost(): number {
    return this.#lost;
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0 && this.#archives.size === 0;
  }

  place(conversation: BareJid, kind: ConversationKind, messages: readonly ChatMessage[], place: Place): void {
    const former = this.#runs.at(-1);
    const goesOn = former?.conversation === conversation && former.place.at === 'end' && place.at === 'end';
    const run = goesOn ? former : { conversation, kind, place, ids: [] };
    if (!goesOn) this.#runs.push(run);
    for (const message of messages) {
      run.ids.push(message.id);
      // Of what memory has no room for it is forgotten at once.
      this.#set(conversation, message, this.#keysOf(conversation, message.id));
    }
    this.#bound();
  }

  change(conversation: BareJid, message: ChatMessage): void {
    const waiting = this.#messages.get(keyOf(conversation, message.id));
    if (waiting === undefined)
      this.#runs.push({ conversation, kind: 'contact', place: { at: 'there' }, ids: [message.id] });
    this.#set(conversation, message, waiting?.keys ?? []);
    this.#bound();
  }

  /** `undefined`: nothing is known of that archive any more. */
  archive(name: string, ranges: StoredArchive['ranges']): void {
    this.#archives.set(name, ranges);
  }

  /** All that waits; nothing waits afterwards. */
  take(): Batch {
    const [runs, former] = [this.#runs, this.#messages];
    const messages = new Map<string, Waiting>();
    const archives = [...this.#archives].map(([name, ranges]) => ({ name, ranges }));
    const puts = runs.map(({ conversation, kind, place, ids }) => ({
      conversation,
      kind,
      place,
      messages: ids.flatMap((id) => {
        const key = keyOf(conversation, id);
        const waiting = former.get(key);
        if (waiting === undefined) return [];
        const known = this.#keysOf(conversation, id);
        const keys = known.length > 0 ? known : waiting.keys;
        messages.set(key, { message: waiting.message, keys });
        return [{ message: settled(waiting.message), keys }];
      }),
    }));
    this.#runs = [];
    this.#messages = new Map();
    this.#archives = new Map();
    this.#text = 0;
    return { puts, archives, runs, messages };
  }

  /** It could not be written: it goes before what has come since. */
  putBack({ archives, runs, messages }: Batch): void {
    for (const { name, ranges } of archives) if (!this.#archives.has(name)) this.#archives.set(name, ranges);
    const newer = this.#messages;
    this.#runs = [...runs, ...this.#runs];
    this.#messages = new Map(messages);
    for (const [key, waiting] of newer) {
      const keys = waiting.keys.length > 0 ? waiting.keys : (messages.get(key)?.keys ?? []);
      this.#messages.set(key, { message: waiting.message, keys });
    }
    this.#text = 0;
    for (const { message } of this.#messages.values()) this.#text += textOf(message);
    this.#bound();
  }

  #set(conversation: BareJid, message: ChatMessage, keys: readonly StoredKeys[]): void {
    const key = keyOf(conversation, message.id);
    const former = this.#messages.get(key);
    this.#text += textOf(message) - (former === undefined ? 0 : textOf(former.message));
    this.#messages.set(key, { message, keys });
  }

  #bound(): void {
    if (this.#isWithin()) return;
    for (const [key, { message }] of this.#messages) {
      if (isOwed(message)) continue;
      this.#messages.delete(key);
      this.#text -= textOf(message);
      this.#lost += 1;
      if (this.#isWithin()) break;
    }
    this.#runs = this.#runs
      .map((run) => ({
        ...run,
        ids: run.ids.filter((id) => this.#messages.has(keyOf(run.conversation, id))),
      }))
      .filter(({ ids }) => ids.length > 0);
  }

  #isWithin(): boolean {
    return this.#messages.size <= this.#maxMessages && this.#text <= MAX_TEXT;
  }
}

/** Whether something of this user's would be lost with it: nobody else has it yet. */
export function isOwed({ delivery, pending }: ChatMessage): boolean {
  return delivery === 'queued' || delivery === 'sent' || pending !== undefined;
}

function keyOf(conversation: BareJid, id: string): string {
  return `${conversation}\n${id}`;
}

/** Nothing is being loaded in a session to come. */
function settled(message: ChatMessage): ChatMessage {
  const { gapAfter } = message;
  return gapAfter === undefined ? message : { ...message, gapAfter: { ...gapAfter, loading: false } };
}
