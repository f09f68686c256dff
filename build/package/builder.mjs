/** Running electron-builder: with our stand-in for fpm, without the network, without a publisher. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fusedFile, setFuses } from './fuses.mjs';

/** What steers electron-builder from outside; none of it is ours, so none of it counts. */
const FOREIGN = /^(?:USE_SYSTEM_FPM|FPM_DEBUG|GH_TOKEN|GITHUB_TOKEN|EP_|AWS_|DO_KEY_ID|SNAPCRAFT_)/;

/** What the packager has to do between packing and building installers: nothing of the runtime's own application, all fuses. */
export function afterPack({ development }) {
  return async ({ appOutDir, electronPlatformName, packager }) => {
    const platform = { linux: 'linux', win32: 'win', darwin: 'mac' }[electronPlatformName];
    const resources = packager.getResourcesDir(appOutDir);
    for (const name of ['app', 'default_app.asar', 'inspector'])
      rmSync(join(resources, name), { recursive: true, force: true });
    const name = platform === 'linux' ? packager.executableName : packager.appInfo.productFilename;
    await setFuses(fusedFile(appOutDir, platform, name), { olderWire: development });
  };
}

/** Runs `work` with the environment that the build needs, and puts it back. */
async function withEnvironment(values, work) {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (FOREIGN.test(name)) delete process.env[name];
  Object.assign(process.env, values);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** Checks a configuration against electron-builder's own schema. @throws Error that names the wrong place */
export async function validate(config) {
  const { validateConfiguration } = await import('app-builder-lib/out/util/config/config.js');
  const { DebugLogger } = await import('builder-util');
  await validateConfiguration(config, new DebugLogger(false));
}

/**
 * @param {{ stage: string, config: object, platform: 'linux' | 'win' | 'mac', epoch: number }} options
 * @returns {Promise<string[]>} the files that were made
 */
export async function buildPackages({ stage, config, platform, epoch }) {
  const { build, Platform } = await import('electron-builder');
  const platforms = { linux: Platform.LINUX, win: Platform.WINDOWS, mac: Platform.MAC };
  return withEnvironment(
    {
      SOURCE_DATE_EPOCH: String(epoch),
      CUSTOM_FPM_PATH: join(import.meta.dirname, 'linux', 'fpm.mjs'),
      // There may be no network, and there must be no question to one.
      ELECTRON_BUILDER_OFFLINE: 'true',
    },
    () => build({ projectDir: stage, config, publish: 'never', targets: platforms[platform].createTarget() }),
  );
}
