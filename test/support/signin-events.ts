/** Cards and events that the tests of the sign-in share. */

import type { SignInEvent } from '../../src/main/signin/model.ts';
import type { CertificateChoice } from '../../src/shared/app-state.ts';
import type { ErrorCode } from '../../src/shared/errors.ts';
import type { TokenStatus } from '../../src/token/index.ts';

export const identity = (id: string, name = 'ALICE'): CertificateChoice => ({
  id,
  commonName: name,
  upn: `${name}@mil`,
  issuer: 'ID CA',
  notAfter: '2030-01-01T00:00:00Z',
});

export function card(
  cardId: string,
  certificates: readonly CertificateChoice[],
  more: object = {},
): TokenStatus {
  return {
    kind: 'card',
    cardId,
    certificates,
    finalTry: false,
    locked: false,
    pinPad: false,
    loggedIn: false,
    ...more,
  };
}
export const tokenError = (code: ErrorCode): TokenStatus => ({ kind: 'error', error: { code } });
export const token = (status: TokenStatus): SignInEvent => ({ type: 'token', status });

export const ALICE = identity('a1');
export const aliceCard = card('card-a', [ALICE]);
export const bobCard = card('card-b', [identity('b1', 'BOB')]);
