/** The file gate as one file for plain Node: `sallyport-file-gate.cjs`. */
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/** Writes the program into `directory`; returns its path. */
export async function bundleFileGate(directory) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { build } = await import('esbuild');
  const outfile = join(directory, 'sallyport-file-gate.cjs');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['server/file-gate/main.ts'],
    outfile,
    bundle: true,
    minifySyntax: true,
    treeShaking: true,
    logLevel: 'warning',
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
    banner: { js: '#!/usr/bin/env node' },
    define: { __APP_VERSION__: JSON.stringify(version) },
  });
  chmodSync(outfile, 0o755);
  return outfile;
}
