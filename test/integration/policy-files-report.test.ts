/** The exported policy page: made from a real policy, signed with each kind of card key, judged by the help desk's command. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPolicy, makeDemoPolicy } from '../../build/site/policy.ts';
import { templateSettings } from '../../src/cli/policy/template.ts';
import { PolicyDesk } from '../../src/main/app/policy-desk.ts';
import { exportPage, type ReportSigner } from '../../src/main/policy/export-page.ts';
import { PolicyHolder } from '../../src/main/policy/holder.ts';
import { policyPage, showValue } from '../../src/main/policy/page.ts';
import type { SignInDriver } from '../../src/main/signin/driver.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { CLIENT_ENFORCES, SETTINGS } from '../../src/policy/index.ts';
import { type LoadedPolicy, loadPolicy, verifyReport } from '../../src/policy-files/index.ts';
import type { PolicyPage } from '../../src/shared/policy-page.ts';
import type { AuditRecord } from '../../src/shared/session-contract.ts';
import { bundlePolicyCommand } from '../support/policy-command.ts';
import { startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

const command = bundlePolicyCommand();
const NOW = Date.parse('2027-01-01T00:00:00Z');
const base = mkdtempSync(join(tmpdir(), 'sallyport-report-'));
const records: AuditRecord[] = [];
let fixture: TlsFixture;
let site: DemoPolicy;
let page: PolicyPage;
let loaded: LoadedPolicy;

beforeAll(async () => {
  fixture = await startTlsFixture();
  site = await makeDemoPolicy({
    directory: base,
    settings: templateSettings(),
    machineId: 'WS-0142',
    sequence: 7,
    now: NOW,
  });
  loaded = await loadPolicy({
    directory: site.policyDirectory,
    trustRootFile: site.trustRootFile,
    stateFile: join(base, 'user', 'policy-state.json'),
    appVersion: '0.1.0',
    buildTime: 0,
    platform: 'linux',
    acknowledged: CLIENT_ENFORCES,
    trustedOwners: [process.getuid?.() ?? 0],
    stateMacKey: Buffer.alloc(32, 1),
    now: NOW + 60_000,
    crypto: nodeCrypto,
  });
  page = policyPage({ loaded, refusal: undefined }, NOW + 60_000);
});

afterAll(async () => {
  command.remove();
  await fixture?.stop();
  rmSync(base, { recursive: true, force: true });
});

function signer(type: 'p256' | 'p384' | 'rsa2048'): ReportSigner {
  const { certificate, sign } = fixture.identity(type);
  return { name: 'ALLEN.ALICE.A.1000000001', certificate, sign };
}

const options = (path: string | undefined, by: ReportSigner | undefined) => ({
  page,
  build: { version: '0.1.0', testBuild: true },
  now: new Date(NOW),
  signer: by,
  chooseFile: async () => path,
  audit: (record: AuditRecord) => records.push(record),
});

async function exported(name: string, by: ReportSigner | undefined): Promise<string> {
  const path = join(base, name);
  await exportPage(options(path, by));
  return path;
}

/** The help desk's command. */
async function judge(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
  const { code, out, err } = await command.run('verify-report', ...args);
  return { code, out: out + err };
}

describe('the page', () => {
  it('has a row for every setting, and says where each value comes from', () => {
    expect(page.rows.map(({ pointer }) => pointer)).toEqual(SETTINGS.map(({ pointer }) => pointer));
    const row = (pointer: string) => page.rows.find((each) => each.pointer === pointer);
    expect(row('/organization/name')).toMatchObject({ value: 'Example Command', source: 'base' });
    expect(row('/session/maxHours')).toMatchObject({ value: '12', source: 'default', owner: 'security' });
    expect(row('/policySource/drop')).toMatchObject({ value: '(not set)', source: 'absent' });
    expect(page).toMatchObject({ sequence: 7, machineId: 'WS-0142', bundleFrom: 'machine', rootVersion: 1 });
  });

  it('shortens what nobody compares to its end, and never shows what is sensitive', () => {
    expect(showValue(`sha256/${'A'.repeat(43)}=`)).toBe('sha256/AAAAAAAAA…');
    expect(showValue('ab'.repeat(32))).toBe('abababababababab…');
    expect(showValue([])).toBe('(none)');
    expect(showValue(Array.from({ length: 1000 }, (_, at) => at))).toMatch(/; 11 and 988 more$/);
    expect(showValue('x '.repeat(5000)).length).toBeLessThan(320);
    const sensitive = page.rows.filter(({ pointer }) => pointer === '/audit/syslog');
    expect(sensitive).toMatchObject([{ value: '(not set)' }]);
    for (const { value } of page.rows) expect(value).not.toMatch(/[A-Za-z0-9+/]{64}/);
  });
});

describe('an export', () => {
  it.each(['p256', 'p384', 'rsa2048'] as const)('is signed with a %s card', async (type) => {
    const path = await exported(`${type}.txt`, signer(type));
    const verdict = verifyReport(readFileSync(path));
    expect(verdict).toMatchObject({ kind: 'signed' });
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^Sallyport policy report 1\ntime: 2027-01-01T00:00:00\.000Z\n/);
    expect(text).toContain('\nmachine: WS-0142\n');
    expect(text).toContain('\n/session/maxHours = 12 [default]\n');
    expect(records.at(-1)).toMatchObject({ event: 'policy.exported', detail: { signed: true } });
  });

  it('says that it is not signed without a card, and with a card that does not sign', async () => {
    const refusing: ReportSigner = {
      ...signer('p256'),
      sign: () => Promise.reject(new Error('LOGIN_REQUIRED')),
    };
    for (const by of [undefined, refusing]) {
      const path = await exported('unsigned.txt', by);
      expect(verifyReport(readFileSync(path)).kind).toBe('unsigned');
    }
    expect(records.at(-1)?.detail).toEqual({ signed: false });
  });

  it('is not made where the policy does not allow it, and not without a file', async () => {
    let asked = false;
    const denied = { ...options(join(base, 'x'), undefined), page: { ...page, mayExport: false } };
    const chooseFile = async () => {
      asked = true;
      return join(base, 'denied.txt');
    };
    await expect(exportPage({ ...denied, chooseFile })).rejects.toMatchObject({ code: 'IPC_REFUSED' });
    expect(asked).toBe(false);
    await expect(exportPage(options(undefined, undefined))).resolves.toEqual({ kind: 'cancelled' });
  });

  it('says it when the file cannot be written', async () => {
    const path = join(base, 'no-such-directory', 'report.txt');
    await expect(exportPage(options(path, undefined))).rejects.toMatchObject({
      code: 'POLICY_EXPORT_FAILED',
      detail: { file: 'report.txt' },
    });
    const directory = join(base, 'in-the-way');
    mkdirSync(directory);
    chmodSync(directory, 0o700);
    await expect(exportPage(options(directory, undefined))).rejects.toMatchObject({
      code: 'POLICY_EXPORT_FAILED',
    });
    expect(existsSync(join(base, 'no-such-directory'))).toBe(false);
  });

  it.each<readonly [string, (text: string) => string]>([
    ['a changed value', (text) => text.replace('maxHours = 12', 'maxHours = 99')],
    ['a changed machine', (text) => text.replace('machine: WS-0142', 'machine: WS-0143')],
    ['another algorithm', (text) => text.replace('algorithm: ecdsa-sha256', 'algorithm: ecdsa-sha384')],
    ['an algorithm that is none', (text) => text.replace('algorithm: ecdsa-sha256', 'algorithm: none')],
    ['a cut signature', (text) => text.replace(/(signature: .{20}).*/, '$1')],
    ['something after the end', (text) => `${text}/session/maxHours = 99 [base]\n`],
    ['a second signature', (text) => text + text.slice(text.indexOf('-----BEGIN'))],
    ['no end', (text) => text.replace('-----END SALLYPORT SIGNATURE-----', '')],
    ['another beginning', (text) => ` ${text}`],
    ['nothing', () => ''],
  ])('is refused with %s', async (_name, change) => {
    const path = await exported('changed.txt', signer('p256'));
    const verdict = verifyReport(Buffer.from(change(readFileSync(path, 'utf8'))));
    expect(verdict.kind).toBe('invalid');
  });

  it('keeps one line for a value that has several', () => {
    const rows = [{ ...page.rows[0], value: 'a\n-----BEGIN SALLYPORT SIGNATURE-----\nb' }];
    const path = join(base, 'lines.txt');
    return exportPage({
      ...options(path, signer('p256')),
      page: { ...page, rows: rows as PolicyPage['rows'] },
    }).then(() => {
      expect(verifyReport(readFileSync(path)).kind).toBe('signed');
      expect(readFileSync(path, 'utf8').match(/^-----BEGIN/gm)).toHaveLength(1);
    });
  });
});

describe('the page that is asked for by the window', () => {
  /** Somebody signed in with that card, who may go away while the desktop asks for a file. */
  function asked(path: string, then: { signer?: ReportSigner; locked?: boolean } = {}) {
    const before = signer('p256');
    let later = false;
    const desk = new PolicyDesk({
      build: { version: '0.1.0', testBuild: true },
      policy: new PolicyHolder(loaded),
      driver: {
        get state() {
          const screenLocked = later && then.locked === true;
          return { kind: 'running', screenLocked, signIn: { step: 'online' } };
        },
        get signer() {
          return later && 'signer' in then ? then.signer : before;
        },
      } as unknown as SignInDriver,
      sign: (request) => (later && then.signer !== undefined ? then.signer : before).sign(request),
      chooseFile: async () => {
        later = true;
        return path;
      },
      audit: (record) => records.push(record),
    });
    return desk.export();
  }

  it('is signed by who asked for it, by nobody else, and not written from behind the cover', async () => {
    const path = join(base, 'asked.txt');
    expect(await asked(path)).toMatchObject({ kind: 'saved', signed: true });
    expect(verifyReport(readFileSync(path)).kind).toBe('signed');
    expect(await asked(path, { signer: signer('rsa2048') })).toMatchObject({ kind: 'saved', signed: false });
    expect(verifyReport(readFileSync(path)).kind).toBe('unsigned');
    rmSync(path);
    await expect(asked(path, { locked: true })).rejects.toMatchObject({ code: 'IPC_REFUSED' });
    expect(existsSync(path)).toBe(false);
  });
});

describe('sallyport-policy verify-report', () => {
  it('names the signer, and checks who issued the card', async () => {
    const path = await exported('desk.txt', signer('p384'));
    const { id, root } = fixture.pki.ca;
    const good = await judge(path, '--ca', root.certificate, '--ca', id.certificate, '--json');
    expect(good.code).toBe(0);
    expect(JSON.parse(good.out)).toMatchObject({ ok: true, signed: true, issuerChecked: true });
    const plain = await judge(path);
    expect(plain.out).toContain('issuerChecked: false');
    const other = await judge(path, '--ca', root.certificate);
    expect(other).toMatchObject({ code: 1 });
    expect(other.out).toContain('none of the authorities issued');
  });

  it('refuses what is not signed, what was changed and what is no report', async () => {
    const unsigned = await judge(await exported('plain.txt', undefined));
    expect(unsigned).toMatchObject({ code: 1 });
    expect(unsigned.out).toContain('is not signed');
    const path = await exported('edited.txt', signer('p256'));
    writeFileSync(path, readFileSync(path, 'utf8').replace('[default]', '[base]'));
    expect((await judge(path)).code).toBe(1);
    writeFileSync(path, 'hello');
    expect((await judge(path)).out).toContain('not a Sallyport policy report');
    expect((await judge(join(base, 'no-such-file'))).code).toBe(4);
  });
});
