/** Turns what a generated validator says into an error that names the place. */
import { type PolicyErrorCode, refuse } from './errors.ts';
import type { Validator, Violation } from './generated/validators.js';

const MAX_POINTER = 256;

/** The JSON pointer of a violation; a member that is missing or unknown is part of it. Keys are signed, not secret. */
function pointerOf(violation: Violation | undefined): string {
  if (violation === undefined) return '/';
  const { additionalProperty, missingProperty, propertyName } = violation.params;
  const member = additionalProperty ?? missingProperty ?? propertyName;
  const pointer = typeof member === 'string' ? `${violation.instancePath}/${member}` : violation.instancePath;
  return (pointer === '' ? '/' : pointer).slice(0, MAX_POINTER);
}

/**
 * Returns `value` as what the validator says it is.
 *
 * @param part what is validated, for the error's detail
 * @throws AppError `code` with `pointer`, `rule` (the keyword of the schema that does not hold) and `part`
 */
export function requireValid<T>(
  validator: Validator<T>,
  value: unknown,
  code: PolicyErrorCode,
  part: string,
): T {
  if (validator(value)) return value;
  const violation = validator.errors?.[0];
  refuse(code, {
    pointer: pointerOf(violation),
    rule: violation?.keyword ?? 'unknown',
    part,
  });
}
