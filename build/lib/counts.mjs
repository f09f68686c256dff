/** Counting test results. */

/**
 * `names` says which failed, as far as that is known.
 *
 * @typedef {{ passed: number, failed: number, names: readonly string[] }} Counts
 */

/** @returns {Counts} */
export const passed = (count = 1) => ({ passed: count, failed: 0, names: [] });

/** @returns {Counts} */
export const failed = (...names) => ({ passed: 0, failed: Math.max(names.length, 1), names });

/**
 * @param {Counts} left
 * @param {Counts} right
 * @returns {Counts}
 */
export function add(left, right) {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    names: [...left.names, ...right.names],
  };
}

/** The tests of a file that did not pass, and the file itself where none of its tests tells why it failed. */
function failuresOf({ name, status, assertionResults }) {
  const tests = assertionResults.filter((test) => test.status !== 'passed');
  if (status === 'failed' && tests.length === 0) return [`${name}: its set-up or clearing up`];
  return tests.map((test) => `${name}: ${test.fullName}${test.status === 'failed' ? '' : ' (skipped)'}`);
}

/**
 * The counts of a vitest JSON report. A test that was skipped has failed: nothing may be missing. A file whose tests could
 * not even be collected is one failure; so is an error outside of any test (which only the exit code tells), and a report
 * of no test at all.
 *
 * @returns {Counts}
 */
export function countReport(report, exitCode) {
  const names = report.testResults.flatMap(failuresOf);
  const counts = { passed: report.numPassedTests, failed: names.length, names };
  if (counts.passed + counts.failed === 0) return add(counts, failed('no test was run'));
  if (exitCode !== 0 && counts.failed === 0) return add(counts, failed('an error outside of the tests'));
  return counts;
}
