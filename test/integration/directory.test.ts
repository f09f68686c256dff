/** The throw-away directory itself: what the XMPP servers' tests rely on. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makePki } from '../../build/site/pki.ts';
import { type Slapd, startSlapd } from '../../build/site/slapd.ts';
import { DOMAIN } from '../support/prosody-site.ts';

const run = promisify(execFile);
let directory: string;
let slapd: Slapd;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-slapd-'));
  await run('chmod', ['755', directory]);
  const pki = await makePki({ directory: join(directory, 'pki'), domain: DOMAIN, users: [] });
  slapd = await startSlapd({
    directory: join(directory, 'slapd'),
    pki,
    people: [
      { uid: 'alice', name: 'Allen, Alice A', mail: 'alice@example.mil', employeeNumber: '1000000001' },
      { uid: 'bob', disabled: true },
    ],
  });
  writeFileSync(join(directory, 'password'), slapd.bindPassword, { mode: 0o600 });
  writeFileSync(join(directory, 'wrong'), 'wrong', { mode: 0o600 });
});
afterAll(async () => {
  await slapd?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function search(
  filter: string,
  changes: { readonly as?: readonly string[]; readonly ca?: string } = {},
) {
  const as = changes.as ?? ['-D', slapd.bindDn, '-y', join(directory, 'password')];
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LDAPTLS_CACERT: changes.ca ?? slapd.caFile,
    LDAPTLS_REQCERT: 'hard',
  };
  const args = ['-H', slapd.url, '-x', ...as, '-LLL', '-o', 'ldif-wrap=no', '-b', slapd.baseDn, filter];
  const { stdout } = await run('ldapsearch', args, { env });
  return stdout;
}

const accounts = async (): Promise<string[]> =>
  [...(await search(slapd.accountFilter)).matchAll(/^uid: (.*)$/gm)].map((match) => match[1] ?? '').sort();

it('gives the server’s account the people who are not locked, over verified TLS', async () => {
  expect(await accounts()).toEqual(['alice']);
  const alice = await search('(uid=alice)');
  expect(alice).toContain('displayName: Allen, Alice A');
  expect(alice).toContain('employeeNumber: 1000000001');
  expect(await search('(cn=analysts)')).toMatch(/memberUid: alice\nmemberUid: bob/);
});

it('gives nobody else anything, and no password to anybody', async () => {
  await expect(search('(uid=alice)', { as: [] })).rejects.toThrow(/authentication required|Inappropriate/i);
  await expect(
    search('(uid=alice)', { as: ['-D', slapd.bindDn, '-y', join(directory, 'wrong')] }),
  ).rejects.toThrow(/Invalid credentials/);
  await expect(search('(uid=alice)', { ca: '/dev/null' })).rejects.toThrow(/Can't contact/);
  expect(await search('(cn=xmpp)')).not.toContain('userPassword');
});

it('locks, unlocks, adds and removes people, and keeps them over a restart', async () => {
  await slapd.setDisabled('alice', true);
  expect(await accounts()).toEqual([]);
  await slapd.setDisabled('alice', false);
  await slapd.addPerson({ uid: 'carol', name: 'Carol: \nNewman' });
  expect(await accounts()).toEqual(['alice', 'carol']);
  const { pid } = slapd;
  await slapd.stop();
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  await slapd.start();
  expect(await accounts()).toEqual(['alice', 'carol']);
  await slapd.removePerson('carol');
  expect(await accounts()).toEqual(['alice']);
});

it('takes no account name that could name another entry', async () => {
  for (const uid of ['x,ou=groups', 'a b', 'A', '', '../x']) {
    expect(() => slapd.addPerson({ uid }), uid).toThrow('not a plain uid');
  }
});
