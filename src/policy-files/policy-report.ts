/**
 * The report for the help desk: the policy page as text, signed with the analyst's card where one is signed in. The text
 * begins with words of its own, so that a signature over it can never be one over a TLS handshake (RFC 8446, 4.4.3: 64
 * spaces; RFC 5246: the octet 1), nor the other way round.
 */
import { createHash, verify, X509Certificate } from 'node:crypto';
import type { PolicyPage } from '../shared/policy-page.ts';
import type { Sign, SignRequest } from '../shared/signing.ts';

const TITLE = 'Sallyport policy report 1';
const BEGIN = '-----BEGIN SALLYPORT SIGNATURE-----';
const END = '-----END SALLYPORT SIGNATURE-----';
/** Far more than a page makes; a file that is larger is not one of ours. */
export const MAX_REPORT_BYTES = 4 * 1024 * 1024;
/** DigestInfo of SHA-256 (RFC 8017, 9.2, note 1). */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** What the page does not know. */
export interface ReportFacts {
  readonly appVersion: string;
  readonly platform: string;
  /** ISO 8601. */
  readonly time: string;
  /** Names of the analyst’s certificate; absent where nobody is signed in. */
  readonly analyst?: string;
}

/** A line is a line, whatever is in a value. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The text of a report, without a signature. */
export function formatReport(page: PolicyPage, facts: ReportFacts): string {
  const { refusal } = page;
  const lines = [
    TITLE,
    `time: ${facts.time}`,
    `application: ${facts.appVersion} (${facts.platform})`,
    `machine: ${page.machineId}`,
    ...(facts.analyst === undefined ? [] : [`analyst: ${facts.analyst}`]),
    `policy: ${page.policyId} sequence ${page.sequence}`,
    `bundle: sha256 ${page.sha256} (${page.bundleFrom})`,
    `signers: ${page.signers.join(', ')} (root ${page.rootVersion})`,
    `overlays: ${page.overlays.join(', ') || 'none'}`,
    `valid: ${page.notBefore} to ${page.validUntil} (policy expires ${page.expires})`,
    `refused update: ${refusal === undefined ? 'none' : `${refusal.error.code} at ${refusal.at}`}`,
    '',
    ...page.rows.map(({ pointer, value, source }) => `${pointer} = ${value} [${source}]`),
  ];
  return `${lines.map(oneLine).join('\n')}\n`;
}

/** The kinds of keys that cards hold, and how each signs a report. */
const ALGORITHMS = {
  'rsa-pkcs1-sha256': {
    digest: 'sha256',
    request: (hash) => ({ mechanism: 'rsa-pkcs1', data: Buffer.concat([SHA256_DIGEST_INFO, hash]) }),
  },
  'ecdsa-sha256': { digest: 'sha256', request: (hash) => ({ mechanism: 'ecdsa', data: hash }) },
  'ecdsa-sha384': { digest: 'sha384', request: (hash) => ({ mechanism: 'ecdsa', data: hash }) },
} as const satisfies Readonly<
  Record<string, { readonly digest: string; readonly request: (hash: Buffer) => SignRequest }>
>;

type Algorithm = keyof typeof ALGORITHMS;

/** `undefined` for a key that no report is signed with. */
function algorithmOf(certificate: X509Certificate): Algorithm | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType === 'rsa') return 'rsa-pkcs1-sha256';
  if (asymmetricKeyType !== 'ec') return undefined;
  return asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ecdsa-sha384' : 'ecdsa-sha256';
}

/**
 * Adds the signature of the card to a report.
 *
 * @param certificate of the key that `sign` uses, DER
 * @throws what `sign` throws
 */
export async function signReport(text: string, certificate: Uint8Array, sign: Sign): Promise<string> {
  const algorithm = algorithmOf(new X509Certificate(certificate));
  if (algorithm === undefined) return text;
  const { digest, request } = ALGORITHMS[algorithm];
  const signature = await sign(request(createHash(digest).update(text).digest()));
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return [
    `${text}${BEGIN}`,
    `algorithm: ${algorithm}`,
    `certificate: ${base64(certificate)}`,
    `signature: ${base64(signature)}`,
    END,
    '',
  ].join('\n');
}

export type ReportVerdict =
  /** Not a report, or one whose signature does not hold; `reason` is for people. */
  | { readonly kind: 'invalid'; readonly reason: string }
  /** A report that nobody signed: anybody may have written it. */
  | { readonly kind: 'unsigned'; readonly text: string }
  /** Signed with this certificate's key; who issued it is the caller's to judge. */
  | { readonly kind: 'signed'; readonly text: string; readonly certificate: X509Certificate };

function isAlgorithm(text: string): text is Algorithm {
  return Object.hasOwn(ALGORITHMS, text);
}

function invalid(reason: string): ReportVerdict {
  return { kind: 'invalid', reason };
}

function parseCertificate(base64: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(Buffer.from(base64, 'base64'));
    // A damaged key is found only when it is read.
    void certificate.publicKey;
    return certificate;
  } catch {
    return undefined;
  }
}

/** Judges a report. The algorithm has to be the one that the certificate's key has, whatever the file says. `title`: its first line. */
export function verifyReport(bytes: Uint8Array, title: string = TITLE): ReportVerdict {
  if (bytes.length > MAX_REPORT_BYTES) return invalid('it is too large');
  const whole = Buffer.from(bytes).toString('utf8');
  if (!whole.startsWith(`${title}\n`)) return invalid(`it is not a ${title}`);
  const at = whole.indexOf(`\n${BEGIN}\n`) + 1;
  if (at === 0) return { kind: 'unsigned', text: whole };
  const text = whole.slice(0, at);
  const match =
    /^algorithm: ([a-z0-9-]{1,32})\ncertificate: ([A-Za-z0-9+/=]{1,32768})\nsignature: ([A-Za-z0-9+/=]{1,2048})\n(.*)\n$/su.exec(
      whole.slice(at + BEGIN.length + 1),
    );
  if (match === null || match[4] !== END) return invalid('its signature is damaged');
  const [, algorithm = '', certificateText = '', signature = ''] = match;
  const certificate = parseCertificate(certificateText);
  if (certificate === undefined) return invalid('its certificate is damaged');
  if (!isAlgorithm(algorithm) || algorithm !== algorithmOf(certificate)) {
    return invalid('its algorithm does not fit the certificate');
  }
  const key = { key: certificate.publicKey, dsaEncoding: 'ieee-p1363' as const };
  const { digest } = ALGORITHMS[algorithm];
  return verify(digest, Buffer.from(text), key, Buffer.from(signature, 'base64'))
    ? { kind: 'signed', text, certificate }
    : invalid('its signature does not fit the text: one of them was changed');
}
