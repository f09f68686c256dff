/**
 * Files between the processes. Bytes come from the window in parts, leave through the session process to the approved
 * file gate, come from there, and are written by the main process; no process holds a whole file.
 */
import type { ErrorReport } from './errors.ts';
import type { BareJid } from './jid.ts';

/** What the policy says of files, as the session gets it. Absent: no files. */
export interface FilePolicy {
  /** The approved gate: the name in its certificate, where it listens, and its keys. */
  readonly host: string;
  readonly port: number;
  readonly pins: readonly string[];
  /** The folder of all its addresses, from `/` to `/`. */
  readonly path: string;
  readonly maximumBytes: number;
  /** Media types in lower case; empty: any. */
  readonly types: readonly string[];
  /** How files may get into the window. */
  readonly origins: readonly FileOrigin[];
}

export type FileOrigin = 'choose' | 'paste' | 'drop';

/** A file that a message tells of (XEP-0446, XEP-0447). */
export interface SharedFile {
  /** As {@link displayFileName} makes it: for showing, not a path. */
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** Base64, 32 bytes. */
  readonly sha256: string;
  /** At the approved gate. Only the session process uses it. */
  readonly url: string;
}

/**
 * Where a file is. Out: `waiting` for its turn, `uploading`, `scanning` by the gate; then its message is sent and the
 * transfer is gone, or it is `quarantined` or `failed`. In: `waiting`, `downloading`, `saved` or `failed`.
 */
export type TransferState =
  | 'waiting'
  | 'uploading'
  | 'scanning'
  | 'quarantined'
  | 'downloading'
  | 'saved'
  | 'failed';

export interface FileTransfer {
  readonly id: string;
  readonly direction: 'out' | 'in';
  readonly conversation: BareJid;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes that went through. */
  readonly done: number;
  readonly state: TransferState;
  /** The message whose file is saved; only with `in`. */
  readonly message?: string;
  /** Only with `failed` and `quarantined`. */
  readonly error?: ErrorReport;
  /** The name of the file on disk, without its folder; only with `saved`. */
  readonly savedAs?: string;
}

/** Bytes of one part of a file, on every port. */
export const FILE_PART_BYTES = 64 * 1024;
/** Parts of one file that are on their way at once. */
export const FILE_PARTS_IN_FLIGHT = 4;
/** Transfers that the session keeps, the finished ones included. */
export const MAX_TRANSFERS = 200;
/** UTF-16 code units of a file's name, in messages and on the ports. */
export const MAX_FILE_NAME = 255;

/** Session to main, over the port of `attach-files`: one file at a time has one `id`. */
export type SaveRequest =
  | {
      readonly kind: 'open';
      readonly id: number;
      readonly name: string;
      readonly size: number;
      /** Base64, 32 bytes. */
      readonly sha256: string;
      /** `https://HOST:PORT/` of the gate, for the mark of where it came from. */
      readonly source: string;
    }
  | { readonly kind: 'data'; readonly id: number; readonly data: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'abort'; readonly id: number };

/** Main to session. `taken` is the credit for one part; the first ones are given with `open`'s answer. */
export type SaveReply =
  | { readonly kind: 'opened'; readonly id: number }
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'saved'; readonly id: number; readonly name: string }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorReport };

/** Media types (RFC 6838 4.2), without parameters. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/u;

/** RFC 2046 4.5.1: what is not known. */
export const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

/** The type in lower case without parameters; {@link UNKNOWN_MEDIA_TYPE} for what is none. */
export function mediaTypeOf(text: string): string {
  const type = (text.slice(0, 256).split(';')[0] ?? '').trim().toLowerCase();
  return MEDIA_TYPE.test(type) ? type : UNKNOWN_MEDIA_TYPE;
}

/** Controls, format characters (bidi overrides among them), surrogates, private use, what is not shown at all. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** What is looked at of a name that is longer. */
const MAX_RAW_NAME = 4096;
const SEPARATORS = /[/\\:]/gu;

/** A text of the network as one line that hides nothing; may be empty. `limit` is in UTF-16 code units. */
export function displayLine(text: string, limit: number): string {
  const line = text.slice(0, limit).normalize('NFC').replace(HIDDEN, '').replace(/\s+/gu, ' ').trim();
  return line.slice(0, limit);
}

/**
 * A file's name as it may be shown: one line, nothing that hides or turns letters around, no path, at most
 * {@link MAX_FILE_NAME} long with its ending kept. Never empty.
 */
export function displayFileName(text: string): string {
  const name = displayLine(text, MAX_RAW_NAME).replace(SEPARATORS, '_');
  if (name === '' || name === '.' || name === '..') return 'file';
  if (name.length <= MAX_FILE_NAME) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : '';
  const kept = name.slice(0, MAX_FILE_NAME - 1 - ending.length).replace(/[\ud800-\udbff]$/u, '');
  return `${kept}…${ending}`;
}

/** What a message about a file says to a client that knows no files; it names no address. */
export function fileDescription({ name, size }: Pick<SharedFile, 'name' | 'size'>): string {
  return `file ${name} (${formatSize(size)})`;
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size as a person reads it, in binary units. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  let value = bytes;
  let unit: string = 'bytes';
  for (const next of UNITS) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
