/** What a package leaves behind, and the same package under another version. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../build/lib/paths.mjs';
import type { InstalledSite } from './installed-site.ts';
import type { Machine } from './machine.ts';

/** Every path that a package could leave behind, with owner and mode. */
const FIND = `find / -xdev \\( -path '${ROOT}' -o -path /home -o -path /root -o -path /proc -o -path /tmp -o -path /var/tmp \\
  -o -path /var/log -o -path /var/lib/dpkg -o -path /var/cache -o -path /var/lib/apt \\) -prune -o \\
  -printf '%p %U:%G %m %l\\n' | grep -v -e '^/var ' -e '^/tmp ' | sort`;

export type Inventory = readonly string[];

export function takeInventory(machine: Machine): Inventory {
  return machine.rootOk(FIND).split('\n');
}

/** What is there now, was not before the installation, and was not made meanwhile by the computer underneath. */
export function leftBehind(machine: Machine, before: Inventory): Inventory {
  const underneath = execFileSync('sh', ['-c', FIND], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const known = new Set([...before, ...underneath.split('\n')]);
  return takeInventory(machine).filter((line) => !known.has(line));
}

/** The same package under another version number. */
export function repacked({ directory, deb: original }: InstalledSite, version: string): string {
  const tree = `${directory}/repacked-${version}`;
  execFileSync('dpkg-deb', ['-R', original, tree]);
  for (const file of ['control', 'preinst']) {
    const path = join(tree, 'DEBIAN', file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('0.1.0', version));
  }
  const deb = `${tree}.deb`;
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', tree, deb], { stdio: 'ignore' });
  rmSync(tree, { recursive: true });
  return deb;
}
