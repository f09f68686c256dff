/** Validators compiled ahead of time: compiling at run time needs eval, which is switched off. */
import { createRequire } from 'node:module';
import { HEADER, PREFIX } from './schemas.mjs';

const require = createRequire(import.meta.url);
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

/** Members of a policy that steps 10 to 15 read before the whole of it is validated against the schema. */
const POLICY_HEADER = [
  'policyId',
  'audience',
  'sequence',
  'notBefore',
  'expires',
  'minAppVersion',
  'maxAppVersion',
  'overlays',
];

function newAjv(schemas) {
  const { Ajv2020 } = require('ajv/dist/2020.js');
  const ajv = new Ajv2020({
    strict: true,
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true, lines: true },
  });
  for (const word of ANNOTATIONS) ajv.addKeyword({ keyword: word });
  for (const schema of schemas.values()) ajv.addSchema(schema);
  return ajv;
}

/**
 * Schema strings are well-formed (canonical JSON has no lone surrogates), so each pair has one low surrogate. Most texts
 * have none, which the expression finds out at once.
 */
const COUNT_CODE_POINTS = `((text) => {
  let count = text.length;
  if (!/[\\udc00-\\udfff]/.test(text)) return count;
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

/** By the name of each member of the settings, the id of its schema. */
function groupSchemas(schemas) {
  const settings = schemas.get('settings.schema.json');
  return Object.entries(settings.properties).map(([name, { $ref }]) => [
    name,
    PREFIX + ($ref?.startsWith('settings/') ? $ref : `settings.schema.json#/properties/${name}`),
  ]);
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
  validateOverlay: ['overlay.schema.json', 'Overlay'],
  validateFreshness: ['freshness.schema.json', 'Freshness'],
  validateUpdate: ['update.schema.json', 'UpdateManifest'],
  validateMachineFile: ['machine.schema.json', 'MachineFile'],
};

export function validatorsModule(schemas) {
  const standalone = require('ajv/dist/standalone').default;
  const ajv = newAjv(new Map([...schemas, ['policy-header.schema.json', policyHeader(schemas)]]));
  const references = Object.entries(VALIDATORS).map(([name, [file]]) => [name, PREFIX + file]);
  const groups = groupSchemas(schemas).map(([name, id]) => [`group_${name}`, id]);
  const code = standalone(ajv, Object.fromEntries([...references, ...groups]));
  const members = groupSchemas(schemas).map(([name]) => `${name}: group_${name}`);
  return selfContained(`${code}\nexport const GROUP_VALIDATORS = { ${members.join(', ')} };`);
}

export function validatorsDeclaration() {
  const types = [...new Set(Object.values(VALIDATORS).map(([, type]) => type))].filter(
    (type) => type !== 'PolicyHeader',
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

/** By the name of each member of the settings, what validates that member alone. */
export declare const GROUP_VALIDATORS: Readonly<Record<string, Validator<unknown>>>;
`;
}
