import { expect, it } from 'vitest';
import {
  ALICE,
  aliceCard,
  bobCard,
  card,
  identity,
  token,
  tokenError,
} from '../../../test/support/signin-events.ts';
import type { TokenStatus } from '../../token/index.ts';
import { initialState, reduce } from './machine.ts';
import type { SignInEvent, SignInMachine, SignInMethod } from './model.ts';
import { heldByPassword, passwordIdentity } from './password-steps.ts';

const statuses: readonly TokenStatus[] = [
  { kind: 'starting' },
  tokenError('NO_CARD'),
  tokenError('MODULE_CRASHED'),
  aliceCard,
  card('card-a', [ALICE], { loggedIn: true }),
  card('card-a', [ALICE], { locked: true }),
  card('card-a', [ALICE, identity('a2', 'ALICE2')]),
  bobCard,
];
const ids = ['a1', 'a2', 'b1'];
const alphabet: readonly SignInEvent[] = [
  { type: 'consent-accepted' },
  { type: 'sign-in' },
  { type: 'sign-out' },
  { type: 'quit' },
  { type: 'pin-cancelled' },
  { type: 'session-online' },
  { type: 'session-crashed' },
  { type: 'idle' },
  { type: 'token-silent' },
  { type: 'pin-expired' },
  { type: 'session-expired' },
  { type: 'shut', error: { code: 'EXPIRED' } },
  ...statuses.map(token),
  ...ids.flatMap((id): SignInEvent[] => [
    { type: 'certificate-chosen', id },
    { type: 'selected', id },
    { type: 'select-failed', id, error: { code: 'CARD_REMOVED' } },
    { type: 'logged-in', id },
  ]),
  { type: 'use-password' },
  { type: 'password-cancelled' },
  ...['alice', 'mallory'].map(
    (name): SignInEvent => ({
      type: 'password-entered',
      identity: passwordIdentity(name, 'chat.example.mil'),
    }),
  ),
  ...(['CARD_REMOVED', 'LOGIN_REQUIRED', 'CONFLICT', 'PASSWORD_WRONG', 'PASSWORD_NEEDED'] as const).map(
    (code): SignInEvent => ({ type: 'session-stopped', error: { code } }),
  ),
];

const policies = (method: SignInMethod): readonly SignInEvent[] => [
  { type: 'policy', cardRemoval: 'sign-out', method, ends: false },
  { type: 'policy', cardRemoval: 'lock', method, ends: true },
];

function check(before: SignInMachine, event: SignInEvent): SignInMachine {
  const { state, effects } = reduce(before, event);
  const kinds = effects.map((effect) => effect.type);
  const must = (holds: boolean, rule: string): void => {
    if (!holds) throw new Error(`${rule}: ${JSON.stringify({ before, event, state, kinds })}`);
  };
  const open = (machine: SignInMachine) => machine.step.at === 'pin' && machine.step.windowOpen;
  const connected = state.step.at === 'online' || state.step.at === 'connecting';

  must(
    state.consented || ['consent', 'stopped', 'ended'].includes(state.step.at),
    'nothing is searched, asked or connected before the banner was accepted',
  );
  const openPassword = (machine: SignInMachine) => machine.step.at === 'password' && machine.step.windowOpen;
  const byPassword = heldByPassword(state.held);

  must(
    state.covered === undefined || !connected || (byPassword && state.step.at === 'connecting'),
    'behind the cover nobody is online',
  );
  must(
    state.method !== 'card' || (!byPassword && state.step.at !== 'password'),
    'a policy for cards knows no password',
  );
  must(
    state.method !== 'password' || state.held === undefined || byPassword,
    'a policy for passwords knows no card',
  );
  must(
    before.covered === undefined ||
      state.covered !== undefined ||
      state.held === undefined ||
      event.type === 'logged-in' ||
      (byPassword && event.type === 'session-online'),
    'only the PIN, or the server that took the password, uncovers a session that is kept',
  );
  must(!connected || state.held?.active === true, 'online means that there is a session');
  must(
    before.held === undefined || state.held !== undefined || kinds.includes('stop-session'),
    'a session that is dropped is stopped',
  );
  must(
    before.held === undefined || state.held === undefined || state.held.cardId === before.held.cardId,
    'a session never passes to another card',
  );
  must(
    !kinds.includes('start-session') ||
      ['logged-in', 'selected', 'session-crashed', 'password-entered'].includes(event.type),
    'a session starts after a PIN, a password, a login that counts, or a crash',
  );
  must(!open(before) || open(state) || kinds.includes('close-pin'), 'the PIN window closes with its step');
  must(open(before) || !open(state) || kinds.includes('open-pin'), 'the PIN window opens with its step');
  must(
    !openPassword(before) || openPassword(state) || kinds.includes('close-password'),
    'the password window closes with its step',
  );
  must(
    openPassword(before) || !openPassword(state) || kinds.includes('open-password'),
    'the password window opens with its step',
  );
  return state;
}

const starts = (['lock', 'sign-out', 'quit'] as const).flatMap((removal) =>
  (['card', 'both', 'password'] as const).map((method) => [removal, method] as const),
);

it.each(starts)('every state that can be reached keeps the rules (%s, %s)', (removal, method) => {
  const seen = new Set<string>();
  const queue: SignInMachine[] = [initialState(removal, method)];
  const events = [...alphabet, ...policies(method)];
  while (queue.length > 0) {
    const state = queue.pop();
    if (state === undefined) break;
    const key = JSON.stringify(state);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const event of events) queue.push(check(state, event));
  }
  expect(seen.size).toBeGreaterThan(200);
});
