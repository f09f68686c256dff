/** The files of a Linux package as they will lie on a computer. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

const SETUID_HELPER = 'chrome-sandbox';

/**
 * @typedef {object} Tree
 * @property {string} root
 * @property {readonly { path: string, kind: 'file' | 'directory' | 'link', mode: number, size: number }[]} entries paths begin with `/`, sorted
 */

/** `/opt/x` in the tree; nothing escapes it. */
function inside(root, path) {
  if (!path.startsWith('/') || path.split('/').includes('..'))
    throw new Error(`not an absolute path: ${path}`);
  return join(root, path);
}

function copySource(root, [source, target]) {
  const at = inside(root, target);
  if (source.endsWith('/')) {
    cpSync(source, at, { recursive: true, verbatimSymlinks: true });
    return;
  }
  mkdirSync(dirname(at), { recursive: true });
  copyFileSync(source, at);
}

/** The menu starts Sallyport with nothing on the command line, whatever was dropped on it: it would refuse to start. */
function withoutArguments(file) {
  const entry = readFileSync(file, 'utf8').replace(/^(Exec=.*?) %U$/m, '$1');
  writeFileSync(file, entry);
}

/** Nobody but root writes, everybody reads; what is executable for the builder is so for all. */
function normalise(root) {
  const entries = [];
  const visit = (directory) => {
    for (const name of readdirSync(directory).sort()) {
      const at = join(directory, name);
      const stats = lstatSync(at);
      const path = at.slice(root.length);
      if (stats.isSymbolicLink()) {
        entries.push({ path, kind: 'link', mode: 0o777, size: 0 });
      } else if (stats.isDirectory()) {
        chmodSync(at, 0o755);
        entries.push({ path, kind: 'directory', mode: 0o755, size: 0 });
        visit(at);
      } else if (stats.isFile()) {
        const mode = name === SETUID_HELPER ? 0o4755 : (stats.mode & 0o111) !== 0 ? 0o755 : 0o644;
        chmodSync(at, mode);
        entries.push({ path, kind: 'file', mode, size: stats.size });
      } else throw new Error(`neither file, directory nor link: ${path}`);
    }
  };
  visit(root);
  return entries;
}

/**
 * @param {string} root
 * @param {{ sources: readonly (readonly [string, string])[], links: readonly (readonly [string, string])[] }} options
 * @param {number} epoch seconds since 1970, the time of every file
 * @returns {Tree}
 */
export function makeTree(root, { sources, links }, epoch) {
  mkdirSync(root, { recursive: true, mode: 0o755 });
  chmodSync(root, 0o755);
  for (const source of sources) copySource(root, source);
  for (const [at, to] of links) {
    mkdirSync(dirname(inside(root, at)), { recursive: true });
    symlinkSync(to, inside(root, at));
  }
  const entries = normalise(root);
  for (const { path } of entries)
    if (dirname(path) === '/usr/share/applications' && basename(path).endsWith('.desktop'))
      withoutArguments(join(root, path));
  touch(root, epoch);
  return { root, entries };
}

/** Gives everything below `root` one time. */
export function touch(root, epoch) {
  execFileSync('find', [root, '-exec', 'touch', '--no-dereference', `--date=@${epoch}`, '{}', '+']);
}
