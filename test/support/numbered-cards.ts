/** Certificates for tests of what maps by issuer and serial number, or by key identifier: one good, the others each a trick. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pki } from '../../build/site/pki.ts';
import type { ProsodyAccount } from '../../build/site/prosody-tables.ts';
import { identityOf } from '../../server/file-gate/identity.ts';
import { issueCertificate, type SoftIdentity } from './prosody-site.ts';

const SERIAL = '0x00c0ffee01';
const KEY_ID = 'c0'.repeat(20);

export interface NumberedCards {
  /** With a serial number and a key identifier, and no name that any table has. */
  readonly good: SoftIdentity;
  /** Others that must not pass for it, by what is tried. */
  readonly tricks: Readonly<Record<string, SoftIdentity>>;
  /** What a table says of the good one. */
  readonly issuerSerial: string;
  readonly subjectKeyId: string;
  /** Of the card whose issuer's name is in other letters: it is a good card of its own. */
  readonly otherLetters: { readonly card: SoftIdentity; readonly issuerSerial: string };
}

/** The value of one kind in a certificate, as the file gate reads it: the servers have to read the same. */
function numberOf(identity: SoftIdentity, kind: 'issuerSerial' | 'ski'): string {
  const keys = identityOf(new Uint8Array(new X509Certificate(identity.certificate).raw))?.keys ?? [];
  return keys.find((key) => key.startsWith(`${kind}:`))?.slice(kind.length + 1) ?? '';
}

/** The authority's name in other string types, with its own key: OpenSSL takes what it issues for the authority's. */
function inOtherLetters(directory: string, authority: Pki['ca']['id']): { certificate: string; key: string } {
  const certificate = join(directory, 'other-letters.crt');
  const config = join(directory, 'other-letters.cnf');
  writeFileSync(config, '[req]\ndistinguished_name=dn\nstring_mask=nombstr\n[dn]\n');
  const subject = execFileSync(
    'openssl',
    ['x509', '-in', authority.certificate, '-noout', '-subject', '-nameopt', 'compat'],
    { encoding: 'utf8' },
  );
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-key', authority.key, '-config', config, '-days', '30', '-out', certificate],
      ...['-subj', subject.trim().replace(/^subject=/, '')],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'subjectKeyIdentifier=hash'],
    ],
    { stdio: 'pipe' },
  );
  return { certificate, key: authority.key };
}

export function numberedCards(directory: string, pki: Pki): NumberedCards {
  const make = (
    commonName: string,
    by: { readonly certificate: string; readonly key: string },
    serial: string,
    ...extensions: readonly string[]
  ) => issueCertificate(directory, { commonName, by, serial, extensions });
  const withId = `subjectKeyIdentifier=${KEY_ID}`;
  const good = make('numbered', pki.ca.id, SERIAL, withId);
  const otherLetters = make('other letters', inOtherLetters(directory, pki.ca.id), SERIAL);
  return {
    good,
    otherLetters: { card: otherLetters, issuerSerial: numberOf(otherLetters, 'issuerSerial') },
    issuerSerial: numberOf(good, 'issuerSerial'),
    subjectKeyId: numberOf(good, 'ski'),
    tricks: {
      'the serial number of another issuer, without a key identifier': make(
        'other issuer',
        pki.ca.email,
        SERIAL,
      ),
      'another serial number of the issuer': make('other serial', pki.ca.id, '0xc0ffee'),
      'the issuer’s name in other letters': otherLetters,
      'the beginning of the key identifier': make(
        'short key id',
        pki.ca.id,
        '0x02',
        `subjectKeyIdentifier=${KEY_ID.slice(0, 16)}`,
      ),
      'a longer key identifier': make('long key id', pki.ca.id, '0x03', `${withId}c0`),
      'the number in its name': make('00c0ffee01', pki.ca.id, '0x04'),
    },
  };
}

/** Accounts of the good card by either of its numbers. */
export function byIssuerSerial(account: string, { issuerSerial }: NumberedCards): ProsodyAccount {
  return { account, issuerSerial };
}
export function bySubjectKeyId(account: string, { subjectKeyId }: NumberedCards): ProsodyAccount {
  return { account, subjectKeyId };
}
