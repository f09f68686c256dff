/**
 * Everything a fresh machine needs before Sallyport can be built, started and tested: Debian packages, npm packages,
 * the one native module that has to be compiled, and the Electron runtime. Plain Node without dependencies, because it
 * runs before there are any. Where everything is there already it takes well under a second.
 *
 * `node build/setup.mjs` runs it alone.
 */
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installDebianPackages } from './lib/debian.mjs';
import { HARDENING, hardenedEnvironment, isHardened, markHardened } from './lib/hardening.mjs';
import { ROOT } from './lib/paths.mjs';
import { progress, runMain, SetupError } from './lib/progress.mjs';
import { run, tail } from './lib/run.mjs';

/** The oldest Node that is tested: Electron 33 brings 20.18. */
const MINIMUM_NODE = [20, 18];

const MODULES = join(ROOT, 'node_modules');

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1]))
    throw new SetupError(
      `Sallyport needs Node ${MINIMUM_NODE.join('.')} or newer; this is ${process.version} (${process.execPath}).`,
    );
}

/** True when node_modules holds exactly what package-lock.json says, by npm's own record of what it installed. */
export function dependenciesCurrent(lockFile, installedFile) {
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const extra = Object.keys(installed).some((path) => wanted[path] === undefined);
  const differs = Object.entries(wanted).some(([path, { version, integrity, optional }]) => {
    if (path === '') return false;
    const found = installed[path];
    if (found === undefined) return optional !== true;
    return found.version !== version || found.integrity !== integrity;
  });
  return !extra && !differs;
}

async function installNpmPackages() {
  if (dependenciesCurrent(join(ROOT, 'package-lock.json'), join(MODULES, '.package-lock.json'))) return;
  progress('installing npm packages');
  const { code, output } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    label: 'npm ci',
  });
  if (code !== 0) throw new SetupError(`npm ci failed:\n${tail(output)}`);
}

/** The directory whose include/node holds this Node's headers, or `undefined`. */
function headerDirectory() {
  const prefixes = [dirname(dirname(realpathSync(process.execPath))), '/usr'];
  return prefixes.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')));
}

/** npm's own node-gyp: npm names it to the scripts it runs; otherwise it is looked up beside npm. */
async function nodeGyp() {
  const named = process.env.npm_config_node_gyp;
  if (named && existsSync(named)) return named;
  const { stdout } = await run('npm', ['root', '--global', '--silent']);
  const found = join(stdout.trim(), 'npm', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  return existsSync(found) ? found : undefined;
}

/** Compiles with node-gyp; the headers are this machine's, nothing is downloaded. */
async function compileWithNodeGyp(directory) {
  const headers = headerDirectory();
  const gyp = await nodeGyp();
  if (headers === undefined || gyp === undefined) return false;
  const { code, output } = await run(
    process.execPath,
    [gyp, 'rebuild', '--directory', directory, `--nodedir=${headers}`],
    { label: 'node-gyp', env: hardenedEnvironment() },
  );
  if (code !== 0) progress(`node-gyp failed:\n${tail(output)}`);
  return code === 0;
}

/**
 * Compiles without node-gyp, for a Node that came without its headers: pkcs11js uses Node-API alone, whose headers (the
 * same for every Node) koffi brings along.
 */
async function compileDirectly(directory) {
  if (process.platform !== 'linux') return false;
  const headers = join(MODULES, 'koffi', 'vendor', 'node-api-headers', 'include');
  const release = join(directory, 'build', 'Release');
  const sources = ['dl.cpp', 'common.cpp', 'main.cpp'].map((name) => join(directory, 'src', name));
  const { code, output } = await run(
    'sh',
    [
      '-c',
      'mkdir -p "$1" && shift && exec g++ "$@"',
      'compile',
      release,
      '-shared',
      '-fPIC',
      ...HARDENING.compile,
      '-std=c++17',
      '-DNAPI_DISABLE_CPP_EXCEPTIONS',
      '-DNODE_GYP_MODULE_NAME=pkcs11',
      `-I${headers}`,
      `-I${join(directory, 'includes')}`,
      ...sources,
      ...HARDENING.link,
      '-ldl',
      '-o',
      join(release, 'pkcs11.node'),
    ],
    { label: 'g++' },
  );
  if (code !== 0) progress(`g++ failed:\n${tail(output)}`);
  return code === 0;
}

function loads(name) {
  try {
    createRequire(join(ROOT, 'package.json'))(name);
    return true;
  } catch {
    return false;
  }
}

/** Compiles pkcs11js, whose package has no prebuilt binary. koffi and keytar bring theirs. */
async function compileNativeModules() {
  const directory = join(MODULES, 'pkcs11js');
  if (!isHardened(directory) || !loads('pkcs11js')) {
    progress('compiling pkcs11js');
    // Another tree may share these files; what is made anew is its own.
    rmSync(join(directory, 'build'), { recursive: true, force: true });
    const compiled = (await compileWithNodeGyp(directory)) || (await compileDirectly(directory));
    if (!compiled || !loads('pkcs11js'))
      throw new SetupError(
        'pkcs11js could not be compiled. It needs a C++17 compiler, make and python3, and the headers of this Node (include/node beside its bin directory).',
      );
    markHardened(directory);
  }
  for (const name of ['koffi', 'keytar'])
    if (!loads(name))
      throw new SetupError(
        `${name} has no prebuilt binary that loads on ${process.platform}-${process.arch}.`,
      );
}

/**
 * Brings the machine to the state that start, build and test need.
 *
 * @returns {Promise<Awaited<ReturnType<typeof import('./runtime.mjs').resolveRuntime>>>} the Electron runtime to use
 * @throws {SetupError} with what is missing and what to do, where it cannot.
 */
export async function setup() {
  checkNode();
  await installDebianPackages(join(ROOT, 'build', 'lib', 'debian-packages.json'));
  await installNpmPackages();
  await compileNativeModules();
  const { announceRuntime, resolveRuntime } = await import('./runtime.mjs');
  const runtime = await resolveRuntime();
  announceRuntime(runtime);
  return runtime;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await runMain(async () => {
    await setup();
    progress('ready');
  });
