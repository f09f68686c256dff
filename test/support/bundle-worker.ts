/** Bundles the TLS worker the way the app does, so that tests run the thread that ships. */
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Bundles `entry` (relative to the repository) into `out/test/<name>.cjs` and returns its absolute path. Native packages
 * stay outside and resolve from there to the repository's node_modules.
 */
export async function bundleForTest(entry: string, name: string): Promise<string> {
  const directory = join(ROOT, 'out/test');
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${name}.cjs`);
  const temporary = `${file}.${process.pid}`;
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile: temporary,
    bundle: true,
    platform: 'node',
    target: 'node20.18',
    format: 'cjs',
    external: ['koffi', 'libsql'],
    logLevel: 'error',
  });
  // Test files of several processes make the same bundle; a worker must never read half of one.
  await rename(temporary, file);
  return file;
}

/** The bundled src/tls/worker.ts. */
export function bundleTlsWorker(): Promise<string> {
  return bundleForTest('src/tls/worker.ts', 'tls-worker');
}

/** The bundled src/store/worker.ts. */
export function bundleStoreWorker(): Promise<string> {
  return bundleForTest('src/store/worker.ts', 'store-worker');
}
