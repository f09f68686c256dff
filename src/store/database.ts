/** Opening the encrypted database; the only file that knows the package. */
import { existsSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Libsql from 'libsql';
import { AppError } from '../shared/errors.ts';
import { systemCode } from '../shared/system-code.ts';
import type { OpenResult, StoreErrorCode } from './contract.ts';
import { SCHEMA, SCHEMA_VERSION, WITHOUT_ARCHIVES, WITHOUT_REFERENCES } from './schema.ts';

/**
 * A value that goes into a statement or comes out of it. Text comes out as octets (`CAST(… AS BLOB)`), and every column with the
 * type that it is meant to have: the package ends the process when it meets a text that is not UTF-8, and a file that somebody
 * damaged may hold one anywhere.
 */
export type Value = string | number | Uint8Array | ArrayBuffer | null;

/** The package gives octets as a Buffer or as an ArrayBuffer; nothing else counts. */
export function bytesIn(value: Value | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array();
}

export function textIn(value: Value | undefined): string {
  return Buffer.from(bytesIn(value)).toString('utf8');
}

export interface Statement {
  all(...values: readonly Value[]): readonly Readonly<Record<string, Value>>[];
  get(...values: readonly Value[]): Readonly<Record<string, Value>> | undefined;
  run(...values: readonly Value[]): unknown;
}

export interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  close(): void;
}

/** The package's own types do not know that it encrypts. */
type DatabaseClass = new (
  file: string,
  options: { readonly encryptionCipher: 'aes256cbc'; readonly encryptionKey: string },
) => Database;

/** The files that SQLite keeps beside a database in WAL mode. */
const BESIDE = ['-wal', '-shm'];
const DAMAGED: ReadonlySet<string> = new Set(['SQLITE_NOTADB', 'SQLITE_CORRUPT']);
const FULL: ReadonlySet<string> = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_FSYNC',
  'SQLITE_IOERR_SHMSIZE',
]);

/** The error of the catalogue for what the database or this layer threw. */
export function storeErrorCode(error: unknown): StoreErrorCode {
  if (error instanceof AppError && error.code === 'HISTORY_STORE_DAMAGED') return error.code;
  const code = systemCode(error) ?? '';
  if (DAMAGED.has(code) || code.startsWith('SQLITE_CORRUPT')) return 'HISTORY_STORE_DAMAGED';
  return FULL.has(code) || code === 'ENOSPC' ? 'HISTORY_STORE_FULL' : 'HISTORY_STORE_FAILED';
}

function open(file: string, key: string): Database {
  const Encrypted = Libsql as unknown as DatabaseClass;
  const database = new Encrypted(file, { encryptionCipher: 'aes256cbc', encryptionKey: key });
  try {
    // Nothing of what is worked with goes to a file that is not encrypted.
    database.exec('PRAGMA temp_store=MEMORY');
    database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8192');
    const version = database.prepare('PRAGMA user_version').get()?.user_version;
    if (version === 0) database.exec(`BEGIN; ${SCHEMA} COMMIT;`);
    else if (![WITHOUT_REFERENCES, WITHOUT_ARCHIVES, SCHEMA_VERSION].includes(Number(version)))
      throw new AppError('HISTORY_STORE_DAMAGED');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Puts a file that cannot be read aside, for whoever examines it; one that was put aside before goes. */
export function setAside(file: string): void {
  const prefix = `${basename(file)}.damaged`;
  for (const name of readdirSync(dirname(file)))
    if (name.startsWith(prefix)) unlinkSync(join(dirname(file), name));
  for (const ending of ['', ...BESIDE])
    if (existsSync(file + ending)) renameSync(file + ending, `${file}.damaged${ending}`);
}

/**
 * Opens or makes the database. One that is damaged, or was made with another key, is put aside and a fresh one made.
 * Throws what {@link storeErrorCode} knows.
 */
export function openDatabase(
  file: string,
  key: string,
): { readonly database: Database; readonly result: OpenResult } {
  try {
    return { database: open(file, key), result: 'opened' };
  } catch (error) {
    if (storeErrorCode(error) !== 'HISTORY_STORE_DAMAGED') throw error;
  }
  setAside(file);
  return { database: open(file, key), result: 'set-aside' };
}
