/** What follows from an update manifest: what the chat window shows, and what is written down. Pure. */
import type { LoadedPolicy } from '../../policy-files/index.ts';
import type { UpdateNotice } from '../../shared/app-state.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';

type Checked = Pick<LoadedPolicy, 'update'>;

/**
 * The newer version that people are told of, until the manifest's own end; `undefined` when there is none.
 *
 * @param now milliseconds since 1970
 */
export function updateNotice({ update }: Checked, now: number): UpdateNotice | undefined {
  if (update?.kind !== 'newer' || !(now < Date.parse(update.expires))) return undefined;
  const { version, installFrom, notes } = update;
  return { version, installFrom, ...(notes === undefined ? {} : { notes }) };
}

/** Manifest and verdict: the same pair is the same decision. */
function identityOf({ update }: Checked): string {
  if (update === undefined) return '';
  if (update.kind === 'newer') return `newer ${update.sha256}`;
  const { code, detail } = update.error;
  return `refused ${code} ${String(detail?.manifestSha256 ?? '')}`;
}

/** Whether `after` says something else about updates than `before`. */
export function isOtherUpdate(before: Checked, after: Checked): boolean {
  return identityOf(before) !== identityOf(after);
}

/**
 * The audit record of a manifest that was accepted or refused; `undefined` where nothing is new.
 *
 * @param before the load before this one; absent at the start
 */
export function updateRecord(before: Checked | undefined, after: Checked): AuditRecord | undefined {
  const { update } = after;
  if (update === undefined || !isOtherUpdate(before ?? {}, after)) return undefined;
  if (update.kind === 'refused') {
    const { code, detail } = update.error.toReport();
    return { event: 'update.refused', outcome: 'failure', detail: { ...detail, code } };
  }
  const { version, sequence, sha256, signers } = update;
  const detail = { version, sequence, sha256, signers: signers.join(',') };
  return { event: 'update.announced', outcome: 'success', detail };
}
