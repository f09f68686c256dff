/** Words of what waits for a second person. */
import type { ApprovalState } from '../../contract.ts';

export const APPROVALS = {
  intro: 'What was asked for and needs a second person: another person with another card, of the right role.',
  waiting: 'Waiting',
  decided: 'Decided lately',
  noneWaiting: 'Nothing waits for a second person.',
  noneDecided: 'Nothing was decided yet.',
  approve: 'Approve…',
  reject: 'Reject',
  withdraw: 'Take back',
  approveTitle: 'Approve exactly this?',
  approveText: 'It is done at once, in the name of both of you.',
  asked: 'Asked for by',
  when: 'Asked',
  until: 'Until',
  what: 'What',
  outcome: 'Outcome',
  by: 'By',
  fingerprint: 'Fingerprint',
  yours: 'yours: somebody else decides',
} as const;

export const APPROVAL_STATE: Readonly<Record<ApprovalState, string>> = {
  pending: 'waiting',
  running: 'being done',
  done: 'done',
  failed: 'failed',
  rejected: 'rejected',
  expired: 'expired',
  unknown: 'interrupted: check whether it was done',
};

interface Request {
  readonly path: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function field(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What a search asks for, in a few words. */
function queryText(body: unknown): string {
  const parts = ['user', 'room', 'words', 'label', 'since', 'until'].flatMap((name) => {
    const value = field(body, name);
    return value === '' ? [] : [`${name} ${value}`];
  });
  return parts.length === 0 ? 'all of them' : parts.join(', ');
}

/** A request as a sentence, and the reason that was given. */
export function requestText(action: string, { path, body }: Request): { what: string; reason: string } {
  const reason = field(body, 'reason');
  if (action === 'switch.set') {
    const target = path.kind === 'service' ? 'the whole service' : `${path.kind} ${path.name}`;
    return { what: `Switch ${target} ${field(body, 'position')}`, reason };
  }
  if (action === 'files.release') return { what: `Release the file ${(path.id ?? '').slice(0, 12)}`, reason };
  if (action === 'exports.messages')
    return { what: `Export messages marked ${field(body, 'marking')}: ${queryText(body)}`, reason };
  if (action === 'policy.put-out')
    return {
      what: `Put the policy ${field(body, 'sha256').slice(0, 12)} out in the ring ${path.ring}`,
      reason,
    };
  if (action === 'retention.run') return { what: 'Delete the records that are due', reason };
  if (action === 'retention.hold') return { what: `Lift the hold on ${path.kind} ${path.name}`, reason };
  return { what: action, reason };
}
