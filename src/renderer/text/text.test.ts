import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode } from '../../shared/errors.ts';
import { errorText } from './error-text.ts';
import { formatDay, formatIso, formatZulu, isSameZuluDay, lengthText } from './time.ts';

describe('error sentences', () => {
  it('fill their placeholders, bounded, and never show a placeholder', () => {
    expect(errorText({ code: 'EXPIRED', detail: { expires: '2026-11-01' } }).title).toBe(
      'The policy expired on 2026-11-01.',
    );
    expect(
      errorText({ code: 'TLS_HANDSHAKE', detail: { reason: 'x'.repeat(5000) } }).title.length,
    ).toBeLessThan(300);
    for (const code of Object.keys(ERROR_CATALOGUE) as ErrorCode[]) {
      const { title, action } = errorText({ code });
      expect(`${title}${action}`).not.toMatch(/[{}]/);
    }
  });

  it('do not take a value from the prototype, nor fall over a code from elsewhere', () => {
    const report = { code: 'STREAM_ERROR', detail: {} } as const;
    expect(errorText(report).title).toBe('The server ended the connection: unknown.');
    expect(errorText({ code: 'toString' as ErrorCode }).title).toBe(ERROR_CATALOGUE.INTERNAL.title);
  });
});

describe('times', () => {
  it.each([
    [0, '1 minute'],
    [89_000, '1 minute'],
    [119 * 60_000, '119 minutes'],
    [2 * 3_600_000, '2 hours'],
    [47 * 3_600_000, '47 hours'],
    [70 * 3_600_000, '3 days'],
  ])('say how long %d ms are', (length, text) => {
    expect(lengthText(length)).toBe(text);
  });

  const at = Date.UTC(2026, 10, 22, 3, 7, 5);
  it('are Zulu whatever the computer’s zone is', () => {
    expect(formatZulu(at)).toBe('03:07Z');
    expect(formatDay(at)).toMatch(/^Sunday,? 22 November 2026$/);
    expect(formatIso('2027-01-02T23:59:00Z')).toBe('2 Jan 2027 23:59Z');
    expect(formatIso('not a time')).toBe('not a time');
    expect(formatZulu(Date.UTC(2026, 0, 1))).toBe('00:00Z');
  });

  it('know the Zulu day', () => {
    expect(isSameZuluDay(at, at + 3_600_000)).toBe(true);
    expect(isSameZuluDay(Date.UTC(2026, 10, 21, 23, 59), Date.UTC(2026, 10, 22))).toBe(false);
  });
});
