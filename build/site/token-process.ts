/** The token process as one file that plain Node can start, for tests and the doctor's tests. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..', '..');

/**
 * Bundles src/token/process.ts to `token.cjs` in a new directory below `out/test`, from where its native packages are
 * found, and returns the file's path.
 */
export function bundleTokenProcess(): string {
  const parent = join(ROOT, 'out', 'test');
  mkdirSync(parent, { recursive: true });
  const outfile = join(mkdtempSync(join(parent, 'token-')), 'token.cjs');
  buildSync({
    entryPoints: [join(ROOT, 'src', 'token', 'process.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pkcs11js', 'koffi'],
    logLevel: 'error',
  });
  return outfile;
}
