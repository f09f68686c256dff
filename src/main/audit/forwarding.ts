/** Puts the forwarder beside the log, where the policy names a collector. */
import type { PolicySettings } from '../../policy/index.ts';
import type { AuditLines, AuditRecord } from '../../shared/session-contract.ts';
import type { AuditLog } from './audit-log.ts';
import { AuditForwarder } from './forwarder.ts';

export interface ForwardingOptions {
  readonly log: AuditLog;
  readonly rules: PolicySettings['audit'];
  /** Where the number of the last sent line is kept. */
  readonly positionFile: string;
  readonly send: (lines: AuditLines) => void;
  readonly audit: (record: AuditRecord) => void;
}

/** What the session process says that concerns the log. */
export interface Forwarding {
  /** It is connected. */
  online(): void;
  /** It is not, or it is gone. */
  offline(): void;
  sent(seq: number): void;
}

const NOWHERE: Forwarding = { online: () => undefined, offline: () => undefined, sent: () => undefined };

export function startForwarding({ log, rules, positionFile, send, audit }: ForwardingOptions): Forwarding {
  if (rules.syslog === undefined) return NOWHERE;
  const forwarder = new AuditForwarder({ directory: log.directory, positionFile, send, audit });
  const opened = forwarder.open().then(() =>
    log.spool(
      {
        bytes: rules.spoolBytes,
        sentSeq: () => forwarder.sentSeq,
        stopWhenFull: rules.stopOnFailure,
      },
      () => forwarder.wake(),
    ),
  );
  return {
    online: () => void opened.then(() => forwarder.ready()),
    offline: () => forwarder.gone(),
    sent: (seq) => forwarder.sent(seq),
  };
}
