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

  it('says why, for each try, without the call stack and colours', () => {
    const failureMessages = [
      'Error: \u001b[31mfirst\u001b[39m\n  - waiting for the desk\n\n    at Desk.open (desk.ts:3:1)',
      'Error: second\n    at file.ts:1:1',
    ];
    const assertionResults = [{ ...test('a c', 'failed'), failureMessages }];
    const testResults = [{ name: 'x.test.ts', status: 'failed', assertionResults }];
    expect(countReport({ ...empty, testResults }, 1).names).toEqual([
      'x.test.ts: a c\n    Error: first\n      - waiting for the desk\n    Error: second',
    ]);
  });

  it('bounds what it says of one failure', () => {
    const assertionResults = [
      { ...test('a', 'failed'), failureMessages: ['x\n'.repeat(10_000), 'y'.repeat(10_000)] },
    ];
    const testResults = [{ name: 'x.test.ts', status: 'failed', assertionResults }];
    expect(countReport({ ...empty, testResults }, 1).names.join('').length).toBeLessThan(5_000);
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
    const testResults = [{ name: 'x.test.ts', status: 'failed', message: 'no site', assertionResults: [] }];
    expect(countReport({ numPassedTests: 5, testResults }, 1)).toEqual({
      passed: 5,
      failed: 1,
      names: ['x.test.ts: its set-up or clearing up\n    no site'],
    });
  });

  it('counts an exit code that nothing in the report explains as a failure', () => {
    expect(countReport({ ...empty, numPassedTests: 5 }, 1).failed).toBe(1);
  });

  it('counts what was thrown outside of the tests, and says what it was', () => {
    const unhandled = ['x.test.ts\nTypeError: late\n    at file.ts:1:1'];
    expect(countReport({ ...empty, numPassedTests: 5 }, 1, unhandled)).toEqual({
      passed: 5,
      failed: 1,
      names: ['an error outside of the tests\n    x.test.ts\n    TypeError: late'],
    });
  });

  it('counts a run without any test as a failure', () => {
    expect(countReport(empty, 0).failed).toBe(1);
  });
});
