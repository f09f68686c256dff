/** Rotating the root, freshness, overlays, what a machine remembers: the command as a process. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';

const base = mkdtempSync(join(tmpdir(), 'sallyport-cli-root-'));
const at = (...parts: string[]): string => join(base, ...parts);
const key = (name: string): string[] => ['--key', at('authority', 'keys', `${name}.key.pem`)];
const pub = (name: string): string => at('authority', 'public', `${name}.pub.pem`);
const trust = ['--trust-root', at('authority', 'trust-root.json')];

let command: PolicyCommand;

/** Writes the policy with changes to a new file. */
function policy(name: string, change: (document: { settings: object; sequence: number }) => object): string {
  const document = JSON.parse(readFileSync(at('authority', 'policy.json'), 'utf8'));
  writeFileSync(at(name), JSON.stringify({ ...document, ...change(document) }));
  return at(name);
}

const sign = (...args: string[]) => command.json('sign', ...trust, ...args);

beforeAll(async () => {
  command = bundlePolicyCommand();
  const made = await command.run(
    ...['init', '--directory', at('authority'), '--org', 'example', '--author', 'IT', '--unencrypted-keys'],
  );
  expect(made.code).toBe(0);
  for (const name of ['new', 'site']) {
    const args = ['key', 'new', '--unencrypted-keys', '--out', at(`${name}.key.pem`)];
    expect((await command.run(...args)).code).toBe(0);
  }
  const first = ['--policy', at('authority', 'policy.json'), ...key('policy-1'), ...key('freshness-1')];
  expect((await sign(...first, '--out', at('1.bundle'))).code).toBe(0);
});

afterAll(() => {
  command?.remove();
  rmSync(base, { recursive: true, force: true });
});

describe('rotate-root', () => {
  const change = ['--add', `policy=${at('new.pub.pem')}`, '--remove', pub('policy-1')];

  it('asks for a floor when a policy key is taken out', async () => {
    const refused = await command.run(
      ...['rotate-root', ...trust, ...change, ...key('root-1'), ...key('root-2'), '--out', at('root-2.json')],
    );
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--min-sequence');
  });

  it('collects the signatures of several people', async () => {
    const floor = ['--min-sequence', 'main=2'];
    const one = ['rotate-root', ...trust, ...change, ...floor, ...key('root-1'), '--out', at('root-2.json')];
    expect((await command.run(...one)).code).toBe(5);
    expect(existsSync(at('root-2.json'))).toBe(false);
    const half = await command.json(...one, '--partial');
    expect(half).toMatchObject({ code: 0, value: { version: 2, complete: false, thresholdOld: 2 } });
    const pending = ['rotate-root', ...trust, '--pending', at('root-2.json')];
    expect((await command.run(...pending, ...key('policy-2'), '--out', at('never.json'))).code).toBe(5);
    expect((await command.run(...pending, ...key('root-2'), '--out', at('root-2.json'))).code).toBe(3);
    const whole = await command.json(...pending, ...key('root-2'), '--out', at('root-2.json'), '--force');
    expect(whole).toMatchObject({ code: 0, value: { complete: true } });
    expect(whole.value.signedByOld).toHaveLength(2);
  });

  it('makes clients refuse the key that was taken out, and take the new one from the floor on', async () => {
    const root = ['--root', at('root-2.json')];
    const old = ['--policy', at('authority', 'policy.json'), ...key('policy-1'), ...key('freshness-1')];
    expect((await sign(...root, ...old, '--out', at('never.bundle'))).code).toBe(5);
    const renewed = ['--key', at('new.key.pem'), ...key('freshness-1')];
    const low = await sign(
      ...root,
      '--policy',
      at('authority', 'policy.json'),
      ...renewed,
      '--out',
      at('x.bundle'),
    );
    expect(low).toMatchObject({ code: 1, value: { error: { code: 'ROLLBACK' } } });
    const next = policy('policy-2.json', () => ({ sequence: 2 }));
    expect((await sign(...root, '--policy', next, ...renewed, '--out', at('2.bundle'))).code).toBe(0);
    const verified = await command.json('verify', at('2.bundle'), ...trust);
    expect(verified).toMatchObject({ code: 0, value: { rootVersion: 2, sequence: 2 } });
  });

  it('replaces a key without changing the threshold, thresholds and expiry, and the chain goes on', async () => {
    const args = [
      'rotate-root',
      ...trust,
      '--root',
      at('root-2.json'),
      '--threshold',
      'policy=2',
      '--days',
      '400',
    ];
    const third = await command.json(...args, ...key('root-1'), ...key('root-3'), '--out', at('root-3.json'));
    expect(third).toMatchObject({ code: 0, value: { version: 3, complete: true } });
    const roots = ['--root', at('root-2.json'), '--root', at('root-3.json')];
    const next = policy('policy-3.json', () => ({ sequence: 3 }));
    const both = ['--key', at('new.key.pem'), ...key('policy-2'), ...key('freshness-1')];
    expect((await sign(...roots, '--policy', next, ...both, '--out', at('3.bundle'))).code).toBe(0);
    expect(
      (await sign('--root', at('root-3.json'), '--policy', next, ...both, '--out', at('x.bundle'))).code,
    ).toBe(2);
  });

  it.each([
    ['a threshold nobody can reach', ['--threshold', 'policy=9']],
    ['a role that is none', ['--add', `backdoor=${at('new.pub.pem')}`]],
    ['a key that is not in the root', ['--remove', at('new.pub.pem')]],
    ['a key that is in the role already', ['--add', `policy=${pub('policy-1')}`]],
    ['an overlay without a key', ['--allow-overlay', 'site=/session/idleLockMinutes']],
    [
      'a pointer that is none',
      ['--allow-overlay', 'site=session', '--add', `overlay:site=${at('site.pub.pem')}`],
    ],
    ['too few root keys left', ['--remove', pub('root-1'), '--remove', pub('root-2')]],
    ['a private key in place of a public one', ['--add', `policy=${at('new.key.pem')}`]],
  ])('refuses %s', async (_name, args) => {
    const out = at('never.json');
    const refused = await command.run(
      'rotate-root',
      ...trust,
      ...args,
      ...key('root-1'),
      ...key('root-2'),
      '--out',
      out,
    );
    expect([2, 5]).toContain(refused.code);
    expect(existsSync(out)).toBe(false);
  });
});

describe('freshen', () => {
  it('renews the statement with the freshness key alone and keeps the roots', async () => {
    const later = [
      'freshen',
      at('2.bundle'),
      ...trust,
      '--freshness-hours',
      '800',
      '--out',
      at('fresh.bundle'),
    ];
    expect((await command.run(...later, ...key('policy-2'))).code).toBe(5);
    expect((await command.run(...later, ...key('freshness-1'))).code).toBe(0);
    const before = JSON.parse(readFileSync(at('2.bundle'), 'utf8'));
    const after = JSON.parse(readFileSync(at('fresh.bundle'), 'utf8'));
    expect(after).toMatchObject({ roots: before.roots, policy: before.policy });
    const version = ({ freshness }: typeof after) =>
      JSON.parse(Buffer.from(freshness.payload, 'base64').toString('utf8')).version;
    expect(version(after)).toBeGreaterThan(version(before));
    const again = [
      'freshen',
      at('fresh.bundle'),
      ...trust,
      ...key('freshness-1'),
      '--out',
      at('again.bundle'),
    ];
    expect((await command.run(...again)).code).toBe(0);
    const last = JSON.parse(readFileSync(at('again.bundle'), 'utf8'));
    expect(version(last)).toBeGreaterThan(version(after));
  });
});

it('two people sign one statement of freshness where the root asks for two', async () => {
  const made = await command.run(
    ...['init', '--directory', at('two'), '--org', 'example', '--author', 'IT', '--unencrypted-keys'],
    ...['--freshness-keys', '2', '--freshness-threshold', '2'],
  );
  expect(made.code).toBe(0);
  const root = ['--trust-root', at('two', 'trust-root.json')];
  const of = (name: string) => ['--key', at('two', 'keys', `${name}.key.pem`)];
  const first = [
    'sign',
    ...root,
    '--policy',
    at('two', 'policy.json'),
    ...of('policy-1'),
    ...of('freshness-1'),
  ];
  expect((await command.run(...first, '--partial', '--out', at('half.bundle'))).code).toBe(0);
  expect((await command.run('verify', at('half.bundle'), ...root)).code).toBe(1);
  const second = [
    'sign',
    ...root,
    '--bundle',
    at('half.bundle'),
    ...of('freshness-2'),
    '--out',
    at('whole.bundle'),
  ];
  expect(await command.json(...second)).toMatchObject({ code: 0, value: { complete: true } });
  expect((await command.run('verify', at('whole.bundle'), ...root)).code).toBe(0);
});

describe('simulate', () => {
  const state = at('state.json');
  const simulate = (file: string, ...args: string[]) =>
    command.json('simulate', at(file), ...trust, '--machine', 'WS-1', '--state', state, ...args);

  it('answers for a new computer, and shows what would hold', async () => {
    const first = await simulate('1.bundle', '--keep-state');
    expect(first).toMatchObject({ code: 0, value: { sequence: 1 } });
    expect(first.value.settings).toContainEqual(
      expect.objectContaining({ pointer: '/session/idleLockMinutes', value: 15, from: 'default' }),
    );
  });

  it('refuses an older policy by name once the computer has seen a newer one', async () => {
    expect((await simulate('2.bundle', '--keep-state')).code).toBe(0);
    expect(await simulate('1.bundle')).toMatchObject({
      code: 1,
      value: { error: { code: 'ROOT_ROLLBACK' } },
    });
    copyFileSync(state, at('state.copy'));
    expect(await simulate('2.bundle')).toMatchObject({ code: 0 });
    expect(readFileSync(state, 'utf8')).toBe(readFileSync(at('state.copy'), 'utf8'));
  });

  it.each([
    ['after the policy has expired', 'EXPIRED', ['--at', '2037-01-01T00:00:00Z']],
    ['before it begins', 'NOT_YET_VALID', ['--at', '2020-01-01T00:00:00Z']],
    ['with an old version', 'APP_VERSION', ['--app', '0.0.9']],
  ])('%s the answer is %s', async (_name, code, args) => {
    const answer = await command.json('simulate', at('1.bundle'), ...trust, '--machine', 'WS-1', ...args);
    expect(answer.code).toBe(1);
    const expected = code === 'EXPIRED' ? ['EXPIRED', 'ROOT_EXPIRED'] : [code];
    expect(expected).toContain(answer.value.error.code);
  });

  it('names what is wrong with a file that is no bundle, whoever the computer is', async () => {
    writeFileSync(at('garbage'), '{"format":');
    expect(await command.json('simulate', at('garbage'), ...trust, '--machine', 'WS-1')).toMatchObject({
      code: 1,
      value: { error: { code: 'MALFORMED' } },
    });
    expect((await command.run('simulate', at('nowhere'), ...trust)).code).toBe(4);
  });
});

describe('overlays', () => {
  const roots = ['--root', at('overlay-root.json')];
  const overlay = (name: string, ...set: string[]) =>
    command.run(
      ...[
        'overlay',
        'init',
        '--name',
        'site',
        '--policy',
        at('authority', 'policy.json'),
        '--author',
        'Site',
      ],
      ...set.flatMap((each) => ['--set', each]),
      ...['--group', 'watch', '--out', at(name)],
    );
  const signOverlay = (name: string, ...args: string[]) =>
    command.run('overlay', 'sign', at(name), ...trust, ...roots, ...args, '--out', at(`${name}.signed`));
  const signWith = (name: string) =>
    sign(
      ...[...roots, '--policy', at('authority', 'policy.json'), '--overlay', at(`${name}.signed`)],
      ...[...key('policy-1'), ...key('freshness-1'), '--out', at(`${name}.bundle`)],
    );

  beforeAll(async () => {
    const allowed = '/session/idleLockMinutes,/desktop';
    const made = await command.run(
      ...['rotate-root', ...trust, '--add', `overlay:site=${at('site.pub.pem')}`],
      ...[
        '--allow-overlay',
        `site=${allowed}`,
        ...key('root-1'),
        ...key('root-2'),
        '--out',
        at('overlay-root.json'),
      ],
    );
    expect(made).toMatchObject({ code: 0, err: '' });
  });

  it('tighten for the computers they are for, and `effective` names them', async () => {
    expect((await overlay('tight', '/session/idleLockMinutes=5')).code).toBe(0);
    expect(await signOverlay('tight', '--key', at('site.key.pem'))).toMatchObject({ code: 0, err: '' });
    expect((await signWith('tight')).code).toBe(0);
    const row = async (...machine: string[]) => {
      const answer = await command.json(
        'effective',
        at('tight.bundle'),
        ...trust,
        '--machine',
        'WS-1',
        ...machine,
      );
      expect(answer.code).toBe(0);
      return answer.value.settings.find(
        ({ pointer }: { pointer: string }) => pointer === '/session/idleLockMinutes',
      );
    };
    expect(await row('--group', 'watch')).toMatchObject({ value: 5, from: 'overlay:site' });
    expect(await row()).toMatchObject({ value: 15, from: 'default' });
  });

  it('stay in the bundle when it is freshened', async () => {
    const args = [
      'freshen',
      at('tight.bundle'),
      ...trust,
      ...key('freshness-1'),
      '--out',
      at('tight-fresh.bundle'),
    ];
    expect(await command.run(...args)).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(readFileSync(at('tight-fresh.bundle'), 'utf8')).overlays).toHaveLength(1);
  });

  it('that loosen are refused when the policy is signed', async () => {
    await overlay('loose', '/session/idleLockMinutes=60');
    expect((await signOverlay('loose', '--key', at('site.key.pem'))).code).toBe(0);
    expect(await signWith('loose')).toMatchObject({ code: 1, value: { error: { code: 'OVERLAY_LOOSENS' } } });
  });

  it('that reach too far, or are signed by somebody else, are not signed', async () => {
    await overlay('far', '/session/maxHours=1');
    expect((await signOverlay('far', '--key', at('site.key.pem'))).code).toBe(2);
    await overlay('other', '/session/idleLockMinutes=5');
    expect((await signOverlay('other', ...key('policy-1'))).code).toBe(5);
    expect((await overlay('none', '/no/such=1')).code).toBe(2);
  });
});

describe('diff and explain', () => {
  it('mark what loosens, and say so with the exit code', async () => {
    const tight = policy('tight.json', ({ settings }) => ({
      settings: { ...settings, session: { idleLockMinutes: 5 } },
    }));
    const plain = at('authority', 'policy.json');
    const looser = await command.json('diff', tight, plain);
    expect(looser).toMatchObject({
      code: 6,
      value: { loosens: true, changes: [{ pointer: '/session/idleLockMinutes', effect: 'looser' }] },
    });
    expect(await command.json('diff', plain, tight)).toMatchObject({ code: 0, value: { loosens: false } });
    expect((await command.run('diff', tight, plain)).out).toContain(
      'LOOSENS   /session/idleLockMinutes: 5 -> 15',
    );
    expect(await command.json('diff', at('1.bundle'), at('2.bundle'))).toMatchObject({
      code: 0,
      value: { header: [{ member: 'sequence', before: 1, after: 2 }] },
    });
  });

  it('count what cannot be compared as something to look at', async () => {
    const other = policy('other.json', ({ settings }) => ({
      settings: { ...settings, domain: 'other.example.mil' },
    }));
    expect(await command.json('diff', at('authority', 'policy.json'), other)).toMatchObject({
      code: 6,
      value: { changes: [{ pointer: '/domain', effect: 'incomparable' }] },
    });
  });

  it('explain a setting, a group, a word, and name them all', async () => {
    const one = await command.run('explain', 'session.idleLockMinutes');
    for (const words of [
      'default:     15',
      'risk:',
      'owner:',
      'platforms:',
      'a lower number',
      'enforced by: main',
    ]) {
      expect(one.out).toContain(words);
    }
    expect((await command.json('explain', '/session')).value.settings.length).toBeGreaterThan(1);
    expect((await command.json('explain', 'clipboard')).code).toBe(2);
    expect((await command.json('explain')).value.settings.length).toBeGreaterThan(60);
  });
});
