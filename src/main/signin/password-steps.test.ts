import { describe, expect, it } from 'vitest';
import { aliceCard, token, tokenError } from '../../../test/support/signin-events.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { initialState, reduce } from './machine.ts';
import type { SignInEffect, SignInEvent, SignInMachine, SignInMethod } from './model.ts';
import { momentsBetween } from './moments.ts';
import { passwordIdentity } from './password-steps.ts';
import { presentState } from './present.ts';

const DOMAIN = 'chat.example.mil';
const ALICE = passwordIdentity('alice', DOMAIN);

function run(start: SignInMachine, ...events: readonly SignInEvent[]) {
  let state = start;
  let effects: readonly SignInEffect[] = [];
  for (const event of events) ({ state, effects } = reduce(state, event));
  const kinds = effects.filter((effect) => effect.type !== 'audit').map((effect) => effect.type);
  return { state, effects, kinds };
}

const start = (method: SignInMethod) => initialState('lock', method);
const consent: SignInEvent = { type: 'consent-accepted' };
const typed: SignInEvent = { type: 'password-entered', identity: ALICE };
const up: SignInEvent = { type: 'session-online' };
const stopped = (code: ErrorCode): SignInEvent => ({ type: 'session-stopped', error: { code } });
const online = (method: SignInMethod = 'password'): SignInMachine =>
  run(start(method), consent, { type: 'use-password' }, typed, up).state;

describe('the way in with a password', () => {
  it('goes banner, password, session', () => {
    const asked = run(start('password'), consent);
    expect([asked.state.step, asked.kinds]).toEqual([
      { at: 'password', windowOpen: true },
      ['open-password'],
    ]);
    const given = run(asked.state, typed);
    expect([given.state.step.at, given.kinds]).toEqual(['connecting', ['close-password', 'start-session']]);
    expect(run(given.state, up).state.step.at).toBe('online');
  });

  it('is no way where the policy says card', () => {
    for (const event of [{ type: 'use-password' }, typed, { type: 'password-cancelled' }] as const) {
      const { state, kinds } = run(start('card'), consent, event);
      expect([state.step.at, state.held, kinds]).toEqual(['card', undefined, []]);
    }
  });

  it('is a choice where the policy says both, until somebody is signed in', () => {
    const waiting = run(start('both'), consent, token(tokenError('NO_CARD')));
    expect(waiting.state.step.at).toBe('card');
    const asked = run(waiting.state, { type: 'use-password' });
    expect([asked.state.step.at, asked.kinds]).toEqual(['password', ['open-password']]);
    const back = run(asked.state, { type: 'password-cancelled' });
    expect([back.state.step.at, back.kinds]).toEqual(['card', ['close-password']]);
    const pin = run(start('both'), consent, token(aliceCard), { type: 'selected', id: 'a1' });
    expect(run(pin.state, { type: 'use-password' }).kinds).toEqual(['close-pin', 'open-password']);
    const carded = run(pin.state, { type: 'logged-in', id: 'a1' }, up);
    expect(run(carded.state, { type: 'use-password' }).state).toEqual(carded.state);
  });

  it('asks again with the reason when the password was not the right one', () => {
    for (const code of ['PASSWORD_WRONG', 'PASSWORD_NEEDED', 'PASSWORD_TEMPORARILY_REFUSED'] as const) {
      const { state, kinds } = run(start('password'), consent, typed, stopped(code));
      expect(state.step).toEqual({ at: 'password', windowOpen: true, username: 'alice', error: { code } });
      expect(kinds).toEqual(['open-password']);
    }
    const { state } = run(start('password'), consent, typed, stopped('ACCOUNT_DISABLED'));
    expect(state.step).toEqual({ at: 'stopped', retry: true, error: { code: 'ACCOUNT_DISABLED' } });
    expect(run(state, { type: 'sign-in' }).state.step.at).toBe('password');
  });

  it('can be cancelled and begun again', () => {
    const cancelled = run(start('password'), consent, { type: 'password-cancelled' });
    expect(cancelled.state.step).toMatchObject({ at: 'stopped', error: { code: 'PASSWORD_CANCELLED' } });
    expect(run(cancelled.state, { type: 'sign-in' }).kinds).toEqual(['open-password']);
  });

  it('counts no password that comes when none is asked for', () => {
    for (const state of [start('password'), online(), run(online(), { type: 'sign-out' }).state]) {
      expect(run(state, typed).state).toEqual(state);
    }
  });
});

describe('a session by password', () => {
  it('does not end with a card', () => {
    const state = online('both');
    for (const event of [token(aliceCard), token(tokenError('NO_CARD')), { type: 'token-silent' } as const]) {
      expect(run(state, event).state).toMatchObject({ step: { at: 'online' }, covered: undefined });
    }
  });

  it('is suspended when the screen is covered, and uncovered by the server alone', () => {
    const covered = run(online(), { type: 'idle' });
    expect(covered.kinds).toEqual(['suspend-session', 'open-password']);
    expect(covered.state).toMatchObject({ covered: 'idle', step: { at: 'password', username: 'alice' } });
    const given = run(covered.state, typed);
    expect(given.state).toMatchObject({ covered: 'idle', step: { at: 'connecting' } });
    const wrong = run(given.state, stopped('PASSWORD_WRONG'));
    expect(wrong.state).toMatchObject({ covered: 'idle', step: { at: 'password' } });
    const right = run(wrong.state, typed, up);
    expect(right.state).toMatchObject({ covered: undefined, step: { at: 'online' } });
    expect(right.effects).toContainEqual({
      type: 'audit',
      record: { event: 'screen.unlocked', outcome: 'success', detail: {} },
    });
  });

  it('is covered by a password that is too old, too', () => {
    expect(run(online(), { type: 'pin-expired' }).state.covered).toBe('idle');
  });

  it('keeps its window closed on a covered screen until it is asked for', () => {
    const closed = run(online(), { type: 'idle' }, { type: 'password-cancelled' });
    expect(closed.state.step).toMatchObject({ at: 'password', windowOpen: false });
    expect(run(closed.state, typed).state).toEqual(closed.state);
    expect(run(closed.state, { type: 'sign-in' }).kinds).toEqual(['open-password']);
  });

  it('is dropped before somebody else signs in', () => {
    const mallory: SignInEvent = {
      type: 'password-entered',
      identity: passwordIdentity('mallory', DOMAIN),
    };
    const { state, kinds } = run(online(), { type: 'idle' }, mallory);
    expect(state).toMatchObject({ step: { at: 'consent' }, held: undefined, covered: undefined });
    expect(kinds).toEqual(['close-password', 'stop-session']);
  });

  it('begins anew after the session process crashed, which has forgotten the keys', () => {
    const crashed = run(online(), { type: 'session-crashed' });
    expect(crashed.state.step.at).toBe('connecting');
    expect(run(crashed.state, stopped('PASSWORD_NEEDED')).state.step.at).toBe('password');
  });

  it('ends with a policy that wants a card', () => {
    const ended = run(online(), { type: 'policy', cardRemoval: 'lock', method: 'card', ends: true });
    expect(ended.state).toMatchObject({ held: undefined, step: { at: 'stopped' } });
    const again = run(ended.state, { type: 'sign-in' }, consent);
    expect(again.state.step.at).toBe('card');
  });

  it('counts time from the password', () => {
    const before = run(start('password'), consent, typed).state;
    expect(momentsBetween(before, up, run(before, up).state)).toEqual(['pin-accepted']);
    const again = online();
    expect(momentsBetween(again, up, run(again, up).state)).toEqual([]);
  });

  it('shows nothing of the conversations while it is covered', () => {
    const policy = { support: '' } as Parameters<typeof presentState>[1]['policy'];
    const { state } = run(online(), { type: 'idle' }, typed);
    const shown = presentState(state, {
      build: { version: '0', testBuild: false },
      policy,
      bundleSha256: '',
    });
    expect(shown).toMatchObject({ screenLocked: true });
  });
});
