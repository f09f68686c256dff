/** `sallyport-policy update` as administrators use it: a process, key files, a record of what a computer has seen. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEYS } from '../../build/site/policy-forge.ts';
import { goodManifest } from '../../build/site/update-forge.ts';
import { signDocument } from '../../src/cli/policy/signing.ts';
import { PAYLOAD_TYPES } from '../../src/policy/index.ts';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';

const base = mkdtempSync(join(tmpdir(), 'sallyport-update-cli-'));
let command: PolicyCommand;
let round = 0;
let place: string;

beforeAll(() => {
  command = bundlePolicyCommand();
});
beforeEach(() => {
  round += 1;
  place = join(base, String(round));
  mkdirSync(place);
});
afterAll(() => {
  command?.remove();
  rmSync(base, { recursive: true, force: true });
});

describe('sallyport-policy update', () => {
  const keys = () => join(place, 'authority', 'keys');
  const out = (name: string) => join(place, name);
  const trust = () => ['--trust-root', join(place, 'authority', 'trust-root.json')];
  const draft = (...more: readonly string[]) => [
    ...['update', 'sign', ...trust(), '--org', 'demo', '--author', 'IT', '--release', '0.2.0'],
    ...['--install-from', 'Software Centre', '--days', '30', ...more],
  ];

  async function authority(...more: readonly string[]): Promise<void> {
    const { code, err } = await command.run(
      ...['init', '--directory', join(place, 'authority'), '--org', 'demo', '--author', 'IT'],
      ...['--unencrypted-keys', '--organization', 'Demo', '--support', 'IT', '--domain', 'chat.demo.example'],
      ...['--policy-keys', '2', ...more],
    );
    expect([code, err]).toEqual([0, '']);
  }

  it('signs with two people, explains and verifies', async () => {
    await authority('--policy-threshold', '2');
    const one = ['--key', join(keys(), 'policy-1.key.pem')];
    const two = ['--key', join(keys(), 'policy-2.key.pem')];
    const deb = out('sallyport_0.2.0_amd64.deb');
    writeFileSync(deb, 'a package');

    const alone = await command.json(...draft(...one, '--out', out('alone')));
    expect([alone.code, alone.value.error.code, existsSync(out('alone'))]).toEqual([
      1,
      'BELOW_THRESHOLD',
      false,
    ]);

    const half = await command.json(...draft(...one, '--package', deb, '--partial', '--out', out('half')));
    expect([half.code, half.value.complete]).toEqual([0, false]);
    const whole = ['update', 'sign', ...trust(), '--manifest', out('half'), ...two];
    const signed = await command.json(...whole, '--out', out('update.manifest'));
    expect([signed.code, signed.value.complete, signed.value.version]).toEqual([0, true, '0.2.0']);
    expect(signed.value.signers).toHaveLength(2);
    expect((await command.json(...whole, '--out', out('update.manifest'))).code).toBe(3);

    const explained = await command.json('update', 'explain', out('update.manifest'));
    expect(explained.value).toMatchObject({
      version: '0.2.0',
      installFrom: 'Software Centre',
      audience: 'org demo',
      packages: [expect.stringContaining('sallyport_0.2.0_amd64.deb (9 bytes, SHA-256 ')],
      signatures: expect.stringContaining('not checked'),
    });

    const verify = ['update', 'verify', out('update.manifest'), ...trust()];
    const judged = await command.json(...verify, '--app', '0.1.0', '--package', deb);
    expect([judged.code, judged.value.shown]).toEqual([0, true]);
    expect((await command.json(...verify, '--app', '0.2.0')).value.shown).toBe(false);
    writeFileSync(deb, 'b package');
    const other = await command.json(...verify, '--package', deb);
    expect([other.code, other.value.error.message]).toEqual([
      1,
      expect.stringContaining('other bytes than the manifest'),
    ]);
    writeFileSync(out('stray.deb'), 'x');
    expect((await command.json(...verify, '--package', out('stray.deb'))).code).toBe(1);
    expect((await command.json(...verify, '--package', out('nowhere.deb'))).code).toBe(4);
  });

  it('remembers what a computer would, when it is asked to', async () => {
    await authority();
    const key = ['--key', join(keys(), 'policy-1.key.pem')];
    for (const name of ['first', 'second'])
      expect((await command.run(...draft(...key, '--out', out(name)))).code).toBe(0);
    const state = ['--state', out('state.json'), '--keep-state'];
    const verify = (name: string) => command.json('update', 'verify', out(name), ...trust(), ...state);
    expect((await verify('first')).code).toBe(0);
    expect((await verify('second')).code).toBe(0);
    expect((await verify('first')).value.error.code).toBe('ROLLBACK');

    // A manifest of a clock that went ahead is followed all the same.
    const first = await command.json('update', 'explain', out('first'));
    writeFileSync(
      out('ahead'),
      JSON.stringify({
        payloadType: PAYLOAD_TYPES.update,
        payload: Buffer.from(
          JSON.stringify(goodManifest({ sequence: first.value.sequence + 1_000_000 })),
        ).toString('base64'),
        signatures: [{ keyid: 'x', sig: 'AAAA' }],
      }),
    );
    const canonical = await command.json(...draft(...key, '--previous', out('ahead'), '--out', out('next')));
    expect([canonical.code, canonical.value.error?.code]).toEqual([2, 'USAGE']);
    const ahead = goodManifest({ sequence: first.value.sequence + 1_000_000 });
    writeFileSync(out('ahead'), JSON.stringify(signDocument(PAYLOAD_TYPES.update, ahead, [KEYS.stranger])));
    const next = await command.json(...draft(...key, '--previous', out('ahead'), '--out', out('next')));
    expect(next.value.sequence).toBe(first.value.sequence + 1_000_001);
  });

  it('takes the keys of a role of its own, once the root has one', async () => {
    await authority('--root-keys', '1', '--root-threshold', '1');
    const made = ['key', 'new', '--unencrypted-keys', '--out', out('update.key.pem')];
    const generated = await command.run(...made);
    expect([generated.code, generated.err]).toEqual([0, '']);
    const rotated = await command.run(
      ...['rotate-root', ...trust(), '--add', `update=${out('update.pub.pem')}`],
      ...['--key', join(keys(), 'root-1.key.pem'), '--out', out('root-2.json')],
    );
    expect([rotated.code, rotated.err]).toEqual([0, '']);
    const root = ['--root', out('root-2.json')];
    const own = ['--key', out('update.key.pem')];
    const policy = ['--key', join(keys(), 'policy-1.key.pem')];
    const refused = await command.json(...draft(...root, ...policy, '--out', out('by-policy')));
    expect([refused.code, refused.value.error.code]).toEqual([5, 'KEY']);
    expect((await command.run(...draft(...own, '--out', out('old-root')))).code).toBe(5);
    expect((await command.run(...draft(...root, ...own, '--out', out('own')))).code).toBe(0);
    const verify = ['update', 'verify', out('own'), ...trust()];
    expect((await command.json(...verify, ...root)).code).toBe(0);
    expect((await command.json(...verify)).value.error.code).toBe('UNKNOWN_SIGNER');
  });

  it.each<readonly [string, number, readonly string[]]>([
    ['no place to install from', 2, ['--install-from', '']],
    ['a pre-release', 2, ['--release', '0.2.0-rc.1']],
    ['no end', 2, ['--days', '0']],
    ['a platform that is none', 2, ['--platform', 'beos']],
    ['a package that is not there', 4, ['--package', '/nonexistent/x.deb']],
    ['other words for a signed manifest', 2, ['--manifest', '/nonexistent/update.manifest']],
  ])('refuses to sign %s', async (_name, code, more) => {
    await authority();
    const said = await command.run(
      ...draft('--key', join(keys(), 'policy-1.key.pem'), '--out', out('no'), ...more),
    );
    expect(said.code, said.err).toBe(code);
    expect(existsSync(out('no'))).toBe(false);
  });
});
