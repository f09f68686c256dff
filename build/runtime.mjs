/**
 * Finds the Electron runtime that demo and tests run on, and installs it when it is missing.
 *
 * 1. `ELECTRON_OVERRIDE_DIST_PATH`: an unpacked Electron release, as the `electron` package understands it.
 * 2. The release that package.json pins, in node_modules/electron/dist, or downloaded there by Electron's own installer
 *    (which checks its SHA-256) where the network reaches it.
 * 3. On Linux x64, where only the npm registry can be reached: the development runtime (see build/lib/development-runtime.mjs).
 *
 * `node build/runtime.mjs --print` prints the executable's path; `--download` tries the pinned release again although a
 * development runtime is there.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  DEVELOPMENT_VERSION,
  developmentRuntime,
  installDevelopmentRuntime,
} from './lib/development-runtime.mjs';
import { cacheDirectory, IS_ROOT, ROOT } from './lib/paths.mjs';
import { progress, runMain, SetupError } from './lib/progress.mjs';
import { run, tail } from './lib/run.mjs';
import { helperProblem } from './lib/sandbox-helper.mjs';

/** The release that the project is built for. */
export const PINNED_VERSION = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies
  .electron;

const PACKAGE = join(ROOT, 'node_modules', 'electron');

/** How long we look whether releases can be downloaded at all, milliseconds. */
const PROBE_MS = 5_000;

function executableIn(directory) {
  if (process.platform === 'darwin') return join(directory, 'Electron.app', 'Contents', 'MacOS', 'Electron');
  return join(directory, process.platform === 'win32' ? 'electron.exe' : 'electron');
}

function isRelease(directory, version) {
  try {
    return (
      existsSync(executableIn(directory)) &&
      readFileSync(join(directory, 'version'), 'utf8').trim().replace(/^v/, '') === version
    );
  } catch {
    return false;
  }
}

/** Whether the address that releases are downloaded from answers. */
async function releasesReachable() {
  const base = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/';
  try {
    await fetch(base, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  }
}

async function downloadRelease() {
  if (!existsSync(join(PACKAGE, 'install.js')) || !(await releasesReachable())) return false;
  progress(`downloading Electron ${PINNED_VERSION}`);
  const { code, output } = await run(process.execPath, [join(PACKAGE, 'install.js')], {
    label: 'downloading Electron',
  });
  if (code !== 0)
    progress(`Electron ${PINNED_VERSION} could not be downloaded: ${tail(output).split('\n')[0]}`);
  return code === 0 && isRelease(join(PACKAGE, 'dist'), PINNED_VERSION);
}

/** True when the setuid sandbox helper is as Chromium wants it. */
function helperReady(helper) {
  const { uid, mode } = statSync(helper);
  return uid === 0 && (mode & 0o7777) === 0o4755;
}

/** True where an unprivileged user may make user namespaces, so that the sandbox works without the setuid helper. */
function userNamespaces() {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Makes sure that the renderers' sandbox can start (Linux). */
function prepareSandbox(directory) {
  if (process.platform !== 'linux') return;
  const helper = join(directory, 'chrome-sandbox');
  if (helperReady(helper)) return;
  if (!IS_ROOT && userNamespaces()) return;
  const problem = helperProblem(helper, process.getuid());
  if (problem !== undefined) throw new SetupError(`${problem} It is not made setuid root.`);
  if (IS_ROOT) {
    execFileSync('chown', ['root:root', helper]);
    chmodSync(helper, 0o4755);
    return;
  }
  try {
    execFileSync('sudo', ['-n', 'chown', '--no-dereference', 'root:root', helper], { stdio: 'ignore' });
    execFileSync('sudo', ['-n', 'chmod', '4755', helper], { stdio: 'ignore' });
  } catch {
    throw new SetupError(
      `The sandbox of Electron cannot start here: user namespaces are switched off and its helper is not setuid root.\nAsk an administrator to run:\n  chown root:root '${helper}' && chmod 4755 '${helper}'`,
    );
  }
}

/** A copy of a release that the ordinary user can read even where he cannot enter the repository. */
function stageRelease(directory) {
  if (!IS_ROOT || process.platform !== 'linux') return directory;
  const staged = join(cacheDirectory(), `electron-${PINNED_VERSION}`);
  if (isRelease(staged, PINNED_VERSION)) return staged;
  const temporary = `${staged}.${process.pid}`;
  mkdirSync(cacheDirectory(), { recursive: true, mode: 0o755 });
  cpSync(directory, temporary, { recursive: true, verbatimSymlinks: true });
  rmSync(staged, { recursive: true, force: true });
  renameSync(temporary, staged);
  return staged;
}

function release(directory, version) {
  prepareSandbox(directory);
  return { executable: executableIn(directory), directory, version, kind: 'release' };
}

/**
 * The runtime to use; installs it when it is missing.
 *
 * @param {{ download?: boolean }} [options] `download`: try the pinned release even when a development runtime is there.
 * @returns {Promise<{ executable: string, directory: string, version: string, kind: 'release' | 'development' }>}
 * @throws {SetupError} when there is none for this machine.
 */
export async function resolveRuntime({ download = false } = {}) {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    if (!existsSync(executableIn(override)))
      throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH: there is no Electron in ${override}`);
    return release(override, readFileSync(join(override, 'version'), 'utf8').trim());
  }
  const dist = join(PACKAGE, 'dist');
  if (isRelease(dist, PINNED_VERSION)) return release(stageRelease(dist), PINNED_VERSION);
  const present = developmentRuntime();
  if ((download || present === undefined) && (await downloadRelease()))
    return release(stageRelease(dist), PINNED_VERSION);
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupError(
      `Electron ${PINNED_VERSION} is not installed and cannot be downloaded from here. Unpack it by hand and set ELECTRON_OVERRIDE_DIST_PATH to its directory.`,
    );
  const directory = present ?? (await installDevelopmentRuntime());
  prepareSandbox(directory);
  return {
    executable: executableIn(directory),
    directory,
    version: DEVELOPMENT_VERSION,
    kind: 'development',
  };
}

/** Says which runtime is used, loudly when it is not the one that users get. */
export function announceRuntime(runtime) {
  if (runtime.kind === 'release') {
    progress(`Electron ${runtime.version} (${runtime.executable})`);
    return;
  }
  process.stderr.write(
    [
      '',
      '  ********************************************************************************',
      `  *  DEVELOPMENT RUNTIME: Electron ${runtime.version}, not the pinned ${PINNED_VERSION}.`.padEnd(82) +
        '*',
      '  *  The pinned release cannot be downloaded from here. This one is out of        *',
      '  *  support: it is for development and tests only and is never packaged.         *',
      '  ********************************************************************************',
      '',
      '',
    ].join('\n'),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await runMain(async () => {
    const runtime = await resolveRuntime({ download: process.argv.includes('--download') });
    announceRuntime(runtime);
    if (process.argv.includes('--print')) process.stdout.write(`${runtime.executable}\n`);
  });
