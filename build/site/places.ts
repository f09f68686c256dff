/** Directories that the ordinary user can read, wherever the repository is. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { atExit } from '../lib/at-exit.ts';
import { asUser, ordinaryUser } from '../lib/ordinary-user.ts';
import { cacheDirectory, ROOT } from '../lib/paths.mjs';

/** Whether the ordinary user can read files below `directory`. */
function readable(directory: string): boolean {
  const { command, args } = asUser(ordinaryUser(), 'test', ['-r', directory, '-a', '-x', directory]);
  try {
    execFileSync(command, [...args], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** `out/<name>`, or the same name in the cache where the ordinary user cannot enter the repository. Made when missing. */
export function siteDirectory(name: string): string {
  const inside = join(ROOT, 'out', name);
  mkdirSync(inside, { recursive: true, mode: 0o755 });
  if (readable(inside)) return inside;
  const outside = join(cacheDirectory(), 'sites', name.replaceAll('/', '-'));
  mkdirSync(outside, { recursive: true, mode: 0o755 });
  return outside;
}

/** A directory for sockets with a short name; removed when this process exits. */
export function runtimeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-'));
  execFileSync('chmod', ['755', directory]);
  atExit(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A copy of a bundle (`out/app-test`) below `directory`, which the ordinary user can read and nobody rebuilds under him. */
export function stageApp(bundle: string, directory: string): string {
  const staged = resolve(directory, 'app');
  rmSync(staged, { recursive: true, force: true });
  cpSync(bundle, staged, { recursive: true });
  execFileSync('chmod', ['-R', 'a+rX', staged]);
  return staged;
}
