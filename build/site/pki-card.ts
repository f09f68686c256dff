/**
 * The keys and certificates of a virtual CAC, shaped as on a real one (FIPS 201, SP 800-73): 9A PIV authentication,
 * 9C digital signature, 9D key management, 9E card authentication.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Authority, issue } from './pki-authority.ts';
import { DOD_SUBJECT, type KeyAlgorithm, newKeyAndRequest } from './pki-openssl.ts';
import { fascn } from './virtual-card/fascn.ts';

export type KeyType = KeyAlgorithm;
export type UserState = 'valid' | 'expired' | 'not-yet-valid' | 'revoked';

export interface CardUser {
  readonly account: string;
  /** LAST.FIRST.M.EDIPI */
  readonly commonName: string;
  /** Ten digits. */
  readonly edipi: string;
  /** User principal name, for example 1000000001@mil. */
  readonly upn: string;
  readonly email: string;
  /** Of the keys in 9A and 9C; 9D and 9E are P-256. */
  readonly keyType: KeyType;
  readonly state?: UserState;
  /** 6 to 8 digits; {@link DEFAULT_PIN} without. */
  readonly pin?: string;
}

export const DEFAULT_PIN = '77777777';

export const SLOTS = ['9a', '9c', '9d', '9e'] as const;
export type Slot = (typeof SLOTS)[number];

export interface CardFiles {
  /** Holds `card.json` and the slots' keys and certificates; what the emulator is given. */
  readonly directory: string;
  readonly user: CardUser;
  readonly pin: string;
  /** PEM. */
  readonly slots: Readonly<Record<Slot, { readonly key: string; readonly certificate: string }>>;
}

const VALIDITY: Record<UserState, { readonly from: number; readonly to: number }> = {
  valid: { from: -30, to: 1065 },
  revoked: { from: -30, to: 1065 },
  expired: { from: -1460, to: -1 },
  'not-yet-valid': { from: 30, to: 1065 },
};

/** User principal name (Microsoft), PIV FASC-N, smart card log-on, PKINIT client, PIV card authentication. */
const OID = {
  upn: '1.3.6.1.4.1.311.20.2.3',
  fascn: '2.16.840.1.101.3.6.6',
  smartcardLogon: '1.3.6.1.4.1.311.20.2.2',
  pkinitClient: '1.3.6.1.5.2.3.4',
  cardAuthentication: '2.16.840.1.101.3.6.8',
} as const;

function slotExtensions(slot: Slot, user: CardUser, uuid: string, fascnHex: string): readonly string[] {
  const upn = (n: number) => `otherName.${n}=${OID.upn};UTF8:${user.upn}`;
  const fascnName = (n: number) => `otherName.${n}=${OID.fascn};FORMAT:HEX,OCT:${fascnHex}`;
  switch (slot) {
    case '9a':
      return [
        'keyUsage=critical,digitalSignature',
        'certificatePolicies=2.16.840.1.101.2.1.11.42,2.16.840.1.101.3.2.1.3.13',
        `extendedKeyUsage=clientAuth,${OID.smartcardLogon},${OID.pkinitClient}`,
        'subjectAltName=@san',
        '[san]',
        upn(1),
        fascnName(2),
        `email.1=${user.email}`,
        `URI.1=urn:uuid:${uuid}`,
      ];
    case '9c':
      return [
        'keyUsage=critical,digitalSignature,nonRepudiation',
        'certificatePolicies=2.16.840.1.101.2.1.11.42',
        `extendedKeyUsage=clientAuth,emailProtection,${OID.smartcardLogon}`,
        'subjectAltName=@san',
        '[san]',
        `email.1=${user.email}`,
        upn(1),
      ];
    case '9d':
      return [
        'keyUsage=critical,keyAgreement',
        'certificatePolicies=2.16.840.1.101.2.1.11.42',
        'extendedKeyUsage=emailProtection',
        'subjectAltName=@san',
        '[san]',
        `email.1=${user.email}`,
      ];
    case '9e':
      return [
        'keyUsage=critical,digitalSignature',
        'certificatePolicies=2.16.840.1.101.3.2.1.3.17',
        `extendedKeyUsage=critical,${OID.cardAuthentication}`,
        'subjectAltName=@san',
        '[san]',
        fascnName(1),
        `URI.1=urn:uuid:${uuid}`,
      ];
  }
}

/** Makes `9a.key`, `9a.crt` … `9e.crt` and `card.json`, which the emulator reads. */
export async function makeCard(options: {
  readonly directory: string;
  readonly user: CardUser;
  readonly id: Authority;
  readonly email: Authority;
}): Promise<CardFiles> {
  const { directory, user } = options;
  await mkdir(directory, { recursive: true });
  const uuid = randomUUID();
  const fascnHex = fascn(user.edipi).toString('hex');
  const pin = user.pin ?? DEFAULT_PIN;
  const files = (slot: Slot) => ({
    key: join(directory, `${slot}.key`),
    certificate: join(directory, `${slot}.crt`),
  });

  const makeSlot = async (slot: Slot): Promise<void> => {
    const { key, certificate } = files(slot);
    const request = join(directory, `${slot}.csr`);
    // A card authentication certificate names the card and not the person.
    const subject =
      slot === '9e'
        ? `${DOD_SUBJECT}/serialNumber=${fascnHex.toUpperCase()}`
        : `${DOD_SUBJECT}/OU=USAF/CN=${user.commonName}`;
    const authority = slot === '9a' || slot === '9e' ? options.id : options.email;
    const algorithm = slot === '9a' || slot === '9c' ? user.keyType : 'p256';
    await newKeyAndRequest({ algorithm, key, out: request, subject });
    const ca = authority.name.toUpperCase();
    await issue(authority, {
      request,
      out: certificate,
      ...VALIDITY[user.state ?? 'valid'],
      extensions: [
        'authorityKeyIdentifier=keyid',
        'subjectKeyIdentifier=hash',
        `authorityInfoAccess=caIssuers;URI:http://crl.disa.example/sign/DODTEST${ca}CA_59.cer,OCSP;URI:http://ocsp.disa.example`,
        `crlDistributionPoints=URI:http://crl.disa.example/crl/DODTEST${ca}CA_59.crl`,
        ...slotExtensions(slot, user, uuid, fascnHex),
        '',
      ].join('\n'),
    });
    await rm(request);
  };
  await Promise.all(SLOTS.map(makeSlot));
  const description = {
    name: user.commonName,
    uuid,
    fascn: fascnHex,
    pin,
    puk: '12345678',
    tries: 3,
    atr: 'idemia',
  };
  await writeFile(join(directory, 'card.json'), `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
  return {
    directory,
    user,
    pin,
    slots: { '9a': files('9a'), '9c': files('9c'), '9d': files('9d'), '9e': files('9e') },
  };
}
