/** What the console and its records worker say to each other. */
import type { ChainReport } from '../../../src/audit/index.ts';
import type { OnlineInfo } from '../contract.ts';
import type { FeedState } from './feeds.ts';
import type { MachineState, OnlineQuery, RoomState } from './live.ts';
import type {
  AlarmEvent,
  AlarmQuery,
  AlarmsFound,
  EventQuery,
  Found,
  LogRecord,
  MessageQuery,
  Page,
} from './query.ts';

export interface WorkerSettings {
  /** The index's file. */
  readonly index: string;
  /** The logs' directory, and logs that a collector writes. */
  readonly directory: string;
  readonly collected: readonly string[];
  readonly everyMs: number;
}

export interface RecordsStatus {
  readonly messages: number;
  readonly events: number;
  /** Octets of the logs that are not in the index yet. */
  readonly behind: number;
}

/** What the records say of the present. */
export interface NowRecords {
  readonly online: number;
  readonly messagesLastMinute: number;
  readonly behind: number;
  readonly alarms: {
    readonly counts: Readonly<Partial<Record<AlarmEvent, number>>>;
    readonly newest: readonly LogRecord[];
  };
}

export interface Written {
  readonly count: number;
  readonly bytes: number;
  /** Of the file, hex. */
  readonly sha256: string;
}

/** The first line of an export, without the counts. */
export type ExportHead = Readonly<Record<string, unknown>>;

export type Asked =
  | { readonly kind: 'messages'; readonly query: MessageQuery; readonly page: Page }
  | { readonly kind: 'events'; readonly query: EventQuery; readonly page: Page }
  | { readonly kind: 'alarms'; readonly query: AlarmQuery; readonly page: Page }
  /** Which of these nobody has seen yet. */
  | { readonly kind: 'open'; readonly alarms: readonly string[] }
  | { readonly kind: 'status' }
  | { readonly kind: 'now' }
  | { readonly kind: 'online'; readonly query: OnlineQuery }
  | { readonly kind: 'machines' }
  | { readonly kind: 'rooms'; readonly limit: number }
  | { readonly kind: 'feeds'; readonly limit: number }
  /** Of the feed that the switch calls so. */
  | { readonly kind: 'notices'; readonly feed: string }
  | { readonly kind: 'counts'; readonly users: readonly string[] }
  | { readonly kind: 'chain'; readonly paths: readonly string[] }
  | {
      readonly kind: 'export';
      readonly of: 'messages' | 'events';
      readonly query: MessageQuery | EventQuery;
      readonly head: ExportHead;
      readonly path: string;
    };

export interface Answers {
  readonly messages: Found;
  readonly events: Found;
  readonly alarms: AlarmsFound;
  readonly open: readonly string[];
  readonly status: RecordsStatus;
  readonly now: NowRecords;
  readonly online: { readonly total: number; readonly sessions: readonly OnlineInfo[] };
  readonly machines: readonly MachineState[];
  readonly rooms: readonly RoomState[];
  readonly feeds: readonly FeedState[];
  readonly notices: readonly LogRecord[];
  /** Sessions of each. */
  readonly counts: readonly number[];
  readonly chain: ChainReport & { readonly whole: boolean };
  readonly export: Written;
}

export interface Request {
  readonly id: number;
  readonly asked: Asked;
}

export type Response =
  | { readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly id: number; readonly failed: string };
