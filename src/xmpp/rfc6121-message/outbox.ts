/** Own messages and what became of them. Outlives connections: nothing is forgotten before its fate is known. */
import type { ConversationKind, DeliveryState } from '../../shared/chat-model.ts';
import type { DataForm } from '../../shared/data-form.ts';
import { AppError, type ErrorReport } from '../../shared/errors.ts';
import type { SharedFile } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { SecurityLabel } from '../../shared/labels.ts';
import type { BoardOperation } from '../../shared/whiteboard.ts';
import type { DeliveryChange } from '../api.ts';
import type { ReplyTo } from '../xep-0461-replies/replies.ts';

/** What this user does to a message instead of saying something; `id` is the message's on the wire (XEP-0461 3.1). */
export type OutgoingAction =
  | { readonly type: 'react'; readonly id: string; readonly emojis: readonly string[] }
  | { readonly type: 'retract'; readonly id: string }
  /** In a room, at most `MAX_ACKNOWLEDGED_AT_ONCE` of its messages. */
  | { readonly type: 'acknowledge'; readonly ids: readonly string[] };

/** What a message may be besides a text. */
export interface OutgoingExtras {
  readonly reply?: ReplyTo;
  /** The stanza id of the own message that it corrects. */
  readonly replaces?: string;
  /** Says what `body` says. */
  readonly form?: DataForm;
  /** What it does to the room's whiteboard; says what `body` says. */
  readonly board?: readonly BoardOperation[];
}

export interface Outgoing extends OutgoingExtras {
  readonly id: string;
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly body: string;
  readonly file?: SharedFile;
  readonly label?: SecurityLabel;
  /** `body` is empty then. */
  readonly action?: OutgoingAction;
  readonly state: DeliveryState;
}

/** Messages whose fate is open. */
const MAX_OPEN = 10_000;
/** Messages with a known fate, kept for late receipts and errors. */
const MAX_CLOSED = 5_000;
/** States only go up; `failed` is apart. */
const RANK: Record<DeliveryState, number> = {
  queued: 0,
  sent: 1,
  stored: 2,
  delivered: 3,
  displayed: 4,
  failed: 5,
};

export class Outbox {
  readonly #emit: (change: DeliveryChange) => void;
  /** In the order in which they were written. */
  readonly #open = new Map<string, Outgoing>();
  readonly #closed = new Map<string, Outgoing>();

  constructor(emit: (change: DeliveryChange) => void) {
    this.#emit = emit;
  }

  /** Takes a message in, or one that failed once more. Throws MESSAGE_REFUSED when too many wait or the id is in use. */
  add(message: Omit<Outgoing, 'state'>): Outgoing {
    if (this.#open.size >= MAX_OPEN) throw new AppError('MESSAGE_REFUSED', { condition: 'queue-full' });
    const known = this.get(message.id);
    if (known !== undefined && (known.state !== 'failed' || known.conversation !== message.conversation)) {
      throw new AppError('MESSAGE_REFUSED', { condition: 'id-in-use' });
    }
    this.#closed.delete(message.id);
    const outgoing: Outgoing = { ...message, state: 'queued' };
    this.#open.set(message.id, outgoing);
    return outgoing;
  }

  /** Remembers a message that another client of this account sent, for its receipts. */
  addForeign(message: Omit<Outgoing, 'state' | 'body'>): void {
    if (this.get(message.id) === undefined) this.#close({ ...message, body: '', state: 'stored' });
  }

  get(id: string): Outgoing | undefined {
    return this.#open.get(id) ?? this.#closed.get(id);
  }

  /** Open messages of a kind, oldest first. */
  open(kind: ConversationKind): Outgoing[] {
    return [...this.#open.values()].filter((message) => message.kind === kind);
  }

  /** Moves a message on and tells it; a step back, or one after `failed`, is ignored. */
  advance(id: string, state: Exclude<DeliveryState, 'failed'>): void {
    const message = this.get(id);
    if (message === undefined || message.state === 'failed' || RANK[state] <= RANK[message.state]) return;
    const moved: Outgoing = { ...message, state };
    if (state === 'sent') this.#open.set(id, moved);
    else this.#close(moved);
    this.#tell(moved);
  }

  fail(id: string, error: ErrorReport): void {
    const message = this.get(id);
    if (message === undefined || message.state === 'failed' || message.state === 'delivered') return;
    const moved: Outgoing = { ...message, state: 'failed' };
    this.#close(moved);
    this.#tell(moved, error);
  }

  #close(message: Outgoing): void {
    this.#open.delete(message.id);
    this.#closed.delete(message.id);
    this.#closed.set(message.id, message);
    if (this.#closed.size <= MAX_CLOSED) return;
    const [oldest] = this.#closed.keys();
    if (oldest !== undefined) this.#closed.delete(oldest);
  }

  #tell({ conversation, kind, id, state }: Outgoing, error?: ErrorReport): void {
    this.#emit({ conversation, kind, id, state, ...(error === undefined ? {} : { error }) });
  }
}
