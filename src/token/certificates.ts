/**
 * Choosing the certificates that may sign in. Pure: what is on the card goes in, the choice or the reason why there is
 * none comes out.
 */
import type { CertificateChoice } from '../shared/app-state.ts';
import { AppError, type ErrorDetail, type ErrorReport } from '../shared/errors.ts';
import type { CertificateRules } from './types.ts';
import { type CertificateFacts, isIssuedBy, OID, readCertificate, spkiSha256 } from './x509.ts';

/** Longer UPNs are not matched against the policy's pattern. */
const MAX_UPN_LENGTH = 256;
const MAX_CHAIN = 4;

/** Rules made ready: pattern compiled, authorities read. */
export interface CompiledRules {
  readonly issuerSpkiSha256: ReadonlySet<string>;
  readonly extendedKeyUsages: ReadonlySet<string>;
  readonly policyOids: ReadonlySet<string>;
  readonly upnPattern: RegExp | undefined;
  readonly authorities: readonly CertificateFacts[];
}

/** Throws a SyntaxError when the pattern is none; the policy's schema has checked it before. */
export function compileRules(rules: CertificateRules): CompiledRules {
  const authorities = (rules.issuerCertificates ?? []).map(readCertificate);
  return {
    issuerSpkiSha256: new Set(rules.issuerSpkiSha256),
    extendedKeyUsages: new Set(rules.extendedKeyUsages),
    policyOids: new Set(rules.policyOids),
    // Anchored here as well: a pattern that forgot its anchors must not accept more than was meant.
    upnPattern: rules.upnPattern === '' ? undefined : new RegExp(`^(?:${rules.upnPattern})$`, 'u'),
    authorities: authorities.filter((authority) => authority !== undefined),
  };
}

/** A certificate that may sign in, with what is sent along. */
export interface UsableCertificate {
  readonly facts: CertificateFacts;
  readonly chain: readonly Uint8Array[];
}

export type Selection =
  | { readonly ok: true; readonly certificates: readonly UsableCertificate[] }
  | { readonly ok: false; readonly error: ErrorReport };

/** The issuers above a certificate as far as they are known, the nearest first. */
function issuersOf(certificate: CertificateFacts, known: readonly CertificateFacts[]): CertificateFacts[] {
  const chain: CertificateFacts[] = [];
  for (let current = certificate; chain.length < MAX_CHAIN; ) {
    const issuer = known.find((candidate) => isIssuedBy(current, candidate));
    if (issuer === undefined || issuer.id === current.id) break;
    chain.push(issuer);
    current = issuer;
  }
  return chain;
}

function isSelfSigned(certificate: CertificateFacts): boolean {
  return certificate.x509.checkIssued(certificate.x509);
}

/** Everything but the validity period. */
function fits(
  certificate: CertificateFacts,
  issuers: readonly CertificateFacts[],
  rules: CompiledRules,
): boolean {
  const { extendedKeyUsages: purposes, keyUsage, upn } = certificate;
  if (certificate.isAuthority) return false;
  // The card's own key needs no PIN, so it proves the card and not the person.
  if (purposes.includes(OID.cardAuthentication)) return false;
  // Signing in is digitalSignature; a key of nonRepudiation is for documents and asks for the PIN each time.
  if (keyUsage !== undefined && (!keyUsage.digitalSignature || keyUsage.nonRepudiation)) return false;
  if (rules.extendedKeyUsages.size > 0 && !purposes.some((oid) => rules.extendedKeyUsages.has(oid)))
    return false;
  if (rules.policyOids.size > 0 && !certificate.policies.some((oid) => rules.policyOids.has(oid)))
    return false;
  if (rules.upnPattern && (upn.length > MAX_UPN_LENGTH || !rules.upnPattern.test(upn))) return false;
  if (rules.issuerSpkiSha256.size === 0) return true;
  const issuer = issuers[0];
  return issuer !== undefined && rules.issuerSpkiSha256.has(spkiSha256(issuer));
}

function failure(
  code: 'CERTIFICATE_NOT_FOUND' | 'CERTIFICATE_EXPIRED' | 'CERTIFICATE_NOT_YET_VALID',
  detail?: ErrorDetail,
): Selection {
  return { ok: false, error: new AppError(code, detail).toReport() };
}

/**
 * @param onCard every certificate of the card that has a key, and the authorities' that lie beside them
 * @param now milliseconds since 1970
 */
export function selectCertificates(
  onCard: readonly CertificateFacts[],
  rules: CompiledRules,
  now: number,
): Selection {
  const known = [...rules.authorities, ...onCard.filter((certificate) => certificate.isAuthority)];
  const fitting = onCard
    .map((facts) => ({ facts, issuers: issuersOf(facts, known) }))
    .filter(({ facts, issuers }) => fits(facts, issuers, rules));
  const valid = fitting.filter(({ facts }) => facts.notBefore <= now && now <= facts.notAfter);
  if (valid.length > 0) {
    return {
      ok: true,
      certificates: valid.map(({ facts, issuers }) => ({
        facts,
        chain: issuers.filter((issuer) => !isSelfSigned(issuer)).map((issuer) => issuer.der),
      })),
    };
  }
  const newest = fitting.toSorted((a, b) => b.facts.notAfter - a.facts.notAfter)[0]?.facts;
  if (newest === undefined) return failure('CERTIFICATE_NOT_FOUND');
  return now > newest.notAfter
    ? failure('CERTIFICATE_EXPIRED', { notAfter: new Date(newest.notAfter).toISOString() })
    : failure('CERTIFICATE_NOT_YET_VALID', { notBefore: new Date(newest.notBefore).toISOString() });
}

/** What the chooser shows. */
export function toChoice(certificate: UsableCertificate): CertificateChoice {
  const { id, commonName, upn, issuer, notAfter } = certificate.facts;
  return { id, commonName, upn, issuer, notAfter: new Date(notAfter).toISOString() };
}
