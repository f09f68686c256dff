import { describe, expect, it } from 'vitest';
import { countReport, type VitestReport } from './counts.mjs';

const test = (fullName: string, status: string) => ({ fullName, status });
const empty: VitestReport = { numPassedTests: 0, testResults: [] };

describe('countReport', () => {
  it('counts what ran, and names what failed', () => {
    const assertionResults = [test('a b', 'passed'), test('a c', 'failed')];
    const testResults = [{ name: 'x.test.ts', status: 'failed', assertionResults }];
    expect(countReport({ numPassedTests: 5, testResults }, 1)).toEqual({
      passed: 5,
      failed: 1,
      names: ['x.test.ts: a c'],
    });
  });

  it.each(['pending', 'skipped', 'todo'])('counts a test that is %s as a failure', (status) => {
    const testResults = [{ name: 'x.test.ts', status: 'passed', assertionResults: [test('a', status)] }];
    expect(countReport({ numPassedTests: 5, testResults }, 0)).toEqual({
      passed: 5,
      failed: 1,
      names: ['x.test.ts: a (skipped)'],
    });
  });

  it('counts a file that could not be loaded as a failure', () => {
    const testResults = [{ name: 'x.test.ts', status: 'failed', assertionResults: [] }];
    expect(countReport({ numPassedTests: 5, testResults }, 1)).toEqual({
      passed: 5,
      failed: 1,
      names: ['x.test.ts: its set-up or clearing up'],
    });
  });

  it('counts an exit code that nothing in the report explains as a failure', () => {
    expect(countReport({ ...empty, numPassedTests: 5 }, 1).failed).toBe(1);
  });

  it('counts a run without any test as a failure', () => {
    expect(countReport(empty, 0).failed).toBe(1);
  });
});
