/** How far each archive is known, written with the messages that came of it. */
import { seal, unseal } from '../platform/seal.ts';
import { AppError } from '../shared/errors.ts';
import type { StoredArchive, StoredRanges } from './contract.ts';
import { bytesIn, type Database, type Statement, textIn } from './database.ts';

/** Archives that are read: nobody is in more rooms. */
const MAX_ARCHIVES = 5_000;

export class Archives {
  readonly #key: Uint8Array;
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #all: Statement;

  /** @param key 32 octets, that of the messages' seals */
  constructor(database: Database, key: Uint8Array) {
    this.#key = key;
    this.#put = database.prepare('INSERT OR REPLACE INTO archive(name, sealed) VALUES(?, ?)');
    this.#delete = database.prepare('DELETE FROM archive WHERE name = ?');
    this.#all = database.prepare(
      `SELECT CAST(name AS BLOB) AS name, CAST(sealed AS BLOB) AS sealed FROM archive LIMIT ${MAX_ARCHIVES}`,
    );
  }

  put({ name, ranges }: StoredArchive): void {
    if (ranges === undefined) this.#delete.run(name);
    else this.#put.run(name, seal(this.#key, placeName(name), JSON.stringify(ranges)));
  }

  all(): readonly StoredArchive[] {
    return this.#all.all().map(({ name, sealed }) => {
      const text = unseal(this.#key, placeName(textIn(name)), bytesIn(sealed));
      if (text === undefined) throw new AppError('HISTORY_STORE_DAMAGED');
      return { name: textIn(name), ranges: JSON.parse(text) as StoredRanges };
    });
  }
}

/** To what the seal is bound; no message's is like it, because no conversation's name begins with a line feed. */
function placeName(name: string): string {
  return `\narchive\n${name}`;
}
