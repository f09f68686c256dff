import { execFileSync } from 'node:child_process';
import { constants, createPrivateKey, privateEncrypt, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyExport } from '../../export/index.ts';
import type { ExportScope } from '../../shared/export-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { numberedName } from '../files/safe-name.ts';
import { ExportDesk, type ExportDeskOptions } from './export-desk.ts';

const SCOPE: ExportScope = { kind: 'conversation', conversation: 'ops@rooms.chat.mil' as BareJid };
const RECORD = {
  time: '2026-11-29T03:01:07.000Z',
  conversation: 'ops@rooms.chat.mil',
  sender: 'Hawk',
  own: false,
  label: 'SECRET',
  text: 'convoy',
  earlier: [],
};

let directory: string;
let downloads: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-export-desk-'));
  downloads = join(directory, 'Downloads');
  mkdirSync(downloads);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function setUp(changes: Partial<ExportDeskOptions> & { readonly allowed?: boolean } = {}) {
  const [key, certificate] = [join(directory, 'card.key'), join(directory, 'card.crt')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-nodes',
      '-subj',
      '/CN=ALLEN',
      '-newkey',
      'rsa:2048',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  const privateKey = createPrivateKey(readFileSync(key));
  const audits: AuditRecord[] = [];
  const { allowed = true, ...others } = changes;
  const options: ExportDeskOptions = {
    rules: () => ({
      allowed,
      places: { directories: [], home: directory, downloads },
      organisation: 'Example Command',
      domain: 'chat.mil',
      machine: 'WS-1',
      banner: 'CUI',
      catalogue: [{ id: 's', text: 'SECRET', rank: 2, background: '#000000', foreground: '#ffffff' }],
    }),
    signer: () => ({
      name: 'ALLEN',
      certificate: new Uint8Array(new X509Certificate(readFileSync(certificate)).raw),
      chain: [],
    }),
    sign: async ({ data }) =>
      new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, data)),
    collect: async () => [RECORD],
    print: async () => new Uint8Array(Buffer.from('%PDF-1.4')),
    audit: (record) => audits.push(record),
    ...others,
  };
  return { desk: new ExportDesk(options), options, audits, saved: () => readdirSync(downloads).sort() };
}

describe('ExportDesk', () => {
  it.each(['pdf', 'html', 'json', 'text'] as const)(
    'writes %s and a proof that holds, and audits it',
    async (format) => {
      const { desk, audits, saved } = setUp();
      const { name, proof, records } = await desk.export(SCOPE, format);
      expect(saved()).toEqual([name, proof]);
      expect(records).toBe(1);
      const verdict = verifyExport(readFileSync(join(downloads, name)), readFileSync(join(downloads, proof)));
      expect(verdict).toMatchObject({
        ok: true,
        manifest: { marking: 'SECRET · system: CUI', machine: 'WS-1' },
      });
      expect(audits).toEqual([
        {
          event: 'history.exported',
          outcome: 'success',
          detail: {
            scope: 'conversation',
            format,
            records: 1,
            marking: 'SECRET · system: CUI',
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          },
        },
      ]);
    },
  );

  it.each([
    ['the screen is covered or somebody signs out', 'EXPORT_NEEDS_CARD', { signer: undefined }],
    ['it is somebody else’s card by now', 'EXPORT_NEEDS_CARD', { signer: new Uint8Array([1]) }],
    ['the policy forbids it by now', 'EXPORT_NOT_ALLOWED', { allowed: false }],
  ] as const)('writes nothing where %s while it is printed or signed', async (_why, code, then) => {
    for (const late of ['print', 'sign'] as const) {
      let isLate = false;
      const { options, audits, saved } = setUp();
      const desk = new ExportDesk({
        ...options,
        rules: () => ({ ...options.rules(), allowed: !isLate || !('allowed' in then) }),
        signer: () => {
          const signer = options.signer();
          if (!isLate || !('signer' in then) || signer === undefined) return signer;
          return then.signer && { ...signer, certificate: then.signer };
        },
        print: async (html) => {
          isLate = late === 'print';
          return options.print(html);
        },
        sign: async (request) => {
          isLate = true;
          return options.sign(request);
        },
      });
      await expect(desk.export(SCOPE, 'pdf')).rejects.toMatchObject({ code });
      expect(saved()).toEqual([]);
      expect(audits).toMatchObject([{ outcome: 'failure', detail: { code } }]);
    }
  });

  it('leaves no document whose proof could not be saved', async () => {
    const { desk, audits, saved } = setUp();
    const day = new Date().toISOString().slice(0, 10);
    for (let number = 1; number <= 1000; number += 1)
      writeFileSync(join(downloads, numberedName(`sallyport-ops-${day}.txt.proof`, number)), '');
    await expect(desk.export(SCOPE, 'text')).rejects.toMatchObject({ code: 'FILE_SAVE_FAILED' });
    expect(saved().filter((name) => !name.endsWith('.proof'))).toEqual([]);
    expect(audits).toMatchObject([{ outcome: 'failure', detail: { code: 'FILE_SAVE_FAILED' } }]);
  });

  it('never replaces what is there', async () => {
    const { desk, saved } = setUp();
    await desk.export(SCOPE, 'text');
    await desk.export(SCOPE, 'text');
    expect(saved()).toHaveLength(4);
  });

  it.each([
    ['the policy allows no exports', 'EXPORT_NOT_ALLOWED', { allowed: false }],
    ['nobody is signed in with a card', 'EXPORT_NEEDS_CARD', { signer: () => undefined }],
    ['there is nothing', 'EXPORT_EMPTY', { collect: async () => [] }],
    ['the session answers something else', 'INTERNAL', { collect: async () => [{ ...RECORD, text: 5 }] }],
    ['the session answers too much', 'EXPORT_TOO_LARGE', { collect: async () => Array(10_001).fill(RECORD) }],
    ['the card does not sign', 'INTERNAL', { sign: () => Promise.reject(new Error('gone')) }],
  ] as const)('writes nothing, and says so in the audit log, where %s', async (_why, code, changes) => {
    const { desk, audits, saved } = setUp(changes);
    await expect(desk.export(SCOPE, 'json')).rejects.toThrow();
    expect(saved()).toEqual([]);
    expect(audits).toEqual([
      {
        event: 'history.exported',
        outcome: 'failure',
        detail: { scope: 'conversation', format: 'json', code },
      },
    ]);
  });
});
