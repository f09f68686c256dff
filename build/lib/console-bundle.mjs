/**
 * The administrators' console as a directory for plain Node: two programs, the page, and beside them SQLite and what
 * `sallyport-admin` needs for a card.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './paths.mjs';
import { SetupError } from './progress.mjs';

const TARGET = { linux: { x64: 'linux-x64-gnu', arm64: 'linux-arm64-gnu' } };

/** What runs of SQLite, of the binding to OpenSSL and of the one to PKCS#11, relative to node_modules. */
function nativeFiles() {
  const target = TARGET[process.platform]?.[process.arch];
  if (target === undefined) throw new SetupError('the console runs on Linux, x64 or arm64');
  const koffi = ['koffi', `@koromix/koffi-linux-${process.arch}`];
  const pkcs11 = ['package.json', 'index.js', 'build/Release/pkcs11.node'].map((name) => `pkcs11js/${name}`);
  return ['libsql', '@neon-rs/load', 'detect-libc', `@libsql/${target}`, ...koffi, ...pkcs11];
}

/** Writes the console into `directory`; returns the paths of its programs. */
export async function bundleConsole(directory) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { build } = await import('esbuild');
  const base = {
    absWorkingDir: ROOT,
    bundle: true,
    minifySyntax: true,
    treeShaking: true,
    logLevel: 'warning',
    define: { __APP_VERSION__: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' },
  };
  const program = join(directory, 'sallyport-console.cjs');
  const admin = join(directory, 'sallyport-admin.cjs');
  await build({
    ...base,
    entryPoints: {
      'sallyport-console': 'server/console/main.ts',
      'sallyport-console-records': 'server/console/records/worker.ts',
      'sallyport-admin': 'server/console/admin/main.ts',
      'sallyport-admin-token': 'src/token/process.ts',
      'sallyport-admin-tls': 'src/tls/worker.ts',
    },
    outdir: directory,
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
    external: ['libsql', 'koffi', 'pkcs11js'],
    banner: { js: '#!/usr/bin/env node' },
  });
  for (const path of [program, admin]) chmodSync(path, 0o755);
  const page = join(directory, 'page');
  await build({
    ...base,
    minify: true,
    entryPoints: { console: 'server/console/ui/main.tsx' },
    outdir: page,
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
    jsx: 'automatic',
  });
  for (const name of ['index.html', 'icon.svg'])
    cpSync(join(ROOT, 'server/console/ui', name), join(page, name));
  for (const name of nativeFiles()) {
    const source = join(ROOT, 'node_modules', name);
    if (!existsSync(source)) throw new SetupError(`${source} is missing: run npm ci`);
    mkdirSync(dirname(join(directory, 'node_modules', name)), { recursive: true });
    cpSync(source, join(directory, 'node_modules', name), { recursive: true, dereference: true });
  }
  return { program, admin };
}
