/**
 * What is known of one room's whiteboard: the messages that drew on it, in the room's order. What the archive says comes first,
 * what the room said since behind it, and what of this user is on its way last. Pure.
 */
import { weightOf } from '../../shared/whiteboard.ts';
import { type BoardEntry, empties } from '../../shared/whiteboard-state.ts';

/** A message that drew, and what others call it. */
export interface LoggedEntry {
  readonly entry: BoardEntry;
  /** The archive's id. */
  readonly archiveId?: string | undefined;
  /** Its sender's ids of it. */
  readonly ids: readonly string[];
}

/** Somebody took a message back. */
export interface TakenBack {
  readonly id: string;
  /** The author of the message; absent: the room has, and may with any. */
  readonly author: string | undefined;
  readonly byRoom: boolean;
}

/** Messages of one board, and words about messages that did not come yet. */
const MAX_ENTRIES = 5_000;
/** And so much of what they drew ({@link weightOf}): 5,000 messages that are full of points would be 250 MB. */
const MAX_WEIGHT = 500_000;
const MAX_TAKEN_BACK = 1_000;
/** What is let go at a time. */
const SPARE = 500;

export class BoardLog {
  #kept: LoggedEntry[] = [];
  /** What they are known by. */
  #names = new Set<string>();
  #weight = 0;
  #own: LoggedEntry[] = [];
  #takenBack: TakenBack[] = [];
  /** Something was let go because it was too much. */
  #cut = false;

  get entries(): readonly BoardEntry[] {
    return [...this.#kept, ...this.#own].map(({ entry }) => entry);
  }

  get isCut(): boolean {
    return this.#cut;
  }

  /** A message that the room has shown to all; one that is known stays where it is. */
  add(logged: LoggedEntry): boolean {
    if (this.#isKnown(logged) || this.#isTakenBack(logged)) return false;
    if (empties(logged.entry)) {
      this.#keep([]);
      this.#cut = false;
    }
    this.#kept.push(logged);
    this.#weight += weightOf(logged.entry.operations);
    for (const name of namesOf(logged)) this.#names.add(name);
    this.#bound();
    return true;
  }

  /** Own drawing that is on its way, or once more. */
  send(entry: BoardEntry): void {
    this.#own = [...this.#own.filter((one) => one.entry.id !== entry.id), { entry, ids: [entry.id] }];
  }

  /** What waits under that id is not sent after all. */
  drop(id: string): void {
    this.#own = this.#own.filter(({ entry }) => entry.id !== id);
  }

  /** The room shows an own message to all. False: it was none of this board's, or is known. */
  arrived(id: string, archiveId: string | undefined): boolean {
    const own = this.#own.find(({ entry }) => entry.id === id);
    if (own !== undefined) {
      this.drop(id);
      return this.add({ entry: { ...own.entry, state: 'kept' }, archiveId, ids: [id] });
    }
    if (archiveId === undefined) return false;
    this.#keep(
      this.#kept.map((one) => (one.entry.own && one.ids.includes(id) ? { ...one, archiveId } : one)),
    );
    return false;
  }

  settle(id: string, state: 'waiting' | 'failed'): boolean {
    const own = this.#own.find(({ entry }) => entry.id === id);
    if (own === undefined || own.entry.state === state) return false;
    this.#own = this.#own.map((one) => (one === own ? { ...one, entry: { ...one.entry, state } } : one));
    return true;
  }

  takeBack(takenBack: TakenBack): boolean {
    this.#takenBack.push(takenBack);
    if (this.#takenBack.length > MAX_TAKEN_BACK) this.#takenBack.shift();
    const kept = this.#kept.filter((logged) => !fits(takenBack, logged));
    const changed = kept.length < this.#kept.length;
    if (changed) this.#keep(kept);
    return changed;
  }

  /** How far the log goes now, for {@link merge}. */
  get mark(): LoggedEntry | undefined {
    return this.#kept.at(-1);
  }

  /**
   * What the archive holds, oldest first, in place of everything that was known at `mark`: what the room said since stays
   * behind it.
   */
  merge(
    archived: readonly LoggedEntry[],
    takenBack: readonly TakenBack[],
    mark: LoggedEntry | undefined,
  ): void {
    const since = this.#kept.slice(mark === undefined ? 0 : this.#kept.indexOf(mark) + 1);
    this.#keep([]);
    this.#cut = false;
    for (const one of takenBack) this.takeBack(one);
    for (const logged of archived) {
      this.add(logged);
      if (logged.entry.own) for (const id of logged.ids) this.drop(id);
    }
    for (const logged of since) this.add(logged);
  }

  /** What the archive holds from before everything that is known. */
  prepend(older: readonly LoggedEntry[], takenBack: readonly TakenBack[]): void {
    const newer = this.#kept;
    this.#keep([]);
    for (const one of takenBack) this.takeBack(one);
    for (const logged of [...older, ...newer]) this.add(logged);
  }

  #isKnown(logged: LoggedEntry): boolean {
    return namesOf(logged).some((name) => this.#names.has(name));
  }

  #keep(kept: LoggedEntry[]): void {
    this.#kept = kept;
    this.#weight = kept.reduce((sum, { entry }) => sum + weightOf(entry.operations), 0);
    this.#names = new Set(kept.flatMap(namesOf));
  }

  #isTakenBack(logged: LoggedEntry): boolean {
    return this.#takenBack.some((one) => fits(one, logged));
  }

  #bound(): void {
    if (this.#kept.length <= MAX_ENTRIES && this.#weight <= MAX_WEIGHT) return;
    this.#keep(this.#kept.slice(Math.min(SPARE + 1, Math.ceil(this.#kept.length / 10))));
    this.#cut = true;
  }
}

/** An author's ids are the author's: nobody makes another one's message a double. */
function namesOf({ archiveId, ids, entry }: LoggedEntry): readonly string[] {
  const own = ids.map((id) => `o\n${entry.author ?? ''}\n${id}`);
  return archiveId === undefined ? own : [`a\n${archiveId}`, ...own];
}

function fits({ id, author, byRoom }: TakenBack, { entry, archiveId, ids }: LoggedEntry): boolean {
  if (byRoom) return archiveId === id;
  return author !== undefined && author === entry.author && (archiveId === id || ids.includes(id));
}
