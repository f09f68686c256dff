import { execFileSync } from 'node:child_process';
import { constants, createPrivateKey, privateEncrypt, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeExport, SIGNER_NOT_VERIFIED } from '../cli/audit/verify-export.ts';
import { signReport } from '../policy-files/index.ts';
import { type ExportRecord, isExportRecord } from '../shared/export-contract.ts';
import { chainOf, documentOf, exportMarking, makeProof, sha256, verifyExport } from './index.ts';

let directory: string;

interface Signer {
  readonly certificate: Uint8Array;
  readonly pem: string;
  readonly sign: (request: { readonly data: Uint8Array }) => Promise<Uint8Array>;
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}

const at = (name: string) => join(directory, name);

/** A card's certificate under the authority `ca`. */
function makeSigner(name: string, ca: string): Signer {
  openssl(
    'req',
    '-nodes',
    '-newkey',
    'rsa:2048',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    at(`${name}.key`),
    '-out',
    at(`${name}.csr`),
  );
  openssl(
    'x509',
    '-req',
    '-in',
    at(`${name}.csr`),
    '-CA',
    at(`${ca}.crt`),
    '-CAkey',
    at(`${ca}.key`),
    '-out',
    at(`${name}.crt`),
    '-days',
    '10',
  );
  const key = createPrivateKey(readFileSync(at(`${name}.key`)));
  return {
    certificate: new Uint8Array(new X509Certificate(readFileSync(at(`${name}.crt`))).raw),
    pem: at(`${name}.crt`),
    sign: async ({ data }) =>
      new Uint8Array(privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data)),
  };
}

function makeAuthority(name: string): void {
  openssl(
    'req',
    '-x509',
    '-nodes',
    '-newkey',
    'rsa:2048',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    at(`${name}.key`),
    '-out',
    at(`${name}.crt`),
    '-days',
    '10',
  );
}

let alice: Signer;
let mallory: Signer;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-export-'));
  makeAuthority('id-ca');
  makeAuthority('other-ca');
  alice = makeSigner('ALLEN.ALICE', 'id-ca');
  mallory = makeSigner('MALLORY', 'other-ca');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function record(n: number, changes: Partial<ExportRecord> = {}): ExportRecord {
  return {
    time: `2026-11-29T03:${String(n).padStart(2, '0')}:07.000Z`,
    conversation: 'ops@rooms.chat.mil',
    sender: 'Hawk',
    own: false,
    label: n === 3 ? 'SECRET' : 'CUI',
    text: `message ${n}`,
    earlier: [],
    ...changes,
  };
}

const RECORDS = [
  record(1),
  record(2, { text: 'corrected', earlier: [{ time: '2026-11-29T03:02:01.000Z', text: 'first text' }] }),
  record(3, {
    retracted: { time: '2026-11-29T03:09:00.000Z', by: 'its sender', reason: 'wrong room' },
    acknowledged: [{ time: '2026-11-29T03:05:00.000Z', by: 'Lt Baker\u202e' }],
  }),
  record(4, { own: true, delivery: 'delivered', text: '<script>alert(1)</script> & "quotes" \u202Eevil' }),
];
const HEAD = {
  title: 'Messages of ops@rooms.chat.mil',
  marking: 'SECRET · system: UNCLASSIFIED // EXERCISE',
  created: '2026-11-29T04:00:00.000Z',
  analyst: 'ALLEN.ALICE',
  organisation: 'Example Command',
};

async function exported(format: 'html' | 'json' | 'text', signer = alice, records = RECORDS) {
  const chain = chainOf(records);
  const document = documentOf(format, HEAD, chain);
  const bytes = Buffer.from(document, 'utf8');
  const manifest = {
    format,
    sha256: sha256(bytes),
    bytes: bytes.length,
    title: HEAD.title,
    marking: HEAD.marking,
    created: HEAD.created,
    analyst: HEAD.analyst,
    machine: 'WS-1',
    records: chain.length,
    lastHash: chain.at(-1)?.hash ?? '',
    issuers: [],
  };
  return {
    bytes,
    document,
    manifest,
    proof: Buffer.from(await makeProof(manifest, signer.certificate, signer.sign)),
  };
}

function problems(document: Uint8Array, proof: Uint8Array): readonly string[] {
  const verdict = verifyExport(document, proof);
  return verdict.ok ? [] : verdict.problems;
}

/** The JSON document with its records changed, as somebody without the card can write it. */
function changed(document: string, change: (records: Record<string, unknown>[]) => unknown[]): Buffer {
  const value = JSON.parse(document) as { records: Record<string, unknown>[] };
  return Buffer.from(`${JSON.stringify({ ...value, records: change(value.records) })}\n`);
}

describe('an export', () => {
  it.each(['html', 'json', 'text'] as const)('as %s is what was signed', async (format) => {
    const { bytes, proof } = await exported(format);
    expect(verifyExport(bytes, proof)).toMatchObject({
      ok: true,
      manifest: { records: 4, marking: HEAD.marking },
    });
  });

  it.each(['html', 'text'] as const)(
    'as %s shows markings, corrections, retractions and Zulu groups, and nothing that runs',
    async (format) => {
      const { document } = await exported(format);
      expect(document.split(HEAD.marking.replace('//', '//')).length).toBeGreaterThan(2);
      for (const words of [
        'first text',
        'Retracted',
        'wrong room',
        '290302:07Z NOV 26',
        'Delivery: delivered',
        'Acknowledged 290305:00Z NOV 26 by Lt Baker‹U+202E›',
        '‹U+202E›',
      ])
        expect(document).toContain(words);
      if (format === 'html') {
        expect(document).not.toContain('<script>');
        expect(document).toContain('&lt;script&gt;');
      }
    },
  );

  it('says of a retraction that was not sent yet that it waits, and strikes nothing out', async () => {
    const retracted = {
      time: '2026-11-29T03:09:00.000Z',
      by: 'its sender',
      reason: '',
      waiting: true,
    } as const;
    for (const format of ['html', 'text'] as const) {
      const { document } = await exported(format, alice, [record(1, { retracted })]);
      expect(document).toContain('Asked 290309:00Z NOV 26 by its sender to be retracted');
      expect(document).toContain('others still see it');
      expect(document).not.toMatch(/class="retracted"|Retracted/);
    }
  });

  it('is never good with one bit changed, in the document or in the proof', async () => {
    const { bytes, proof } = await exported('text');
    for (let place = 0; place < bytes.length; place += 13) {
      const other = Buffer.from(bytes);
      other[place] = (other[place] ?? 0) ^ 1;
      expect(verifyExport(other, proof).ok).toBe(false);
    }
    for (let place = 0; place < proof.length; place += 7) {
      const other = Buffer.from(proof);
      other[place] = (other[place] ?? 0) ^ 1;
      const verdict = verifyExport(bytes, other);
      // Base64's last character has bits that mean nothing: what is read is then what was signed.
      if (verdict.ok) expect(verdict.manifest.sha256).toBe(sha256(bytes));
    }
  });

  it('says which record was changed, taken out, put in or moved', async () => {
    const { document, proof } = await exported('json');
    const judge = (change: (records: Record<string, unknown>[]) => unknown[]) =>
      problems(changed(document, change), proof).join('\n');
    expect(judge((all) => all.map((one, n) => (n === 1 ? { ...one, text: 'another' } : one)))).toMatch(
      /record 2 was changed/,
    );
    expect(judge((all) => all.filter((_one, n) => n !== 1))).toMatch(/record 2 has the number 3/);
    expect(judge((all) => all.slice(0, 3))).toMatch(/3 records where 4 were signed/);
    expect(judge(([a, b, ...rest]) => [b, a, ...rest])).toMatch(/record 1 has the number 2/);
    expect(judge((all) => [...all, all[0]])).toMatch(/record 5 has the number 1/);
    const forged = chainOf([...RECORDS.slice(0, 3), record(4, { text: 'never said' })]);
    expect(judge(() => [...forged])).toMatch(/the last record is not the one that was signed/);
  });

  it('is not good with another export’s proof, an unsigned one, or another text that the card signed', async () => {
    const { bytes, manifest } = await exported('json');
    const other = await exported('json', alice, RECORDS.slice(0, 2));
    expect(problems(bytes, other.proof).join()).toMatch(/not the one that was signed/);
    expect(problems(bytes, Buffer.from(`Sallyport export 1\n${JSON.stringify(manifest)}\n`)).join()).toMatch(
      /not signed/,
    );
    const report = await signReport('Sallyport policy report 1\n', alice.certificate, alice.sign);
    expect(problems(bytes, Buffer.from(report)).join()).toMatch(/not valid/);
  });

  it('names its signer, and who issued their card is checked', async () => {
    const save = async (name: string, signer: Signer) => {
      const { bytes, proof } = await exported('json', signer);
      writeFileSync(at(name), bytes);
      writeFileSync(at(`${name}.proof`), proof);
      return at(name);
    };
    const good = await save('good.json', alice);
    const forged = await save('forged.json', mallory);
    const ca = [at('id-ca.crt')];
    expect(judgeExport(good, { ca })).toMatchObject({
      ok: true,
      facts: { signer: 'CN=ALLEN.ALICE', 'issuer checked': 'yes' },
    });
    expect(judgeExport(forged, { ca })).toMatchObject({ ok: false });
    expect(judgeExport(good, { ca: [at('other-ca.crt')] })).toMatchObject({
      ok: false,
      signer: 'not verified',
    });
    // Without authorities anybody's own card would do: that is no yes, unless the document alone is asked about.
    for (const file of [good, forged]) {
      const unverified = judgeExport(file, {});
      expect(unverified).toMatchObject({
        ok: false,
        signer: 'not verified',
        problems: [SIGNER_NOT_VERIFIED],
      });
      expect(unverified.facts['issuer checked']).toMatch(/^no/);
      expect(judgeExport(file, { unverifiedSigner: true })).toMatchObject({
        ok: true,
        signer: 'not verified',
      });
    }
    // The flag makes no other authority right, and no changed document whole.
    expect(judgeExport(forged, { ca, unverifiedSigner: true }).ok).toBe(false);
    writeFileSync(good, `${readFileSync(good, 'utf8')} `);
    expect(judgeExport(good, { unverifiedSigner: true })).toMatchObject({ ok: false, facts: {} });
  });
});

describe('the marking of an export', () => {
  const label = (text: string, rank: number) => ({
    id: text,
    text,
    rank,
    background: '#000000',
    foreground: '#ffffff',
  });
  const CATALOGUE = [label('CUI', 1), label('SECRET', 2), label('SECRET//NOFORN', 2)];
  it.each([
    [[], 'CUI // EXERCISE'],
    [['', 'CUI'], 'CUI // EXERCISE'],
    [['CUI', 'SECRET'], 'SECRET · system: CUI // EXERCISE'],
    [['SECRET', 'SECRET//NOFORN'], 'SECRET · SECRET//NOFORN · system: CUI // EXERCISE'],
    [['COSMIC'], 'COSMIC · system: CUI // EXERCISE'],
  ])('of %j', (labels, expected) => {
    expect(exportMarking('CUI // EXERCISE', CATALOGUE, labels)).toBe(expected);
  });
});

describe('a whiteboard in an export', () => {
  const ink = { colour: 'red', width: 'thin' } as const;
  const line = (id: string) =>
    ({
      type: 'add',
      element: { kind: 'line', id, ...ink, from: { x: 1, y: 2 }, to: { x: 30, y: 40 } },
    }) as const;
  const text = (id: string, said: string) =>
    ({ type: 'add', element: { kind: 'text', id, ...ink, at: { x: 5, y: 6 }, text: said } }) as const;
  const drew = (n: number, board: NonNullable<ExportRecord['board']>, more: Partial<ExportRecord> = {}) =>
    record(n, { text: `[whiteboard] ${n}`, board, ...more });
  const DRAWN = [
    drew(1, [line('first'), text('name', '<script>alert(1)</script> \u202e x')]),
    drew(2, [{ type: 'withdraw', id: 'first' }]),
    drew(3, [{ type: 'clear' }]),
    drew(4, [line('second')]),
    drew(5, [line('unsent')], { own: true, delivery: 'failed' }),
    drew(6, [line('gone')], { retracted: { time: '2026-11-29T03:00:00.000Z', by: 'x', reason: '' } }),
  ];

  it('is drawn as it was each time before it was emptied, of numbers and escaped texts alone', async () => {
    const { document } = await exported('html', alice, DRAWN);
    const [, first = '', second = '', ...others] = document.split('<svg ');
    expect(others).toEqual([]);
    const drawing = (of: string) => of.slice(0, of.indexOf('</svg>'));
    expect(drawing(first)).not.toContain('points=');
    expect(drawing(first)).toContain('&lt;script&gt;alert(1)&lt;/script&gt; ‹U+202E› x</text>');
    expect(drawing(second)).toContain('points="1,2 30,40"');
    expect(drawing(second).match(/<polyline/g)).toHaveLength(1);
    const waits = { time: '2026-11-29T03:00:00.000Z', by: 'x', reason: '', waiting: true } as const;
    const withWaiting = await exported('html', alice, [
      ...DRAWN,
      drew(7, [line('waits')], { retracted: waits }),
    ]);
    expect(withWaiting.document.match(/<polyline/g)).toHaveLength(2);
    expect(document).not.toMatch(/<script|href|url\(|onload|<foreignObject|<image|<use/i);
  });

  it('has every operation in words, in all formats, and in the chain', async () => {
    for (const format of ['html', 'text', 'json'] as const) {
      const { document, bytes, proof } = await exported(format, alice, DRAWN);
      for (const words of ['first', 'second', 'unsent', 'gone']) expect(document, format).toContain(words);
      expect(verifyExport(bytes, proof).ok).toBe(true);
    }
    const { document, proof } = await exported('json', alice, DRAWN);
    const moved = changed(document, (all) =>
      all.map((one, n) => (n === 3 ? { ...one, board: [line('another')] } : one)),
    );
    expect(problems(moved, proof).join()).toMatch(/record 4 was changed/);
  });

  it('a record with acknowledgements that are none is none', () => {
    const good = record(1, { acknowledged: [{ time: '2026-11-29T03:05:00.000Z', by: 'Lt Baker' }] });
    expect(isExportRecord(good)).toBe(true);
    const [one] = good.acknowledged ?? [];
    for (const acknowledged of [
      'x',
      [null],
      [{ ...one, time: 'now' }],
      [{ ...one, by: 7 }],
      Array(101).fill(one),
    ])
      expect(isExportRecord({ ...good, acknowledged })).toBe(false);
  });

  it('a record with operations out of the grammar is none', () => {
    const good = drew(1, [line('a')]);
    expect(isExportRecord(good)).toBe(true);
    for (const board of [[], [{ type: 'script' }], [{ ...line('a'), more: 1 }], 'x', [line('a b')]]) {
      expect(isExportRecord({ ...good, board })).toBe(false);
    }
  });
});
