import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode } from '../shared/errors.ts';
import { backOffMs, verdictOn } from './reconnect.ts';

describe('backOffMs', () => {
  it('doubles from one second and stays at a minute', () => {
    expect([0, 1, 2, 6, 7, 1000].map((attempt) => backOffMs(attempt, 0.999999))).toEqual([
      1000, 2000, 4000, 60_000, 60_000, 60_000,
    ]);
  });

  it('spreads clients over half of the step', () => {
    expect(backOffMs(3, 0)).toBe(4000);
    expect(backOffMs(3, 0.5)).toBe(6000);
  });
});

describe('verdictOn', () => {
  it.each<[ErrorCode, string]>([
    ['SERVER_UNREACHABLE', 'retry'],
    ['STREAM_CLOSED', 'retry'],
    ['TLS_PIN_MISMATCH', 'distrust'],
    ['LOCK_NOT_OFFERED', 'distrust'],
    ['LOCK_SERVER_PROOF_WRONG', 'distrust'],
    ['LOCK_REFUSED', 'stop'],
    ['ACCOUNT_DISABLED', 'stop'],
    ['CONFLICT', 'stop'],
    ['CARD_REMOVED', 'stop'],
    ['INTERNAL', 'stop'],
  ])('%s: %s', (code, verdict) => {
    expect(verdictOn(code, false)).toBe(verdict);
  });

  it('distrusts no server for what came of a session that stood', () => {
    for (const code of ['STREAM_MALFORMED', 'STREAM_LIMIT', 'GUARD_REFUSED', 'INTERNAL'] as const) {
      expect(verdictOn(code, true), code).toBe('retry');
      expect(verdictOn(code, false), code).not.toBe('retry');
    }
    for (const code of ['CONFLICT', 'ACCOUNT_DISABLED'] as const) expect(verdictOn(code, true)).toBe('stop');
  });

  it('never retries blindly after a token or policy error', () => {
    const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];
    const retried = codes.filter((code) => verdictOn(code, true) === 'retry');
    expect(retried.every((code) => !/^(PIN|CERTIFICATE|MODULE|ROOT|OVERLAY)/.test(code))).toBe(true);
  });
});
