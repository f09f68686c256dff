/** The proof beside an export: a manifest of it, signed with the analyst's card. */
import type { X509Certificate } from 'node:crypto';
import { signReport, verifyReport } from '../policy-files/index.ts';
import { AppError } from '../shared/errors.ts';
import type { ExportFormat } from '../shared/export-contract.ts';
import type { Sign } from '../shared/signing.ts';
import { canonical, chainProblems, sha256 } from './chain.ts';

/** The first line: a signature over it can be none over a TLS handshake or a report of the policy. */
const TITLE = 'Sallyport export 1';

export interface Manifest {
  readonly format: ExportFormat;
  /** SHA-256 of the document, hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly title: string;
  readonly marking: string;
  readonly created: string;
  readonly analyst: string;
  readonly machine: string;
  readonly records: number;
  /** Hash of the last record, hex. */
  readonly lastHash: string;
  /** Certificates that issued the analyst's, DER as base64, the nearest first. */
  readonly issuers: readonly string[];
}

/** The proof's text. Throws what `sign` throws. */
export async function makeProof(manifest: Manifest, certificate: Uint8Array, sign: Sign): Promise<string> {
  const proof = await signReport(`${TITLE}\n${canonical(manifest)}\n`, certificate, sign);
  // A key that reports are not signed with, another card by now, a proof that is too large: none is left to be found out later.
  if (verifyReport(Buffer.from(proof), TITLE).kind !== 'signed') throw new AppError('INTERNAL');
  return proof;
}

export type ExportVerdict =
  | { readonly ok: false; readonly problems: readonly string[] }
  | { readonly ok: true; readonly manifest: Manifest; readonly certificate: X509Certificate };

function fail(...problems: readonly string[]): ExportVerdict {
  return { ok: false, problems };
}

/** Judges a document by its proof; who issued the signer's certificate is the caller's to judge. */
export function verifyExport(document: Uint8Array, proof: Uint8Array): ExportVerdict {
  const verdict = verifyReport(proof, TITLE);
  if (verdict.kind === 'invalid') return fail(`the proof is not valid: ${verdict.reason}`);
  if (verdict.kind === 'unsigned') return fail('the proof is not signed: anybody may have written it');
  const manifest = parseManifest(verdict.text);
  if (manifest === undefined) return fail('the proof’s manifest cannot be read');
  const problems: string[] = [];
  if (document.length !== manifest.bytes || sha256(document) !== manifest.sha256)
    problems.push('the document is not the one that was signed: one of them was changed');
  if (manifest.format === 'json') problems.push(...recordProblems(document, manifest));
  return problems.length > 0 ? fail(...problems) : { ok: true, manifest, certificate: verdict.certificate };
}

function parseManifest(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(TITLE.length + 1));
    if (typeof value !== 'object' || value === null) return undefined;
    const { sha256: hash, bytes, records, lastHash, issuers } = value as Readonly<Record<string, unknown>>;
    const isWhole =
      [hash, lastHash].every((item) => typeof item === 'string') &&
      [bytes, records].every(Number.isSafeInteger) &&
      Array.isArray(issuers);
    return isWhole ? (value as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Says which record it is, where the records are in the document. */
function recordProblems(document: Uint8Array, { records, lastHash }: Manifest): readonly string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(document).toString('utf8'));
    const chain: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'records') : undefined;
    if (!Array.isArray(chain)) return ['the document holds no records'];
    const problems = [...chainProblems(chain)];
    if (chain.length !== records)
      problems.push(`there are ${chain.length} records where ${records} were signed`);
    const last: unknown = chain.at(-1);
    const hash: unknown = typeof last === 'object' && last !== null ? Reflect.get(last, 'hash') : '';
    if (chain.length > 0 && hash !== lastHash)
      problems.push('the last record is not the one that was signed');
    return problems;
  } catch {
    return ['the document cannot be read'];
  }
}
