/**
 * The typed bridge between windows and the main process: every channel, who may use it and what it carries.
 * `src/main/ipc` validates each call against the validators beside this table; the preloads expose these and no more.
 */
import type { AppState, PinPrompt } from './app-state.ts';
import type { ChatCommand, ChatEvent, ChatReply } from './chat-model.ts';
import type { ExportFormat, ExportResult, ExportScope } from './export-contract.ts';
import type { PasswordPortReply, PasswordPrompt } from './password-contract.ts';
import type { PolicyExport, PolicyPage } from './policy-page.ts';
import type { Preferences } from './preferences.ts';
import type { WatchTile } from './watch-contract.ts';

/** Window kinds; each has its own preload, page and allowed channels. */
export type WindowKind = 'chat' | 'tile' | 'pin' | 'password';

/** Calls from a window, answered by the main process (`ipcRenderer.invoke`). */
export interface InvokeChannels {
  'app:get-state': {
    readonly window: 'chat' | 'tile';
    readonly args: readonly [];
    readonly result: AppState;
  };
  'app:accept-consent': { readonly window: 'chat'; readonly args: readonly []; readonly result: undefined };
  'app:choose-certificate': {
    readonly window: 'chat';
    readonly args: readonly [id: string];
    readonly result: undefined;
  };
  /** Where the policy leaves the choice: a password in place of the card. */
  'app:use-password': { readonly window: 'chat'; readonly args: readonly []; readonly result: undefined };
  /** Opens the password window for a change; nothing where the policy allows none. */
  'app:change-password': { readonly window: 'chat'; readonly args: readonly []; readonly result: undefined };
  /** Opens (or focuses) the PIN or password window, or starts signing in again after `stopped`. */
  'app:sign-in': { readonly window: 'chat'; readonly args: readonly []; readonly result: undefined };
  'app:sign-out': { readonly window: 'chat'; readonly args: readonly []; readonly result: undefined };
  'app:quit': { readonly window: 'chat'; readonly args: readonly []; readonly result: undefined };
  /** Gives an https link to a host of the policy's list to the system's browser; LINK_REFUSED for any other. */
  'app:open-link': {
    readonly window: 'chat' | 'tile';
    readonly args: readonly [href: string];
    readonly result: undefined;
  };
  /** Asks for a fresh port to the session process; it arrives as `chat:port`. */
  'app:connect-chat': {
    readonly window: 'chat' | 'tile';
    readonly args: readonly [];
    readonly result: undefined;
  };
  /** Shows these conversations in a window of their own; TILE_WINDOWS_FULL when there are too many. */
  'app:tear-off': {
    readonly window: 'chat';
    readonly args: readonly [tiles: readonly WatchTile[]];
    readonly result: undefined;
  };
  /** What this torn-off window is to show. */
  'tile:get-tiles': {
    readonly window: 'tile';
    readonly args: readonly [];
    readonly result: readonly WatchTile[];
  };
  'app:get-preferences': {
    readonly window: 'chat' | 'tile';
    readonly args: readonly [];
    readonly result: Preferences;
  };
  /** Takes effect in every window and is kept for this user; PREFERENCES_NOT_KEPT when the second failed. */
  'app:set-preferences': {
    readonly window: 'chat';
    readonly args: readonly [preferences: Preferences];
    readonly result: undefined;
  };
  /** Only while somebody is signed in and the screen is not covered. */
  'policy:get-page': { readonly window: 'chat'; readonly args: readonly []; readonly result: PolicyPage };
  /** Asks the user for a file and writes the policy page there. */
  'policy:export': { readonly window: 'chat'; readonly args: readonly []; readonly result: PolicyExport };
  /** Writes an after-action export and its proof where the policy lets files be saved. */
  'history:export': {
    readonly window: 'chat';
    readonly args: readonly [scope: ExportScope, format: ExportFormat];
    readonly result: ExportResult;
  };
  'pin:get-prompt': { readonly window: 'pin'; readonly args: readonly []; readonly result: PinPrompt };
  'pin:cancel': { readonly window: 'pin'; readonly args: readonly []; readonly result: undefined };
  'password:get-prompt': {
    readonly window: 'password';
    readonly args: readonly [];
    readonly result: PasswordPrompt;
  };
  'password:cancel': { readonly window: 'password'; readonly args: readonly []; readonly result: undefined };
}

/** Messages from the main process to a window (`webContents.send` / `postMessage`). */
export interface PushChannels {
  'app:state': { readonly window: 'chat' | 'tile'; readonly payload: AppState };
  /** Carries one MessagePort to the session process. */
  'chat:port': { readonly window: 'chat' | 'tile'; readonly payload: null };
  'pin:prompt': { readonly window: 'pin'; readonly payload: PinPrompt };
  /** Carries one MessagePort to the token process. */
  'pin:port': { readonly window: 'pin'; readonly payload: null };
  'password:prompt': { readonly window: 'password'; readonly payload: PasswordPrompt };
  /** Carries one MessagePort to the session process. */
  'password:port': { readonly window: 'password'; readonly payload: null };
}

export type InvokeChannel = keyof InvokeChannels;
export type PushChannel = keyof PushChannels;

/** `window.sallyport` in the chat window. */
export interface ChatBridge {
  /** What the page looks like from its first frame; `readLook` reads it. */
  readonly look: string;
  getState(): Promise<AppState>;
  /** Returns a function that ends the subscription. */
  onState(listener: (state: AppState) => void): () => void;
  acceptConsent(): Promise<void>;
  chooseCertificate(id: string): Promise<void>;
  signIn(): Promise<void>;
  choosePassword(): Promise<void>;
  changePassword(): Promise<void>;
  signOut(): Promise<void>;
  quit(): Promise<void>;
  openLink(href: string): Promise<void>;
  getPreferences(): Promise<Preferences>;
  setPreferences(preferences: Preferences): Promise<void>;
  getPolicyPage(): Promise<PolicyPage>;
  exportPolicy(): Promise<PolicyExport>;
  exportMessages(scope: ExportScope, format: ExportFormat): Promise<ExportResult>;
  /** Starts the flow of chat events (a snapshot first). Returns a function that ends it. */
  connectChat(listener: (events: readonly ChatEvent[]) => void): () => void;
  /** Resolves with the session's answer; `NOT_CONNECTED` when the session process is gone. */
  command(command: ChatCommand): Promise<ChatReply>;
  tearOff(tiles: readonly WatchTile[]): Promise<void>;
}

/** `window.sallyportTile` in a torn-off window: what it takes to show and answer conversations, and no more. */
export interface TileBridge
  extends Pick<
    ChatBridge,
    'look' | 'getState' | 'onState' | 'openLink' | 'getPreferences' | 'connectChat' | 'command'
  > {
  getTiles(): Promise<readonly WatchTile[]>;
}

/** `window.sallyportPin` in the PIN window. */
export interface PinBridge {
  readonly look: string;
  getPrompt(): Promise<PinPrompt>;
  onPrompt(listener: (prompt: PinPrompt) => void): () => void;
  /** `digits` holds ASCII digits; it is overwritten with zeros before this returns. */
  submit(digits: Uint8Array): Promise<import('./app-state.ts').PinPortReply>;
  /** Starts a login on the reader's PIN pad. */
  submitOnPinPad(): Promise<import('./app-state.ts').PinPortReply>;
  cancel(): Promise<void>;
}

/** `window.sallyportPassword` in the password window. Passwords are UTF-8 and overwritten before a call returns. */
export interface PasswordBridge {
  readonly look: string;
  getPrompt(): Promise<PasswordPrompt>;
  onPrompt(listener: (prompt: PasswordPrompt) => void): () => void;
  signIn(username: string, password: Uint8Array): Promise<PasswordPortReply>;
  change(current: Uint8Array, next: Uint8Array): Promise<PasswordPortReply>;
  cancel(): Promise<void>;
}
