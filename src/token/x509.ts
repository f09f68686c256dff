/** What the token process has to know about a certificate (RFC 5280), read from its DER. */
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { type DerElement, DerError, derText, oidToString, readDer, readOne, TAG } from './der.ts';

/** A certificate larger than this is not looked at; CACs have about 2 KB. */
export const MAX_CERTIFICATE_BYTES = 16 * 1024;

export const OID = {
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
  /** szOID_NT_PRINCIPAL_NAME: the user principal name in an otherName. */
  upn: '1.3.6.1.4.1.311.20.2.3',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  smartcardLogon: '1.3.6.1.4.1.311.20.2.2',
  /** id-PIV-cardAuth (FIPS 201): the card's own key, which asks for no PIN. */
  cardAuthentication: '2.16.840.1.101.3.6.8',
} as const;

export interface CertificateFacts {
  readonly der: Uint8Array;
  /** SHA-256 of the DER, hex. */
  readonly id: string;
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  readonly commonName: string;
  /** The issuer's common name. */
  readonly issuer: string;
  /** Empty when there is none. */
  readonly upn: string;
  readonly extendedKeyUsages: readonly string[];
  /** Object identifiers of the certificate policies (RFC 5280, 4.2.1.4). */
  readonly policies: readonly string[];
  /** Bits of the key usage extension, most significant first in each octet; undefined without the extension. */
  readonly keyUsage: { readonly digitalSignature: boolean; readonly nonRepudiation: boolean } | undefined;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isAuthority: boolean;
}

function commonNameOf(name: Uint8Array): string {
  let found = '';
  for (const rdn of readDer(name)) {
    for (const attribute of readDer(rdn.value)) {
      const [type, value] = readDer(attribute.value);
      if (type?.tag === TAG.OID && value && oidToString(type.value) === OID.commonName)
        found = derText(value.value);
    }
  }
  return found;
}

/** The fields of TBSCertificate from `issuer` on, whatever the optional version before them. */
function tbsFields(der: Uint8Array): {
  issuer: Uint8Array;
  subject: Uint8Array;
  extensions: Uint8Array | undefined;
} {
  const [tbs] = readDer(readOne(der, TAG.SEQUENCE));
  if (tbs?.tag !== TAG.SEQUENCE) throw new DerError('no TBSCertificate');
  const fields = readDer(tbs.value);
  const first = fields[0]?.tag === TAG.context(0, true) ? 1 : 0;
  // serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
  const issuer = fields[first + 2];
  const subject = fields[first + 4];
  if (issuer?.tag !== TAG.SEQUENCE || subject?.tag !== TAG.SEQUENCE) throw new DerError('no names');
  const extensions = fields.find((field) => field.tag === TAG.context(3, true));
  return { issuer: issuer.value, subject: subject.value, extensions: extensions?.value };
}

/** Extensions by object identifier: the octets of each extnValue. A repeated extension is refused (RFC 5280 4.2). */
function readExtensions(wrapped: Uint8Array | undefined): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  if (wrapped === undefined) return found;
  for (const extension of readDer(readOne(wrapped, TAG.SEQUENCE))) {
    const parts = readDer(extension.value);
    const [type] = parts;
    const value = parts.at(-1);
    if (type?.tag !== TAG.OID || value?.tag !== TAG.OCTET_STRING) throw new DerError('malformed extension');
    const oid = oidToString(type.value);
    if (found.has(oid)) throw new DerError('repeated extension');
    found.set(oid, value.value);
  }
  return found;
}

function readExtendedKeyUsages(extension: Uint8Array | undefined): readonly string[] {
  if (extension === undefined) return [];
  return readDer(readOne(extension, TAG.SEQUENCE)).map((purpose) => {
    if (purpose.tag !== TAG.OID) throw new DerError('malformed extended key usage');
    return oidToString(purpose.value);
  });
}

/** RFC 5280 4.2.1.4: a sequence of PolicyInformation, each beginning with its identifier, none of them twice. */
function readPolicies(extension: Uint8Array | undefined): readonly string[] {
  if (extension === undefined) return [];
  const policies = readDer(readOne(extension, TAG.SEQUENCE)).map((information) => {
    const [identifier] = readDer(information.value);
    if (information.tag !== TAG.SEQUENCE || identifier?.tag !== TAG.OID)
      throw new DerError('malformed certificate policies');
    return oidToString(identifier.value);
  });
  if (new Set(policies).size !== policies.length) throw new DerError('repeated certificate policy');
  return policies;
}

function readKeyUsage(extension: Uint8Array | undefined): CertificateFacts['keyUsage'] {
  if (extension === undefined) return undefined;
  const bits = readOne(extension, TAG.BIT_STRING)[1] ?? 0; // the first octet counts unused bits
  return { digitalSignature: (bits & 0x80) !== 0, nonRepudiation: (bits & 0x40) !== 0 };
}

function upnOf(generalName: DerElement): string | undefined {
  if (generalName.tag !== TAG.context(0, true)) return undefined;
  const [type, value] = readDer(generalName.value);
  if (type?.tag !== TAG.OID || value?.tag !== TAG.context(0, true)) return undefined;
  if (oidToString(type.value) !== OID.upn) return undefined;
  return derText(readOne(value.value, TAG.UTF8_STRING));
}

/** The one user principal name; two different ones would let two readers of the certificate disagree. */
function readUpn(extension: Uint8Array | undefined): string {
  if (extension === undefined) return '';
  const names = readDer(readOne(extension, TAG.SEQUENCE)).map(upnOf);
  const upns = new Set(names.filter((name) => name !== undefined));
  if (upns.size > 1) throw new DerError('several user principal names');
  return [...upns][0] ?? '';
}

/** Undefined when the bytes are not a certificate that we can read to the end. */
export function readCertificate(der: Uint8Array): CertificateFacts | undefined {
  if (der.length === 0 || der.length > MAX_CERTIFICATE_BYTES) return undefined;
  try {
    const x509 = new X509Certificate(der);
    const { issuer, subject, extensions: wrapped } = tbsFields(der);
    const extensions = readExtensions(wrapped);
    const notBefore = Date.parse(x509.validFrom);
    const notAfter = Date.parse(x509.validTo);
    if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) return undefined;
    return {
      der: Uint8Array.from(der),
      id: createHash('sha256').update(der).digest('hex'),
      x509,
      publicKey: x509.publicKey,
      commonName: commonNameOf(subject),
      issuer: commonNameOf(issuer),
      upn: readUpn(extensions.get(OID.subjectAltName)),
      extendedKeyUsages: readExtendedKeyUsages(extensions.get(OID.extendedKeyUsage)),
      policies: readPolicies(extensions.get(OID.certificatePolicies)),
      keyUsage: readKeyUsage(extensions.get(OID.keyUsage)),
      notBefore,
      notAfter,
      isAuthority: x509.ca,
    };
  } catch {
    return undefined;
  }
}

/** Base64 SHA-256 of the SubjectPublicKeyInfo. */
export function spkiSha256(certificate: CertificateFacts): string {
  const spki = certificate.publicKey.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(spki).digest('base64');
}

/** True when `issuer` is named as the issuer and its key made the signature. */
export function isIssuedBy(certificate: CertificateFacts, issuer: CertificateFacts): boolean {
  return (
    issuer.isAuthority &&
    certificate.x509.checkIssued(issuer.x509) &&
    certificate.x509.verify(issuer.publicKey)
  );
}
