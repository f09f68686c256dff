/** Files that are not what they should be, in every place where the command takes one: an answer, never a crash. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/cli/policy/cli-error.ts';
import { runPolicyCommand } from '../../src/cli/policy/program.ts';

const base = mkdtempSync(join(tmpdir(), 'sallyport-cli-odd-'));
const at = (...parts: string[]): string => join(base, ...parts);
const key = (name: string): string => `--key ${at('a', 'keys', `${name}.key.pem`)}`;

interface Ended {
  readonly code: number;
  readonly err: string;
}

async function run(line: string): Promise<Ended> {
  let err = '';
  const terminal = {
    out: () => undefined,
    err: (text: string) => {
      err += text;
    },
  };
  return { code: await runPolicyCommand(line.split(' '), terminal), err };
}

const envelope = (payload: string) =>
  JSON.stringify({ payload, payloadType: 'x', signatures: [{ keyid: 'a', sig: 'AAAA' }] });

/** By name, what a file holds; made when the good files are there. */
const ODD: Readonly<Record<string, () => string | Uint8Array>> = {
  'an empty object': () => '{}',
  null: () => 'null',
  'a list': () => '[]',
  nothing: () => '',
  noise: () => Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256),
  'another format': () => '{"format":1}',
  'an empty envelope': () => envelope('e30='),
  'an envelope around null': () => envelope('bnVsbA=='),
  'a bundle of empty parts': () => {
    const bundle = JSON.parse(readFileSync(at('good.bundle'), 'utf8'));
    bundle.policy.payload = 'e30=';
    bundle.freshness.payload = 'bnVsbA==';
    return JSON.stringify(bundle);
  },
  'a prototype': () => '{"__proto__":{"format":"sallyport.policy-bundle/1"},"settings":{"__proto__":{}}}',
  'a deep nest': () => '['.repeat(20_000),
  'a private key': () => readFileSync(at('a', 'keys', 'root-1.key.pem')),
  'a certificate’s frame': () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  'a state without marks': () => '{"format":"sallyport.state/1","state":{}}',
  'more than its bound': () => new Uint8Array(3 * 1024 * 1024),
};

/** Each place for a file; FILE stands for it. */
function places(): readonly string[] {
  const trust = `--trust-root ${at('a', 'trust-root.json')}`;
  const policy = `--policy ${at('a', 'policy.json')}`;
  const roots = `${key('root-1')} ${key('root-2')} --out ${at('out')} --force`;
  const signing = `${key('policy-1')} ${key('freshness-1')} --out ${at('out')} --force`;
  const init = `init --directory ${at('new')} --org example --author IT --unencrypted-keys`;
  return [
    'lint FILE',
    'lint FILE --trust-root FILE',
    `lint ${at('a', 'policy.json')} --trust-root FILE`,
    `lint ${at('a', 'policy.json')} --certificate FILE`,
    `diff FILE ${at('a', 'policy.json')}`,
    `diff ${at('good.bundle')} FILE`,
    `verify FILE ${trust}`,
    `verify ${at('good.bundle')} --trust-root FILE`,
    `verify ${at('good.bundle')} ${trust} --machine FILE`,
    `effective FILE --trust-root FILE`,
    `sign --trust-root FILE ${policy} ${signing}`,
    `sign ${trust} --policy FILE ${signing}`,
    `sign ${trust} --bundle FILE ${signing}`,
    `sign ${trust} --root FILE ${policy} ${signing}`,
    `sign ${trust} ${policy} --overlay FILE ${signing}`,
    `freshen FILE ${trust} ${key('freshness-1')} --out ${at('out')} --force`,
    `rotate-root --trust-root FILE ${roots}`,
    `rotate-root ${trust} --pending FILE ${roots}`,
    `rotate-root ${trust} --add policy=FILE ${roots}`,
    `rotate-root ${trust} --remove FILE ${roots}`,
    `overlay init --name x --policy FILE --author x --set /session/idleLockMinutes=1 --out ${at('out')}`,
    `overlay sign FILE ${trust} ${roots}`,
    `lock enroll --machine x --master-key FILE --out ${at('out')}`,
    'lock revoke --machine x --machines FILE',
    'key show FILE',
    `export json FILE --out ${at('out')}`,
    `export markdown FILE --out ${at('out')}`,
    `export mobileconfig FILE --identifier a.b --out ${at('out')}`,
    `${init} --settings FILE`,
    `${init} --policy-public-key FILE`,
    `${init} --trust-anchor FILE`,
  ];
}

beforeAll(async () => {
  const made = await run(`init --directory ${at('a')} --org example --author IT --unencrypted-keys`);
  expect(made).toEqual({ code: 0, err: '' });
  const keys = `${key('policy-1')} ${key('freshness-1')}`;
  const trust = `--trust-root ${at('a', 'trust-root.json')}`;
  const signed = await run(
    `sign ${trust} --policy ${at('a', 'policy.json')} ${keys} --out ${at('good.bundle')}`,
  );
  expect(signed).toEqual({ code: 0, err: '' });
  mkdirSync(at('odd'));
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

describe.each(Object.keys(ODD))('%s', (name) => {
  const file = at('odd', String(Object.keys(ODD).indexOf(name)));

  it('is refused with a code that is documented, wherever a file is named', async () => {
    writeFileSync(file, ODD[name]?.() ?? '');
    for (const place of places()) {
      const { code, err } = await run(place.replaceAll('FILE', file));
      expect([1, 2, 4, 5, 7], `${place}\n${err}`).toContain(code);
      expect(err).not.toContain('PRIVATE KEY');
    }
  });

  it('is no memory of a computer: to take it for an empty one would promise too much', async () => {
    writeFileSync(file, ODD[name]?.() ?? '');
    const trust = `--trust-root ${at('a', 'trust-root.json')}`;
    const { code } = await run(`simulate ${at('good.bundle')} ${trust} --state ${file}`);
    expect(code).toBe(EXIT_CODES.usage);
  });
});
