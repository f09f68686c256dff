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
