/** Counting test results. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @returns {Counts} */
export const passed = (count = 1) => ({ passed: count, failed: 0, skipped: 0 });

/** @returns {Counts} */
export const failed = (count = 1) => ({ passed: 0, failed: count, skipped: 0 });

/**
 * @param {Counts} left
 * @param {Counts} right
 * @returns {Counts}
 */
export function add(left, right) {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

/**
 * The counts of a vitest JSON report. A file whose tests could not even be collected is one failure; so is an error
 * outside of any test (which only the exit code tells), and a report of no test at all.
 *
 * @returns {Counts}
 */
export function countReport(report, exitCode) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  const nothing = counts.passed + counts.failed === 0;
  const unexplained = exitCode !== 0 && counts.failed === 0;
  return nothing || unexplained ? add(counts, failed()) : counts;
}
