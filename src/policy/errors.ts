/** The errors of this layer. */
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { AppError, type ErrorDetail } from '../shared/errors.ts';

export type { PolicyErrorCode } from '../shared/error-catalogue.ts';

/** A refusal of the policy module. */
export function policyError(code: PolicyErrorCode, detail?: ErrorDetail): AppError<PolicyErrorCode> {
  return new AppError<PolicyErrorCode>(code, detail);
}

/** Ends a verification. */
export function refuse(code: PolicyErrorCode, detail?: ErrorDetail): never {
  throw policyError(code, detail);
}
