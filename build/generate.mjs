/**
 * Generates `src/policy/generated/` from the JSON Schemas in `policy-schema/` and the modules' `enforces.json`:
 * validators, TypeScript types, defaults, the table of settings and what this version enforces. With `--reference` also
 * `docs/policy-reference.md`.
 *
 * Runs before the compiler; does nothing when the inputs have not changed. Plain JavaScript, because it is the first
 * step of every build.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enforcementModule, readEnforcement, requireCoverage } from './generate/enforcement.mjs';
import { referencePage } from './generate/reference.mjs';
import { makeResolver, parseSchemas, REPOSITORY, readSchemas } from './generate/schemas.mjs';
import { collectSettings, defaultsModule, settingsTableModule } from './generate/settings.mjs';
import { typesModule } from './generate/types.mjs';
import { validatorsDeclaration, validatorsModule } from './generate/validators.mjs';

const OUTPUT = join(REPOSITORY, 'src', 'policy', 'generated');
const STAMP = 'stamp.txt';
const FILES = [
  'validators.js',
  'validators.d.ts',
  'defaults.ts',
  'types.ts',
  'settings-table.ts',
  'enforcement.ts',
];
const GENERATOR = join(REPOSITORY, 'build', 'generate');

/** A hash over everything that the result depends on. */
function fingerprint(schemas, enforcement) {
  const hash = createHash('sha256');
  for (const file of readdirSync(GENERATOR).sort()) hash.update(readFileSync(join(GENERATOR, file)));
  hash.update(readFileSync(join(REPOSITORY, 'build', 'generate.mjs')));
  for (const tool of ['ajv', 'json-schema-to-typescript']) {
    hash.update(readFileSync(join(REPOSITORY, 'node_modules', tool, 'package.json')));
  }
  for (const { name, text } of schemas.values()) hash.update(`${name}\0${text}\0`);
  hash.update(JSON.stringify(enforcement));
  return hash.digest('hex');
}

function isUpToDate(print) {
  try {
    if (readFileSync(join(OUTPUT, STAMP), 'utf8') !== print) return false;
    for (const file of FILES) readFileSync(join(OUTPUT, file));
    return true;
  } catch {
    return false;
  }
}

/** Writes beside and renames, so that a reader never sees half a file. */
function put(folder, name, text) {
  const temporary = join(folder, `.${name}.${process.pid}.tmp`);
  writeFileSync(temporary, text);
  renameSync(temporary, join(folder, name));
}

async function main() {
  const files = readSchemas();
  const enforcement = readEnforcement();
  const print = fingerprint(files, enforcement);
  const reference = process.argv.includes('--reference');
  if (!reference && isUpToDate(print)) return;
  const schemas = parseSchemas(files);
  const resolved = makeResolver(schemas);
  const settings = collectSettings(resolved('settings.schema.json'));
  requireCoverage(settings, enforcement);
  if (reference) {
    put(join(REPOSITORY, 'docs'), 'policy-reference.md', referencePage(settings));
    return;
  }
  mkdirSync(OUTPUT, { recursive: true });
  put(OUTPUT, 'validators.js', validatorsModule(schemas));
  put(OUTPUT, 'validators.d.ts', validatorsDeclaration());
  put(OUTPUT, 'defaults.ts', defaultsModule(resolved('settings.schema.json')));
  put(OUTPUT, 'types.ts', await typesModule(resolved));
  put(OUTPUT, 'settings-table.ts', settingsTableModule(settings));
  put(OUTPUT, 'enforcement.ts', enforcementModule(enforcement));
  put(OUTPUT, STAMP, print);
}

await main();
