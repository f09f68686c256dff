/**
 * The state of the application outside of chat: what the main process decides and every window shows.
 */
import type { ErrorReport } from './errors.ts';
import type { LabelRules } from './labels.ts';
import type { MessageTemplate } from './message-templates.ts';

/**
 * A certificate on the card that could sign in, as the chooser shows it; of someone who signs in with a password, the
 * account: `issuer` and `notAfter` are empty then.
 */
export interface CertificateChoice {
  /** Opaque, stable while the card stays in. */
  readonly id: string;
  readonly commonName: string;
  readonly upn: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly notAfter: string;
}

/** Which step of signing in the user is at. */
export type SignInState =
  /** The consent banner waits for the user. */
  | { readonly step: 'consent' }
  /** Waits for a reader, a card or a readable certificate; `error` says which. Goes on by itself. */
  | { readonly step: 'card'; readonly error?: ErrorReport }
  | { readonly step: 'certificate'; readonly choices: readonly CertificateChoice[] }
  /** The PIN window is open. */
  | { readonly step: 'pin'; readonly identity: CertificateChoice }
  /** The password window is open, or was closed on a covered screen. `error`: why it is asked again. */
  | { readonly step: 'password'; readonly username?: string; readonly error?: ErrorReport }
  /** PIN accepted or password typed; connection, lock and SASL are under way. `error` says why that had to begin again. */
  | { readonly step: 'connecting'; readonly identity: CertificateChoice; readonly error?: ErrorReport }
  | { readonly step: 'online'; readonly identity: CertificateChoice }
  /** Signed out, or something the user has to act on. `retry` says whether “Sign in” is offered. */
  | { readonly step: 'stopped'; readonly error?: ErrorReport; readonly retry: boolean };

/** What the policy tells the windows. Safe to show to the user. */
export interface PresentationPolicy {
  readonly organisation: string;
  readonly support: string;
  readonly policyId: string;
  readonly sequence: number;
  /** ISO 8601. */
  readonly expires: string;
  readonly banner: { readonly text: string; readonly background: string; readonly foreground: string };
  readonly consent: { readonly title: string; readonly text: string };
  readonly domain: string;
  readonly roomServices: readonly string[];
  /** What analysts may do about rooms besides entering them. */
  readonly rooms: { readonly create: boolean; readonly invite: boolean; readonly whiteboard: boolean };
  /** With whom besides the own domain people may talk, and whose presence they may ask for. */
  readonly people: {
    readonly subscriptions: 'none' | 'internal' | 'partners';
    /** Whether people can be looked up in the directory. */
    readonly directory: boolean;
    /** Whether people can tell where they are, and what they do. */
    readonly location: boolean;
    readonly activity: boolean;
    readonly partnerDomains: readonly string[];
  };
  /** How people sign in, and whether a password may be changed here. */
  readonly signIn: { readonly method: 'card' | 'both' | 'password'; readonly passwordChange: boolean };
  /** What happens when the card is pulled. */
  readonly cardRemoval: 'lock' | 'sign-out' | 'quit';
  /** What may leave and enter the windows besides typing. */
  readonly desktop: { readonly copy: boolean; readonly paste: boolean; readonly dragAndDrop: boolean };
  /** Hosts whose https links may be opened in the browser; lower case. */
  readonly linkHosts: readonly string[];
  /** Absent: there are no feeds. `services`: where they are; `people`: the domain whose people publish themselves. */
  readonly feeds?: {
    readonly services: readonly string[];
    readonly publish: boolean;
    readonly people?: string;
  };
  /** Absent: commands of services are not run. */
  readonly commands?: true;
  /** Absent: conversations may not be exported. */
  readonly exports?: true;
  /** Absent: files are off. `types` empty: any type. */
  readonly files?: { readonly maximumBytes: number; readonly types: readonly string[] };
  /** Messages with a fixed form, in the policy's order. */
  readonly templates: readonly MessageTemplate[];
  /** Absent: the policy has no labels. */
  readonly labels?: LabelRules;
}

/** Build facts for the title bar and the about panel. */
export interface BuildInfo {
  readonly version: string;
  /** True for the development and test artefact, which the window marks. */
  readonly testBuild: boolean;
}

/** A policy update that was refused while the last good one still holds. */
export interface PolicyWarning {
  readonly error: ErrorReport;
  /** When it was refused; ISO 8601. */
  readonly at: string;
}

/** A newer version that the organisation's signed update manifest tells of. All of it is text to be shown. */
export interface UpdateNotice {
  /** `major.minor.patch`. */
  readonly version: string;
  /** Where people get it, in a few words. */
  readonly installFrom: string;
  /** What is better in it. */
  readonly notes?: string;
}

/** What this computer knows of a user's sign-ins before this one. */
export interface LastSignIn {
  /** ISO 8601 and the machine's id; absent: none is recorded. */
  readonly previous?: { readonly at: string; readonly machine: string };
  /** Attempts since then that were refused. */
  readonly failed: number;
  /** The record was changed by somebody else, or damaged: what came before is not known. */
  readonly damaged: boolean;
}

export type AppState =
  /** No valid policy or no trustworthy start: nothing else is shown and nothing is connected. */
  | {
      readonly kind: 'locked';
      readonly build: BuildInfo;
      readonly error: ErrorReport;
      /** SHA-256 of the refused bundle, hex; empty when there was none. */
      readonly bundleSha256: string;
      readonly support: string;
    }
  | {
      readonly kind: 'running';
      readonly build: BuildInfo;
      readonly policy: PresentationPolicy;
      readonly signIn: SignInState;
      /** True while the screen is covered because the card was removed or the session is idle. */
      readonly screenLocked: boolean;
      readonly policyWarning?: PolicyWarning;
      /** Present while somebody is signed in. */
      readonly lastSignIn?: LastSignIn;
      /** When the policy ends, ISO 8601; present only while that is near. */
      readonly policyExpiring?: string;
      readonly update?: UpdateNotice;
    };

/** What the PIN window shows. The PIN itself goes to the token process over its own port. */
export interface PinPrompt {
  readonly identity: CertificateChoice;
  /** PKCS#11 CKF_USER_PIN_FINAL_TRY. */
  readonly finalTry: boolean;
  /** CKF_PROTECTED_AUTHENTICATION_PATH: the PIN is typed on the reader. */
  readonly pinPad: boolean;
  readonly banner: PresentationPolicy['banner'];
  readonly error?: ErrorReport;
}

/** PIN window to token process, over a MessagePort that only those two hold. */
export type PinPortRequest =
  | { readonly kind: 'login'; readonly pin: Uint8Array }
  | { readonly kind: 'login-pin-pad' };
export type PinPortReply =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused';
      readonly error: ErrorReport;
      readonly finalTry: boolean;
      readonly locked: boolean;
    };
