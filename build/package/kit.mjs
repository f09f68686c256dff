/**
 * The kit for a build room without a network: the bundles as they were built and tested, the packaging scripts with the
 * node_modules that they need, the list of what else has to be mirrored, and a checksum of every file.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { mirrorList } from './mirror.mjs';

/** What packaging imports by itself; what these need comes along. */
const PACKAGES = ['electron-builder', 'app-builder-lib', 'builder-util', '@electron/fuses', '@electron/asar'];

/** Not packages of packaging, but their files are read: pinned checksums and licences. */
const DATA = ['node_modules/electron/checksums.json', 'node_modules/electron/package.json'];

/** Scripts and files; folders are taken whole. */
const FILES = [
  'build/package',
  'build/icons',
  'build/lib',
  'build/runtime.mjs',
  'LICENSE',
  'package.json',
  'package-lock.json',
];
const BUNDLES = ['out/app.packages.json', 'out/app', 'out/cli', 'out/package-tools'];

/** Where `name` is found when the package at `from` asks for it: in its own node_modules, or in one above. */
function resolvePackage(lock, from, name) {
  const above = from.split('/node_modules/');
  for (let depth = above.length; depth > 0; depth--) {
    const path = `${above.slice(0, depth).join('/node_modules/')}/node_modules/${name}`;
    if (lock[path] !== undefined) return path;
  }
  return lock[`node_modules/${name}`] === undefined ? undefined : `node_modules/${name}`;
}

/** Every package that the named ones need, as paths of the lock file. Optional ones of other platforms may be missing. */
export function closure(root, lock) {
  const found = new Set();
  const visit = (path) => {
    if (path === undefined || found.has(path) || !existsSync(join(root, path))) return;
    found.add(path);
    const { dependencies = {}, optionalDependencies = {} } = lock[path];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
      visit(resolvePackage(lock, path, name));
  };
  for (const name of PACKAGES) visit(`node_modules/${name}`);
  return [...found].sort();
}

/** A package without the packages nested in it: those are in the closure by themselves where they are needed. */
function copyPackage(from, to) {
  cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !relative(from, source).split(sep).includes('node_modules'),
  });
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** A list in the form of `sha256sum` over everything below `directory`. */
function checksums(directory) {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((name) => lstatSync(join(directory, name)).isFile())
    .map((name) => `${sha256(join(directory, name))}  ${name.split(sep).join('/')}\n`)
    .join('');
}

/**
 * @param {{ root: string, file: string, version: string, epoch: number }} options `file` is the archive to write (tar.gz)
 */
export async function makeKit({ root, file, version, epoch }) {
  const work = mkdtempSync(join(tmpdir(), 'sallyport-kit-'));
  const name = `sallyport-kit-${version}`;
  const kit = join(work, name);
  try {
    mkdirSync(kit);
    for (const path of [...FILES, ...BUNDLES, ...DATA]) {
      mkdirSync(dirname(join(kit, path)), { recursive: true });
      cpSync(join(root, path), join(kit, path), { recursive: true, dereference: true });
    }
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    for (const path of closure(root, lock)) copyPackage(join(root, path), join(kit, path));
    writeFileSync(
      join(kit, 'kit.json'),
      `${JSON.stringify({ format: 'sallyport.kit/1', version, epoch, platform: process.platform, arch: process.arch }, null, 2)}\n`,
    );
    writeFileSync(join(kit, 'mirror.json'), `${JSON.stringify(mirrorList(root), null, 2)}\n`);
    const sums = checksums(kit);
    writeFileSync(join(kit, 'SHA256SUMS'), sums);
    mkdirSync(dirname(file), { recursive: true });
    const archive = `${file}.${process.pid}`;
    execFileSync('tar', [
      ...['--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'],
      ...['--use-compress-program=gzip -n', '-cf', archive, '-C', work, basename(kit)],
    ]);
    renameSync(archive, file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
