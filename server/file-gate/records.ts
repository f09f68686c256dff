/** What the gate knows about one file: a JSON record, written atomically, kept after the file is gone. */
import { integer, object, oneOf, optional, type Rule, readJson, text } from './fields.ts';

/** `scanning`: nobody has judged it yet. The file itself is gone in the last two. */
export type FileState = 'scanning' | 'released' | 'quarantined' | 'expired' | 'deleted';

export interface Verdict {
  readonly result: 'clean' | 'infected' | 'refused';
  /** The scanner's name of what it found. */
  readonly signature?: string | undefined;
  /** Why the gate's own checks refused it. */
  readonly reason?: string | undefined;
  /** The scanner's version. */
  readonly engine: string;
  /** UTC, ISO 8601. */
  readonly time: string;
}

export interface FileRecord {
  readonly format: 'sallyport.file/1';
  /** Hex SHA-256 of the slot's path: also the name of the file on the disk. */
  readonly id: string;
  /** Below the base path, decoded. */
  readonly path: string;
  /** Made safe ({@link safeName}). */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** As declared. */
  readonly type: string;
  /** Hex. */
  readonly sha256: string;
  /** Bare JID of the uploading card's account. */
  readonly sender: string;
  /** Serial number (hex) of the certificate. */
  readonly certificate: string;
  readonly slot: 'jwt' | 'v1' | 'v2';
  /** What the sender claims: a bare JID and a label's id. */
  readonly conversation?: string | undefined;
  readonly label?: string | undefined;
  /** UTC, ISO 8601, as all times here. */
  readonly received: string;
  readonly expires: string;
  readonly state: FileState;
  readonly verdict?: Verdict | undefined;
  /** The administrator's deed that led to the state. */
  readonly admin?: { readonly actor: string; readonly reason: string; readonly time: string } | undefined;
}

const any = text(/^[^\0]{0,4096}$/u, 'a text');
const time = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'a time');
const hash = text(/^[0-9a-f]{64}$/, 'a SHA-256');
const none: undefined = undefined;

const RECORD: Rule<FileRecord> = object({
  format: oneOf('sallyport.file/1'),
  id: hash,
  path: any,
  name: any,
  size: integer(0, Number.MAX_SAFE_INTEGER),
  type: any,
  sha256: hash,
  sender: any,
  certificate: any,
  slot: oneOf('jwt', 'v1', 'v2'),
  conversation: optional<string | undefined>(any, none),
  label: optional<string | undefined>(any, none),
  received: time,
  expires: time,
  state: oneOf('scanning', 'released', 'quarantined', 'expired', 'deleted'),
  verdict: optional<Verdict | undefined>(
    object({
      result: oneOf('clean', 'infected', 'refused'),
      signature: optional<string | undefined>(any, none),
      reason: optional<string | undefined>(any, none),
      engine: any,
      time,
    }),
    none,
  ),
  admin: optional<FileRecord['admin']>(object({ actor: any, reason: any, time }), none),
});

/** @throws FieldError */
export function parseRecord(source: string): FileRecord {
  return readJson(source, RECORD, 'record');
}

const MAX_NAME_CHARACTERS = 200;

/** A name that is one on every system and shows as what it is: no controls, no bidi marks, no separators, no leading dot. */
export function safeName(name: string): string {
  const cleaned = name
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\:*?"<>|%]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/gu, '');
  const characters = [...cleaned];
  if (characters.length <= MAX_NAME_CHARACTERS) return cleaned === '' ? 'file' : cleaned;
  const extension = /\.[^.]{1,16}$/.exec(cleaned)?.[0] ?? '';
  return `${characters.slice(0, MAX_NAME_CHARACTERS - extension.length).join('')}${extension}`;
}
