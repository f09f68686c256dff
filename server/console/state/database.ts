/** The console's own state in SQLite: opened, brought to the present version, backed up. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';

/** Version n is reached by the first n steps; a step that was released is never changed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE approvals (
     id TEXT PRIMARY KEY,
     action TEXT NOT NULL,
     request TEXT NOT NULL,
     digest TEXT NOT NULL,
     requester TEXT NOT NULL,
     requester_key TEXT NOT NULL,
     requested INTEGER NOT NULL,
     expires INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('pending','running','done','failed','rejected','expired','unknown')),
     decider TEXT,
     decided INTEGER,
     result TEXT
   ) STRICT;
   CREATE INDEX approvals_by_time ON approvals (requested);`,
  `CREATE TABLE exports (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL CHECK (kind IN ('messages','events')),
     owner TEXT NOT NULL,
     marking TEXT NOT NULL,
     made INTEGER NOT NULL,
     records INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     sha256 TEXT NOT NULL
   ) STRICT;`,
  `CREATE TABLE bundles (
     sha256 TEXT PRIMARY KEY,
     policy_id TEXT NOT NULL,
     sequence INTEGER NOT NULL,
     signers TEXT NOT NULL,
     valid_until INTEGER NOT NULL,
     uploaded INTEGER NOT NULL,
     by TEXT NOT NULL,
     bytes BLOB NOT NULL
   ) STRICT;
   CREATE TABLE rings (
     ring TEXT PRIMARY KEY,
     sha256 TEXT NOT NULL,
     policy_id TEXT NOT NULL,
     sequence INTEGER NOT NULL,
     valid_until INTEGER NOT NULL,
     since INTEGER NOT NULL,
     by TEXT NOT NULL,
     state TEXT NOT NULL
   ) STRICT;`,
];

export type State = Database.Database;

const FILE = 'console.db';

/** Brings a database to the present version. @throws Error when it was written by a later one */
export function migrate(state: State): void {
  const { user_version: version } = state.prepare('PRAGMA user_version').get([]) as { user_version: number };
  if (version > MIGRATIONS.length) throw new Error(`${FILE} was written by a later version of the console`);
  for (const [index, step] of MIGRATIONS.entries()) {
    if (index < version) continue;
    state.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

/** The console's user's alone. */
export function makeStateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** Opens or makes the state. @throws when it was written by a later version, or cannot be used */
export function openState(directory: string): State {
  makeStateDirectory(directory);
  const state = new Database(join(directory, FILE));
  state.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;',
  );
  migrate(state);
  return state;
}

/** A copy of the state as it is at this moment, also while the console runs. @throws when `target` exists */
export function backUp(directory: string, target: string): void {
  const source = join(directory, FILE);
  if (!existsSync(source)) throw new Error(`${source} does not exist`);
  if (existsSync(target)) throw new Error(`${target} exists`);
  const state = new Database(source);
  try {
    state.prepare('VACUUM INTO ?').run([target]);
  } finally {
    state.close();
  }
}
