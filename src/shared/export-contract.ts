/** After-action exports between the processes: what is asked for, and the records that make it up. */
import { MAX_ACKNOWLEDGING } from './acknowledgements.ts';
import type { BareJid } from './jid.ts';
import type { BoardOperation } from './whiteboard.ts';
import { boardOperationsOf } from './whiteboard-input.ts';

export const EXPORT_FORMATS = ['pdf', 'html', 'json', 'text'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is exported. */
export type ExportScope =
  | { readonly kind: 'conversation'; readonly conversation: BareJid }
  /** All that fits a query of the search box. `server`: with what the search of the server's archives has found by it so far. */
  | { readonly kind: 'search'; readonly query: string; readonly server?: boolean };

/** Messages of one export. */
export const MAX_EXPORT_RECORDS = 10_000;
/** Longest text of a record's field, in UTF-16 code units. */
export const MAX_EXPORT_TEXT = 70_000;

/** One message as it is exported. Times are ISO 8601 in UTC. */
export interface ExportRecord {
  readonly time: string;
  readonly conversation: string;
  readonly sender: string;
  /** Said by the analyst who exports. */
  readonly own: boolean;
  /** The marking; empty: none. */
  readonly label: string;
  readonly text: string;
  /** What it drew on the room's whiteboard; `text` says the same. */
  readonly board?: readonly BoardOperation[];
  /** Texts before corrections, oldest first. */
  readonly earlier: readonly { readonly time: string; readonly text: string }[];
  /** Taken back; `text` is what was there, as far as it is known. */
  readonly retracted?: {
    readonly time: string;
    readonly by: string;
    readonly reason: string;
    /** The server has not taken it yet: everybody else still reads the message. */
    readonly waiting?: true;
  };
  /** Who in the room acknowledged the alert that it raised, and when; absent: nobody. */
  readonly acknowledged?: readonly { readonly time: string; readonly by: string }[];
  /** How far an own message got. */
  readonly delivery?: string;
}

export interface ExportResult {
  /** The document's name on the disk; its proof is beside it. */
  readonly name: string;
  readonly proof: string;
  readonly records: number;
}

export function isExportScope(value: unknown): value is ExportScope {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, conversation, query, server } = value as Readonly<Record<string, unknown>>;
  if (kind === 'conversation') return isText(conversation, 3_071) && conversation !== '';
  if (server !== undefined && typeof server !== 'boolean') return false;
  return kind === 'search' && isText(query, 512) && query !== '';
}

export function isExportFormat(value: unknown): value is ExportFormat {
  return EXPORT_FORMATS.some((format) => format === value);
}

function isText(value: unknown, max = MAX_EXPORT_TEXT): value is string {
  return typeof value === 'string' && value.length <= max;
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/u;

function isTime(value: unknown): boolean {
  return typeof value === 'string' && TIME.test(value);
}

/** A record of the contract, complete and within bounds. */
export function isExportRecord(value: unknown): value is ExportRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { time, conversation, sender, own, label, text, board, earlier, retracted, acknowledged, delivery } =
    value as Readonly<Record<string, unknown>>;
  if (!isTime(time) || !isText(conversation) || !isText(sender) || typeof own !== 'boolean') return false;
  if (!isText(label, 256) || !isText(text) || !(delivery === undefined || isText(delivery, 32))) return false;
  if (board !== undefined && boardOperationsOf(board) === undefined) return false;
  if (!Array.isArray(earlier) || earlier.length > 100) return false;
  if (acknowledged !== undefined && !isAcknowledged(acknowledged)) return false;
  const isVersion = (one: unknown) =>
    typeof one === 'object' &&
    one !== null &&
    isTime(Reflect.get(one, 'time')) &&
    isText(Reflect.get(one, 'text'));
  return earlier.every(isVersion) && (retracted === undefined || isRetraction(retracted));
}

function isAcknowledged(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > MAX_ACKNOWLEDGING) return false;
  return value.every(
    (one: unknown) =>
      typeof one === 'object' &&
      one !== null &&
      isTime(Reflect.get(one, 'time')) &&
      isText(Reflect.get(one, 'by'), 1_024),
  );
}

function isRetraction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { time, by, reason, waiting } = value as Readonly<Record<string, unknown>>;
  if (waiting !== undefined && waiting !== true) return false;
  return isTime(time) && isText(by, 1_024) && isText(reason, 1_024);
}
