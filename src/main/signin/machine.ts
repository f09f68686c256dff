/**
 * Signing in, as a pure function: `reduce(state, event)` answers the next state and what is to be done. Nothing here
 * knows of Electron, of time or of processes; the driver carries the effects out.
 *
 * Rules that every path keeps: the consent banner comes first, a PIN is asked for whenever the screen is covered, a
 * person's data is dropped before another one's sign-in begins, and what does not fit the step changes nothing.
 */
import type { ErrorReport } from '../../shared/errors.ts';
import { CARD_GONE, cardHasLeft, endOfToken, goesOnByItself, stepForStatus } from './card-search.ts';
import type {
  CardRemovalAction,
  HeldSession,
  SignInEffect,
  SignInEvent,
  SignInMachine,
  SignInMethod,
  Step,
  Transition,
} from './model.ts';
import { asksAgain, beginsWithPassword, heldByPassword, passwordStep } from './password-steps.ts';

/** A session process that crashes this often without being online in between is not started again by itself. */
export const MAX_CRASHES = 4;
const CRASH_DELAY_MS = 500;

export function initialState(cardRemoval: CardRemovalAction, method: SignInMethod = 'card'): SignInMachine {
  return {
    cardRemoval,
    method,
    consented: false,
    token: { kind: 'starting' },
    step: { at: 'consent' },
    held: undefined,
    covered: undefined,
    crashes: 0,
  };
}

const audit = (
  event: string,
  outcome: 'success' | 'failure' = 'success',
  detail: Readonly<Record<string, string | number | boolean>> = {},
): SignInEffect => ({ type: 'audit', record: { event, outcome, detail } });

const stay = (state: SignInMachine): Transition => ({ state, effects: [] });

/** Leaving a step: an open PIN or password window closes. */
function leave(step: Step): readonly SignInEffect[] {
  if (step.at === 'password' && step.windowOpen) return [{ type: 'close-password' }];
  return step.at === 'pin' && step.windowOpen ? [{ type: 'close-pin' }] : [];
}

/** Takes the PIN back: the token process is started anew for it, and until it reports nothing is known of the card. */
function withoutPin(state: SignInMachine): SignInMachine {
  return { ...state, token: { kind: 'starting' } };
}

function move(state: SignInMachine, step: Step, effects: readonly SignInEffect[] = []): Transition {
  return { state: { ...state, step }, effects: [...leave(state.step), ...effects] };
}

/** Asks for the password; a window that is open stays and is told the news. */
function askPassword(
  state: SignInMachine,
  error?: ErrorReport,
  before: readonly SignInEffect[] = [],
): Transition {
  const { step, effect } = passwordStep(state.held, error);
  if (state.step.at === 'password') return { state: { ...state, step }, effects: [...before, effect] };
  return move(state, step, [...before, effect]);
}

function begin(state: SignInMachine, before: readonly SignInEffect[] = []): Transition {
  return beginsWithPassword(state) ? askPassword(state, undefined, before) : lookForCard(state, before);
}

/** Begins the search for a card; another person's card ends the session that is held and starts from the banner. */
function lookForCard(state: SignInMachine, before: readonly SignInEffect[] = []): Transition {
  const next = stepForStatus(state.token, state.held);
  if (next === 'other-person') {
    return move(
      { ...withoutPin(state), held: undefined, covered: undefined, consented: false, crashes: 0 },
      { at: 'consent' },
      [...before, { type: 'stop-session' }, { type: 'logout' }, audit('card.other-person')],
    );
  }
  const select: readonly SignInEffect[] =
    next.at === 'selecting' ? [{ type: 'select', id: next.identity.id }] : [];
  return move(state, next, [...before, ...select]);
}

function cardRemoved(state: SignInMachine): Transition {
  const removed = audit('card.removed', 'success', { action: state.cardRemoval });
  switch (state.cardRemoval) {
    case 'lock': {
      const held = state.held === undefined ? undefined : { ...state.held, active: false };
      return lookForCard({ ...state, held, covered: 'card' }, [removed, { type: 'suspend-session' }]);
    }
    case 'sign-out':
      return signedOut(state, { code: 'CARD_REMOVED' }, [removed]);
    case 'quit': {
      const out = signedOut(state, { code: 'CARD_REMOVED' }, [removed]);
      return { state: out.state, effects: [...out.effects, { type: 'quit' }] };
    }
  }
}

function signedOut(
  state: SignInMachine,
  error: ErrorReport | undefined,
  before: readonly SignInEffect[] = [],
): Transition {
  const step: Step = { at: 'stopped', retry: true, ...(error === undefined ? {} : { error }) };
  const cleared = { ...withoutPin(state), held: undefined, covered: undefined, consented: false, crashes: 0 };
  return move(cleared, step, [...before, { type: 'stop-session' }, { type: 'logout' }, audit('signin.out')]);
}

/** The PIN was accepted, or still counts. */
function authenticated(state: SignInMachine, cardId: string, identity: HeldSession['identity']): Transition {
  const unlocked: readonly SignInEffect[] = state.covered === undefined ? [] : [audit('screen.unlocked')];
  if (state.held?.active === true) {
    const step: Step = { at: state.held.wasOnline ? 'online' : 'connecting' };
    return move({ ...state, held: { ...state.held, identity }, covered: undefined }, step, unlocked);
  }
  const held: HeldSession = { cardId, identity, active: true, wasOnline: false };
  return move({ ...state, held, covered: undefined, crashes: 0 }, { at: 'connecting' }, [
    ...unlocked,
    { type: 'start-session', identity, delayMs: 0 },
  ]);
}

function onToken(before: SignInMachine, event: Extract<SignInEvent, { type: 'token' }>): Transition {
  const state = { ...before, token: event.status };
  const { held } = state;
  const cardId = held?.cardId;
  if (cardId !== undefined && state.covered !== 'card' && cardHasLeft(event.status, cardId)) {
    return cardRemoved(state);
  }
  const { step } = state;
  switch (step.at) {
    case 'card':
      return lookForCard(state);
    case 'certificate':
    case 'selecting':
    case 'pin': {
      const sameCard = event.status.kind === 'card' && event.status.cardId === step.cardId;
      if (!sameCard) return lookForCard(state);
      if (step.at !== 'certificate') return stay(state);
      return lookForCard(state);
    }
    default:
      return stay(state);
  }
}

function onSelected(state: SignInMachine, id: string): Transition {
  const { step, token } = state;
  if (step.at !== 'selecting' || step.identity.id !== id) return stay(state);
  if (token.kind === 'card' && token.loggedIn && state.covered === undefined) {
    return authenticated(state, step.cardId, step.identity);
  }
  return move(state, { at: 'pin', cardId: step.cardId, identity: step.identity, windowOpen: true }, [
    { type: 'open-pin' },
  ]);
}

function onPinCancelled(state: SignInMachine): Transition {
  const { step } = state;
  if (step.at !== 'pin' || !step.windowOpen) return stay(state);
  if (state.covered !== undefined) return move(state, { ...step, windowOpen: false });
  if (state.token.kind === 'card' && state.token.locked) {
    return move(state, { at: 'card', error: { code: 'PIN_LOCKED' } });
  }
  return move(state, { at: 'stopped', error: { code: 'PIN_CANCELLED' }, retry: true });
}

function onPasswordCancelled(state: SignInMachine): Transition {
  const { step } = state;
  if (step.at !== 'password' || !step.windowOpen) return stay(state);
  if (state.covered !== undefined) return move(state, { ...step, windowOpen: false });
  if (state.method === 'both' && state.held === undefined) return lookForCard(state);
  return move(state, { at: 'stopped', error: { code: 'PASSWORD_CANCELLED' }, retry: true });
}

/** The server decides whether it is right; until then a covered screen stays covered. */
function onPasswordEntered(state: SignInMachine, identity: HeldSession['identity']): Transition {
  const { step, held } = state;
  if (step.at !== 'password' || !step.windowOpen) return stay(state);
  if (held !== undefined && held.identity.upn !== identity.upn) {
    return move(
      { ...withoutPin(state), held: undefined, covered: undefined, consented: false, crashes: 0 },
      { at: 'consent' },
      [{ type: 'stop-session' }, audit('password.other-person')],
    );
  }
  const next: HeldSession = { cardId: undefined, identity, active: true, wasOnline: false };
  return move({ ...state, held: next, crashes: 0 }, { at: 'connecting' }, [
    audit('password.entered', 'success', { upn: identity.upn }),
    { type: 'start-session', identity, delayMs: 0 },
  ]);
}

function onSignIn(state: SignInMachine): Transition {
  const { step } = state;
  if (step.at === 'password') {
    return { state: { ...state, step: { ...step, windowOpen: true } }, effects: [{ type: 'open-password' }] };
  }
  if (step.at === 'pin') {
    return { state: { ...state, step: { ...step, windowOpen: true } }, effects: [{ type: 'open-pin' }] };
  }
  if (step.at !== 'stopped' || !step.retry) return stay(state);
  return state.consented ? begin(state) : move(state, { at: 'consent' });
}

function onSessionStopped(state: SignInMachine, error: ErrorReport): Transition {
  if (state.held === undefined) return stay(state);
  const inactive = { ...state, held: { ...state.held, active: false } };
  if (asksAgain(state.held, error.code)) {
    return askPassword(inactive, error, [audit('signin.stopped', 'failure', { code: error.code })]);
  }
  if (!heldByPassword(state.held) && CARD_GONE.has(error.code))
    return state.covered === undefined ? cardRemoved(state) : stay(inactive);
  if (state.covered !== undefined && !heldByPassword(state.held)) return stay(inactive);
  if (error.code === 'LOGIN_REQUIRED') {
    const { token } = state;
    return lookForCard({
      ...inactive,
      token: token.kind === 'card' ? { ...token, loggedIn: false } : token,
    });
  }
  return move(inactive, { at: 'stopped', error, retry: true }, [
    audit('signin.stopped', 'failure', { code: error.code }),
  ]);
}

function onSessionCrashed(state: SignInMachine): Transition {
  if (state.held === undefined) return stay(state);
  const error: ErrorReport = { code: 'SESSION_CRASHED' };
  const crashed = audit('session.crashed', 'failure', { count: state.crashes + 1 });
  if ((state.covered !== undefined && !heldByPassword(state.held)) || !state.held.active) {
    return { state: { ...state, held: { ...state.held, active: false } }, effects: [crashed] };
  }
  if (state.crashes >= MAX_CRASHES) {
    const held = { ...state.held, active: false };
    return move({ ...state, held, crashes: 0 }, { at: 'stopped', error, retry: true }, [crashed]);
  }
  const delayMs = CRASH_DELAY_MS * 2 ** state.crashes;
  return move(
    { ...state, held: { ...state.held, wasOnline: false }, crashes: state.crashes + 1 },
    { at: 'connecting', error },
    [crashed, { type: 'start-session', identity: state.held.identity, delayMs }],
  );
}

/** `forgets`: conversations may not stay behind the cover, so the session does not go on behind it. */
function cover(state: SignInMachine, cause: 'idle' | 'pin-age', forgets = false): Transition {
  const { step, held } = state;
  const logout: SignInEffect = { type: 'logout' };
  if (step.at === 'stopped') return { state: withoutPin(state), effects: [logout] };
  if (step.at === 'selecting') return move(withoutPin(state), { at: 'card' }, [logout]);
  if (held === undefined || (step.at !== 'online' && step.at !== 'connecting')) return stay(state);
  if (heldByPassword(held)) {
    return askPassword({ ...state, held: { ...held, active: false }, covered: 'idle' }, undefined, [
      audit('screen.locked', 'success', { cause }),
      { type: 'suspend-session' },
    ]);
  }
  const kept = forgets && state.held !== undefined ? { ...state.held, active: false } : state.held;
  return move({ ...withoutPin(state), held: kept, covered: 'idle' }, { at: 'card' }, [
    audit('screen.locked', 'success', { cause }),
    ...(forgets ? [{ type: 'suspend-session' } as const] : []),
    logout,
  ]);
}

function onOnline(state: SignInMachine): Transition {
  if (state.held === undefined || !state.held.active) return stay(state);
  const uncovers = state.covered !== undefined && heldByPassword(state.held);
  const online: SignInMachine = {
    ...state,
    crashes: 0,
    held: { ...state.held, wasOnline: true },
    covered: uncovers ? undefined : state.covered,
  };
  if (state.step.at !== 'connecting') return stay(online);
  const { upn } = state.held.identity;
  return move(online, { at: 'online' }, [
    ...(uncovers ? [audit('screen.unlocked')] : []),
    audit('signin.online', 'success', { upn }),
  ]);
}

/** The policy's own rules changed; a session that was begun under others ends where they ask for it. */
function onPolicy(
  before: SignInMachine,
  { cardRemoval, method, ends }: Extract<SignInEvent, { type: 'policy' }>,
): Transition {
  const state = { ...before, cardRemoval, method };
  if (!ends || state.step.at === 'consent') return stay(state);
  return signedOut(state, { code: 'POLICY_CHANGED' });
}

/** The next state and what is to be done. An event that does not fit the step changes nothing. */
export function reduce(state: SignInMachine, event: SignInEvent): Transition {
  const { step } = state;
  if (step.at === 'ended')
    return event.type === 'quit' ? { state, effects: [{ type: 'quit' }] } : stay(state);
  switch (event.type) {
    case 'consent-accepted':
      if (step.at !== 'consent') return stay(state);
      return begin({ ...state, consented: true }, [audit('consent.accepted')]);
    case 'certificate-chosen': {
      if (step.at !== 'certificate') return stay(state);
      const identity = step.choices.find((choice) => choice.id === event.id);
      if (identity === undefined) return stay(state);
      return move(state, { at: 'selecting', cardId: step.cardId, identity }, [
        { type: 'select', id: identity.id },
      ]);
    }
    case 'token': {
      const code = endOfToken(state.token, event.status);
      const next = onToken(state, event);
      return code === undefined ? next : withAudit(next, audit('token.ended', 'failure', { code }));
    }
    case 'token-silent':
      return state.held?.cardId === undefined || state.covered === 'card' ? stay(state) : cardRemoved(state);
    case 'selected':
      return onSelected(state, event.id);
    case 'select-failed':
      if (step.at !== 'selecting' || step.identity.id !== event.id) return stay(state);
      if (goesOnByItself(event.error.code)) return move(state, { at: 'card', error: event.error });
      return move(state, { at: 'stopped', error: event.error, retry: true });
    case 'logged-in':
      if (step.at !== 'pin' || step.identity.id !== event.id) return stay(state);
      return withAudit(
        authenticated(state, step.cardId, step.identity),
        audit('pin.accepted', 'success', { upn: step.identity.upn }),
      );
    case 'pin-cancelled':
      return onPinCancelled(state);
    case 'use-password':
      if (state.method !== 'both' || state.held !== undefined) return stay(state);
      return ['card', 'certificate', 'pin'].includes(step.at) ? askPassword(state) : stay(state);
    case 'password-entered':
      return onPasswordEntered(state, event.identity);
    case 'password-cancelled':
      return onPasswordCancelled(state);
    case 'sign-in':
      return onSignIn(state);
    case 'sign-out':
      return step.at === 'consent' ? stay(state) : signedOut(state, undefined);
    case 'session-online':
      return onOnline(state);
    case 'session-stopped':
      return onSessionStopped(state, event.error);
    case 'session-crashed':
      return onSessionCrashed(state);
    case 'idle':
      return cover(state, 'idle', event.forgets);
    case 'pin-expired':
      return cover(state, 'pin-age', event.forgets);
    case 'session-expired':
      return state.held === undefined ? stay(state) : signedOut(state, { code: 'SESSION_LIMIT' });
    case 'policy':
      return onPolicy(state, event);
    case 'shut':
      return move({ ...state, held: undefined, covered: undefined }, { at: 'ended', error: event.error }, [
        { type: 'stop-session' },
        { type: 'stop-token' },
        audit('app.shut', 'failure', { code: event.error.code }),
      ]);
    case 'quit':
      return { state, effects: [...leave(step), { type: 'stop-session' }, { type: 'quit' }] };
  }
}

function withAudit(transition: Transition, record: SignInEffect): Transition {
  return { state: transition.state, effects: [record, ...transition.effects] };
}
