import type { AppState, CertificateChoice } from '../../shared/app-state.ts';
import { DEFAULT_PREFERENCES, type Preferences } from '../../shared/preferences.ts';
import { type ChatState, EMPTY_CHAT } from './chat-state.ts';
import { INITIAL_VIEW, type ViewState } from './view-state.ts';

/** Everything the chat window knows. */
export interface WindowState {
  /** Absent until the main process has answered. */
  readonly app: AppState | undefined;
  /** Whose card was used last, so that a cover can say which card to insert. */
  readonly lastIdentity: CertificateChoice | undefined;
  readonly chat: ChatState;
  readonly view: ViewState;
  /** How the user wants the window to look; outlives every sign-in. */
  readonly preferences: Preferences;
}

export const INITIAL_STATE: WindowState = {
  app: undefined,
  lastIdentity: undefined,
  chat: EMPTY_CHAT,
  view: INITIAL_VIEW,
  preferences: DEFAULT_PREFERENCES,
};

export interface Store<State> {
  get(): State;
  /** Replaces the state by what `change` makes of it; listeners hear of it only when it differs. */
  update(change: (state: State) => State): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<State>(initial: State): Store<State> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    update(change) {
      const next = change(state);
      if (Object.is(next, state)) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** The identity a sign-in state is about, if it is about one. */
function identityOf(app: AppState): CertificateChoice | undefined {
  return app.kind === 'running' && 'identity' in app.signIn ? app.signIn.identity : undefined;
}

/**
 * Whether the window should hold chat state at all: from connecting on, and while a covered screen waits for the
 * card. Anything else ends the mirror, so that nothing of one user is left for the next.
 */
export function wantsChat(app: AppState | undefined, had: boolean): boolean {
  if (app?.kind !== 'running') return false;
  const { step } = app.signIn;
  if (step === 'connecting' || step === 'online') return true;
  return app.screenLocked && had && ['card', 'certificate', 'pin', 'password'].includes(step);
}

/** Takes over a new application state; forgets chat and drafts where {@link wantsChat} says so. */
export function applyAppState(state: WindowState, app: AppState, had: boolean): WindowState {
  const identity = identityOf(app);
  const changed =
    identity !== undefined && state.lastIdentity !== undefined && identity.upn !== state.lastIdentity.upn;
  const keep = wantsChat(app, had) && !changed;
  return {
    ...state,
    app,
    lastIdentity: identity ?? state.lastIdentity,
    chat: keep ? state.chat : EMPTY_CHAT,
    view: keep ? state.view : INITIAL_VIEW,
  };
}
