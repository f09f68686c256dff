/** The native packages beside the bundles: only what runs, for this platform. */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupError } from './progress.mjs';

/** Packages that esbuild leaves outside: a `.node` file cannot be put into a bundle. */
export const NATIVE_PACKAGES = ['koffi', 'pkcs11js', 'keytar', 'libsql'];

/** Where libsql calls a platform otherwise than Node does. */
const LIBSQL_TARGETS = {
  'linux-x64': 'linux-x64-gnu',
  'linux-arm64': 'linux-arm64-gnu',
  'win32-x64': 'win32-x64-msvc',
};

/** Files to copy, relative to node_modules. */
function files() {
  const target = `${process.platform}-${process.arch}`;
  const libsql = `@libsql/${LIBSQL_TARGETS[target] ?? target}`;
  const koffi = `@koromix/koffi-${target}`;
  return [
    'koffi/package.json',
    'koffi/LICENSE.txt',
    'koffi/index.cjs',
    'koffi/src/koffi/index.cjs',
    'koffi/src/koffi/src/static.cjs',
    'koffi/src/koffi/src/trampolines.cjs',
    `${koffi}/package.json`,
    `${koffi}/index.js`,
    `${koffi}/${target.replace('-', '_')}/koffi.node`,
    'pkcs11js/package.json',
    'pkcs11js/LICENSE',
    'pkcs11js/index.js',
    'pkcs11js/build/Release/pkcs11.node',
    'keytar/package.json',
    'keytar/LICENSE.md',
    'keytar/lib/keytar.js',
    `keytar/prebuilds/${target}/keytar.node`,
    'libsql/package.json',
    'libsql/LICENSE',
    'libsql/index.js',
    'libsql/auth.js',
    'libsql/sqlite-error.js',
    '@neon-rs/load/package.json',
    '@neon-rs/load/LICENSE',
    '@neon-rs/load/dist/index.js',
    'libsql/node_modules/detect-libc/package.json',
    'libsql/node_modules/detect-libc/LICENSE',
    'libsql/node_modules/detect-libc/lib/detect-libc.js',
    'libsql/node_modules/detect-libc/lib/filesystem.js',
    'libsql/node_modules/detect-libc/lib/process.js',
    `${libsql}/package.json`,
    `${libsql}/index.node`,
  ];
}

/**
 * @param {string} from the repository's node_modules
 * @param {string} to node_modules beside the bundles
 */
export function copyNativePackages(from, to) {
  for (const file of files()) {
    const source = join(from, file);
    if (!existsSync(source)) throw new SetupError(`${source} is missing: run node build/setup.mjs`);
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(source, join(to, file), { dereference: true });
  }
}
