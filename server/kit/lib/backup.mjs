/** Backup and restore: the listed files and directories with a checksum, owner and mode of each file, as a tar archive. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
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
import { dirname, join, resolve, sep } from 'node:path';
import { ToolError } from './errors.mjs';
import { readDocument } from './files.mjs';
import { logAction } from './journal.mjs';
import { runningPid } from './status.mjs';

const FORMAT = 'sallyport.backup/1';
const MANIFEST = 'manifest.json';

/** @param {string} path */
function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Regular files and directories below `path`, itself first; sockets and links are nothing to keep. @param {string} path @returns {Generator<{ path: string, stat: import('node:fs').Stats }>} */
function* walk(path) {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || (!stat.isFile() && !stat.isDirectory())) return;
  yield { path, stat };
  if (stat.isDirectory()) for (const name of readdirSync(path).sort()) yield* walk(join(path, name));
}

/** @param {string} path */
function staging(path) {
  return mkdtempSync(join(path, 'sallyport-backup-'));
}

/** @param {readonly string[]} args */
function tar(args) {
  try {
    execFileSync('tar', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 3_600_000 });
  } catch (error) {
    throw new ToolError(`tar: ${String(error.stderr ?? error.message).trim()}`);
  }
}

/** @param {string} path @param {readonly string[]} roots */
function isBelow(path, roots) {
  return resolve(path) === path && roots.some((root) => path === root || path.startsWith(`${root}${sep}`));
}

/**
 * Writes a gzipped tar that only its owner may read; it holds the keys of lock and server.
 *
 * @param {Record<string, any>} settings @param {string} file must not exist
 */
export function makeBackup(settings, file) {
  if (existsSync(file)) throw new ToolError(`${file} exists already`);
  const missing = settings.backup.find((root) => !existsSync(root));
  if (missing !== undefined) throw new ToolError(`${missing} is to be backed up and does not exist`);
  logAction(settings, 'admin.backup', { file: resolve(file) });
  const stage = staging(dirname(resolve(file)));
  try {
    const entries = [];
    for (const root of settings.backup) {
      for (const { path, stat } of walk(root)) {
        const staged = join(stage, 'files', path);
        if (stat.isDirectory()) mkdirSync(staged, { recursive: true, mode: 0o700 });
        else {
          mkdirSync(dirname(staged), { recursive: true, mode: 0o700 });
          copyFileSync(path, staged);
        }
        entries.push({
          path,
          type: stat.isDirectory() ? 'directory' : 'file',
          mode: stat.mode & 0o777,
          uid: stat.uid,
          gid: stat.gid,
          ...(stat.isFile() ? { sha256: sha256(staged) } : {}),
        });
      }
    }
    const { engine, domain } = settings;
    const manifest = { format: FORMAT, engine, domain, time: new Date().toISOString(), entries };
    writeFileSync(join(stage, MANIFEST), JSON.stringify(manifest), { mode: 0o600 });
    writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
    tar(['--create', '--gzip', '--file', resolve(file), '--directory', stage, MANIFEST, 'files']);
    return { files: entries.filter((entry) => entry.type === 'file').length };
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** @param {Record<string, any>} manifest @param {string} stage @param {Record<string, any>} settings */
function verify(manifest, stage, settings) {
  if (manifest.engine !== settings.engine || manifest.domain !== settings.domain) {
    throw new ToolError('this backup is of another server');
  }
  if (!Array.isArray(manifest.entries)) throw new ToolError('the backup has no list of files');
  for (const { path, type, sha256: expected, mode, uid, gid } of manifest.entries) {
    if (typeof path !== 'string' || !isBelow(path, settings.backup)) {
      throw new ToolError(`the backup holds ${path}, which the settings do not list`);
    }
    const stat = lstatSync(join(stage, 'files', path), { throwIfNoEntry: false });
    const whole =
      type === 'directory'
        ? stat?.isDirectory()
        : stat?.isFile() && sha256(join(stage, 'files', path)) === expected;
    if (whole !== true || ![mode, uid, gid].every(Number.isInteger))
      throw new ToolError(`${path} in the backup is damaged`);
  }
}

/**
 * Puts a backup in place of what is there. What was there stays beside it as `<name>.before-<time>`.
 *
 * @param {Record<string, any>} settings @param {string} file
 * @throws ToolError when the server runs, and when anything in the backup is damaged; nothing is changed then
 */
export function restoreBackup(settings, file) {
  const pid = runningPid(settings);
  if (pid !== undefined) throw new ToolError(`the server runs (process ${pid}); stop it first`);
  const stage = staging(tmpdir());
  try {
    tar(['--extract', '--gzip', '--file', resolve(file), '--directory', stage, '--no-same-owner']);
    const manifest = readDocument(join(stage, MANIFEST), FORMAT);
    verify(manifest, stage, settings);
    const aside = `.before-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
    for (const root of settings.backup.filter((path) => existsSync(path)))
      renameSync(root, `${root}${aside}`);
    for (const { path, type, mode, uid, gid } of manifest.entries) {
      if (type === 'directory') mkdirSync(path, { recursive: true });
      else {
        mkdirSync(dirname(path), { recursive: true });
        copyFileSync(join(stage, 'files', path), path);
      }
      if (process.getuid?.() === 0) chownSync(path, uid, gid);
      chmodSync(path, mode);
    }
    logAction(settings, 'admin.restore', { file: resolve(file), backupOf: manifest.time });
    return { time: manifest.time, aside };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
