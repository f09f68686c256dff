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
} from '../../src/token/der.ts';

const OID = {
  subjectAltName: '2.5.29.17',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  upn: '1.3.6.1.4.1.311.20.2.3',
  xmppAddr: '1.3.6.1.5.5.7.8.5',
} as const;
const MAX_CERTIFICATE_BYTES = 16 * 1024;

/** Who is at the other end of a TLS connection, as far as the certificate says. */
export interface Identity {
  /** Keys of the accounts table: `upn:`, `xmppAddr:` and `spki:` with their values. */
  readonly keys: readonly string[];
  /** For the log: serial number (hex) and the base64 SHA-256 of the public key. */
  readonly serial: string;
  readonly spkiSha256: string;
}

function subjectAltName(der: Uint8Array): Uint8Array | undefined {
  const [tbs] = readDer(readOne(der, TAG.SEQUENCE));
  const wrapped = readDer(tbs?.value ?? new Uint8Array()).find(({ tag }) => tag === TAG.context(3, true));
  if (wrapped === undefined) return undefined;
  const found = readDer(readOne(wrapped.value, TAG.SEQUENCE))
    .map(({ value }) => readDer(value))
    .filter(([type]) => type?.tag === TAG.OID && oidToString(type.value) === OID.subjectAltName);
  if (found.length > 1) throw new DerError('repeated extension');
  const value = found[0]?.at(-1);
  return value?.tag === TAG.OCTET_STRING ? value.value : undefined;
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
    const san = subjectAltName(der);
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
      ],
      serial: x509.serialNumber,
      spkiSha256,
    };
  } catch {
    return undefined;
  }
}
