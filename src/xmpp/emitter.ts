/** A typed event source. Listeners are called at once and in order; what one throws ends the stream it came from. */
type Listeners<Events extends Record<keyof Events, readonly unknown[]>> = {
  [Name in keyof Events]?: Set<(...args: Events[Name]) => void>;
};

export class Emitter<Events extends Record<keyof Events, readonly unknown[]>> {
  readonly #listeners: Listeners<Events> = {};

  /** Returns a function that ends the observation. */
  on<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): () => void {
    const listeners = this.#listeners[name] ?? new Set();
    this.#listeners[name] = listeners;
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    for (const listener of this.#listeners[name] ?? []) listener(...args);
  }

  observed(name: keyof Events): boolean {
    return (this.#listeners[name]?.size ?? 0) > 0;
  }
}
