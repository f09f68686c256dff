export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
/** The part of vitest's JSON report that is read. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}
export function passed(count?: number): Counts;
export function failed(count?: number): Counts;
export function add(left: Counts, right: Counts): Counts;
export function countReport(report: VitestReport, exitCode: number): Counts;
