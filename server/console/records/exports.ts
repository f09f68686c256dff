/** Exports that were made: kept for a while for the one who asked, with a signature (CMS, RFC 5652) beside each. */
import { execFile } from 'node:child_process';
import { createReadStream, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '../problem.ts';
import type { State } from '../state/database.ts';
import type { Written } from './protocol.ts';

const run = promisify(execFile);
const KEEP_MS = 7 * 86_400_000;
const SIGN_MS = 60_000;
const SWEEP_MS = 3_600_000;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export interface ExportInfo {
  readonly id: string;
  readonly of: 'messages' | 'events';
  readonly owner: string;
  readonly marking: string;
  readonly made: string;
  readonly expires: string;
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
}

interface Row {
  readonly id: string;
  readonly kind: 'messages' | 'events';
  readonly owner: string;
  readonly marking: string;
  readonly made: number;
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
}

const infoOf = ({ kind, made, ...row }: Row): ExportInfo => ({
  ...row,
  of: kind,
  made: new Date(made).toISOString(),
  expires: new Date(made + KEEP_MS).toISOString(),
});

export class Exports {
  readonly #state: State;
  readonly #directory: string;
  readonly #signer: { readonly certificate: string; readonly key: string };

  constructor(
    state: State,
    directory: string,
    signer: { readonly certificate: string; readonly key: string },
  ) {
    this.#state = state;
    this.#directory = join(directory, 'exports');
    this.#signer = signer;
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    this.sweep();
    this.#dropUnkept();
    setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** What was never signed and kept is nobody’s: the console ended, or gave up. */
  #dropUnkept(): void {
    const kept = new Set(
      (this.#state.prepare('SELECT id FROM exports').all([]) as { id: string }[]).map(({ id }) => id),
    );
    for (const name of readdirSync(this.#directory))
      if (!kept.has(name.split('.')[0] ?? '')) rmSync(join(this.#directory, name), { force: true });
  }

  /** Removes an export that came to nothing. */
  drop(id: string): void {
    rmSync(this.pathOf(id), { force: true });
    rmSync(`${this.pathOf(id)}.cms`, { force: true });
  }

  /** Where an export is written; ids are of our own making. */
  pathOf(id: string): string {
    return join(this.#directory, `${id}.ndjson`);
  }

  /** Signs what was written, and keeps it. */
  async keep(
    id: string,
    kind: 'messages' | 'events',
    owner: string,
    marking: string,
    { count, bytes, sha256 }: Written,
  ): Promise<ExportInfo> {
    const path = this.pathOf(id);
    const { certificate, key } = this.#signer;
    // The signer's own certificate may not be there twice.
    const issuers = (readFileSync(certificate, 'utf8').match(CERTIFICATE) ?? []).slice(1);
    const issuersFile = join(this.#directory, 'issuers.pem');
    writeFileSync(issuersFile, issuers.join('\n'), { mode: 0o600 });
    const names = ['-signer', certificate, '-inkey', key];
    if (issuers.length > 0) names.push('-certfile', issuersFile);
    const files = ['-in', path, '-out', `${path}.cms`];
    await run(
      'openssl',
      ['cms', '-sign', '-binary', '-md', 'sha256', '-outform', 'PEM', ...names, ...files],
      {
        timeout: SIGN_MS,
      },
    );
    const row = { id, kind, owner, marking, made: Date.now(), records: count, bytes, sha256 };
    this.#state
      .prepare(
        'INSERT INTO exports (id, kind, owner, marking, made, records, bytes, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run([id, kind, owner, marking, row.made, count, bytes, sha256]);
    return infoOf(row);
  }

  list(owner: string): readonly ExportInfo[] {
    this.sweep();
    const rows = this.#state
      .prepare('SELECT * FROM exports WHERE owner = ? ORDER BY made DESC')
      .all([owner]) as Row[];
    return rows.map(infoOf);
  }

  /** @throws Problem `unknown`, `not-yours` */
  data(id: string, owner: string): AsyncIterable<Uint8Array> {
    return createReadStream(this.pathOf(this.#own(id, owner)));
  }

  /** Verified by `openssl cms -verify -binary -inform PEM -in FILE.cms -content FILE -CAfile … -purpose any`. */
  signature(id: string, owner: string): Uint8Array {
    return readFileSync(`${this.pathOf(this.#own(id, owner))}.cms`);
  }

  /** Removes what has been kept long enough. */
  sweep(): void {
    const old = this.#state.prepare('SELECT id FROM exports WHERE made < ?').all([Date.now() - KEEP_MS]) as {
      id: string;
    }[];
    for (const { id } of old) {
      this.drop(id);
      this.#state.prepare('DELETE FROM exports WHERE id = ?').run([id]);
    }
  }

  #own(id: string, owner: string): string {
    const row = this.#state.prepare('SELECT id, owner FROM exports WHERE id = ?').get([id]) as
      | { id: string; owner: string }
      | undefined;
    if (row === undefined) throw new Problem('unknown');
    if (row.owner !== owner) throw new Problem('not-yours');
    return row.id;
  }
}
