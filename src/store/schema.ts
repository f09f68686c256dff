/** The tables of the local history. */

/** Another number means another form, which this version does not read, except the two of before. */
export const SCHEMA_VERSION = 3;

/** Forms of before; what they lack is made when they are opened. */
export const WITHOUT_REFERENCES = 1;
export const WITHOUT_ARCHIVES = 2;

/** `hash`: of an id on the wire (references.ts). */
export const REFERENCES = `
CREATE TABLE reference(hash INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY(hash, number)) WITHOUT ROWID;
`;

/** How far archives are known (archives.ts). */
export const ARCHIVES = `
CREATE TABLE IF NOT EXISTS archive(name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * `message.number` grows with time: milliseconds since 1970 times {@link PER_MS}, and a count. The rows of the full text
 * index are {@link indexRow}, so that the newest hits are the first that the index comes to. `place` is the order in the conversation,
 * which is the archive's; messages lie on the disk in that order. The index holds no text (`content=''`) but the words; `facts` has a word each for
 * conversation, sender and label, so that these narrow a search as words do.
 */
export const SCHEMA = `
CREATE TABLE conversation(number INTEGER PRIMARY KEY, jid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL);
CREATE TABLE sender(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE label(number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE message(
  conversation INTEGER NOT NULL,
  place REAL NOT NULL,
  number INTEGER NOT NULL UNIQUE,
  id TEXT NOT NULL,
  unsent INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY(conversation, place),
  UNIQUE(conversation, id)) WITHOUT ROWID;
CREATE INDEX message_unsent ON message(unsent) WHERE unsent = 1;
CREATE VIRTUAL TABLE words USING fts5(
  body, facts, content='', contentless_delete=1, prefix='3 4 5', tokenize="unicode61 remove_diacritics 2");
${REFERENCES}${ARCHIVES}`;

/** Messages of one millisecond that keep their order. */
export const PER_MS = 1024;
/** Between the places of two messages at first, so that others fit between them. */
export const PLACE_STEP = 2 ** 20;
/** Below this distance a conversation's places are given anew. */
export const MIN_STEP = 2 ** -10;

/** The row of the index for a message's number, and back: the index is fast in one direction only, upwards. */
export function indexRow(number: number): number {
  return Number.MAX_SAFE_INTEGER - number;
}
