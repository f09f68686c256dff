/**
 * Own drawing on its way into messages: what is drawn within half a second goes together, and where the room does not keep up
 * the next message waits for it. So a pen costs at most two messages a second.
 */
import { BOARD_LIMITS, type BoardOperation, pointsOf, standsAlone } from '../../shared/whiteboard.ts';

const INTERVAL_MS = 500;
/** Messages that the room has not shown yet, and how long at most they hold up others, milliseconds. */
const MAX_UNANSWERED = 4;
const MAX_HOLD_MS = 5_000;

/** What is drawn at once, and under one label. */
export interface Drawing {
  readonly operations: readonly BoardOperation[];
  readonly label: string | undefined;
}

interface Waiting extends Drawing {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface BoardSenderOptions {
  /** Sends a message; returns its id. */
  send(drawing: Drawing): string;
  now(): number;
}

export class BoardSender {
  readonly #options: BoardSenderOptions;
  #queue: Waiting[] = [];
  readonly #unanswered = new Map<string, number>();
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BoardSenderOptions) {
    this.#options = options;
  }

  /** Resolves when it is in a message; rejects with what sending that throws. */
  draw(drawing: Drawing): Promise<void> {
    return new Promise((done, failed) => {
      this.#queue.push({ ...drawing, done, failed });
      this.#pump();
    });
  }

  /** That message was written into the connection; the room's word on it is owed. */
  onSent(id: string): void {
    this.#unanswered.set(id, this.#options.now());
  }

  /** The room's word, or that there will be none. */
  onSettled(id: string): void {
    if (!this.#unanswered.delete(id)) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pump();
  }

  /** Sends all that waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#queue.length > 0) this.#sendNext();
  }

  #pump(): void {
    if (this.#timer !== undefined || this.#queue.length === 0) return;
    const now = this.#options.now();
    const wait = Math.max(this.#last + INTERVAL_MS, this.#heldUntil()) - now;
    if (wait <= 0) this.#sendNext();
    if (this.#queue.length === 0) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#pump();
      },
      Math.max(wait, INTERVAL_MS / 5),
    );
  }

  #heldUntil(): number {
    const since = [...this.#unanswered.values()];
    if (since.length < MAX_UNANSWERED) return Number.NEGATIVE_INFINITY;
    return Math.min(...since.slice(-MAX_UNANSWERED)) + MAX_HOLD_MS;
  }

  #sendNext(): void {
    const batch = this.#takeBatch();
    const [first] = batch;
    if (first === undefined) return;
    this.#last = this.#options.now();
    try {
      this.#options.send({
        operations: batch.flatMap(({ operations }) => operations),
        label: first.label,
      });
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }

  /** As many as fit one message, in order. */
  #takeBatch(): readonly Waiting[] {
    const batch: Waiting[] = [];
    let operations = 0;
    let points = 0;
    for (const next of this.#queue) {
      operations += next.operations.length;
      points += next.operations.reduce((sum, one) => sum + pointsOf(one), 0);
      const [first] = batch;
      const together =
        first === undefined ||
        (first.label === next.label &&
          ![...first.operations, ...next.operations].some(standsAlone) &&
          operations <= BOARD_LIMITS.operations &&
          points <= BOARD_LIMITS.messagePoints);
      if (!together) break;
      batch.push(next);
    }
    this.#queue = this.#queue.slice(batch.length);
    return batch;
  }
}
