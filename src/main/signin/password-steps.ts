/** The steps of signing in with a password: what is asked again, and what goes on without asking. Pure. */
import type { CertificateChoice } from '../../shared/app-state.ts';
import type { ErrorCode, ErrorReport } from '../../shared/errors.ts';
import type { HeldSession, SignInEffect, SignInMachine, Step } from './model.ts';

/** The id of an identity that no card has. */
const PASSWORD_IDENTITY = 'password';

/** After these the password is asked for again; after anything else somebody has to do something first. */
const ASK_AGAIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PASSWORD_WRONG',
  'PASSWORD_NEEDED',
  'PASSWORD_TEMPORARILY_REFUSED',
]);

/** Who signs in with a password; `username` is the account's localpart. */
export function passwordIdentity(username: string, domain: string): CertificateChoice {
  return {
    id: PASSWORD_IDENTITY,
    commonName: username,
    upn: `${username}@${domain}`,
    issuer: '',
    notAfter: '',
  };
}

export function isPasswordIdentity(identity: CertificateChoice): boolean {
  return identity.id === PASSWORD_IDENTITY;
}

/** Whether the session that is held was begun with a password. */
export function heldByPassword(held: HeldSession | undefined): held is HeldSession {
  return held !== undefined && held.cardId === undefined;
}

/** Whether the end of a session leads back to the password window. */
export function asksAgain(held: HeldSession, code: ErrorCode): boolean {
  return heldByPassword(held) && ASK_AGAIN.has(code);
}

/** Whether signing in begins with the password window: nothing else is allowed, or it is what the held session has. */
export function beginsWithPassword({ method, held }: SignInMachine): boolean {
  return method === 'password' || (method === 'both' && heldByPassword(held));
}

/** The step that asks, and the effect that goes with it. */
export function passwordStep(
  held: HeldSession | undefined,
  error?: ErrorReport,
): { readonly step: Step; readonly effect: SignInEffect } {
  const username = heldByPassword(held) ? held.identity.commonName : undefined;
  return {
    step: {
      at: 'password',
      windowOpen: true,
      ...(username === undefined ? {} : { username }),
      ...(error === undefined ? {} : { error }),
    },
    effect: { type: 'open-password' },
  };
}
