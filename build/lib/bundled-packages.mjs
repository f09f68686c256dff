/** Which npm packages are in the bundles, with their licences: what the list of components says is what was bundled. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NATIVE_PACKAGES } from './native-packages.mjs';
import { ROOT } from './paths.mjs';

const PACKAGE_PATH = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** The package's own description, licence and the text of it. */
function describe(path) {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
  const file = readdirSync(join(ROOT, path)).find((each) => /^licen[cs]e(?:\.|$)/i.test(each));
  return {
    name,
    version,
    licence: typeof license === 'string' ? license : 'UNKNOWN',
    text: file === undefined ? '' : readFileSync(join(ROOT, path, file), 'utf8').trim(),
  };
}

/**
 * @param {string} file
 * @param {readonly { metafile: { inputs: Record<string, unknown> } }[]} results of esbuild
 */
export function writePackageList(file, results) {
  const native = [...NATIVE_PACKAGES, `@koromix/koffi-${process.platform}-${process.arch}`];
  const paths = new Set(native.map((name) => `node_modules/${name}`));
  for (const { metafile } of results)
    for (const input of Object.keys(metafile.inputs)) {
      const path = PACKAGE_PATH.exec(input)?.[1];
      if (path !== undefined && existsSync(join(ROOT, path, 'package.json'))) paths.add(path);
    }
  const packages = [...paths]
    .sort()
    .map((path) => ({ ...describe(path), native: native.includes(path.slice(13)) }));
  writeFileSync(file, `${JSON.stringify(packages, null, 2)}\n`);
}
