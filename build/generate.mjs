/**
 * Generates `src/policy/generated/` from the JSON Schemas in `policy-schema/`: validators compiled ahead of time
 * (compiling at run time needs eval, which is switched off), TypeScript types and the table of settings.
 *
 * Runs before the compiler; does nothing when the inputs have not changed. Plain JavaScript, because it is the first
 * step of every build.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '..');
const SCHEMAS = join(REPOSITORY, 'policy-schema');
const OUTPUT = join(REPOSITORY, 'src', 'policy', 'generated');
const STAMP = join(OUTPUT, 'stamp.txt');
const FILES = ['validators.js', 'validators.d.ts', 'defaults.ts', 'types.ts', 'settings-table.ts'];
const PREFIX = 'https://sallyport.invalid/schema/';
const HEADER = '/* Generated from policy-schema/ by build/generate.mjs. Do not edit. */\n';
/** Annotations of a setting; Ajv has to know the words to accept them in strict mode. */
const ANNOTATIONS = [
  'x-since',
  'x-owner',
  'x-enforcedBy',
  'x-risk',
  'x-platforms',
  'x-effect',
  'x-tighter',
  'x-honours',
  'x-neutral',
  'x-sensitive',
];
/** What every setting must have, besides a default unless it is required or may be absent. */
const NEEDED = [
  'title',
  'description',
  'examples',
  'x-owner',
  'x-enforcedBy',
  'x-risk',
  'x-platforms',
  'x-effect',
  'x-tighter',
  'x-honours',
];
const TIGHTER_RULES = ['fixed', 'subset', 'superset', 'lower', 'higher', 'false', 'true', 'order'];
/** Members of a policy that steps 10 to 15 read before the whole of it is validated against the schema. */
const POLICY_HEADER = [
  'policyId',
  'audience',
  'sequence',
  'notBefore',
  'expires',
  'minAppVersion',
  'maxAppVersion',
];

const require = createRequire(import.meta.url);

/** Every schema by its path below `policy-schema/`, with forward slashes. */
function readSchemas() {
  const found = new Map();
  for (const entry of readdirSync(SCHEMAS, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.schema.json')) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const name = relative(SCHEMAS, file).split(sep).join('/');
    found.set(name, { name, text: readFileSync(file, 'utf8') });
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fingerprint(files) {
  const hash = createHash('sha256');
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  for (const tool of ['ajv', 'json-schema-to-typescript']) {
    hash.update(readFileSync(join(REPOSITORY, 'node_modules', tool, 'package.json')));
  }
  for (const { name, text } of files.values()) hash.update(`${name}\0${text}\0`);
  return hash.digest('hex');
}

function isUpToDate(print) {
  try {
    if (readFileSync(STAMP, 'utf8') !== print) return false;
    for (const file of FILES) readFileSync(join(OUTPUT, file));
    return true;
  } catch {
    return false;
  }
}

/** Follows `$ref`s so that the result is one tree; the same definition stays the same object. */
function makeResolver(schemas) {
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

/** How an overlay may tighten a setting; a rule without options may be written as its name alone. */
function tighterRule(pointer, node) {
  const written = node['x-tighter'];
  const rule = typeof written === 'string' ? { rule: written } : written;
  if (!TIGHTER_RULES.includes(rule.rule)) throw new Error(`${pointer}: unknown x-tighter`);
  if (rule.rule !== 'order') return rule;
  const listed = [...(rule.values ?? [])].sort().join();
  if (listed !== [...(node.enum ?? [])].sort().join()) throw new Error(`${pointer}: order is not its enum`);
  return rule;
}

/** One setting for the table; refuses one that lacks what every setting must have. */
function settingInfo(node, pointer, group, needed) {
  for (const word of NEEDED) if (node[word] === undefined) throw new Error(`${pointer}: ${word} is missing`);
  if (!['immediate', 'sign-in', 'restart'].includes(node['x-effect']))
    throw new Error(`${pointer}: unknown x-effect`);
  if (node['x-honours'] !== 'all' && !Array.isArray(node['x-honours']))
    throw new Error(`${pointer}: x-honours is neither all nor a list of values`);
  return {
    pointer,
    group,
    title: node.title,
    description: node.description,
    risk: node['x-risk'],
    since: node['x-since'],
    owner: node['x-owner'],
    platforms: node['x-platforms'],
    effect: node['x-effect'],
    enforcedBy: node['x-enforcedBy'],
    tighter: tighterRule(pointer, node),
    ...(node['x-honours'] === 'all' ? {} : { honours: node['x-honours'] }),
    required: needed,
    example: node.examples[0],
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node['x-neutral'] === undefined ? {} : { neutral: node['x-neutral'] }),
    ...(node['x-sensitive'] === true ? { sensitive: true } : {}),
  };
}

/** The settings in document order. What is neither required nor has a default may be absent. */
function collectSettings(node, pointer = '', required = true) {
  if (node.type !== 'object' || node.properties === undefined)
    throw new Error(`${pointer}: neither a group nor a setting (x-since is missing)`);
  return Object.entries(node.properties).flatMap(([name, child]) => {
    const below = `${pointer}/${name}`;
    const needed = required && (node.required ?? []).includes(name);
    if (child['x-since'] !== undefined) return [settingInfo(child, below, below.split('/')[1], needed)];
    if (!needed && child.default === undefined)
      throw new Error(`${below}: a group is required or has a default`);
    return collectSettings(child, below, needed);
  });
}

function newAjv(schemas) {
  const { Ajv2020 } = require('ajv/dist/2020.js');
  const ajv = new Ajv2020({
    strict: true,
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  for (const word of ANNOTATIONS) ajv.addKeyword({ keyword: word });
  for (const schema of schemas.values()) ajv.addSchema(schema);
  return ajv;
}

/** Schema strings are well-formed (canonical JSON has no lone surrogates), so each pair has one low surrogate. */
const COUNT_CODE_POINTS = `((text) => {
  let count = text.length;
  for (let at = 0; at < text.length; at += 1) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count -= 1;
  return count;
})`;

/**
 * Ajv's generated module needs one function of its own run-time, which counts code points; written out here so that
 * the validators import nothing at all.
 */
function selfContained(code) {
  const result = code.replaceAll(/require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g, COUNT_CODE_POINTS);
  if (/\brequire\(|^import /m.test(result))
    throw new Error('a validator needs something that is not generated');
  return `${HEADER}${result}\n`;
}

function policyHeader(schemas) {
  const policy = schemas.get('policy.schema.json');
  return {
    $schema: policy.$schema,
    $id: `${PREFIX}policy-header.schema.json`,
    type: 'object',
    required: policy.required.filter((name) => POLICY_HEADER.includes(name)),
    properties: Object.fromEntries(POLICY_HEADER.map((name) => [name, policy.properties[name]])),
  };
}

/** The validators and, for each, the name of the type of what passes it. */
const VALIDATORS = {
  validateBundleFile: ['bundle.schema.json', 'BundleFile'],
  validateEnvelope: ['envelope.schema.json', 'Envelope'],
  validateRoot: ['root.schema.json', 'Root'],
  validatePolicyHeader: ['policy-header.schema.json', 'PolicyHeader'],
  validatePolicy: ['policy.schema.json', 'Policy'],
  validateSettings: ['settings.schema.json', 'PolicySettingsInput'],
  validateFreshness: ['freshness.schema.json', 'Freshness'],
  validateMachineFile: ['machine.schema.json', 'MachineFile'],
};

function validatorsModule(schemas) {
  const standalone = require('ajv/dist/standalone').default;
  const ajv = newAjv(new Map([...schemas, ['policy-header.schema.json', policyHeader(schemas)]]));
  const references = Object.entries(VALIDATORS).map(([name, [file]]) => [name, PREFIX + file]);
  return selfContained(standalone(ajv, Object.fromEntries(references)));
}

function validatorsDeclaration() {
  const types = [...new Set(Object.values(VALIDATORS).map(([, type]) => type))].filter(
    (t) => t !== 'PolicyHeader',
  );
  return `${HEADER}import type { ${types.sort().join(', ')} } from './types.ts';

export type PolicyHeader = Pick<Policy, ${POLICY_HEADER.map((name) => `'${name}'`).join(' | ')}>;

/** What Ajv says about the first violation. */
export interface Violation {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Validator<T> {
  (data: unknown): data is T;
  errors?: readonly Violation[] | null;
}

${Object.entries(VALIDATORS)
  .map(([name, [, type]]) => `export declare const ${name}: Validator<${type}>;`)
  .join('\n')}
`;
}

/** Where in a value defaults may have to be put: only the members that have one or lead to one. */
function defaultsTree(node) {
  const members = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const below = defaultsTree(child);
    const own = child.default === undefined ? {} : { default: child.default };
    return below === undefined && child.default === undefined ? [] : [[name, { ...own, ...below }]];
  });
  const items = node.items === undefined ? undefined : defaultsTree(node.items);
  if (members.length === 0 && items === undefined) return undefined;
  return {
    ...(members.length === 0 ? {} : { properties: Object.fromEntries(members) }),
    ...(items === undefined ? {} : { items }),
  };
}

function defaultsModule(settings) {
  return `${HEADER}
/** What is missing below a value: defaults of members, and the same for the items of a list. */
export interface DefaultsNode {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, DefaultsNode>>;
  readonly items?: DefaultsNode;
}

export const SETTINGS_DEFAULTS: DefaultsNode = ${JSON.stringify(defaultsTree(settings), null, 2)};
`;
}

/** For the types: names only on objects, and `required` filled up where the defaults have been filled in. */
function forTypes(node, { suffix = '', effective = false }, done = new Map()) {
  if (Array.isArray(node)) return node.map((item) => forTypes(item, { suffix, effective }, done));
  if (node === null || typeof node !== 'object') return node;
  if (done.has(node)) return done.get(node);
  const copy = {};
  done.set(node, copy);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'examples' || key === 'default' || key.startsWith('x-')) continue;
    if (key === 'properties' || key === 'patternProperties') {
      copy[key] = Object.fromEntries(
        Object.entries(value).map(([name, child]) => [name, forTypes(child, { suffix, effective }, done)]),
      );
    } else copy[key] = typeof value === 'object' ? forTypes(value, { suffix, effective }, done) : value;
  }
  if (copy.type !== 'object' || copy.properties === undefined) delete copy.title;
  else if (copy.title !== undefined) copy.title += suffix;
  if (effective && copy.properties !== undefined) {
    copy.required = Object.keys(copy.properties).filter(
      (name) => (node.required ?? []).includes(name) || node.properties[name].default !== undefined,
    );
  }
  return copy;
}

async function typesModule(resolved) {
  const { compile } = require('json-schema-to-typescript');
  const options = {
    bannerComment: '',
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    format: false,
    strictIndexSignatures: false,
  };
  const policy = resolved('policy.schema.json');
  const settings = forTypes(policy.properties.settings, { suffix: 'Input' });
  const wire = forTypes(policy, {});
  wire.properties.settings = settings;
  const parts = [
    [forTypes(resolved('bundle.schema.json'), {}), 'BundleFile'],
    [forTypes(resolved('root.schema.json'), {}), 'Root'],
    [forTypes(resolved('freshness.schema.json'), {}), 'Freshness'],
    [forTypes(resolved('machine.schema.json'), {}), 'MachineFile'],
    [wire, 'Policy'],
    [forTypes(resolved('settings.schema.json'), { effective: true }), 'PolicySettings'],
  ];
  const texts = [];
  for (const [schema, name] of parts) texts.push(await compile(schema, name, options));
  return `${HEADER}${texts.join('\n')}`;
}

function settingsTableModule(settings) {
  return `${HEADER}
/** What makes a value of a setting tighter. \`loosest\` is a value that stands for no limit at all. */
export type TighterRule =
  /** Never changed by an overlay. */
  | { readonly rule: 'fixed' | 'superset' | 'higher' | 'true' | 'false'; readonly loosest?: unknown }
  /** Fewer items; of an ordered list, in the same order. */
  | { readonly rule: 'subset'; readonly loosest?: unknown; readonly ordered?: boolean }
  /** A lower number, or the id of an item of a lower rank in the list at the pointer \`rankedBy\`. */
  | { readonly rule: 'lower'; readonly loosest?: unknown; readonly rankedBy?: string }
  /** The tightest value first. */
  | { readonly rule: 'order'; readonly values: readonly string[]; readonly loosest?: unknown };

/** One setting of the policy, as its schema describes it. */
export interface SettingInfo {
  /** JSON pointer below \`settings\`. */
  readonly pointer: string;
  /** The pointer's first member. */
  readonly group: string;
  readonly title: string;
  readonly description: string;
  /** What a wrong value does. */
  readonly risk: string;
  /** The application's version that brought the setting. */
  readonly since: string;
  /** Who in the organisation decides it. */
  readonly owner: string;
  /** The systems that the setting applies to, as Node names them. */
  readonly platforms: readonly string[];
  /** When a change takes effect. */
  readonly effect: 'immediate' | 'sign-in' | 'restart';
  /** The modules that must have acknowledged that they enforce it. */
  readonly enforcedBy: readonly string[];
  readonly tighter: TighterRule;
  /** The only values that this version can honour; absent: all that the schema allows. */
  readonly honours?: readonly unknown[];
  /** Whether every policy must name it. Without a default it may be absent otherwise. */
  readonly required: boolean;
  readonly example: unknown;
  readonly default?: unknown;
  /** The value that asks nothing of anybody, so that no acknowledgement is needed. Absent values never ask. */
  readonly neutral?: unknown;
  /** Masked on the policy page and in support texts. */
  readonly sensitive?: boolean;
}

export const SETTINGS: readonly SettingInfo[] = ${JSON.stringify(settings, null, 2)};
`;
}

/** Writes beside and renames, so that a reader never sees half a file. */
function put(name, text) {
  const temporary = join(OUTPUT, `.${name}.${process.pid}.tmp`);
  writeFileSync(temporary, text);
  renameSync(temporary, join(OUTPUT, name));
}

async function main() {
  const files = readSchemas();
  const print = fingerprint(files);
  if (isUpToDate(print)) return;
  const schemas = new Map([...files].map(([name, { text }]) => [name, JSON.parse(text)]));
  for (const [name, schema] of schemas) {
    if (schema.$id !== PREFIX + name) throw new Error(`${name}: $id must be ${PREFIX}${name}`);
  }
  const resolved = makeResolver(schemas);
  mkdirSync(OUTPUT, { recursive: true });
  put('validators.js', validatorsModule(schemas));
  put('validators.d.ts', validatorsDeclaration());
  put('defaults.ts', defaultsModule(resolved('settings.schema.json')));
  put('types.ts', await typesModule(resolved));
  put('settings-table.ts', settingsTableModule(collectSettings(resolved('settings.schema.json'))));
  put('stamp.txt', print);
}

await main();
