import { expect, test } from 'vitest';
import { CKR } from './ckr.ts';
import { isPin, loginFailure } from './pin.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test.each(['000000', '1234567', '99999999'])('%s has the form of a PIN', (text) => {
  expect(isPin(bytes(text))).toBe(true);
});

test.each(['', '12345', '123456789', '12345x', '12345 ', '١٢٣٤٥٦', '12\u000034'])('%j has not', (text) => {
  expect(isPin(bytes(text))).toBe(false);
});

test.each([
  [CKR.PIN_INCORRECT, false, false, 'PIN_INCORRECT'],
  [CKR.PIN_INCORRECT, true, false, 'PIN_LAST_TRY'],
  [CKR.PIN_INCORRECT, false, true, 'PIN_LOCKED'],
  [CKR.PIN_LOCKED, false, false, 'PIN_LOCKED'],
  [CKR.PIN_LEN_RANGE, false, false, 'PIN_FORMAT'],
  [CKR.FUNCTION_CANCELED, false, false, 'PIN_CANCELLED'],
  [CKR.GENERAL_ERROR, false, false, 'CARD_UNREADABLE'],
])('return value 0x%s, last try %s, locked %s: %s', (rv, finalTry, locked, code) => {
  expect(loginFailure(rv, { finalTry, locked }).code).toBe(code);
});
