/** What services offer to be run (ad-hoc commands, XEP-0050), as plain data: bounded and fit to be shown. */
import type { DataForm } from './data-form.ts';

/** A command that a service lists. */
export interface AdHocCommand {
  /** What the service calls it; unique in its list, shown to nobody. */
  readonly node: string;
  /** Fit to be shown; never empty. */
  readonly name: string;
}

/** XEP-0050 3.4: what leads to another stage. */
export type AdHocStep = 'prev' | 'next' | 'complete';
export const ADHOC_STEPS: readonly AdHocStep[] = ['prev', 'next', 'complete'];

/** XEP-0050 3.3: something that the service has to say to a stage. */
export interface AdHocNote {
  readonly severity: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** What a service answered: something to fill in, or how it ended. */
export interface AdHocStage {
  /** Names the run while it goes on; absent once it is over. */
  readonly run?: string;
  readonly status: 'executing' | 'completed' | 'canceled';
  readonly notes: readonly AdHocNote[];
  /** Something to fill in, or only to read. */
  readonly form?: DataForm;
  /** Which ways lead on; giving up is always possible. Empty once the run is over. */
  readonly steps: readonly AdHocStep[];
  /** The one that the service presets; one of `steps`. */
  readonly preset?: AdHocStep;
}

/** Bounds; what is beyond them is left out where it comes in, and refused where it goes out. */
export const ADHOC_LIMITS = {
  /** Commands of one list. */
  commands: 200,
  /** UTF-16 code units of a node. */
  node: 512,
  /** Of a name. */
  name: 128,
  /** Of a session id. */
  session: 512,
  notes: 20,
  /** UTF-16 code units of a note. */
  note: 4096,
  /** Runs that are open at a time. */
  runs: 8,
} as const;
