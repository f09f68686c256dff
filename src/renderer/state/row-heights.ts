import type { ChatMessage } from '../../shared/chat-model.ts';
import { estimateHeight, shapeOf } from './message-groups.ts';

/**
 * Guesses how high a row will be, and learns from those that were measured. A guess that is wrong costs one more render and
 * layout of the list, several times a second where people talk fast.
 */
export class RowHeights {
  /** Pixels, by shape; the newest measurement counts, because the window's width may have changed. */
  readonly #measured = new Map<number, number>();

  guess(message: ChatMessage | undefined, previous: ChatMessage | undefined): number {
    const shape = message === undefined ? undefined : shapeOf(message, previous);
    const known = shape === undefined ? undefined : this.#measured.get(shape);
    return known ?? estimateHeight(message, previous);
  }

  /** A row was measured to be `height` pixels high. */
  learn(message: ChatMessage | undefined, previous: ChatMessage | undefined, height: number): void {
    const shape = message === undefined ? undefined : shapeOf(message, previous);
    if (shape !== undefined) this.#measured.set(shape, height);
  }
}
