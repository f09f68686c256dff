import { describe, expect, it } from 'vitest';
import { AppError, ERROR_CATALOGUE, isErrorCode, toErrorReport } from './errors.ts';

describe('error catalogue', () => {
  it('gives every code two plain sentences', () => {
    for (const [code, { title, action }] of Object.entries(ERROR_CATALOGUE)) {
      expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect(title, code).toMatch(/^[A-Z].*\.$/s);
      expect(action, code).toMatch(/^[A-Z].*\.$/s);
    }
  });

  it('knows its own codes and nothing inherited', () => {
    expect(isErrorCode('PIN_LOCKED')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
    expect(isErrorCode('__proto__')).toBe(false);
    expect(isErrorCode(7)).toBe(false);
  });
});

describe('toErrorReport', () => {
  it('carries code and detail of an AppError and nothing else', () => {
    const error = new AppError('EXPIRED', { expires: '2026-01-01' }, { cause: new Error('inner secret') });
    expect(toErrorReport(error)).toEqual({ code: 'EXPIRED', detail: { expires: '2026-01-01' } });
  });

  it('keeps the text of any other failure to itself', () => {
    expect(toErrorReport(new Error('PIN was 123456'))).toEqual({ code: 'INTERNAL' });
  });
});
