import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findApprovedModule, moduleSha256 } from './module-file.ts';

let directory: string;
const at = (name: string) => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sp-module-'));
  writeFileSync(at('a.so'), 'module a');
  writeFileSync(at('b.so'), 'module b');
  symlinkSync(at('a.so'), at('link.so'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('takes the first that is installed, at its real path', async () => {
  const sha256 = await moduleSha256(at('a.so'));
  const found = await findApprovedModule([
    { path: at('none.so'), sha256 },
    { path: at('link.so'), sha256 },
  ]);
  expect(found).toBe(at('a.so'));
});

test('an installed one that is not approved is an error although another follows', async () => {
  const [installed, approved] = [await moduleSha256(at('a.so')), await moduleSha256(at('b.so'))];
  const modules = [
    { path: at('a.so'), sha256: approved },
    { path: at('b.so'), sha256: approved },
  ];
  await expect(findApprovedModule(modules)).rejects.toMatchObject({
    code: 'MODULE_HASH_MISMATCH',
    detail: { path: at('a.so'), sha256: installed },
  });
});

test('names what is missing', async () => {
  await expect(findApprovedModule([])).rejects.toMatchObject({ code: 'MODULE_NOT_CONFIGURED' });
  await expect(findApprovedModule([{ path: at('none.so'), sha256: '' }])).rejects.toMatchObject({
    code: 'MODULE_MISSING',
  });
  await expect(findApprovedModule([{ path: directory, sha256: '' }])).rejects.toMatchObject({
    code: 'MODULE_MISSING',
  });
  await expect(moduleSha256(at('none.so'))).rejects.toMatchObject({ code: 'MODULE_MISSING' });
});

test('what is no file does not hang the process: a pipe that nobody writes to, a device without an end', async () => {
  execFileSync('mkfifo', [at('pipe.so')]);
  for (const path of [at('pipe.so'), '/dev/zero'])
    await expect(findApprovedModule([{ path, sha256: '' }])).rejects.toMatchObject({
      code: 'MODULE_MISSING',
    });
});

test('a path that is not absolute is not searched for', async () => {
  await expect(findApprovedModule([{ path: 'a.so', sha256: '' }])).rejects.toMatchObject({
    code: 'MODULE_MISSING',
  });
});
