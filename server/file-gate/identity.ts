/** What a card's certificate says of who holds it. The subject's name and e-mail addresses are never looked at. */
import { createHash, X509Certificate } from 'node:crypto';
import {
  type DerElement,
  DerError,
  derText,
  oidToString,
  readDer,
  readOne,
  TAG,
  wholeOf,
} from '../../src/token/der.ts';

const OID = {
  subjectAltName: '2.5.29.17',
  subjectKeyIdentifier: '2.5.29.14',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  upn: '1.3.6.1.4.1.311.20.2.3',
  xmppAddr: '1.3.6.1.5.5.7.8.5',
} as const;
const MAX_CERTIFICATE_BYTES = 16 * 1024;

/** What is no name stands in the tables in these forms, and in no other. */
export const FORMS = {
  spkiSha256: /^[A-Za-z0-9+/]{43}=$/,
  /** Base64 of the SHA-256 over the issuer's name (DER), a colon, the serial number in hex without zero octets in front. */
  issuerSerial: /^[A-Za-z0-9+/]{43}=:(?!00)(?:[0-9a-f]{2}){1,20}$/,
  /** 20 to 64 octets: shorter ones are too few to stand for a key. */
  subjectKeyId: /^(?:[0-9a-f]{2}){20,64}$/,
} as const;

/** Who is at the other end of a TLS connection, as far as the certificate says. */
export interface Identity {
  /** Keys of the accounts table: `upn:`, `xmppAddr:`, `spki:`, `issuerSerial:` and `ski:` with their values. */
  readonly keys: readonly string[];
  /** For the log: serial number (hex) and the base64 SHA-256 of the public key. */
  readonly serial: string;
  readonly spkiSha256: string;
}

interface Parts {
  /** The issuer's name as it stands in the certificate. */
  readonly issuer: Uint8Array;
  /** Contents of an extension; undefined without it. */
  extension(oid: string): Uint8Array | undefined;
}

function partsOf(der: Uint8Array): Parts {
  const [tbs] = readDer(readOne(der, TAG.SEQUENCE));
  const fields = readDer(tbs?.value ?? new Uint8Array());
  // version [0], serialNumber, signature, issuer
  const issuer = fields[fields[0]?.tag === TAG.context(0, true) ? 3 : 2];
  if (issuer?.tag !== TAG.SEQUENCE) throw new DerError('no issuer');
  const wrapped = fields.find(({ tag }) => tag === TAG.context(3, true));
  const extensions =
    wrapped === undefined
      ? []
      : readDer(readOne(wrapped.value, TAG.SEQUENCE)).map(({ value }) => readDer(value));
  return {
    issuer: wholeOf(issuer),
    extension: (oid) => {
      const found = extensions.filter(([type]) => type?.tag === TAG.OID && oidToString(type.value) === oid);
      if (found.length > 1) throw new DerError('repeated extension');
      const value = found[0]?.at(-1);
      return value?.tag === TAG.OCTET_STRING ? value.value : undefined;
    },
  };
}

/** Type and text of an otherName (RFC 5280 4.2.1.6) that holds a UTF8String; undefined for other names. */
function otherName(name: DerElement): readonly [oid: string, value: string] | undefined {
  if (name.tag !== TAG.context(0, true)) return undefined;
  const [type, value] = readDer(name.value);
  if (type?.tag !== TAG.OID || value?.tag !== TAG.context(0, true)) return undefined;
  const oid = oidToString(type.value);
  if (oid !== OID.upn && oid !== OID.xmppAddr) return undefined;
  return [oid, derText(readOne(value.value, TAG.UTF8_STRING))];
}

/** ASCII lower case: what the XMPP server compares, too. */
export function lower(value: string): string {
  return value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The keys of issuer and serial number, and of the key identifier; without one that can be none. */
function numbersOf({ issuer, extension }: Parts, serial: string): readonly string[] {
  const digits = serial.toLowerCase().replace(/^(?:00)+/, '');
  const issuerSerial = `${createHash('sha256').update(issuer).digest('base64')}:${digits}`;
  const wrapped = extension(OID.subjectKeyIdentifier);
  const id = wrapped === undefined ? '' : Buffer.from(readOne(wrapped, TAG.OCTET_STRING)).toString('hex');
  return [
    ...(FORMS.issuerSerial.test(issuerSerial) ? [`issuerSerial:${issuerSerial}`] : []),
    ...(FORMS.subjectKeyId.test(id) ? [`ski:${id}`] : []),
  ];
}

/**
 * The identities of a certificate that TLS has verified; undefined when it is not made for clients, names two UPNs or
 * two XMPP addresses, or cannot be read to the end.
 */
export function identityOf(der: Uint8Array): Identity | undefined {
  if (der.length === 0 || der.length > MAX_CERTIFICATE_BYTES) return undefined;
  try {
    const x509 = new X509Certificate(der);
    if (x509.ca || !(x509.keyUsage ?? []).includes(OID.clientAuth)) return undefined;
    const spki = x509.publicKey.export({ format: 'der', type: 'spki' });
    const spkiSha256 = createHash('sha256').update(spki).digest('base64');
    const parts = partsOf(der);
    const san = parts.extension(OID.subjectAltName);
    const names = san === undefined ? [] : readDer(readOne(san, TAG.SEQUENCE)).map(otherName);
    const valuesOf = (wanted: string) =>
      names.flatMap((name) => (name?.[0] === wanted ? [lower(name[1])] : []));
    const upns = valuesOf(OID.upn);
    const addresses = valuesOf(OID.xmppAddr);
    if (upns.length > 1 || addresses.length > 1) return undefined;
    return {
      keys: [
        ...upns.map((upn) => `upn:${upn}`),
        ...addresses.map((jid) => `xmppAddr:${jid}`),
        `spki:${spkiSha256}`,
        ...numbersOf(parts, x509.serialNumber),
      ],
      serial: x509.serialNumber,
      spkiSha256,
    };
  } catch {
    return undefined;
  }
}
