import { describe, expect, it } from 'vitest';
import {
  ALICE,
  aliceCard,
  bobCard,
  card,
  identity,
  token,
  tokenError,
} from '../../../test/support/signin-events.ts';
import { initialState, MAX_CRASHES, reduce } from './machine.ts';
import type { CardRemovalAction, SignInEffect, SignInEvent, SignInMachine } from './model.ts';
import { presentPrompt, presentState } from './present.ts';

/** Feeds events and collects the effects of the last one. */
function run(start: SignInMachine, ...events: readonly SignInEvent[]) {
  let state = start;
  let effects: readonly SignInEffect[] = [];
  for (const event of events) ({ state, effects } = reduce(state, event));
  const kinds = effects.filter((effect) => effect.type !== 'audit').map((effect) => effect.type);
  return { state, effects, kinds };
}

const toPin: readonly SignInEvent[] = [
  { type: 'consent-accepted' },
  token(aliceCard),
  { type: 'selected', id: 'a1' },
];
const toOnline: readonly SignInEvent[] = [
  ...toPin,
  { type: 'logged-in', id: 'a1' },
  { type: 'session-online' },
];

const online = (cardRemoval: CardRemovalAction = 'lock'): SignInMachine =>
  run(initialState(cardRemoval), ...toOnline).state;

describe('the way in', () => {
  it('goes banner, card, certificate, PIN, session', () => {
    let { state, kinds } = run(initialState('lock'), token(aliceCard));
    expect(state.step.at).toBe('consent');
    ({ state, kinds } = run(state, { type: 'consent-accepted' }));
    expect([state.step.at, kinds]).toEqual(['selecting', ['select']]);
    ({ state, kinds } = run(state, { type: 'selected', id: 'a1' }));
    expect([state.step.at, kinds]).toEqual(['pin', ['open-pin']]);
    ({ state, kinds } = run(state, { type: 'logged-in', id: 'a1' }));
    expect([state.step.at, kinds]).toEqual(['connecting', ['close-pin', 'start-session']]);
    ({ state, kinds } = run(state, { type: 'session-online' }));
    expect([state.step.at, kinds]).toEqual(['online', []]);
  });

  it('shows why there is no card and goes on by itself', () => {
    for (const code of ['NO_READER', 'NO_CARD', 'CARD_UNREADABLE', 'MODULE_HUNG'] as const) {
      const waiting = run(initialState('lock'), { type: 'consent-accepted' }, token(tokenError(code)));
      expect(waiting.state.step).toEqual({ at: 'card', error: { code } });
      expect(run(waiting.state, token(aliceCard)).state.step.at).toBe('selecting');
    }
  });

  it('has it on record when the token process ends, once each time', () => {
    for (const code of ['MODULE_HUNG', 'MODULE_CRASHED'] as const) {
      const record = {
        type: 'audit',
        record: { event: 'token.ended', outcome: 'failure', detail: { code } },
      };
      const ended = run(online(), token(tokenError(code)));
      expect(ended.effects).toEqual([record]);
      expect(ended.state.step.at).toBe('online');
      expect(run(ended.state, token(tokenError(code))).effects).toEqual([]);
      expect(run(ended.state, token({ kind: 'starting' }), token(tokenError(code))).effects).toEqual([
        record,
      ]);
    }
    expect(run(online(), token({ kind: 'starting' })).effects).toEqual([]);
  });

  it('lets the user choose among several certificates, and only among them', () => {
    const two = card('card-a', [ALICE, identity('a2')]);
    const choosing = run(initialState('lock'), { type: 'consent-accepted' }, token(two));
    expect(choosing.state.step.at).toBe('certificate');
    expect(run(choosing.state, { type: 'certificate-chosen', id: 'zz' }).state).toEqual(choosing.state);
    const chosen = run(choosing.state, { type: 'certificate-chosen', id: 'a2' });
    expect(chosen.effects).toContainEqual({ type: 'select', id: 'a2' });
  });

  it('does not ask for a PIN that is blocked', () => {
    const blocked = card('card-a', [ALICE], { locked: true });
    const { state } = run(initialState('lock'), { type: 'consent-accepted' }, token(blocked));
    expect(state.step).toEqual({ at: 'card', error: { code: 'PIN_LOCKED' } });
  });

  it('follows a card that is swapped while the PIN window is open', () => {
    const { state, kinds } = run(initialState('lock'), ...toPin, token(bobCard));
    expect(state.step).toMatchObject({ at: 'selecting', cardId: 'card-b' });
    expect(kinds).toEqual(['close-pin', 'select']);
    expect(run(state, { type: 'logged-in', id: 'a1' }).state).toEqual(state);
  });

  it('stops when the PIN is cancelled and starts again on request', () => {
    const { state } = run(initialState('lock'), ...toPin, { type: 'pin-cancelled' });
    expect(state.step).toEqual({ at: 'stopped', error: { code: 'PIN_CANCELLED' }, retry: true });
    expect(run(state, { type: 'sign-in' }).kinds).toEqual(['select']);
  });

  it('says that the PIN is blocked when the window closes after the last try', () => {
    const { state } = run(initialState('lock'), ...toPin, token(card('card-a', [ALICE], { locked: true })), {
      type: 'pin-cancelled',
    });
    expect(state.step).toEqual({ at: 'card', error: { code: 'PIN_LOCKED' } });
  });

  it('takes a late answer for another certificate as none', () => {
    const { state } = run(initialState('lock'), { type: 'consent-accepted' }, token(aliceCard));
    expect(run(state, { type: 'selected', id: 'b1' }).state).toEqual(state);
    expect(run(state, { type: 'select-failed', id: 'b1', error: { code: 'INTERNAL' } }).state).toEqual(state);
  });
});

describe('pulling the card', () => {
  it('lock: covers, disconnects, keeps the conversations, and goes on with the same card and PIN', () => {
    let { state, kinds } = run(online('lock'), token(tokenError('NO_CARD')));
    expect(kinds).toEqual(['suspend-session']);
    expect([state.covered, state.step.at]).toEqual(['card', 'card']);
    expect(state.held).toMatchObject({ active: false });

    const again = card('card-a', [identity('a9')], { loggedIn: true });
    ({ state, kinds } = run(state, token(again)));
    expect(kinds).toEqual(['select']);
    ({ state, kinds } = run(state, { type: 'selected', id: 'a9' }));
    expect([state.covered, kinds]).toEqual(['card', ['open-pin']]);
    ({ state, kinds } = run(state, { type: 'logged-in', id: 'a9' }));
    expect([state.covered, state.step.at, kinds]).toEqual([
      undefined,
      'connecting',
      ['close-pin', 'start-session'],
    ]);
  });

  it('lock: stays covered when the PIN is cancelled, and asks again on request', () => {
    const back = run(online(), token(tokenError('NO_CARD')), token(aliceCard), {
      type: 'selected',
      id: 'a1',
    });
    const cancelled = run(back.state, { type: 'pin-cancelled' });
    expect(cancelled.state.covered).toBe('card');
    expect(cancelled.kinds).toEqual(['close-pin']);
    expect(run(cancelled.state, { type: 'sign-in' }).kinds).toEqual(['open-pin']);
  });

  it('lock: another person’s card drops the old session before anything else', () => {
    const { state, kinds } = run(online(), token(tokenError('NO_CARD')), token(bobCard));
    expect(kinds).toEqual(['stop-session', 'logout']);
    expect(state).toMatchObject({ consented: false, held: undefined, covered: undefined });
    expect(state.step.at).toBe('consent');
  });

  it('takes another certificate on the same card, or a swap between two reports, for another person', () => {
    expect(run(online(), token(bobCard)).kinds).toContain('stop-session');
    const renewed = card('card-a', [{ ...ALICE, notAfter: '2031-01-01T00:00:00Z' }]);
    expect(run(online(), token(tokenError('NO_CARD')), token(renewed)).kinds).toContain('stop-session');
  });

  it('sign-out: ends the session and asks for consent again', () => {
    const { state, kinds } = run(online('sign-out'), token(tokenError('NO_CARD')));
    expect(kinds).toEqual(['stop-session', 'logout']);
    expect(state).toMatchObject({ consented: false, held: undefined });
    expect(state.step).toEqual({ at: 'stopped', error: { code: 'CARD_REMOVED' }, retry: true });
    expect(run(state, { type: 'sign-in' }).state.step.at).toBe('consent');
  });

  it('quit: ends the session, then the program', () => {
    const { kinds } = run(online('quit'), token(tokenError('NO_READER')));
    expect(kinds).toEqual(['stop-session', 'logout', 'quit']);
  });

  it('is also noticed by a signature that finds no card, and only acted on once', () => {
    const first = run(online(), { type: 'session-stopped', error: { code: 'CARD_REMOVED' } });
    expect(first.kinds).toEqual(['suspend-session', 'select']);
    const second = run(first.state, token(tokenError('NO_CARD')));
    expect(second.kinds).toEqual([]);
    expect(second.state).toMatchObject({ covered: 'card', step: { at: 'card' } });
  });

  it('is not assumed while the token process is started anew, but after it if the card is gone', () => {
    const restarting = run(online(), token(tokenError('MODULE_HUNG')), token({ kind: 'starting' }));
    expect(restarting.state.step.at).toBe('online');
    expect(run(restarting.state, token(aliceCard)).state.step.at).toBe('online');
    expect(run(restarting.state, token(tokenError('NO_CARD'))).state.covered).toBe('card');
    expect(run(restarting.state, token(tokenError('MODULE_HASH_MISMATCH'))).state.covered).toBe('card');
  });
});

describe('an idle desk', () => {
  const askAgain: readonly SignInEvent[] = [token(aliceCard), { type: 'selected', id: 'a1' }];

  it('covers, asks for the PIN again and keeps the connection', () => {
    const { state, kinds } = run(online(), { type: 'idle' });
    expect(kinds).toEqual(['logout']);
    expect(state).toMatchObject({ covered: 'idle', held: { active: true }, token: { kind: 'starting' } });
    const asked = run(state, ...askAgain);
    expect([asked.state.covered, asked.kinds]).toEqual(['idle', ['open-pin']]);
    const back = run(asked.state, { type: 'logged-in', id: 'a1' });
    expect(back.kinds).toEqual(['close-pin']);
    expect(back.state).toMatchObject({ covered: undefined, step: { at: 'online' } });
  });

  it('reconnects after the PIN when the connection ended behind the cover', () => {
    const { state } = run(
      online(),
      { type: 'idle' },
      { type: 'session-stopped', error: { code: 'LOGIN_REQUIRED' } },
      ...askAgain,
    );
    expect(state.covered).toBe('idle');
    const back = run(state, { type: 'logged-in', id: 'a1' });
    expect(back.kinds).toEqual(['close-pin', 'start-session']);
  });

  it('does not believe a login from before', () => {
    const { state } = run(online(), { type: 'idle' }, token(card('card-a', [ALICE], { loggedIn: true })), {
      type: 'selected',
      id: 'a1',
    });
    expect([state.covered, state.step.at]).toEqual(['idle', 'pin']);
  });

  it('follows the card policy when the card is pulled behind the cover', () => {
    const idle = run(online('sign-out'), { type: 'idle' }, ...askAgain).state;
    expect(run(idle, token(tokenError('NO_CARD'))).kinds).toEqual(['close-pin', 'stop-session', 'logout']);
  });

  it('forgets a PIN that still counts', () => {
    const stopped = run(online(), { type: 'session-stopped', error: { code: 'LOCK_REFUSED' } }).state;
    const idle = run(stopped, { type: 'idle' });
    expect(idle.kinds).toEqual(['logout']);
    expect(run(idle.state, { type: 'sign-in' }).state.step.at).toBe('card');
  });
});

describe('a session that ends', () => {
  it('stops with its error, keeps the conversations, and goes on without a PIN that still counts', () => {
    const stopped = run(online(), { type: 'session-stopped', error: { code: 'CONFLICT' } });
    expect(stopped.state.step).toEqual({ at: 'stopped', error: { code: 'CONFLICT' }, retry: true });
    const again = run(
      stopped.state,
      token(card('card-a', [ALICE], { loggedIn: true })),
      { type: 'sign-in' },
      { type: 'selected', id: 'a1' },
    );
    expect(again.kinds).toEqual(['start-session']);
  });

  it('asks for the PIN when the card does, without trusting an old report', () => {
    const loggedIn = run(online(), token(card('card-a', [ALICE], { loggedIn: true }))).state;
    const asked = run(
      loggedIn,
      { type: 'session-stopped', error: { code: 'LOGIN_REQUIRED' } },
      { type: 'selected', id: 'a1' },
    );
    expect(asked.kinds).toEqual(['open-pin']);
  });

  it('is started anew after a crash, later each time, and not for ever', () => {
    let state = online();
    const delays: number[] = [];
    for (let count = 0; count < MAX_CRASHES; count++) {
      const crashed = run(state, { type: 'session-crashed' });
      for (const effect of crashed.effects) if (effect.type === 'start-session') delays.push(effect.delayMs);
      expect(crashed.state.step).toEqual({ at: 'connecting', error: { code: 'SESSION_CRASHED' } });
      state = crashed.state;
    }
    expect(delays).toEqual([500, 1000, 2000, 4000]);
    const last = run(state, { type: 'session-crashed' });
    expect(last.kinds).toEqual([]);
    expect(last.state.step).toEqual({ at: 'stopped', error: { code: 'SESSION_CRASHED' }, retry: true });
  });

  it('is not started anew behind the cover', () => {
    const { state, kinds } = run(online(), { type: 'idle' }, { type: 'session-crashed' });
    expect(kinds).toEqual([]);
    const back = run(
      state,
      token(aliceCard),
      { type: 'selected', id: 'a1' },
      { type: 'logged-in', id: 'a1' },
    );
    expect(back.kinds).toEqual(['close-pin', 'start-session']);
  });
});

describe('the end', () => {
  it('of the policy closes everything, for good', () => {
    const shut = run(online(), { type: 'shut', error: { code: 'EXPIRED' } });
    expect(shut.kinds).toEqual(['stop-session', 'stop-token']);
    const after = run(shut.state, { type: 'sign-in' }, token(aliceCard), { type: 'consent-accepted' });
    expect(after.state.step).toEqual(shut.state.step);
    expect(run(shut.state, { type: 'quit' }).kinds).toEqual(['quit']);
  });

  it('of the program stops the session first', () => {
    expect(run(online(), { type: 'quit' }).kinds).toEqual(['stop-session', 'quit']);
  });
});

describe('the policy', () => {
  it('covers the screen when the PIN is too old, like idling', () => {
    const { state, kinds } = run(online(), { type: 'pin-expired' });
    expect(state).toMatchObject({ covered: 'idle', step: { at: 'card' }, held: { active: true } });
    expect(kinds).toEqual(['logout']);
  });

  it('signs out when the session is too old, with a sentence', () => {
    const { state, kinds } = run(online(), { type: 'session-expired' });
    expect(state).toMatchObject({
      held: undefined,
      step: { at: 'stopped', error: { code: 'SESSION_LIMIT' } },
    });
    expect(kinds).toContain('stop-session');
  });

  it('changes while the session goes on, where it may', () => {
    const { state, kinds } = run(online(), {
      type: 'policy',
      cardRemoval: 'quit',
      method: 'card',
      ends: false,
    });
    expect(state).toMatchObject({ cardRemoval: 'quit', step: { at: 'online' } });
    expect(kinds).toEqual([]);
  });

  it('ends a session that was begun under other rules, also behind the cover; the banner comes again', () => {
    const change: SignInEvent = { type: 'policy', cardRemoval: 'lock', method: 'card', ends: true };
    for (const before of [online(), run(online(), { type: 'idle' }).state]) {
      const { state, kinds } = run(before, change);
      expect(state).toMatchObject({ held: undefined, covered: undefined, consented: false });
      expect(state.step).toEqual({ at: 'stopped', retry: true, error: { code: 'POLICY_CHANGED' } });
      expect(kinds).toContain('stop-session');
      expect(kinds).toContain('logout');
    }
    expect(run(initialState('lock'), change).state.step).toEqual({ at: 'consent' });
  });
});

describe('what the windows see', () => {
  const presentation = {
    build: { version: '0.1.0', testBuild: false },
    bundleSha256: 'ab',
    policy: {
      organisation: 'Example',
      support: 'Help desk',
      policyId: 'p',
      sequence: 1,
      expires: '2030-01-01T00:00:00Z',
      banner: { text: 'UNCLASSIFIED', background: '#007a33', foreground: '#ffffff' },
      consent: { title: 't', text: 'x' },
      domain: 'chat.example.mil',
      roomServices: [],
      people: {
        subscriptions: 'internal' as const,
        directory: true,
        location: false,
        activity: false,
        partnerDomains: [],
      },
      rooms: { create: false, invite: true, whiteboard: false },
      signIn: { method: 'card' as const, passwordChange: false },
      cardRemoval: 'lock' as const,
      desktop: { copy: true, paste: true, dragAndDrop: true },
      linkHosts: [],
      templates: [],
    },
  };

  it('is the step with the screen covered or not', () => {
    expect(presentState(online(), presentation)).toMatchObject({
      kind: 'running',
      signIn: { step: 'online', identity: { commonName: 'ALICE' } },
      screenLocked: false,
    });
    expect(presentState(run(online(), { type: 'idle' }).state, presentation)).toMatchObject({
      signIn: { step: 'card' },
      screenLocked: true,
    });
  });

  it('is the locked screen after the end, with the policy’s support line', () => {
    const { state } = run(online(), { type: 'shut', error: { code: 'EXPIRED' } });
    expect(presentState(state, presentation)).toMatchObject({
      kind: 'locked',
      error: { code: 'EXPIRED' },
      bundleSha256: 'ab',
      support: 'Help desk',
    });
  });

  it('is a prompt only while a PIN is asked for, with the card’s warnings', () => {
    const asking = run(initialState('lock'), ...toPin).state;
    expect(presentPrompt(online(), presentation.policy)).toBeUndefined();
    const warned = run(asking, token(card('card-a', [ALICE], { finalTry: true, pinPad: true }))).state;
    expect(presentPrompt(warned, presentation.policy)).toMatchObject({ finalTry: true, pinPad: true });
    const blocked = run(asking, token(card('card-a', [ALICE], { locked: true }))).state;
    expect(presentPrompt(blocked, presentation.policy)?.error).toEqual({ code: 'PIN_LOCKED' });
  });
});
