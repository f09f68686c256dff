/**
 * What a room's operations come to. Everybody who has the same operations in the same order, which is that of the room and of
 * its archive, sees the same board. Pure.
 */
import type { SharedFile } from './file-contract.ts';
import type { MessageLabel } from './labels.ts';
import {
  BOARD_LIMITS,
  type BoardElement,
  type BoardOperation,
  isBoardMessage,
  pointsOf,
} from './whiteboard.ts';

/** The operations of one message of a room. */
export interface BoardEntry {
  /** The message's id in its conversation. */
  readonly id: string;
  /** Whose it is (`MessageReference.author`); absent: it cannot be told, and nobody takes its elements back. */
  readonly author?: string;
  /** The author's name as it is to be shown. */
  readonly name: string;
  readonly own: boolean;
  /** When it was sent, milliseconds since 1970. */
  readonly at: number;
  readonly label?: MessageLabel;
  readonly operations: readonly BoardOperation[];
  /** That of a picture. */
  readonly file?: SharedFile;
  /** Whether the room has let its author empty the board. */
  readonly mayClear: boolean;
  /** `kept`: the room has shown it to all. `waiting`: it is on its way. `failed`: it was refused. */
  readonly state: 'kept' | 'waiting' | 'failed';
}

/** An element on the board. */
export interface DrawnElement extends Pick<BoardEntry, 'name' | 'own' | 'at' | 'label' | 'file' | 'state'> {
  /** Unique on the board: author and the author's id of it. */
  readonly key: string;
  /** The message that it came in. */
  readonly message: string;
  readonly element: BoardElement;
}

export interface BoardState {
  /** In the order in which they were drawn: later ones lie above. */
  readonly elements: readonly DrawnElement[];
  /** Elements that the board had no room for. */
  readonly refused: number;
  /** Who emptied it last. */
  readonly cleared?: { readonly name: string; readonly at: number };
}

export const EMPTY_BOARD: BoardState = { elements: [], refused: 0 };

/** A board that is being put together. */
interface Draft {
  readonly elements: Map<string, DrawnElement>;
  /** Keys that were used since the board was emptied, also of what was taken back: an id names one thing. */
  readonly used: Set<string>;
  points: number;
  refused: number;
  cleared: BoardState['cleared'];
}

/** What entries, oldest first, come to. Those that wait lie above all others, as they will when they arrive. */
export function boardOf(entries: readonly BoardEntry[]): BoardState {
  const draft: Draft = { elements: new Map(), used: new Set(), points: 0, refused: 0, cleared: undefined };
  for (const entry of entries) if (entry.state === 'kept') take(draft, entry);
  for (const entry of entries) if (entry.state !== 'kept') take(draft, entry);
  const { elements, refused, cleared } = draft;
  return {
    elements: [...elements.values()],
    refused,
    ...(cleared === undefined ? {} : { cleared }),
  };
}

/** What was judged: a board is put together anew with each message, and operations do not change. */
const judged = new WeakMap<readonly BoardOperation[], boolean>();

function isMessage(operations: readonly BoardOperation[]): boolean {
  const known = judged.get(operations) ?? isBoardMessage(operations);
  judged.set(operations, known);
  return known;
}

function take(draft: Draft, entry: BoardEntry): void {
  if (!isMessage(entry.operations)) return;
  for (const operation of entry.operations) {
    if (operation.type === 'add') add(draft, entry, operation);
    else if (operation.type === 'withdraw') withdraw(draft, entry, operation.id);
    else if (entry.mayClear && entry.state === 'kept') clear(draft, entry);
  }
}

function add(draft: Draft, entry: BoardEntry, operation: Extract<BoardOperation, { type: 'add' }>): void {
  const { element } = operation;
  if (element.kind === 'image' && entry.file === undefined) return;
  const key = keyOf(entry, element.id);
  if (draft.used.has(key)) return;
  const points = pointsOf(operation);
  if (draft.elements.size >= BOARD_LIMITS.elements || draft.points + points > BOARD_LIMITS.points) {
    draft.refused += 1;
    return;
  }
  draft.used.add(key);
  draft.points += points;
  const { id: message, name, own, at, label, file, state } = entry;
  draft.elements.set(key, {
    key,
    message,
    element,
    name,
    own,
    at,
    state,
    ...(label === undefined ? {} : { label }),
    ...(element.kind === 'image' && file !== undefined ? { file } : {}),
  });
}

function withdraw(draft: Draft, entry: BoardEntry, id: string): void {
  if (entry.author === undefined) return;
  const key = keyOf(entry, id);
  const drawn = draft.elements.get(key);
  // What could not be sent goes on being there for everybody else.
  if (drawn === undefined || entry.state === 'failed') return;
  draft.elements.delete(key);
  draft.points -= pointsOf({ type: 'add', element: drawn.element });
}

function clear(draft: Draft, { name, at }: BoardEntry): void {
  draft.elements.clear();
  draft.used.clear();
  draft.points = 0;
  draft.refused = 0;
  draft.cleared = { name, at };
}

function keyOf({ author, id: message }: BoardEntry, id: string): string {
  return `${author ?? `?${message}`}\n${id}`;
}

/** Whether nothing before this entry can matter any more. */
export function empties({ operations, mayClear, state }: BoardEntry): boolean {
  return state === 'kept' && mayClear && isMessage(operations) && operations[0]?.type === 'clear';
}
