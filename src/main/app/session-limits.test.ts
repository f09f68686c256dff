import { expect, it } from 'vitest';
import type { ClockReading } from '../policy/expiry.ts';
import { type Limits, SessionLimits } from './session-limits.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function setUp(limits: Limits) {
  const told: string[] = [];
  const state = { limits, wall: Date.parse('2026-11-22T08:00:00Z'), monotonic: 0 };
  const subject = new SessionLimits({
    limits: () => state.limits,
    read: (): ClockReading => ({ wall: state.wall, monotonic: state.monotonic }),
    onPinExpired: () => told.push('pin'),
    onSessionExpired: () => told.push('session'),
  });
  const pass = (milliseconds: number): void => {
    state.wall += milliseconds;
    state.monotonic += milliseconds;
    subject.check();
  };
  return { subject, told, pass, state };
}

it('asks for the PIN again when it is as old as the policy allows, once', () => {
  const { subject, told, pass } = setUp({ pinMaxAgeMinutes: 30, maxHours: 12 });
  subject.note('session-began');
  subject.note('pin-accepted');
  pass(30 * MINUTE - 1);
  expect(told).toEqual([]);
  pass(1);
  pass(MINUTE);
  expect(told).toEqual(['pin']);
  subject.note('pin-accepted');
  pass(30 * MINUTE);
  expect(told).toEqual(['pin', 'pin']);
});

it('ends the session at its limit, however often the PIN was given', () => {
  const { subject, told, pass } = setUp({ pinMaxAgeMinutes: 0, maxHours: 1 });
  subject.note('session-began');
  for (let minute = 0; minute < 59; minute += 1) {
    subject.note('pin-accepted');
    pass(MINUTE);
  }
  expect(told).toEqual([]);
  pass(MINUTE);
  expect(told).toEqual(['session']);
});

it('knows no limit where the policy names none, and none without a session', () => {
  const { subject, told, pass } = setUp({ pinMaxAgeMinutes: 0, maxHours: 0 });
  subject.note('session-began');
  subject.note('pin-accepted');
  pass(1000 * HOUR);
  subject.note('session-ended');
  expect(told).toEqual([]);
});

it('forgets both when the session ends', () => {
  const { subject, told, pass } = setUp({ pinMaxAgeMinutes: 1, maxHours: 1 });
  subject.note('session-began');
  subject.note('pin-accepted');
  subject.note('session-ended');
  pass(2 * HOUR);
  expect(told).toEqual([]);
});

it('takes a shorter limit of a new policy at once', () => {
  const { subject, told, pass, state } = setUp({ pinMaxAgeMinutes: 480, maxHours: 12 });
  subject.note('session-began');
  subject.note('pin-accepted');
  pass(2 * HOUR);
  expect(told).toEqual([]);
  state.limits = { pinMaxAgeMinutes: 60, maxHours: 12 };
  subject.check();
  expect(told).toEqual(['pin']);
});

it('is put off neither by sleep nor by turning the clock back', () => {
  const { subject, told, state } = setUp({ pinMaxAgeMinutes: 60, maxHours: 12 });
  subject.note('session-began');
  subject.note('pin-accepted');
  state.wall += HOUR;
  subject.check();
  expect(told).toEqual(['pin']);
  subject.note('pin-accepted');
  state.wall -= 24 * HOUR;
  state.monotonic += 3 * HOUR;
  subject.check();
  expect(told).toEqual(['pin', 'pin']);
});
