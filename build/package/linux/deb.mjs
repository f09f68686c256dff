/** A Debian package with dpkg-deb. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { touch } from './tree.mjs';

const ARCHITECTURES = { amd64: 'amd64', x86_64: 'amd64', arm64: 'arm64', aarch64: 'arm64' };

/** The multi-threaded encoder cuts in blocks; one fixed number of threads makes the bytes the same on every computer. */
const THREADS = '2';

/** gzip is for those who wait for the package, xz for those who carry it. */
const COMPRESSION = { xz: ['-Zxz'], gz: ['-Zgzip', '-z1'] };

function oneLine(text) {
  return text.replace(/\s+/g, ' ').trim();
}

function control({ options, tree }) {
  const architecture = ARCHITECTURES[options.architecture];
  if (architecture === undefined) throw new Error(`no Debian architecture: ${options.architecture}`);
  const bytes = tree.entries.reduce((sum, { size }) => sum + size, 0);
  const [synopsis = options.name, ...more] = options.description
    .split('\n')
    .map(oneLine)
    .filter((line) => line !== '');
  const list = (name, values) => (values.length === 0 ? [] : [`${name}: ${values.map(oneLine).join(', ')}`]);
  return `${[
    `Package: ${options.name}`,
    `Version: ${options.version}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${oneLine(options.maintainer)}`,
    `Installed-Size: ${Math.ceil(bytes / 1024)}`,
    ...list('Depends', options.depends),
    ...list('Recommends', options.recommends),
    ...list('Conflicts', options.conflicts),
    `Section: ${options.category ?? 'net'}`,
    `Priority: ${options.priority ?? 'optional'}`,
    ...(options.url ? [`Homepage: ${oneLine(options.url)}`] : []),
    `Description: ${synopsis}`,
    ...more.map((line) => ` ${line}`),
  ].join('\n')}\n`;
}

/** What `dpkg --verify` compares installed files with. */
function md5sums({ root, entries }) {
  return entries
    .filter(({ kind }) => kind === 'file')
    .map(({ path }) => {
      const sum = createHash('md5')
        .update(readFileSync(join(root, path)))
        .digest('hex');
      return `${sum}  ${path.slice(1)}\n`;
    })
    .join('');
}

/** @param {{ options: object, tree: import('./tree.mjs').Tree, epoch: number }} work */
export function buildDeb({ options, tree, epoch }) {
  const out = resolve(options.package);
  const files = join(tree.root, 'DEBIAN');
  const sums = md5sums(tree);
  mkdirSync(files);
  chmodSync(files, 0o755);
  writeFileSync(join(files, 'control'), control({ options, tree }), { mode: 0o644 });
  writeFileSync(join(files, 'md5sums'), sums, { mode: 0o644 });
  for (const [source, name] of [
    [options.beforeInstall, 'preinst'],
    [options.afterInstall, 'postinst'],
    [options.beforeRemove, 'prerm'],
    [options.afterRemove, 'postrm'],
  ]) {
    if (source === undefined) continue;
    copyFileSync(source, join(files, name));
    chmodSync(join(files, name), 0o755);
  }
  touch(tree.root, epoch);
  mkdirSync(dirname(out), { recursive: true });
  rmSync(out, { force: true });
  execFileSync(
    'dpkg-deb',
    ['--root-owner-group', ...COMPRESSION[options.compression ?? 'xz'], '--build', tree.root, out],
    {
      env: {
        PATH: process.env.PATH,
        LC_ALL: 'C',
        TZ: 'UTC',
        SOURCE_DATE_EPOCH: String(epoch),
        DPKG_DEB_THREADS_MAX: THREADS,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
}
