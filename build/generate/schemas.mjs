/** The JSON Schemas in `policy-schema/`: reading them, and following their references. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const PREFIX = 'https://sallyport.invalid/schema/';
export const HEADER = '/* Generated from policy-schema/ by build/generate.mjs. Do not edit. */\n';
const SCHEMAS = join(REPOSITORY, 'policy-schema');

/** Every schema by its path below `policy-schema/`, with forward slashes. */
export function readSchemas() {
  const found = new Map();
  for (const entry of readdirSync(SCHEMAS, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.schema.json')) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const name = relative(SCHEMAS, file).split(sep).join('/');
    found.set(name, { name, text: readFileSync(file, 'utf8') });
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same, parsed; refuses one whose id is not its place. */
export function parseSchemas(files) {
  const schemas = new Map([...files].map(([name, { text }]) => [name, JSON.parse(text)]));
  for (const [name, schema] of schemas) {
    if (schema.$id !== PREFIX + name) throw new Error(`${name}: $id must be ${PREFIX}${name}`);
  }
  return schemas;
}

/** Follows `$ref`s so that the result is one tree; the same definition stays the same object. */
export function makeResolver(schemas) {
  const seen = new Map();
  function lookUp(reference, from) {
    const [path, fragment = ''] = reference.split('#');
    const name = path === '' ? from : posix.normalize(posix.join(posix.dirname(from), path));
    const key = `${name}#${fragment}`;
    if (seen.has(key)) return seen.get(key);
    let node = schemas.get(name);
    for (const part of fragment.split('/').filter(Boolean)) node = node?.[part];
    if (node === undefined) throw new Error(`${from}: cannot resolve ${reference}`);
    const resolved = resolve(node, name);
    seen.set(key, resolved);
    return resolved;
  }
  function resolve(node, from) {
    if (Array.isArray(node)) return node.map((item) => resolve(item, from));
    if (node === null || typeof node !== 'object') return node;
    const { $ref, $id, $schema, $defs, ...rest } = node;
    if ($ref === undefined) {
      return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, resolve(value, from)]));
    }
    const target = lookUp($ref, from);
    return Object.keys(rest).length === 0 ? target : { ...target, ...rest };
  }
  return (name) => resolve(schemas.get(name), name);
}
