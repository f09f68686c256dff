/** Counting test results. */
import { stripVTControlCharacters } from 'node:util';

/**
 * `names` says which failed and why, as far as that is known.
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

/** Lines of a message that tell why a test failed; what follows is a call stack. */
const REASON_LINES = 12;
const REASON_CHARACTERS = 2_000;

/** What each try said, without its call stack, indented under the name. */
function reasons(messages = []) {
  return messages
    .map((message) =>
      stripVTControlCharacters(message)
        .split('\n')
        .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
        .slice(0, REASON_LINES)
        .join('\n    ')
        .slice(0, REASON_CHARACTERS),
    )
    .map((reason) => `\n    ${reason}`)
    .join('');
}

/** The tests of a file that did not pass and why, and the file itself where none of its tests tells why it failed. */
function failuresOf({ name, status, message, assertionResults }) {
  const tests = assertionResults.filter((test) => test.status !== 'passed');
  if (status === 'failed' && tests.length === 0)
    return [`${name}: its set-up or clearing up${reasons(message ? [message] : [])}`];
  return tests.map((test) =>
    test.status === 'failed'
      ? `${name}: ${test.fullName}${reasons(test.failureMessages)}`
      : `${name}: ${test.fullName} (skipped)`,
  );
}

/**
 * The counts of a vitest JSON report. A test that was skipped has failed: nothing may be missing. A file whose tests could
 * not even be collected is one failure; so is each error outside of the tests, which vitest's report leaves out
 * (`unhandled-errors.mjs`), an exit code that nothing explains, and a report of no test at all.
 *
 * @returns {Counts}
 */
export function countReport(report, exitCode, unhandled = []) {
  const outside = unhandled.map((message) => `an error outside of the tests${reasons([message])}`);
  const names = [...report.testResults.flatMap(failuresOf), ...outside];
  const counts = { passed: report.numPassedTests, failed: names.length, names };
  if (counts.passed + counts.failed === 0) return add(counts, failed('no test was run'));
  if (exitCode !== 0 && counts.failed === 0)
    return add(counts, failed(`exit code ${exitCode}, which no test explains`));
  return counts;
}
