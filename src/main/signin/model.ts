/** The vocabulary of signing in: the state, what can happen, and what is to be done about it. Plain data. */
import type { CertificateChoice } from '../../shared/app-state.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { TokenStatus } from '../../token/index.ts';

export type CardRemovalAction = 'lock' | 'sign-out' | 'quit';

/** The policy's /authentication/method. */
export type SignInMethod = 'card' | 'both' | 'password';

/** Where the user is. Steps that need a card carry its id, so that a swap is noticed. */
export type Step =
  | { readonly at: 'consent' }
  | { readonly at: 'card'; readonly error?: ErrorReport }
  | { readonly at: 'certificate'; readonly cardId: string; readonly choices: readonly CertificateChoice[] }
  /** The token process fetches the certificate. */
  | { readonly at: 'selecting'; readonly cardId: string; readonly identity: CertificateChoice }
  | {
      readonly at: 'pin';
      readonly cardId: string;
      readonly identity: CertificateChoice;
      readonly windowOpen: boolean;
    }
  | {
      readonly at: 'password';
      readonly windowOpen: boolean;
      /** The account's localpart, where it is known whose password is asked for. */
      readonly username?: string;
      readonly error?: ErrorReport;
    }
  | { readonly at: 'connecting'; readonly error?: ErrorReport }
  | { readonly at: 'online' }
  | { readonly at: 'stopped'; readonly error?: ErrorReport; readonly retry: boolean }
  /** The policy ended or something happened after which nothing may go on. Final. */
  | { readonly at: 'ended'; readonly error: ErrorReport };

/** What the session process holds for one person; it goes when somebody else signs in. */
export interface HeldSession {
  /** `undefined`: signed in with a password. */
  readonly cardId: string | undefined;
  readonly identity: CertificateChoice;
  /** Connected or trying to. */
  readonly active: boolean;
  /** Was online at least once since the PIN or the password. */
  readonly wasOnline: boolean;
}

export interface SignInMachine {
  readonly cardRemoval: CardRemovalAction;
  readonly method: SignInMethod;
  readonly consented: boolean;
  readonly token: TokenStatus;
  readonly step: Step;
  readonly held: HeldSession | undefined;
  /** Why the screen is covered. Only the PIN uncovers it, or the server that accepted the password. */
  readonly covered: 'card' | 'idle' | undefined;
  /** Crashes of the session process since it was last online. */
  readonly crashes: number;
}

export type SignInEvent =
  | { readonly type: 'consent-accepted' }
  | { readonly type: 'certificate-chosen'; readonly id: string }
  | { readonly type: 'sign-in' }
  | { readonly type: 'sign-out' }
  | { readonly type: 'quit' }
  | { readonly type: 'pin-cancelled' }
  /** The policy leaves the choice, and the user has no card or does not want to use it. */
  | { readonly type: 'use-password' }
  /** The session process holds a password for this account. */
  | { readonly type: 'password-entered'; readonly identity: CertificateChoice }
  | { readonly type: 'password-cancelled' }
  | { readonly type: 'token'; readonly status: TokenStatus }
  /** For a while the token process could not say whether the card is there. */
  | { readonly type: 'token-silent' }
  | { readonly type: 'selected'; readonly id: string }
  | { readonly type: 'select-failed'; readonly id: string; readonly error: ErrorReport }
  | { readonly type: 'logged-in'; readonly id: string }
  | { readonly type: 'session-online' }
  /** The session gave up by itself; being asked to stop is not told. */
  | { readonly type: 'session-stopped'; readonly error: ErrorReport }
  | { readonly type: 'session-crashed' }
  /** No input for as long as the policy allows, or the desktop was locked. */
  | { readonly type: 'idle'; readonly forgets?: boolean }
  /** The PIN was given longer ago than the policy allows. */
  | { readonly type: 'pin-expired'; readonly forgets?: boolean }
  /** The session is older than the policy allows. */
  | { readonly type: 'session-expired' }
  /** Another policy is in force; `ends`: a session under the old one must not go on. */
  | {
      readonly type: 'policy';
      readonly cardRemoval: CardRemovalAction;
      readonly method: SignInMethod;
      readonly ends: boolean;
    }
  /** The policy expired, the audit log failed: nothing may go on. */
  | { readonly type: 'shut'; readonly error: ErrorReport };

/** What the policy's time limits count from. */
export type SignInMoment = 'pin-accepted' | 'session-began' | 'session-ended';

export type SignInEffect =
  | { readonly type: 'select'; readonly id: string }
  | { readonly type: 'open-pin' }
  | { readonly type: 'close-pin' }
  | { readonly type: 'open-password' }
  | { readonly type: 'close-password' }
  | { readonly type: 'start-session'; readonly identity: CertificateChoice; readonly delayMs: number }
  | { readonly type: 'suspend-session' }
  | { readonly type: 'stop-session' }
  | { readonly type: 'logout' }
  | { readonly type: 'stop-token' }
  | { readonly type: 'quit' }
  | { readonly type: 'audit'; readonly record: AuditRecord };

export interface Transition {
  readonly state: SignInMachine;
  readonly effects: readonly SignInEffect[];
}
