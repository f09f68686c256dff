/** `sallyport-policy lint`: what would lock a fleet out, before it is signed. */

import { versionInRange } from '../../../policy/app-version.ts';
import { AppError } from '../../../shared/errors.ts';
import { TOOL_VERSION } from '../version.ts';
import { checkCertificates } from './certificates.ts';
import { type Check, error, type Finding, type LintInput, warning } from './finding.ts';
import { checkKeys } from './keys.ts';
import { checkMarkings } from './markings.ts';
import { checkPasswords } from './passwords.ts';
import { checkSettings } from './settings.ts';
import { checkTimes } from './times.ts';

/** What the client's schema makes of something, or the finding that says why it refuses. */
export function resolve<T>(read: () => T): { readonly value?: T; readonly finding?: Finding } {
  try {
    return { value: read() };
  } catch (problem) {
    if (!(problem instanceof AppError)) throw problem;
    const { pointer = '/', rule = '' } = problem.detail ?? {};
    const sentence = `Clients refuse it: ${problem.code}, rule ${String(rule)}.`;
    return {
      finding: error(problem.code, String(pointer), sentence, '`explain` tells what a setting takes.'),
    };
  }
}

const checkVersions: Check = ({ policy }) => {
  const { minAppVersion, maxAppVersion } = policy;
  const findings: Finding[] = [];
  if (!versionInRange(TOOL_VERSION, minAppVersion, maxAppVersion)) {
    const sentence = `Clients of this version (${TOOL_VERSION}) refuse it.`;
    findings.push(
      error('APP_VERSION', '/minAppVersion', sentence, 'Choose a range that your clients are in.'),
    );
  }
  if (maxAppVersion !== undefined) {
    const sentence = `A client that is updated beyond ${maxAppVersion} is locked.`;
    findings.push(
      warning('MAX_APP_VERSION', '/maxAppVersion', sentence, 'Leave it out unless that is meant.'),
    );
  }
  return findings;
};

const CHECKS: readonly Check[] = [
  checkTimes,
  checkKeys,
  checkVersions,
  checkSettings,
  checkMarkings,
  checkPasswords,
  checkCertificates,
];

/** All findings, errors first. */
export function lint(input: LintInput): readonly Finding[] {
  const findings = CHECKS.flatMap((check) => check(input));
  const isError = ({ severity }: Finding) => (severity === 'error' ? 0 : 1);
  return findings.sort((a, b) => isError(a) - isError(b));
}
