/** What a search of the records asks for, as the worker takes it. Times are milliseconds since 1970. */

import type { AlarmInfo } from '../contract.ts';

export interface MessageQuery {
  /** Address or the part before the @, lower case. */
  readonly user?: string | undefined;
  readonly room?: string | undefined;
  /** Words that all have to be in it. */
  readonly words?: string | undefined;
  /** Display marking of the label, exactly. */
  readonly label?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/**
 * Events that somebody should look at: names, or what names begin with before a dot, and the attempts of whoever claims to
 * be somebody else (impersonation.ts), which are counted there alone. In words for people in ui/text.
 */
export const ALARM_EVENTS = [
  'impersonation',
  'lock.refused',
  'lock.revoked',
  'sign-in.refused',
  'federation.refused',
  'stanza-refused',
  'ipc.refused',
  'policy.refused',
  'audit',
  'console.refused',
  'console.connection-refused',
] as const;

export type AlarmEvent = (typeof ALARM_EVENTS)[number];

export interface EventQuery {
  /** A name, or what its name begins with before a dot. */
  readonly event?: string | undefined;
  readonly alarm?: AlarmEvent | undefined;
  readonly user?: string | undefined;
  readonly machine?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

export type AlarmState = 'open' | 'seen';

export interface AlarmQuery {
  readonly kind?: AlarmEvent | undefined;
  readonly state?: AlarmState | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

export interface Page {
  /** The `next` of the page before; absent for the first. */
  readonly cursor?: number | undefined;
  readonly limit: number;
  /** Newest first is for people, oldest first for exports. */
  readonly order: 'newest' | 'oldest';
}

/** A line of a log as it was written. */
export type LogRecord = Readonly<Record<string, unknown>>;

export interface Found {
  readonly records: readonly LogRecord[];
  /** For the next page; absent on the last. */
  readonly next?: number;
}

export interface AlarmsFound {
  readonly alarms: readonly AlarmInfo[];
  readonly next?: number;
}

/** The words of a search as FTS5 wants them: every one quoted, so that none is an operator; `*` at the end is a prefix. */
export function ftsWords(words: string): string {
  return words
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .map((word) => {
      const prefix = word.endsWith('*');
      return `text : "${word.replaceAll('"', '""').replace(/\*+$/, '')}"${prefix ? ' *' : ''}`;
    })
    .join(' AND ');
}
