import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  collectSettings,
  makeResolver,
  parseSchemas,
  readSchemas,
  referencePage,
  type Schema,
} from '../build/generate/index.mjs';
import { SETTINGS } from '../src/policy/index.ts';

const schemas = parseSchemas(readSchemas());

/** A group with one setting that has everything, changed. */
function groupWith(change: Record<string, unknown>): Schema {
  const setting = {
    title: 'Title',
    description: 'Description.',
    type: 'string',
    enum: ['a', 'b'],
    default: 'a',
    examples: ['b'],
    'x-since': '0.1.0',
    'x-owner': 'security',
    'x-enforcedBy': ['main'],
    'x-risk': 'Risk.',
    'x-platforms': ['linux'],
    'x-effect': 'restart',
    'x-tighter': { rule: 'order', values: ['a', 'b'] },
    'x-honours': 'all',
  };
  return { type: 'object', properties: { one: { ...setting, ...change } } };
}

describe('a setting of the schema', () => {
  it('is taken when it has everything', () => {
    expect(collectSettings(groupWith({}))).toMatchObject([{ pointer: '/one', required: false }]);
  });

  it.each([
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
  ])('ends the build without %s', (word) => {
    expect(() => collectSettings(groupWith({ [word]: undefined }))).toThrow(`/one: ${word} is missing`);
  });

  it.each([
    ['an effect that is none', { 'x-effect': 'soon' }],
    ['a rule that is none', { 'x-tighter': 'stricter' }],
    ['an order that lacks a value', { 'x-tighter': { rule: 'order', values: ['a'] } }],
    ['an order of other values', { 'x-tighter': { rule: 'order', values: ['a', 'c'] } }],
    ['values to honour that are no list', { 'x-honours': false }],
    ['no platform', { 'x-platforms': [] }],
    ['a platform that is none', { 'x-platforms': ['amiga'] }],
    ['nobody to enforce it', { 'x-enforcedBy': [] }],
    ['no version', { 'x-since': undefined }],
  ])('ends the build with %s', (_name, change) => {
    expect(() => collectSettings(groupWith(change))).toThrow();
  });

  it('is in the generated table', () => {
    expect(SETTINGS).toEqual(collectSettings(makeResolver(schemas)('settings.schema.json')));
  });
});

describe('the schemas', () => {
  it.each([...schemas])('%s is JSON Schema 2020-12', (_name, schema) => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(new Ajv2020({ strict: false }).validateSchema(schema)).toBe(true);
  });

  it('exist for policy, root, overlay, freshness and bundle', () => {
    expect([...schemas.keys()]).toEqual(
      expect.arrayContaining(
        ['policy', 'root', 'overlay', 'freshness', 'bundle'].map((name) => `${name}.schema.json`),
      ),
    );
  });
});

describe('docs/policy-reference.md', () => {
  it('is what the schemas say (`node build/generate.mjs --reference` writes it)', () => {
    const page = readFileSync(new URL('../docs/policy-reference.md', import.meta.url), 'utf8');
    expect(page).toBe(referencePage(SETTINGS));
  });

  it('names every setting once', () => {
    const page = referencePage(SETTINGS);
    for (const { pointer } of SETTINGS) expect(page.split(`\n\`${pointer}\` · `)).toHaveLength(2);
  });
});
