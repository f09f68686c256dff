/** The form of a PIN, and what a failed C_Login means to the user. */
import { AppError } from '../shared/errors.ts';
import { CKR } from './ckr.ts';

const MIN_DIGITS = 6;
const MAX_DIGITS = 8;

/** True for six to eight ASCII digits. Anything else could cost a try, or would be refused by the card anyway. */
export function isPin(pin: Uint8Array): boolean {
  return (
    pin.length >= MIN_DIGITS &&
    pin.length <= MAX_DIGITS &&
    pin.every((octet) => octet >= 0x30 && octet <= 0x39)
  );
}

/**
 * The error for C_Login's return value. How many tries are left is not to be had; only "one" (CKF_USER_PIN_FINAL_TRY)
 * and "none" (CKF_USER_PIN_LOCKED) are.
 */
export function loginFailure(
  rv: number,
  flags: { readonly finalTry: boolean; readonly locked: boolean },
): AppError {
  switch (rv) {
    case CKR.PIN_LOCKED:
      return new AppError('PIN_LOCKED');
    case CKR.PIN_INCORRECT:
      if (flags.locked) return new AppError('PIN_LOCKED');
      return new AppError(flags.finalTry ? 'PIN_LAST_TRY' : 'PIN_INCORRECT');
    case CKR.PIN_LEN_RANGE:
    case CKR.PIN_INVALID:
      return new AppError('PIN_FORMAT');
    case CKR.CANCEL:
    case CKR.FUNCTION_CANCELED:
    case CKR.FUNCTION_REJECTED:
      return new AppError('PIN_CANCELLED');
    default:
      return new AppError('CARD_UNREADABLE', { code: rv });
  }
}
