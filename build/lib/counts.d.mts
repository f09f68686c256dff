export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Which failed, as far as that is known. */
  readonly names: readonly string[];
}
/** The part of vitest's JSON report that is read. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}
export function passed(count?: number): Counts;
export function failed(...names: readonly string[]): Counts;
export function add(left: Counts, right: Counts): Counts;
export function countReport(report: VitestReport, exitCode: number): Counts;
