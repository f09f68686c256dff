/** Choosing certificates that the system's OpenSSL made: the right ones, and ones that try to be taken for right. */

import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePki, type Pki } from '../../build/site/pki.ts';
import { issue } from '../../build/site/pki-authority.ts';
import { newKeyAndRequest } from '../../build/site/pki-openssl.ts';
import { tlv } from '../../build/site/virtual-card/tlv.ts';
import { compileRules, selectCertificates } from '../../src/token/certificates.ts';
import { type CertificateFacts, readCertificate } from '../../src/token/x509.ts';

let directory: string;
let pki: Pki;
let request: string;

const UPN = 'otherName:1.3.6.1.4.1.311.20.2.3;UTF8:';

/** A subjectAltName of one UPN, for texts that openssl's configuration cannot hold. */
function upnName(text: string): Buffer {
  const oid = Buffer.from('2b060104018237140203', 'hex');
  return tlv(0x30, tlv(0xa0, tlv(0x06, oid), tlv(0xa0, tlv(0x0c, Buffer.from(text)))));
}

const GOOD_KEY_USAGE = 'keyUsage=critical,digitalSignature';
const CLIENT = 'extendedKeyUsage=clientAuth';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sp-certificates-'));
  pki = await makePki({
    directory: join(directory, 'pki'),
    domain: 'mail.example',
    users: [
      {
        account: 'alice',
        commonName: 'ALLEN.ALICE.A.1000000001',
        edipi: '1000000001',
        upn: '1000000001@mil',
        email: 'alice@mail.example',
        keyType: 'p256',
      },
    ],
  });
  request = join(directory, 'request.csr');
  await newKeyAndRequest({
    algorithm: 'p256',
    key: join(directory, 'key.pem'),
    out: request,
    subject: '/C=US/O=U.S. Government/CN=MALLORY.M.M.6666666666',
  });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let made = 0;
async function certificate(...extensions: string[]): Promise<Uint8Array> {
  const out = join(directory, `${made++}.crt`);
  await issue(pki.ca.id, { request, out, extensions: `${extensions.join('\n')}\n` });
  return new X509Certificate(readFileSync(out)).raw;
}

function facts(der: Uint8Array): CertificateFacts {
  const read = readCertificate(der);
  if (read === undefined) throw new Error('not readable');
  return read;
}

const onAlicesCard = (slot: '9a' | '9c' | '9d' | '9e'): CertificateFacts => {
  const file = pki.cards.alice?.slots[slot].certificate ?? '';
  return facts(new X509Certificate(readFileSync(file)).raw);
};

function rules(change: Partial<Parameters<typeof compileRules>[0]> = {}) {
  return compileRules({
    issuerSpkiSha256: [],
    extendedKeyUsages: ['1.3.6.1.5.5.7.3.2'],
    policyOids: [],
    upnPattern: '[0-9]{10}@mil',
    ...change,
  });
}

function chosen(certificates: readonly CertificateFacts[], change = {}): string[] | string {
  const selection = selectCertificates(certificates, rules(change), Date.now());
  return selection.ok ? selection.certificates.map((entry) => entry.facts.id) : selection.error.code;
}

test('reads what a CAC’s certificate says', () => {
  const read = onAlicesCard('9a');
  expect(read).toMatchObject({
    commonName: 'ALLEN.ALICE.A.1000000001',
    issuer: 'DOD TEST ID CA-59',
    upn: '1000000001@mil',
    extendedKeyUsages: ['1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.311.20.2.2', '1.3.6.1.5.2.3.4'],
    keyUsage: { digitalSignature: true, nonRepudiation: false },
    isAuthority: false,
  });
  expect(read.id).toBe(createHash('sha256').update(read.der).digest('hex'));
});

test('of a whole card only 9A, however wide the rules', () => {
  const card = (['9a', '9c', '9d', '9e'] as const).map(onAlicesCard);
  expect(chosen(card)).toEqual([card[0]?.id]);
  expect(chosen(card, { extendedKeyUsages: [], upnPattern: '' })).toEqual([card[0]?.id]);
});

test('a policy that the rules name, and no other, not even any policy', async () => {
  const own = onAlicesCard('9a');
  expect(own.policies).toEqual(['2.16.840.1.101.2.1.11.42', '2.16.840.1.101.3.2.1.3.13']);
  expect(chosen([own], { policyOids: ['1.2.3', '2.16.840.1.101.3.2.1.3.13'] })).toEqual([own.id]);
  expect(chosen([own], { policyOids: ['2.16.840.1.101.3.2.1.3.1'] })).toBe('CERTIFICATE_NOT_FOUND');
  const names = `subjectAltName=${UPN}1000000001@mil`;
  const any = facts(await certificate(GOOD_KEY_USAGE, CLIENT, names, 'certificatePolicies=2.5.29.32.0'));
  const none = facts(await certificate(GOOD_KEY_USAGE, CLIENT, names));
  expect(chosen([any, none])).toEqual([any.id, none.id]);
  expect(chosen([any, none], { policyOids: ['2.16.840.1.101.3.2.1.3.13'] })).toBe('CERTIFICATE_NOT_FOUND');
});

test('several that fit are all offered', async () => {
  const second = facts(await certificate(GOOD_KEY_USAGE, CLIENT, `subjectAltName=${UPN}1000000009@mil`));
  expect(chosen([onAlicesCard('9a'), second])).toEqual([onAlicesCard('9a').id, second.id]);
});

describe('not taken', () => {
  test.each([
    [
      'a UPN that only begins like one',
      [GOOD_KEY_USAGE, CLIENT, `subjectAltName=${UPN}1000000001@mil.evil.example`],
    ],
    [
      'a UPN with a line end',
      [GOOD_KEY_USAGE, CLIENT, `subjectAltName=DER:${upnName('1000000001@mil\n').toString('hex')}`],
    ],
    [
      'the name in the e-mail address instead',
      [GOOD_KEY_USAGE, CLIENT, 'subjectAltName=email:1000000001@mil'],
    ],
    ['no names', [GOOD_KEY_USAGE, CLIENT]],
    ['no purposes', [GOOD_KEY_USAGE, `subjectAltName=${UPN}1000000001@mil`]],
    ['any purpose', [GOOD_KEY_USAGE, 'extendedKeyUsage=2.5.29.37.0', `subjectAltName=${UPN}1000000001@mil`]],
    [
      'the card’s own purpose beside the right one',
      [
        GOOD_KEY_USAGE,
        'extendedKeyUsage=clientAuth,2.16.840.1.101.3.6.8',
        `subjectAltName=${UPN}1000000001@mil`,
      ],
    ],
    ['a key for encryption', ['keyUsage=keyAgreement', CLIENT, `subjectAltName=${UPN}1000000001@mil`]],
    ['an authority', ['basicConstraints=critical,CA:TRUE', CLIENT, `subjectAltName=${UPN}1000000001@mil`]],
  ])('%s', async (_, extensions) => {
    expect(chosen([facts(await certificate(...extensions))])).toBe('CERTIFICATE_NOT_FOUND');
  });
});

test.each([
  ['two different UPNs', [CLIENT, `subjectAltName=${UPN}1000000001@mil,${UPN}1000000002@mil`]],
  [
    'a UPN that is no UTF8String',
    [CLIENT, 'subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;IA5:1000000001@mil'],
  ],
  ['names that are not DER', [CLIENT, 'subjectAltName=DER:30:05:a0:ff']],
  ['policies that are not DER', [CLIENT, 'certificatePolicies=DER:30:05:30']],
  ['a policy twice', [CLIENT, 'certificatePolicies=DER:30:0c:30:04:06:02:2a:03:30:04:06:02:2a:03']],
  ['purposes that are not DER', ['extendedKeyUsage=DER:30:05:06']],
])('a certificate with %s is not read', async (_, extensions) => {
  expect(readCertificate(await certificate(...extensions))).toBeUndefined();
});

test('bytes that are no certificate are not read, and none of a certificate’s beginnings', async () => {
  const whole = onAlicesCard('9a').der;
  for (let length = 0; length < whole.length; length += 7) {
    expect(readCertificate(whole.subarray(0, length))).toBeUndefined();
  }
  expect(readCertificate(new Uint8Array(20_000))).toBeUndefined();
});

describe('the issuer', () => {
  const spki = (file: string) =>
    createHash('sha256')
      .update(new X509Certificate(readFileSync(file)).publicKey.export({ format: 'der', type: 'spki' }))
      .digest('base64');
  const raw = (file: string) => new X509Certificate(readFileSync(file)).raw;

  test('that the policy names, when its certificate is known', () => {
    const { id, root } = pki.ca;
    const change = {
      issuerSpkiSha256: [spki(id.certificate)],
      issuerCertificates: [raw(id.certificate), raw(root.certificate)],
    };
    const selection = selectCertificates([onAlicesCard('9a')], rules(change), Date.now());
    expect(selection.ok && selection.certificates[0]?.chain).toEqual([Uint8Array.from(raw(id.certificate))]);
  });

  test('may not be the root above it, another authority, or one that is not known', () => {
    const { id, root, email } = pki.ca;
    const issuerCertificates = [raw(id.certificate), raw(root.certificate), raw(email.certificate)];
    for (const file of [root.certificate, email.certificate]) {
      expect(chosen([onAlicesCard('9a')], { issuerSpkiSha256: [spki(file)], issuerCertificates })).toBe(
        'CERTIFICATE_NOT_FOUND',
      );
    }
    expect(chosen([onAlicesCard('9a')], { issuerSpkiSha256: [spki(id.certificate)] })).toBe(
      'CERTIFICATE_NOT_FOUND',
    );
  });
});
