/** Keys and roots: whether they can still be used, replaced, and lost one at a time. */
import { rolesOf } from '../../../policy/root.ts';
import { AppError } from '../../../shared/errors.ts';
import { verifyChain } from '../roots.ts';
import { type Check, error, type Finding, type LintInput, warning } from './finding.ts';

function chain({ roots }: LintInput): Finding[] {
  const [first, ...later] = roots.map(({ envelope }) => envelope);
  if (first === undefined) return [];
  try {
    verifyChain(first, later);
    return [];
  } catch (problem) {
    if (!(problem instanceof AppError)) throw problem;
    const id = problem.code === 'ROOT_SIGNATURE' ? 'ROOT_NOT_CROSS_SIGNED' : 'ROOT_REFUSED';
    const detail = JSON.stringify(problem.detail ?? {});
    return [
      error(
        id,
        'roots',
        `Clients refuse the chain of roots: ${problem.code} ${detail}.`,
        'Each root needs the thresholds of the one before it and of itself: rotate-root --pending adds signatures.',
      ),
    ];
  }
}

function role(name: string, keyids: readonly string[], threshold: number): Finding[] {
  const where = `role ${name}`;
  if (threshold > keyids.length) {
    const sentence = `It takes ${threshold} signatures and there are ${keyids.length} keys: nobody can ever sign.`;
    return [
      error('THRESHOLD_UNREACHABLE', where, sentence, 'Add keys or lower the threshold with rotate-root.'),
    ];
  }
  const findings: Finding[] = [];
  if (keyids.length === 1) {
    const sentence = 'One single key: when it is lost, nothing more can be signed in this role.';
    findings.push(warning('SINGLE_KEY', where, sentence, 'Add a second key with rotate-root --add.'));
  } else if (threshold === keyids.length) {
    const sentence = `All ${threshold} keys must sign: the loss of one stops this role.`;
    findings.push(warning('NO_SPARE_KEY', where, sentence, 'Add a key with rotate-root --add.'));
  }
  if (name === 'root' && threshold === 1) {
    const sentence =
      'One person alone can replace every key: the holder of one root key is the organisation.';
    findings.push(warning('SINGLE_ROOT_HOLDER', where, sentence, 'Use a threshold of 2 or more.'));
  }
  return findings;
}

function roles({ roots }: LintInput): Finding[] {
  const root = roots.at(-1)?.root;
  if (root === undefined) return [];
  const findings = rolesOf(root).flatMap(([name, { keyids, threshold }]) => role(name, keyids, threshold));
  const { root: rootRole, policy, freshness } = root.roles;
  const canRotate = rootRole.keyids.length > rootRole.threshold;
  if (!canRotate) {
    const sentence =
      'After the loss of one root key there is no way to a new root: only a new installation helps.';
    findings.push(
      warning('NO_ROTATION_PATH', 'role root', sentence, 'Keep more root keys than the threshold.'),
    );
  }
  const shared = rootRole.keyids.filter((id) => policy.keyids.includes(id) || freshness.keyids.includes(id));
  for (const keyid of shared) {
    const sentence = `Root key ${keyid} signs in daily work as well, so it cannot lie offline.`;
    findings.push(warning('ROOT_KEY_IN_USE', 'role root', sentence, 'Give each role keys of its own.'));
  }
  return findings;
}

function floors({ roots, policy }: LintInput): Finding[] {
  const floor = roots.at(-1)?.root.minSequence[policy.policyId] ?? 0;
  if (policy.sequence >= floor) return [];
  const sentence = `The root accepts this policy from sequence ${floor} on; this one is ${policy.sequence}.`;
  return [error('SEQUENCE_BELOW_FLOOR', '/sequence', sentence, `Set /sequence to ${floor} or higher.`)];
}

export const checkKeys: Check = (input) => [...chain(input), ...roles(input), ...floors(input)];
