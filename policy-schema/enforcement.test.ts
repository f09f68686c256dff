import { describe, expect, it } from 'vitest';
import {
  allRowProblems,
  coverageProblems,
  type EnforcementRow,
  readEnforcement,
  rowProblems,
} from '../build/generate/index.mjs';
import { CLIENT_ENFORCES, SETTINGS } from '../src/policy/index.ts';

const FILES: Readonly<Record<string, string>> = {
  'src/one/guard.ts': 'export function guards(): void {}\nclass Door {\n  #shut(): void {}\n}\n',
  'src/one/guard.test.ts': "it('keeps the door shut', () => {});\n",
};
const ROW: EnforcementRow = {
  module: 'one',
  pointer: '/door',
  point: 'src/one/guard.ts#guards',
  test: 'src/one/guard.test.ts#keeps the door shut',
};
const problems = (change: Partial<EnforcementRow>) =>
  rowProblems({ ...ROW, ...change }, (file) => FILES[file]);

describe('a row of the registry', () => {
  it.each([
    ['a function', {}],
    ['a class', { point: 'src/one/guard.ts#Door' }],
    ['a private method', { point: 'src/one/guard.ts#shut' }],
  ])('may name %s', (_name, change) => {
    expect(problems(change)).toEqual([]);
  });

  it.each([
    ['a file that is not there', { point: 'src/one/gone.ts#guards' }],
    ['a file outside src', { point: 'build/one/guard.ts#guards' }],
    ['a symbol that is not there', { point: 'src/one/guard.ts#opens' }],
    ['a part of a symbol', { point: 'src/one/guard.ts#guard' }],
    ['no symbol', { point: 'src/one/guard.ts' }],
    ['a pattern for a symbol', { point: 'src/one/guard.ts#.*' }],
    ['a test that is not there', { test: 'src/one/gone.test.ts#keeps the door shut' }],
    ['a file that is no test', { test: 'src/one/guard.ts#export function' }],
    ['a title that is not there', { test: 'src/one/guard.test.ts#opens the door' }],
    ['no title', { test: 'src/one/guard.test.ts' }],
  ])('is refused with %s', (_name, change) => {
    expect(problems(change)).toHaveLength(1);
  });
});

describe('coverage', () => {
  const enforcement = readEnforcement();
  const [first] = enforcement.rows;

  it('names for every setting and module an enforcement point and a test', () => {
    expect(coverageProblems(SETTINGS, enforcement)).toEqual([]);
  });

  it('names only symbols and tests that exist', () => {
    expect(allRowProblems(enforcement)).toEqual([]);
  });

  it('is what the client acknowledges', () => {
    const rows = enforcement.rows.map(({ module, pointer }) => `${module}:${pointer}`);
    expect([...CLIENT_ENFORCES].sort()).toEqual(rows.sort());
  });

  it.each([
    ['a row is missing', { ...enforcement, rows: enforcement.rows.slice(1) }],
    ['a module claims what it is not named for', { ...enforcement, rows: [{ ...ROW, module: 'main' }] }],
    ['a row has no test', { ...enforcement, rows: [{ ...first, test: undefined }] }],
  ])('fails when %s', (_name, changed) => {
    expect(coverageProblems(SETTINGS, changed as typeof enforcement)).not.toEqual([]);
  });
});
