export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Which failed and why, as far as that is known; a reason has lines of its own. */
  readonly names: readonly string[];
}
/** The part of vitest's JSON report that is read. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** Why the file itself failed; empty where its tests tell. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      /** One a try, each with its call stack. */
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}
export function passed(count?: number): Counts;
export function failed(...names: readonly string[]): Counts;
export function add(left: Counts, right: Counts): Counts;
/** `unhandled` says what was thrown outside of the tests, each with its call stack. */
export function countReport(report: VitestReport, exitCode: number, unhandled?: readonly string[]): Counts;
