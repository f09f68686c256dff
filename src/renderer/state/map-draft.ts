/** A map that copies itself on the first change: a batch of events costs at most one copy of each map. */
export class MapDraft<Key, Value> {
  #map: ReadonlyMap<Key, Value>;
  #own: Map<Key, Value> | undefined;

  constructor(map: ReadonlyMap<Key, Value>) {
    this.#map = map;
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  set(key: Key, value: Value): void {
    if (this.#map.get(key) !== value) this.#write().set(key, value);
  }

  delete(key: Key): void {
    if (this.#map.has(key)) this.#write().delete(key);
  }

  /** The same map as at the start when nothing changed. */
  get value(): ReadonlyMap<Key, Value> {
    return this.#map;
  }

  #write(): Map<Key, Value> {
    if (this.#own === undefined) {
      this.#own = new Map(this.#map);
      this.#map = this.#own;
    }
    return this.#own;
  }
}
