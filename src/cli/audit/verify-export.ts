/** `verify-export`: whether an after-action export is what an analyst's card signed, and who issued that card. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { verifyExport } from '../../export/index.ts';

export interface VerifyExportArguments {
  readonly proof?: string;
  readonly ca?: readonly string[];
  /** The document alone is asked about; whoever signed it may be anybody. */
  readonly unverifiedSigner?: true;
  readonly json?: true;
}

export interface ExportJudgement {
  /** Also false where the document is whole and nobody can say who signed it. */
  readonly ok: boolean;
  readonly signer: 'verified' | 'not verified';
  readonly problems: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}

/** Certificates between a card and an authority. */
const MAX_BETWEEN = 16;
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

/** The certificates of a PEM or DER file. */
function authoritiesIn(path: string): readonly X509Certificate[] {
  const bytes = readFileSync(path);
  const pem = bytes.toString('latin1').match(PEM);
  return pem === null ? [new X509Certificate(bytes)] : pem.map((text) => new X509Certificate(text));
}

/** Issued by it, and its signature holds; dates are shown, not judged: an export outlives a card. */
function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Whether a way leads from the certificate over those that came with it to an authority that is trusted. */
function isTrusted(
  certificate: X509Certificate,
  between: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  // Each certificate is looked at once: the proof, which says what is between, is whoever wrote it's.
  const reached = [certificate];
  for (const one of reached) {
    if (authorities.some((authority) => isIssuedBy(one, authority))) return true;
    for (const next of between)
      if (next.ca && !reached.includes(next) && isIssuedBy(one, next)) reached.push(next);
  }
  return false;
}

function broken(...problems: readonly string[]): ExportJudgement {
  return { ok: false, signer: 'not verified', problems, facts: {} };
}

/** Anybody can make a key, and a certificate of any name for it. */
export const SIGNER_NOT_VERIFIED =
  'the document is what was signed, but who signed it is not verified: name the authorities that issue cards with --ca';

/** Reads and judges. Throws where a file cannot be read. */
export function judgeExport(
  file: string,
  { proof, ca = [], unverifiedSigner }: VerifyExportArguments,
): ExportJudgement {
  const verdict = verifyExport(readFileSync(file), readFileSync(proof ?? `${file}.proof`));
  if (!verdict.ok) return broken(...verdict.problems);
  const { manifest, certificate } = verdict;
  const between = manifest.issuers.slice(0, MAX_BETWEEN).flatMap((der) => {
    try {
      return [new X509Certificate(Buffer.from(der, 'base64'))];
    } catch {
      return [];
    }
  });
  const authorities = ca.flatMap(authoritiesIn);
  const verified = isTrusted(certificate, between, authorities);
  if (authorities.length > 0 && !verified)
    return broken('none of the authorities issued the signer’s certificate');
  const ok = verified || unverifiedSigner === true;
  return {
    ok,
    signer: verified ? 'verified' : 'not verified',
    problems: ok ? [] : [SIGNER_NOT_VERIFIED],
    facts: {
      title: manifest.title,
      marking: manifest.marking,
      created: manifest.created,
      analyst: manifest.analyst,
      machine: manifest.machine,
      records: String(manifest.records),
      'last hash': manifest.lastHash,
      signer: certificate.subject.replaceAll('\n', ', '),
      issuer: certificate.issuer.replaceAll('\n', ', '),
      'issuer checked': verified ? 'yes' : 'no: give the authorities with --ca',
      'certificate valid': `${certificate.validFrom} to ${certificate.validTo}`,
    },
  };
}
