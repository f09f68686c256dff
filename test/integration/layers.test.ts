/**
 * The layers: a folder under src/ imports only what its tsconfig references, nothing imports a test, and the compiler
 * refuses an import that goes up.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const source = join(root, 'src');

interface LayerConfig {
  readonly compilerOptions: { readonly lib: readonly string[]; readonly types: readonly string[] };
  readonly references: readonly { readonly path: string }[];
}

async function layers(): Promise<ReadonlyMap<string, LayerConfig>> {
  const found = new Map<string, LayerConfig>();
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    found.set(
      entry.name,
      JSON.parse(await readFile(join(source, entry.name, 'tsconfig.json'), 'utf8')) as LayerConfig,
    );
  }
  return found;
}

async function filesOf(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every module a file names, static, dynamic or as a type. */
function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"\n]+)['"]/g)].map((match) => match[1] ?? '');
}

describe('layers', () => {
  it('every folder imports only layers its tsconfig references', async () => {
    const offences: string[] = [];
    for (const [layer, config] of await layers()) {
      const allowed = new Set([layer, ...config.references.map(({ path }) => path.slice('../'.length))]);
      for (const file of await filesOf(join(source, layer))) {
        if (/\.test\.tsx?$/.test(file)) continue;
        for (const specifier of importsOf(await readFile(file, 'utf8'))) {
          if (!specifier.startsWith('.')) continue;
          const target = relative(source, resolve(dirname(file), specifier)).split(sep)[0] ?? '';
          if (!allowed.has(target)) offences.push(`${relative(root, file)} imports ${specifier}`);
        }
      }
    }
    expect(offences).toEqual([]);
  });

  it('the pure layers import no package of Node, Electron or the browser', async () => {
    const offences: string[] = [];
    for (const layer of ['shared', 'policy', 'lock']) {
      for (const file of await filesOf(join(source, layer))) {
        if (/\.test\.tsx?$/.test(file)) continue;
        for (const specifier of importsOf(await readFile(file, 'utf8'))) {
          if (/^(node:|electron)/.test(specifier))
            offences.push(`${relative(root, file)} imports ${specifier}`);
        }
      }
      const config = (await layers()).get(layer);
      expect(config?.compilerOptions).toMatchObject({ lib: ['ES2023'], types: [] });
    }
    expect(offences).toEqual([]);
  });

  it('the compiler refuses an import that goes up', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sallyport-layers-'));
    try {
      await cp(join(root, 'tsconfig.base.json'), join(directory, 'tsconfig.base.json'));
      await cp(join(source, 'shared'), join(directory, 'src/shared'), { recursive: true });
      await cp(join(source, 'platform'), join(directory, 'src/platform'), { recursive: true });
      await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
      const probe =
        "import { nodeCrypto } from '../platform/node-crypto.ts';\nexport const probe = nodeCrypto;\n";
      await writeFile(join(directory, 'src/shared/probe.ts'), probe);
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      const run = promisify(execFile)(process.execPath, [tsc, '-p', join(directory, 'src/shared')]);
      await expect(run).rejects.toMatchObject({ stdout: expect.stringContaining('platform/node-crypto.ts') });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
