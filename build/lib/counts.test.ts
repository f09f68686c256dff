import { describe, expect, it } from 'vitest';
import { countReport, type VitestReport } from './counts.mjs';

const empty: VitestReport = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
};

describe('countReport', () => {
  it('counts what ran', () => {
    const report = { ...empty, numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
    expect(countReport(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 3 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }];
    expect(countReport({ ...empty, numPassedTests: 5, testResults }, 1)).toEqual({
      passed: 5,
      failed: 1,
      skipped: 0,
    });
  });

  it('does not count a file with a failed test twice', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
    expect(countReport({ ...empty, numFailedTests: 1, testResults }, 1).failed).toBe(1);
  });

  it('counts an exit code that nothing in the report explains as a failure', () => {
    expect(countReport({ ...empty, numPassedTests: 5 }, 1).failed).toBe(1);
  });

  it('counts a run without any test as a failure', () => {
    expect(countReport(empty, 0).failed).toBe(1);
  });
});
