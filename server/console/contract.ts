/** What the console's answers hold; the page and the command line read these. Times are ISO 8601, UTC. */
import type { Administrator } from './roles.ts';

export interface SessionInfo {
  readonly token: string;
  readonly who: Administrator;
  /** The XMPP domain. */
  readonly domain: string;
  readonly engine: 'prosody' | 'ejabberd';
  readonly idleSeconds: number;
  /** Whether there is a file gate. */
  readonly gate: boolean;
}

export interface SwitchInfo {
  readonly service: 'on' | 'off';
  readonly users: readonly string[];
  readonly machines: readonly string[];
  readonly revision: number;
}

export type FileState = 'scanning' | 'released' | 'quarantined' | 'expired' | 'deleted';

export interface FileInfo {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly sha256: string;
  readonly sender: string;
  readonly conversation?: string | undefined;
  readonly label?: string | undefined;
  readonly received: string;
  readonly expires: string;
  readonly state: FileState;
  readonly verdict?:
    | {
        readonly result: 'clean' | 'infected' | 'refused';
        readonly signature?: string | undefined;
        readonly reason?: string | undefined;
        readonly engine: string;
        readonly time: string;
      }
    | undefined;
  readonly admin?: { readonly actor: string; readonly reason: string; readonly time: string } | undefined;
}

export interface FileList {
  readonly total: number;
  readonly files: readonly FileInfo[];
}

export type ApprovalState = 'pending' | 'running' | 'done' | 'failed' | 'rejected' | 'expired' | 'unknown';

export interface ApprovalInfo {
  readonly id: string;
  readonly action: string;
  readonly request: {
    readonly path: Readonly<Record<string, string>>;
    readonly body: unknown;
    readonly query: unknown;
  };
  readonly digest: string;
  readonly requester: string;
  readonly requested: string;
  readonly expires: string;
  readonly state: ApprovalState;
  readonly decider?: string | undefined;
  readonly decided?: string | undefined;
  readonly result?: unknown;
  readonly mayApprove: boolean;
}

export interface ProblemInfo {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
}

/** A line of a log as it was written; what it holds is in server/kit/README.md and docs/audit.md. */
export type LogRecord = Readonly<Record<string, unknown>>;

export interface RecordsPage {
  readonly records: readonly LogRecord[];
  /** The `cursor` of the next page; absent on the last. */
  readonly next?: number;
}

export interface RecordsStatus {
  readonly messages: number;
  readonly events: number;
  /** Octets that are not in the index yet. */
  readonly behind: number;
}

export interface ChainInfo {
  readonly lines: number;
  readonly chains: number;
  readonly complete: number;
  readonly repeated: number;
  readonly heads: readonly string[];
  readonly findings: readonly {
    readonly problem: string;
    readonly row: number;
    readonly seq?: number;
    readonly machine?: string;
  }[];
  readonly found: number;
  /** False when there were more lines than one check looks at. */
  readonly whole: boolean;
}

export interface ExportInfo {
  readonly id: string;
  readonly of: 'messages' | 'events';
  readonly marking: string;
  readonly made: string;
  readonly expires: string;
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface RetentionInfo {
  readonly messageDays: number;
  readonly auditDays: number;
  readonly users: readonly string[];
  readonly rooms: readonly string[];
  /** What a run would delete now, and what it would hold back. */
  readonly due: { readonly records: number; readonly held: number };
}

export interface ExpiryInfo {
  readonly what: string;
  /** ISO 8601, or `unknown`. */
  readonly until: string;
  readonly state: 'good' | 'soon' | 'expired';
}

export interface NowInfo {
  readonly time: string;
  readonly engine: 'prosody' | 'ejabberd';
  readonly server: {
    /** Undefined when the server's files do not say. */
    readonly running: boolean | undefined;
    readonly service: 'on' | 'off' | 'unknown';
  };
  readonly online: number;
  readonly messagesLastMinute: number;
  /** Processes that want to run, over the last minute. */
  readonly load: number;
  readonly behind: number;
  /** Absent without a gate. */
  readonly gate:
    | {
        readonly up: boolean;
        readonly scanner: 'up' | 'down';
        readonly waiting: number;
        readonly quarantined: number;
      }
    | undefined;
  readonly dates: readonly ExpiryInfo[];
  /** Of the last day. */
  readonly alarms: {
    readonly counts: Readonly<Partial<Record<string, number>>>;
    readonly newest: readonly LogRecord[];
  };
}

export interface OnlineInfo {
  readonly session: string;
  readonly user: string;
  readonly machine: string;
  readonly ip: string;
  readonly resource: string;
  readonly epoch: number | null;
  readonly since: string;
  readonly version: string | null;
  readonly policy: string | null;
  readonly sequence: number | null;
}
