import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModules, installedEjabberd } from '../../build/site/ejabberd-modules.ts';
import file from '../../src/lock/vectors.json';

const ROOT = join(import.meta.dirname, '../..');
let modules: string;

beforeAll(() => {
  modules = mkdtempSync(join(tmpdir(), 'sallyport-erlang-'));
  compileModules(modules);
});
afterAll(() => rmSync(modules, { recursive: true, force: true }));

function run(vectors: string) {
  const args = [join(ROOT, 'server/ejabberd/test/vectors.escript'), modules, vectors];
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', ERL_LIBS: installedEjabberd().libraries };
  return spawnSync('escript', args, { encoding: 'utf8', env });
}

describe('the lock’s vectors in the Erlang code that ejabberd runs', () => {
  it('pass, and malformed values are refused', () => {
    const done = run(join(ROOT, 'src/lock/vectors.json'));
    expect(done.stdout.trim().split('\n')).toEqual(file.vectors.map((_, at) => `vector ${at + 1} done`));
    expect(done.stderr).toBe('');
    expect(done.status).toBe(0);
  });

  it('fail when one byte differs', () => {
    const [first] = file.vectors;
    if (first === undefined) throw new Error('no vectors');
    const spoilt = join(modules, 'spoilt.json');
    writeFileSync(spoilt, JSON.stringify({ vectors: [{ ...first, serverMac: first.clientMac }] }));
    const done = run(spoilt);
    expect(done.stdout).toContain('vector 1: serverMac differs');
    expect(done.status).toBe(1);
  });
});
