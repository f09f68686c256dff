/** Times: what expires before anybody has done anything about it, and what holds for too long. */
import { parseTime } from '../../../policy/index.ts';
import { type Check, DAY, error, type Finding, HOUR, warning } from './finding.ts';

const POLICY_SOON = 30 * DAY;
const POLICY_FAR = 800 * DAY;
const ROOT_SOON = 180 * DAY;
const ROOT_FAR = 3700 * DAY;
const FRESH_FAR = 60 * DAY;

interface Limits {
  readonly soon: number;
  readonly far: number;
  readonly fix: string;
}

function expiry(prefix: string, where: string, left: number, { soon, far, fix }: Limits): Finding[] {
  const days = Math.floor(left / DAY);
  if (left <= 0) return [error(`${prefix}_EXPIRED`, where, 'It has expired: every client is locked.', fix)];
  if (left < soon) return [warning(`${prefix}_EXPIRES_SOON`, where, `It expires in ${days} days.`, fix)];
  if (left <= far) return [];
  const sentence = `It holds for ${days} days: what is stolen or forgotten stays good for that long.`;
  return [
    warning(`${prefix}_EXPIRES_FAR`, where, sentence, 'Choose an earlier expiry; renewing is routine work.'),
  ];
}

export const checkTimes: Check = ({ policy, roots, freshUntil, rolloutHours, now }) => {
  const [notBefore, expires] = [
    parseTime(policy.notBefore, '/notBefore'),
    parseTime(policy.expires, '/expires'),
  ];
  const findings = expiry('POLICY', '/expires', expires - now, {
    soon: POLICY_SOON,
    far: POLICY_FAR,
    fix: 'Set a later /expires and a higher /sequence, and sign.',
  });
  if (expires <= notBefore) {
    findings.push(
      error(
        'POLICY_NEVER_VALID',
        '/notBefore',
        'It begins after it ends.',
        'Set /notBefore before /expires.',
      ),
    );
  } else if (notBefore > now + rolloutHours * HOUR) {
    findings.push(
      warning(
        'POLICY_BEGINS_LATE',
        '/notBefore',
        `It begins at ${policy.notBefore}: a client that takes it earlier keeps the old policy, and a new one is locked.`,
        'Install it after that time, or set an earlier /notBefore.',
      ),
    );
  }
  const root = roots.at(-1)?.root;
  if (root !== undefined) {
    const limits = { soon: ROOT_SOON, far: ROOT_FAR, fix: 'Make the next root with rotate-root.' };
    findings.push(
      ...expiry('ROOT', `root ${root.version}`, parseTime(root.expires, '/expires') - now, limits),
    );
  }
  return freshUntil === undefined ? findings : [...findings, ...freshness(freshUntil - now, rolloutHours)];
};

function freshness(left: number, rolloutHours: number): Finding[] {
  const fix = 'Use freshen with more --freshness-hours.';
  if (left <= 0)
    return [
      error('FRESHNESS_EXPIRED', 'freshness', 'Its freshness has expired: every client is locked.', fix),
    ];
  if (left < rolloutHours * HOUR) {
    const hours = Math.floor(left / HOUR);
    const sentence = `It is fresh for ${hours} hours, and a roll-out takes ${rolloutHours}: the last computers are locked.`;
    return [error('FRESHNESS_SHORTER_THAN_ROLLOUT', 'freshness', sentence, fix)];
  }
  if (left <= FRESH_FAR) return [];
  const sentence = `It is fresh for ${Math.floor(left / DAY)} days: a client that is kept from updates does not notice.`;
  return [warning('FRESHNESS_LONG', 'freshness', sentence, 'Freshen more often, for a shorter time.')];
}
