import type { ChatMessage } from '../../shared/chat-model.ts';
import { estimateHeight, shapeOf } from './message-groups.ts';

/**
 * Guesses how high a row will be, and learns from those that were measured. A guess that is wrong costs one more render and
 * layout of the list, several times a second where people talk fast.
 */
export class RowHeights {
  /** Pixels, by shape; the newest measurement counts, because the window's width may have changed. */
  readonly #measured = new Map<number, number>();
  /**
   * What was guessed stays, however wrong: a better guess for rows that are not in sight would move all that are, and all of
   * the list would be drawn anew.
   */
  readonly #guessed = new WeakMap<ChatMessage, number>();

  guess(message: ChatMessage | undefined, previous: ChatMessage | undefined): number {
    if (message === undefined) return estimateHeight(message, previous);
    const guessed = this.#guessed.get(message);
    if (guessed !== undefined) return guessed;
    const shape = shapeOf(message, previous);
    const known = shape === undefined ? undefined : this.#measured.get(shape);
    const height = known ?? estimateHeight(message, previous);
    this.#guessed.set(message, height);
    return height;
  }

  /** A row was measured to be `height` pixels high. */
  learn(message: ChatMessage | undefined, previous: ChatMessage | undefined, height: number): void {
    const shape = message === undefined ? undefined : shapeOf(message, previous);
    if (shape !== undefined) this.#measured.set(shape, height);
  }
}
