/** Certificates: authorities that have expired, and pins that do not fit the servers' certificates. */
import { X509Certificate } from 'node:crypto';
import { pinOf } from '../draft.ts';
import { type Check, DAY, error, type Finding, type LintInput, warning } from './finding.ts';

const SOON = 90 * DAY;

function validity(prefix: string, where: string, certificate: X509Certificate, now: number): Finding[] {
  const left = Date.parse(certificate.validTo) - now;
  const name = certificate.subject.replaceAll('\n', ', ');
  if (left <= 0) {
    return [
      error(`${prefix}_EXPIRED`, where, `${name} expired on ${certificate.validTo}.`, 'Put in the new one.'),
    ];
  }
  if (left >= SOON) return [];
  const sentence = `${name} expires on ${certificate.validTo}.`;
  return [warning(`${prefix}_EXPIRES_SOON`, where, sentence, 'Add its successor before that.')];
}

function parse(base64: string): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}

function anchors({ settings, now }: LintInput): Finding[] {
  return (settings?.trustAnchors ?? []).flatMap((base64, at) => {
    const where = `/trustAnchors/${at}`;
    const certificate = parse(base64);
    if (certificate === undefined) {
      return [error('ANCHOR_UNREADABLE', where, 'It is no certificate.', 'Put in the base64 DER of the CA.')];
    }
    const findings = validity('ANCHOR', where, certificate, now);
    if (certificate.ca) return findings;
    const sentence = `${certificate.subject.replaceAll('\n', ', ')} is no certificate authority.`;
    return [...findings, error('ANCHOR_NO_CA', where, sentence, 'Put in the CA, not the server.')];
  });
}

function server({ settings, certificates, now }: LintInput): Finding[] {
  if (settings === undefined || certificates.length === 0) return [];
  const findings = certificates.flatMap((each) => validity('CERTIFICATE', 'certificate', each, now));
  const pins = new Set(certificates.map(pinOf));
  settings.servers.forEach(({ host, spkiPins }, at) => {
    if (spkiPins.some((pin) => pins.has(pin))) return;
    const sentence = `No pin of ${host} fits a certificate that was given: clients would refuse the server.`;
    const fix = `Add one of: ${[...pins].join(', ')}.`;
    findings.push(error('PIN_DOES_NOT_FIT', `/servers/${at}/spkiPins`, sentence, fix));
  });
  const anchored = settings.trustAnchors.flatMap((base64) => parse(base64) ?? []);
  for (const certificate of certificates) {
    if (certificate.checkHost(settings.domain) === undefined) {
      const sentence = `${certificate.subject.replaceAll('\n', ', ')} is not issued for ${settings.domain}.`;
      findings.push(
        error('CERTIFICATE_NAME', 'certificate', sentence, 'The XMPP domain must be a subjectAltName.'),
      );
    }
    if (anchored.some((anchor) => certificate.checkIssued(anchor))) continue;
    const sentence = `No CA of /trustAnchors has issued ${certificate.subject.replaceAll('\n', ', ')} directly.`;
    const fix = 'Fine where the server sends an intermediate CA; else add the CA.';
    findings.push(warning('ISSUER_NOT_AN_ANCHOR', '/trustAnchors', sentence, fix));
  }
  return findings;
}

export const checkCertificates: Check = (input) => [...anchors(input), ...server(input)];
