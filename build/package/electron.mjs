/** Which Electron is packaged: the pinned release, or, only when asked by name, the development runtime. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../lib/progress.mjs';

import { PINNED_VERSION, resolveRuntime } from '../runtime.mjs';
import { HOST } from './arguments.mjs';

const ELECTRON_PLATFORM = { linux: 'linux', win: 'win32', mac: 'darwin' };

/** The name of a release's archive, as Electron publishes it. */
export function zipName(platform, arch) {
  return `electron-v${PINNED_VERSION}-${ELECTRON_PLATFORM[platform]}-${arch}.zip`;
}

/** The archive has to be the one that the pinned npm package `electron` names. */
function requireChecksum(root, zips, name) {
  const checksums = JSON.parse(
    readFileSync(join(root, 'node_modules', 'electron', 'checksums.json'), 'utf8'),
  );
  const found = createHash('sha256')
    .update(readFileSync(join(zips, name)))
    .digest('hex');
  if (checksums[name] !== found)
    throw new SetupError(
      `${name} does not have the SHA-256 that Electron ${PINNED_VERSION} is pinned to. Nothing of it was used.`,
    );
}

/**
 * Where electron-builder finds the release: a directory with the zip in it (`ELECTRON_ZIPS`, or `electron/` of the kit), or
 * the unpacked release of this computer.
 *
 * @param {{ root: string, platform: 'linux' | 'win' | 'mac', arch: string, development: boolean }} wanted
 * @returns {Promise<{ version: string, dist: string, kind: 'release' | 'development' }>}
 * @throws {SetupError} what is missing, and that the development runtime is not taken unasked
 */
export async function electronFor({ root, platform, arch, development }) {
  if (development) {
    if (platform !== 'linux' || arch !== 'x64' || HOST[process.platform] !== 'linux')
      throw new SetupError('The development runtime is for Linux x64 only.');
    const runtime = await resolveRuntime();
    if (runtime.kind !== 'development')
      throw new SetupError(
        `--development-runtime: the pinned Electron ${PINNED_VERSION} is here. Package that one.`,
      );
    return { version: runtime.version, dist: runtime.directory, kind: 'development' };
  }
  const zips = process.env.ELECTRON_ZIPS ?? join(root, 'electron');
  if (existsSync(zips) && readdirSync(zips).includes(zipName(platform, arch))) {
    requireChecksum(root, zips, zipName(platform, arch));
    return { version: PINNED_VERSION, dist: zips, kind: 'release' };
  }
  if (HOST[process.platform] === platform && process.arch === arch) {
    const runtime = await resolveRuntime().catch(() => undefined);
    if (runtime?.kind === 'release' && runtime.version === PINNED_VERSION)
      return { version: PINNED_VERSION, dist: runtime.directory, kind: 'release' };
  }
  throw new SetupError(
    `Electron ${PINNED_VERSION} for ${platform} ${arch} is not here. Put ${zipName(platform, arch)} into a directory and name it in ELECTRON_ZIPS. The development runtime is out of support and never packaged for use; --development-runtime packages it under another name, for tests.`,
  );
}
