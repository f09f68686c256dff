/** Passwords: what the policy demands of them, and what the password window and the session process say to each other. */
import type { PresentationPolicy } from './app-state.ts';
import { decodeUtf8 } from './encoding.ts';
import type { ErrorReport } from './errors.ts';
import { opaqueString, usernameCaseMapped } from './precis.ts';

/** The SASL mechanisms there are (RFC 5802, RFC 7677); none without channel binding. */
export type PasswordMechanism = 'SCRAM-SHA-256-PLUS' | 'SCRAM-SHA-512-PLUS';

/** What a new password has to be. */
export interface PasswordRules {
  /** Unicode characters. */
  readonly minLength: number;
  /** Of how many of four kinds it has a character: small letters, capital letters, digits, others. */
  readonly minClasses: number;
}

/** The policy's /authentication/password. */
export interface PasswordPolicy {
  readonly rules: PasswordRules;
  /** The preferred one first. */
  readonly mechanisms: readonly PasswordMechanism[];
  /** Whether the password may be changed. */
  readonly change: boolean;
}

/** UTF-8 bytes; a longer password is refused before anything is computed from it. */
export const MAX_PASSWORD_BYTES = 512;
const MAX_USERNAME = 256;

/** How a typed password stands to the rules. */
export interface PasswordJudgement {
  /** Unicode characters. */
  readonly length: number;
  readonly classes: number;
  readonly longEnough: boolean;
  readonly enoughClasses: boolean;
  /** No character that another computer may type or compare in another way. */
  readonly characters: boolean;
  readonly good: boolean;
}

type Kind = 'lower' | 'upper' | 'digit' | 'other';

function kindOf(character: string): Kind {
  if (/\p{Ll}/u.test(character)) return 'lower';
  if (/\p{Lu}/u.test(character)) return 'upper';
  return /\p{Nd}/u.test(character) ? 'digit' : 'other';
}

/** RFC 8265 4.2.1, less what servers that use the older SASLprep (RFC 4013) would turn into something else. */
function mayStand(character: string): boolean {
  if (character >= ' ' && character <= '~') return true;
  return opaqueString(character) === character && character.normalize('NFKC') === character;
}

/** Bytes of the UTF-8 sequence that begins with `first`; 0 for what begins none. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/** Judges UTF-8 bytes character by character, so that the password as a whole is never a string, which stays in memory. */
export function judgePassword(bytes: Uint8Array, rules: PasswordRules): PasswordJudgement {
  const kinds = new Set<Kind>();
  let length = 0;
  let characters = bytes.length <= MAX_PASSWORD_BYTES;
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(1, sequenceLength(bytes[at] ?? 0));
    const character = decodeUtf8(bytes.subarray(at, at + size));
    if (character === undefined || !mayStand(character)) characters = false;
    else kinds.add(kindOf(character));
    length += 1;
    at += size;
  }
  const longEnough = length >= rules.minLength;
  const enoughClasses = kinds.size >= rules.minClasses;
  return {
    length,
    classes: kinds.size,
    longEnough,
    enoughClasses,
    characters,
    good: longEnough && enoughClasses && characters && length > 0,
  };
}

/** The localpart of an account (RFC 7622 3.3) as it was typed, also with the domain; `undefined` for anything else. */
export function accountName(typed: unknown, domain: string): string | undefined {
  if (typeof typed !== 'string' || typed.length > MAX_USERNAME) return undefined;
  const text = typed.trim();
  const at = text.lastIndexOf('@');
  if (at >= 0 && text.slice(at + 1).toLowerCase() !== domain) return undefined;
  const name = usernameCaseMapped(at < 0 ? text : text.slice(0, at));
  return name === undefined || /["&'/:<>@]/.test(name) ? undefined : name;
}

/** True for bytes that a password may be made of: 1 to {@link MAX_PASSWORD_BYTES}. */
export function isPasswordBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length > 0 && value.length <= MAX_PASSWORD_BYTES;
}

/** What the password window is to ask. */
export type PasswordPrompt = {
  readonly banner: PresentationPolicy['banner'];
  readonly domain: string;
} & (
  | {
      readonly ask: 'sign-in';
      /** Known after a wrong password and on a covered screen. */
      readonly username?: string;
      /** The screen is covered: only this user goes on with what is there. */
      readonly covered: boolean;
      readonly error?: ErrorReport;
    }
  | { readonly ask: 'change'; readonly username: string; readonly rules: PasswordRules }
);

/** Password window to session process, over a MessagePort that only those two hold. Passwords are UTF-8. */
export type PasswordPortRequest =
  | { readonly kind: 'sign-in'; readonly username: string; readonly password: Uint8Array }
  | { readonly kind: 'change'; readonly current: Uint8Array; readonly next: Uint8Array };

export type PasswordPortReply =
  /** Used for the sign-in that begins now; what comes of it is told to the main process. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly error: ErrorReport };
