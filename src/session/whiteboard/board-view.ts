/** An open board as the window has it, and what to tell the window when it changes. */
import type { BoardItem } from '../../shared/chat-board-commands.ts';
import type { BareJid } from '../../shared/jid.ts';
import {
  type BoardEntry,
  type BoardState,
  boardOf,
  type DrawnElement,
  EMPTY_BOARD,
} from '../../shared/whiteboard-state.ts';

export interface BoardViewChange {
  readonly upsert: readonly BoardItem[];
  /** Ids. */
  readonly remove: readonly string[];
}

export class BoardView {
  readonly room: BareJid;
  #state: BoardState = EMPTY_BOARD;
  #items = new Map<string, BoardItem>();

  constructor(room: BareJid) {
    this.room = room;
  }

  get state(): BoardState {
    return this.#state;
  }

  get items(): readonly BoardItem[] {
    return [...this.#items.values()];
  }

  update(entries: readonly BoardEntry[]): BoardViewChange {
    this.#state = boardOf(entries);
    const former = this.#items;
    this.#items = new Map();
    const upsert: BoardItem[] = [];
    let order = 0;
    for (const drawn of this.#state.elements) {
      const id = `${this.room}\n${drawn.key}`;
      const known = former.get(id);
      // Elements keep their number as long as they keep their place.
      order = known !== undefined && known.order > order ? known.order : order + 1;
      const item =
        known !== undefined && known.order === order && isSame(known.drawn, drawn)
          ? known
          : { id, room: this.room, order, drawn };
      if (item !== known) upsert.push(item);
      this.#items.set(id, item);
    }
    const remove = [...former.keys()].filter((id) => !this.#items.has(id));
    return { upsert, remove };
  }
}

function isSame(one: DrawnElement, other: DrawnElement): boolean {
  return (
    one.element === other.element &&
    one.state === other.state &&
    one.message === other.message &&
    one.name === other.name &&
    one.at === other.at &&
    one.label === other.label
  );
}
