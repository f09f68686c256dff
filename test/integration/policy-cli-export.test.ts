/** Exports that other programs read, and lint of what is no policy. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgeUpdate } from '../../build/site/update-forge.ts';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';

const base = mkdtempSync(join(tmpdir(), 'sallyport-cli-export-'));
const at = (...parts: string[]): string => join(base, ...parts);
const HOSTILE = `O'Brien & <b>"Sons"</b> | \`x\` ]]>`;

let command: PolicyCommand;

/** What Python's own parser makes of a file. */
function python(program: string, ...args: string[]): unknown {
  return JSON.parse(execFileSync('python3', ['-c', program, ...args], { encoding: 'utf8' }));
}

beforeAll(async () => {
  command = bundlePolicyCommand();
  const made = await command.run(
    ...['init', '--directory', at('authority'), '--org', 'example', '--author', 'IT', '--unencrypted-keys'],
    ...['--organization', HOSTILE],
  );
  expect(made).toMatchObject({ code: 0, err: '' });
  const signed = await command.run(
    ...[
      'sign',
      '--trust-root',
      at('authority', 'trust-root.json'),
      '--policy',
      at('authority', 'policy.json'),
    ],
    ...['policy-1', 'freshness-1'].flatMap((name) => ['--key', at('authority', 'keys', `${name}.key.pem`)]),
    ...['--out', at('policy.bundle')],
  );
  expect(signed.code).toBe(0);
});

afterAll(() => {
  command?.remove();
  rmSync(base, { recursive: true, force: true });
});

describe('export mobileconfig', () => {
  const args = ['export', 'mobileconfig', at('policy.bundle'), '--identifier', 'mil.example.sallyport'];

  it('is a property list that carries the bundle byte for byte, and its script is one for sh', async () => {
    writeFileSync(
      at('machine.json'),
      '{"format":"sallyport.machine/1","machineId":"M-1","org":"example","groups":[],"channel":"stable"}',
    );
    const more = [
      '--machine',
      at('machine.json'),
      '--enrolment-path',
      '/private/x & y',
      '--script',
      at('place.sh'),
    ];
    expect(await command.run(...args, ...more, '--out', at('p.mobileconfig'))).toMatchObject({
      code: 0,
      err: '',
    });
    const profile = python(
      [
        'import base64, json, plistlib, sys',
        'p = plistlib.load(open(sys.argv[1], "rb"))',
        'json.dump(p, sys.stdout, default=lambda b: base64.b64encode(b).decode())',
      ].join('\n'),
      at('p.mobileconfig'),
    );
    expect(profile).toMatchObject({
      PayloadType: 'Configuration',
      PayloadOrganization: HOSTILE,
      PayloadUUID: expect.stringMatching(
        /^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/,
      ),
      PayloadContent: [
        {
          PolicyBundle: readFileSync(at('policy.bundle')).toString('base64'),
          Machine: readFileSync(at('machine.json')).toString('base64'),
          EnrolmentPath: '/private/x & y',
        },
      ],
    });
    execFileSync('sh', ['-n', at('place.sh')]);
    expect(statSync(at('place.sh')).mode & 0o777).toBe(0o755);
  });

  it('brings an update manifest along, and takes it away when it no longer does', async () => {
    const { manifest } = forgeUpdate();
    writeFileSync(at('update.manifest'), manifest);
    const told = [...args, '--update', at('update.manifest')];
    for (const [more, name] of [
      [[...told, '--script', at('place-2.sh')], 'told'],
      [args, 'untold'],
    ] as const)
      expect(await command.run(...more, '--out', at(`${name}.mobileconfig`))).toMatchObject({ code: 0 });

    // macOS' own programs are played by Python and coreutils; the rest of the script runs as it is.
    const target = at('placed');
    writeFileSync(
      at('plutil'),
      `#!/usr/bin/env python3
import base64, plistlib, sys
profile = plistlib.load(open(sys.argv[-1], 'rb'))['PayloadContent'][0]
if sys.argv[2] not in profile: sys.exit(1)
value = profile[sys.argv[2]]
sys.stdout.write(base64.b64encode(value).decode() if isinstance(value, bytes) else value)
`,
      { mode: 0o755 },
    );
    const place = (profile: string) => {
      const script = readFileSync(at('place-2.sh'), 'utf8')
        .replaceAll('/usr/bin/plutil', at('plutil'))
        .replaceAll('/usr/bin/base64 -D', 'base64 -d')
        .replaceAll('/Library/Application Support/Sallyport', target)
        .replace(/^source=.*$/m, `source='${at(profile)}'`)
        .replaceAll('chown root:wheel', ':')
        .replaceAll('-o root -g wheel ', '');
      execFileSync('sh', ['-c', script]);
      return readdirSync(target).sort();
    };
    expect(place('told.mobileconfig')).toEqual(['policy.bundle', 'update.manifest']);
    expect(readFileSync(join(target, 'update.manifest')).equals(Buffer.from(manifest))).toBe(true);
    expect(readFileSync(join(target, 'policy.bundle')).equals(readFileSync(at('policy.bundle')))).toBe(true);
    expect(statSync(join(target, 'update.manifest')).mode & 0o777).toBe(0o644);
    expect(place('untold.mobileconfig')).toEqual(['policy.bundle']);
  });

  it.each([
    ['an update manifest that is none', ['--update', at('authority', 'trust-root.json')]],
    ['an identifier that is none', ['--identifier', 'no dots']],
    ['an enrolment path that is relative', ['--enrolment-path', 'x']],
    ['a machine file that is none', ['--machine', at('authority', 'policy.json')]],
  ])('refuses %s', async (_name, more) => {
    expect((await command.run(...args, ...more, '--out', at('never'))).code).toBe(2);
  });
});

describe('export admx', () => {
  const paths = (bundle: string) => [
    ...['export', 'admx', '--directory', at('admx'), '--bundle-source', bundle],
    ...[
      '--machine-source',
      '\\\\files\\m\\%COMPUTERNAME%.json',
      '--enrolment-source',
      '\\\\files\\e$\\x&y.json',
      '--update-source',
      '\\\\files\\update.manifest',
    ],
  ];

  it('names each string and presentation that it refers to, by ids that Group Policy takes', async () => {
    expect(await command.run(...paths('\\\\files\\policy.bundle'))).toMatchObject({ code: 0, err: '' });
    const read = python(
      [
        'import json, sys, xml.etree.ElementTree as x',
        'n = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"',
        'a, l = x.parse(sys.argv[1]).getroot(), x.parse(sys.argv[2]).getroot()',
        'json.dump({"root": a.tag.replace(n, ""), "policies": [p.attrib for p in a.iter(n + "policy")],',
        ' "values": [t.attrib for t in a.iter(n + "text")],',
        ' "strings": [s.get("id") for s in l.iter(n + "string")],',
        ' "presentations": [s.get("id") for s in l.iter(n + "presentation")],',
        ' "boxes": [b.get("refId") for b in l.iter(n + "textBox")],',
        ' "defaults": [d.text for d in l.iter(n + "defaultValue")]}, sys.stdout)',
      ].join('\n'),
      at('admx', 'sallyport.admx'),
      at('admx', 'en-US', 'sallyport.adml'),
    ) as Record<string, never[]> & {
      policies: { name: string; displayName: string; explainText: string; key: string }[];
    };
    expect(read.root).toBe('policyDefinitions');
    expect(read.policies).toHaveLength(4);
    expect(read.defaults).toContain('\\\\files\\update.manifest');
    for (const { name, displayName, explainText, key } of read.policies) {
      expect(name).toMatch(/^[A-Za-z0-9_]+$/);
      expect(key).toBe('Software\\Policies\\Sallyport');
      expect(read.strings).toEqual(
        expect.arrayContaining([displayName, explainText].map((t) => t.slice(9, -1))),
      );
      expect(read.presentations).toContain(name);
      expect(read.boxes).toContain(name);
    }
    expect(read.defaults).toContain('\\\\files\\e$\\x&y.json');
    const script = readFileSync(at('admx', 'place-sallyport.ps1'), 'utf8');
    for (const { name } of read.policies) expect(script).toContain(`$wanted.${name}`);
  });

  it('never overwrites without --force, and refuses paths that a shell would expand', async () => {
    expect((await command.run(...paths('\\\\files\\policy.bundle'))).code).toBe(3);
    expect((await command.run(...paths('\\\\files\\policy.bundle'), '--force')).code).toBe(0);
    for (const path of ['/etc/x', '\\\\files\\%PATH%\\x', '\\\\files\\"x', '\\\\a\\b\nc']) {
      expect((await command.run(...paths(path), '--force')).code).toBe(2);
    }
  });
});

describe('export json and markdown', () => {
  it('write every setting, with what is hostile to a table made harmless', async () => {
    const policy = at('authority', 'policy.json');
    expect((await command.run('export', 'json', policy, '--out', at('all.json'))).code).toBe(0);
    const { settings } = JSON.parse(readFileSync(at('all.json'), 'utf8'));
    expect(settings.length).toBeGreaterThan(60);
    expect(settings).toContainEqual(
      expect.objectContaining({ pointer: '/session/idleLockMinutes', value: 15, from: 'default' }),
    );
    expect((await command.run('export', 'markdown', at('policy.bundle'), '--out', at('all.md'))).code).toBe(
      0,
    );
    const rows = readFileSync(at('all.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| /'));
    expect(rows).toHaveLength(settings.length);
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(7);
  });
});

it.each([
  ['an empty object', '{}', 7],
  ['null', 'null', 7],
  ['a list', '[]', 7],
  ['no JSON', '{', 2],
])('lint of %s is an answer, not a crash', async (_name, text, code) => {
  writeFileSync(at('odd.json'), text);
  const { code: ended, value } = await command.json('lint', at('odd.json'));
  expect(ended).toBe(code);
  if (code === 7)
    expect(value.findings).toContainEqual(expect.objectContaining({ id: 'SCHEMA', severity: 'error' }));
});

it('lint judges the document also where its settings are wrong, and the other way round', async () => {
  const policy = JSON.parse(readFileSync(at('authority', 'policy.json'), 'utf8'));
  writeFileSync(at('odd.json'), JSON.stringify({ ...policy, expires: '2020-01-01T00:00:00Z', settings: {} }));
  const ids = async () =>
    (await command.json('lint', at('odd.json'))).value.findings.map(({ id }: { id: string }) => id);
  expect(await ids()).toEqual(expect.arrayContaining(['SCHEMA', 'POLICY_EXPIRED']));
  writeFileSync(at('odd.json'), JSON.stringify({ ...policy, sequence: 'x', settings: { backdoor: 1 } }));
  expect((await ids()).filter((id: string) => id === 'SCHEMA')).toHaveLength(2);
});
