/** PKCS#11 return values (CKR_…) as typed errors. */

/** The return values that this project tells apart; names and numbers are PKCS#11's. */
export const CKR = {
  OK: 0x0,
  CANCEL: 0x1,
  GENERAL_ERROR: 0x5,
  FUNCTION_FAILED: 0x6,
  NO_EVENT: 0x8,
  CANT_LOCK: 0xa,
  ARGUMENTS_BAD: 0x7,
  DEVICE_ERROR: 0x30,
  DEVICE_REMOVED: 0x32,
  FUNCTION_CANCELED: 0x50,
  FUNCTION_NOT_SUPPORTED: 0x54,
  PIN_INCORRECT: 0xa0,
  PIN_INVALID: 0xa1,
  PIN_LEN_RANGE: 0xa2,
  PIN_EXPIRED: 0xa3,
  PIN_LOCKED: 0xa4,
  SESSION_CLOSED: 0xb0,
  SESSION_HANDLE_INVALID: 0xb3,
  TOKEN_NOT_PRESENT: 0xe0,
  TOKEN_NOT_RECOGNIZED: 0xe1,
  USER_ALREADY_LOGGED_IN: 0x100,
  USER_NOT_LOGGED_IN: 0x101,
  FUNCTION_REJECTED: 0x200,
} as const;

/** A PKCS#11 function did not return CKR_OK. */
export class CkrError extends Error {
  override readonly name = 'CkrError';
  /** The function's name, C_…. */
  readonly call: string;
  /** The return value. */
  readonly code: number;

  constructor(call: string, code: number) {
    super(`${call}: 0x${code.toString(16)}`);
    this.call = call;
    this.code = code;
  }
}

const GONE: ReadonlySet<number> = new Set([
  CKR.DEVICE_REMOVED,
  CKR.TOKEN_NOT_PRESENT,
  CKR.SESSION_CLOSED,
  CKR.SESSION_HANDLE_INVALID,
]);

/** True when the return value says that the card, or our session with it, is no longer there. */
export function saysGone(code: number): boolean {
  return GONE.has(code);
}
