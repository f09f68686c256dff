/**
 * Every refusal and failure of Sallyport is an {@link AppError}: a code from the catalogue and a small, non-secret
 * detail. Across processes only `{ code, detail }` travels; the sentence a person reads comes from the catalogue.
 */
import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.ts';

export { ERROR_CATALOGUE, type ErrorCode, type ErrorText } from './error-catalogue.ts';

/** Non-secret facts about a failure: what was seen, what was expected. Keys and values are short strings. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean>>;

/** The form of an error that crosses a process boundary. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly detail?: ErrorDetail;
}

/** A failure with a code from the catalogue. `message` is for logs and never holds a secret. */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'AppError';
  readonly code: Code;
  readonly detail: ErrorDetail | undefined;

  constructor(code: Code, detail?: ErrorDetail, options?: { cause?: unknown }) {
    super(detail === undefined ? code : `${code} ${JSON.stringify(detail)}`, options);
    this.code = code;
    this.detail = detail;
  }

  /** What crosses a process boundary. */
  toReport(): ErrorReport {
    return this.detail === undefined ? { code: this.code } : { code: this.code, detail: this.detail };
  }
}

/** True for a string that is a code of the catalogue (own keys only). */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CATALOGUE, value);
}

/** Turns anything thrown into a report; what is not an AppError becomes `INTERNAL` without its text. */
export function toErrorReport(error: unknown): ErrorReport {
  if (error instanceof AppError) return error.toReport();
  return { code: 'INTERNAL' };
}
