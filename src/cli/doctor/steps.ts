/** The steps of a diagnosis in their order, and how each is reported. */
import { errorText } from '../../shared/error-text.ts';
import { type ErrorCode, type ErrorDetail, toErrorReport } from '../../shared/errors.ts';

/** In the order they are taken; a step that fails ends the diagnosis. */
export const STEPS = [
  'policy',
  'module',
  'token',
  'certificate',
  'login',
  'tcp',
  'tls',
  'pin-check',
  'lock',
  'sasl',
  'bind',
  'roster',
] as const;
export type Step = (typeof STEPS)[number];

/** Exit codes: 0 all steps passed, 2 wrong usage, otherwise 10 plus the position of the step that failed. */
export const EXIT_OK = 0;
export const EXIT_USAGE = 2;
export function exitCodeOf(step: Step): number {
  return 10 + STEPS.indexOf(step);
}

/** One line of the report. */
export interface StepResult {
  readonly step: Step;
  readonly ok: boolean;
  readonly ms: number;
  /** What was observed; never a secret. */
  readonly seen: ErrorDetail;
  readonly code?: ErrorCode;
  /** What happened and what to do, for a person. */
  readonly problem?: string;
  readonly action?: string;
}

/** Milliseconds with one decimal since `start` (of `performance.now()`). */
export function since(start: number): number {
  return Math.round((performance.now() - start) * 10) / 10;
}

export function passed(step: Step, ms: number, seen: ErrorDetail): StepResult {
  return { step, ok: true, ms, seen };
}

export function failed(step: Step, ms: number, error: unknown): StepResult {
  const report = toErrorReport(error);
  const { title, action } = errorText(report);
  return { step, ok: false, ms, seen: report.detail ?? {}, code: report.code, problem: title, action };
}

/**
 * Which of the connection's steps a failure belongs to: TLS and XMPP report one error for the whole attempt, its code
 * names the check.
 */
export function stepOfFailure(code: ErrorCode, fallback: Step): Step {
  if (code === 'TLS_PIN_MISMATCH') return 'pin-check';
  if (code.startsWith('TLS_')) return 'tls';
  if (code.startsWith('LOCK_')) return 'lock';
  if (code.startsWith('SASL_') || code === 'ACCOUNT_DISABLED') return 'sasl';
  if (code === 'BIND_FAILED' || code === 'CONFLICT') return 'bind';
  if (code === 'DNS_FAILED' || code === 'SERVER_UNREACHABLE' || code === 'CONNECT_TIMEOUT') return 'tcp';
  return fallback;
}
