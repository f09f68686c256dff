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

/** What the switch's lists hold, beside the whole service. */
export type SwitchKind = 'user' | 'machine' | 'room' | 'partner' | 'feed';

export interface SwitchInfo {
  readonly service: 'on' | 'off';
  readonly users: readonly string[];
  readonly machines: readonly string[];
  /** Localparts. */
  readonly rooms: readonly string[];
  readonly partners: readonly string[];
  /** Nodes, and addresses of people whose own are meant. */
  readonly feeds: readonly string[];
  readonly revision: number;
}

/** What the server did when it took a switch over. */
export interface SwitchResult {
  /** Sessions that ended. */
  readonly ended: number;
  /** Occupants who were put out of rooms. */
  readonly removed: number;
  /** Streams to partners that ended. */
  readonly streams: number;
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

export interface AlarmInfo {
  /** Hex: of the line as it was written. */
  readonly id: string;
  /** In words in ui/text. */
  readonly kind: string;
  readonly record: LogRecord;
  /** Absent for one that nobody has seen. */
  readonly seen?: { readonly time: string; readonly by: string; readonly reason: string };
}

export interface AlarmsPage {
  readonly alarms: readonly AlarmInfo[];
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
  /** What the machine last said of itself; null where no client's log is collected. */
  readonly version: string | null;
  readonly policy: string | null;
  readonly sequence: number | null;
}

export interface PersonInfo {
  readonly account: string;
  readonly name: string;
  /** In the table of accounts, or in the directory behind it. */
  readonly disabled: boolean;
  /** By the switch. */
  readonly off: boolean;
  /** Sessions. */
  readonly online: number;
  readonly upns: readonly string[];
  readonly xmppAddrs: readonly string[];
  readonly spkiSha256: readonly string[];
  readonly issuerSerials: readonly string[];
  readonly subjectKeyIds: readonly string[];
}

/** What came of reading the directory. */
export interface DirectoryRead {
  readonly accounts: number;
  readonly disabled: number;
  /** People who were left out: their account name or UPN cannot be one. */
  readonly skipped: number;
  /** People who are gone, and with them what their certificates were mapped by. */
  readonly identitiesDropped: number;
  /** People who are missing, too many at once to believe it: what they are mapped by stays. */
  readonly identitiesSpared: number;
  readonly validUntil: string;
}

/** What a certificate would be mapped by. */
export interface CertificateInfo {
  readonly subject: string;
  readonly issuer: string;
  /** Hex. */
  readonly serial: string;
  readonly validTo: string;
  readonly upns: readonly string[];
  readonly xmppAddrs: readonly string[];
  readonly spkiSha256: readonly string[];
  readonly issuerSerials: readonly string[];
  readonly subjectKeyIds: readonly string[];
  /** Accounts that it leads to already; with more than one it signs nobody in. */
  readonly accounts: readonly string[];
}

export interface PeopleList {
  readonly total: number;
  readonly people: readonly PersonInfo[];
  /** True when a directory says who has an account. */
  readonly directory: boolean;
  /** Whether what certificates are mapped by can be changed here. */
  readonly mappable: boolean;
  /** Until when the table is good; undefined for one that is kept by hand. */
  readonly validUntil?: string;
}

export interface MachineInfo {
  readonly kid: string;
  readonly revoked: boolean;
  readonly off: boolean;
  /** Absent when everybody may sign in there. */
  readonly users: readonly string[] | undefined;
  readonly epoch: number | null;
  /** The least epoch that it has to use; null when any that the server accepts will do. */
  readonly required: number | null;
  /** Until when earlier ones are accepted all the same; null when they are not. */
  readonly graceUntil: string | null;
  readonly policy: string | null;
  readonly sequence: number | null;
  readonly version: string | null;
  /** When it was last heard of, and of whom; empty when never. */
  readonly seen: string;
  readonly user: string;
}

export interface MachineList {
  readonly total: number;
  readonly machines: readonly MachineInfo[];
}

export interface PolicyOut {
  readonly sha256: string;
  readonly policyId: string;
  readonly sequence: number;
  readonly validUntil: string;
  readonly since: string;
  readonly by: string;
}

export interface BundleInfo {
  readonly sha256: string;
  readonly policyId: string;
  readonly sequence: number;
  readonly signers: readonly string[];
  readonly validUntil: string;
  readonly uploaded: string;
  readonly by: string;
}

export interface PolicyInfo {
  /** In the order in which a policy goes out. */
  readonly rings: readonly { readonly name: string; readonly out: PolicyOut | undefined }[];
  readonly bundles: readonly BundleInfo[];
  /** How many machines say that they have which. */
  readonly taken: readonly {
    readonly policyId: string;
    readonly sequence: number;
    readonly machines: number;
  }[];
  /** Machines that have not said. */
  readonly unknown: number;
}

export interface PolicyDiff {
  /** Sequences; `from` is absent where nothing is out. */
  readonly from?: number;
  readonly to: number;
  readonly changes: readonly {
    readonly pointer: string;
    readonly title: string;
    readonly kind: 'added' | 'removed' | 'changed';
    readonly before: string;
    readonly after: string;
    readonly effect: string;
  }[];
}

export interface RoomInfo {
  readonly room: string;
  /** When the last message was written. */
  readonly last: string;
  /** Messages since the index was made. */
  readonly messages: number;
  /** What the switch calls it. */
  readonly name: string;
  /** By the switch. */
  readonly off: boolean;
}

export interface FeedInfo {
  /** What the switch calls it: its node, or the address of the person whose own it is. */
  readonly name: string;
  /** When something was published last; empty where nothing is known. */
  readonly last: string;
  /** Who published that, the service itself where it was the administrators' file. */
  readonly publisher: string;
  /** How many had subscribed then; null where the log does not say. */
  readonly subscribers: number | null;
  /** That are in it still. */
  readonly notices: number;
  /** By the switch. */
  readonly off: boolean;
}

export interface NoticeInfo {
  readonly id: string;
  readonly time: string;
  readonly publisher: string;
  readonly title: string;
  /** Display marking; empty without a label. */
  readonly label: string;
  readonly machine: string;
}
