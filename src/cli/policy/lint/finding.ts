/** What `lint` says, and what it looks at. */
import type { X509Certificate } from 'node:crypto';
import type { Envelope, Policy, PolicySettings, Root } from '../../../policy/index.ts';

export type Severity = 'error' | 'warning';

/** One thing that would lock somebody out, or that weakens what the policy is for. */
export interface Finding {
  /** Stable: what scripts and the documentation refer to. */
  readonly id: string;
  readonly severity: Severity;
  /** Setting, role or file. */
  readonly where: string;
  readonly sentence: string;
  readonly fix: string;
}

/** Everything that the checks may look at; what is absent was not given. */
export interface LintInput {
  readonly policy: Policy;
  /** With defaults; absent when the settings are refused. */
  readonly settings?: PolicySettings;
  /** Root version 1 to N. */
  readonly roots: readonly { readonly envelope: Envelope; readonly root: Root }[];
  /** When the bundle's statement of freshness expires, in milliseconds since 1970. */
  readonly freshUntil?: number;
  /** The servers' certificates. */
  readonly certificates: readonly X509Certificate[];
  /** How long it takes until every computer has a new bundle, in hours. */
  readonly rolloutHours: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** One subject of `lint`: a pure function of its input. */
export type Check = (input: LintInput) => readonly Finding[];

export const HOUR = 60 * 60 * 1000;
export const DAY = 24 * HOUR;

export function error(id: string, where: string, sentence: string, fix: string): Finding {
  return { id, severity: 'error', where, sentence, fix };
}

export function warning(id: string, where: string, sentence: string, fix: string): Finding {
  return { id, severity: 'warning', where, sentence, fix };
}
