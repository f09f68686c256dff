/** Passwords: what signing in with one cannot do. */
import { type Check, error, type Finding, warning } from './finding.ts';

const POINTER = '/authentication/method';

export const checkPasswords: Check = ({ settings }) => {
  if (settings?.authentication.method === undefined || settings.authentication.method === 'card') return [];
  const findings: Finding[] = [];
  if (settings.tls.maxVersion !== '1.3' || !settings.lock.bindings.includes('tls-exporter')) {
    findings.push(
      error(
        'PASSWORD_WITHOUT_EXPORTER',
        POINTER,
        'SCRAM binds the password to the connection by tls-exporter, which takes TLS 1.3: nobody can sign in with one.',
        'Allow TLS 1.3 and the lock binding tls-exporter, or sign in with cards only.',
      ),
    );
  }
  const needing = [
    ...(settings.files.mode === 'gate' ? ['/files/gate'] : []),
    ...(settings.policySource.drop === undefined ? [] : ['/policySource/drop']),
    ...(settings.audit.syslog === undefined ? [] : ['/audit/syslog']),
  ];
  if (needing.length > 0) {
    findings.push(
      warning(
        'PASSWORD_WITHOUT_CERTIFICATE',
        POINTER,
        `Whoever signs in with a password has no certificate for ${needing.join(', ')}, and does without.`,
        'Expect files, the policy drop and the collector only where people sign in with cards.',
      ),
    );
  }
  return findings;
};
