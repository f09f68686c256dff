import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, readSecret } from './config.ts';

const directory = mkdtempSync(join(tmpdir(), 'sallyport-config-'));
const path = join(directory, 'config.json');
afterAll(() => rmSync(directory, { recursive: true }));

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const EXAMPLE = JSON.parse(
  /```json\n(\{\n {2}"format": "sallyport\.file-gate.*?\n\})\n```/s.exec(readme)?.[1] ?? '',
);

function read(changes: object): unknown {
  writeFileSync(path, JSON.stringify({ ...EXAMPLE, ...changes }));
  return readConfig(path);
}

it('a configuration that is too large is not read', () => {
  writeFileSync(path, JSON.stringify(EXAMPLE).padEnd(256 * 1024 + 1));
  expect(() => readConfig(path)).toThrow(/too large/);
  writeFileSync(path, JSON.stringify(EXAMPLE).padEnd(256 * 1024));
  expect(readConfig(path).format).toBe('sallyport.file-gate/1');
});

describe('readConfig', () => {
  it('takes the example of the README and fills in safe values', () => {
    expect(read({})).toMatchObject({
      slots: { hmacOwner: 'path-sha1' },
      limits: { maximumBytes: 104_857_600, parallelUploads: 32 },
      archives: { depth: 3 },
      retention: { releasedSeconds: 2_592_000 },
    });
  });

  it.each<[string, object, RegExp]>([
    ['an unknown member', { colour: 'red' }, /\/colour is not known/],
    ['an unknown member deep inside', { limits: { maximumByte: 1 } }, /\/limits\/maximumByte is not known/],
    [
      'a missing member',
      { tls: { certificate: '/a', key: '/b', crls: '/c' } },
      /\/tls\/clientAuthorities is missing/,
    ],
    ['no secret', { slots: {} }, /\/slots names no secret/],
    ['no scanner', { scanner: {} }, /\/scanner must name/],
    ['half a scanner', { scanner: { host: 'localhost' } }, /\/scanner must name/],
    ['two scanners', { scanner: { socket: '/a', host: 'localhost', port: 1 } }, /\/scanner must name/],
    ['a relative path', { stateDirectory: 'state' }, /\/stateDirectory must be an absolute path/],
    ['a path with a way up', { stateDirectory: '/var/../etc' }, /\/stateDirectory must be an absolute path/],
    ['a type that no rule knows', { types: ['text/html'] }, /\/types\/0 must be one of/],
    [
      'a size that is too large',
      { limits: { maximumBytes: 1e12 } },
      /\/limits\/maximumBytes must be a whole number/,
    ],
    ['a size as text', { limits: { maximumBytes: '5' } }, /\/limits\/maximumBytes must be a whole number/],
    ['another format', { format: 'sallyport.file-gate/2' }, /\/format must be one of/],
  ])('refuses %s', (_what, changes, message) => {
    expect(() => read(changes)).toThrow(message);
  });

  it('refuses members of a prototype, and what is no JSON', () => {
    writeFileSync(path, JSON.stringify(EXAMPLE).replace('{', '{"__proto__":{"reloadSeconds":9},'));
    expect(() => readConfig(path)).toThrow(/__proto__ is not known/);
    writeFileSync(path, '{');
    expect(() => readConfig(path)).toThrow(/is not JSON/);
  });
});

describe('readSecret', () => {
  const secret = join(directory, 'secret');

  it('takes the text without its line end', () => {
    writeFileSync(secret, `${'s'.repeat(32)}\n`, { mode: 0o600 });
    expect(readSecret(secret).toString()).toBe('s'.repeat(32));
  });

  it('refuses a short one, and one that everybody can read', () => {
    writeFileSync(secret, 's'.repeat(31));
    chmodSync(secret, 0o600);
    expect(() => readSecret(secret)).toThrow(/less than 32 bytes/);
    writeFileSync(secret, 's'.repeat(64));
    chmodSync(secret, 0o604);
    expect(() => readSecret(secret)).toThrow(/read by everybody/);
  });
});
