/** What handlers work with; put together in console.ts. */
import type { ServerSettings } from '../kit/lib/settings.mjs';
import type { Administrators } from './administrators.ts';
import type { AuditTrail } from './audit.ts';
import type { Config } from './config.ts';
import type { GateClient } from './gate-client.ts';
import type { Now } from './now.ts';
import type { Records } from './records/client.ts';
import type { Exports } from './records/exports.ts';
import type { Sessions } from './sessions.ts';
import type { Approvals } from './state/approvals.ts';
import type { Policies } from './state/policies.ts';

export interface Services {
  readonly config: Config;
  readonly server: ServerSettings;
  readonly administrators: () => Administrators;
  readonly audit: AuditTrail;
  readonly sessions: Sessions;
  readonly approvals: Approvals;
  readonly policies: Policies;
  readonly records: Records;
  readonly now: Now;
  readonly exports: Exports;
  /** Absent where no gate is configured. */
  readonly gate: GateClient | undefined;
}
