/** The kit's Erlang modules as object code: compiled with Debian's erlc against the installed ejabberd, once a state of the sources. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

const SOURCES = join(import.meta.dirname, '../../server/ejabberd/modules');
const ERLANG_LIBRARIES = '/usr/lib/erlang/lib';

export interface InstalledEjabberd {
  /** What `ERL_LIBS` has to be. */
  readonly libraries: string;
  /** As in the directory's name: `23.01`. */
  readonly version: string;
  readonly home: string;
}

/** Debian's ejabberd; throws when it is not installed. */
export function installedEjabberd(): InstalledEjabberd {
  for (const triplet of readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu'))) {
    const libraries = join('/usr/lib', triplet);
    const found = readdirSync(libraries).find((name) => /^ejabberd-\d+\.\d+$/.test(name));
    if (found !== undefined) {
      return { libraries, version: found.slice('ejabberd-'.length), home: join(libraries, found) };
    }
  }
  throw new Error('ejabberd is not installed');
}

/** The directories with xmpp.hrl and public_key's headers of the installed Erlang. */
function includes(home: string): string[] {
  const xmpp = readdirSync(ERLANG_LIBRARIES).find((name) => name.startsWith('p1_xmpp-'));
  if (xmpp === undefined) throw new Error('p1_xmpp is not installed');
  return [join(home, 'include'), join(ERLANG_LIBRARIES, xmpp, 'include')];
}

function compile(ejabberd: InstalledEjabberd, sources: readonly string[], target: string): void {
  const { home, libraries } = ejabberd;
  execFileSync(
    'erlc',
    [
      '-Wall',
      '-Werror',
      ...includes(home).flatMap((directory) => ['-I', directory]),
      ...['-pa', join(home, 'ebin'), '-o', target],
      ...sources,
    ],
    {
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', ERL_LIBS: libraries },
      stdio: 'pipe',
      encoding: 'utf8',
    },
  );
}

/**
 * Puts the compiled modules into `target`, which exists. What was compiled before is taken from `out/`.
 *
 * @throws Error with erlc's output
 */
export function compileModules(target: string): void {
  const ejabberd = installedEjabberd();
  const sources = readdirSync(SOURCES)
    .filter((name) => name.endsWith('.erl'))
    .sort()
    .map((name) => join(SOURCES, name));
  const state = createHash('sha256').update(ejabberd.version);
  for (const source of sources) state.update(source).update(readFileSync(source));
  const cache = join(ROOT, 'out', 'ejabberd', state.digest('hex').slice(0, 32));
  if (!existsSync(cache)) {
    mkdirSync(join(ROOT, 'out', 'ejabberd'), { recursive: true });
    const fresh = mkdtempSync(join(ROOT, 'out', 'ejabberd', 'new-'));
    try {
      compile(ejabberd, sources, fresh);
      renameSync(fresh, cache);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      // Another process may have been faster.
      if (!existsSync(cache)) throw error;
    }
  }
  for (const name of readdirSync(cache)) copyFileSync(join(cache, name), join(target, name));
}
