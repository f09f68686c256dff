/** Bundles build/package/tools.ts, so that the kit needs no compiler. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

/** @param {string} outfile */
export async function bundleTools(outfile) {
  const { build } = await import('esbuild');
  mkdirSync(dirname(outfile), { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['build/package/tools.ts'],
    outfile,
    bundle: true,
    minifySyntax: true,
    logLevel: 'warning',
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
  });
}
