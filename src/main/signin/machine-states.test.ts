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
import type { SignInEvent, SignInMachine } from './model.ts';

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
  { type: 'policy', cardRemoval: 'sign-out', ends: false },
  { type: 'policy', cardRemoval: 'lock', ends: true },
  { type: 'shut', error: { code: 'EXPIRED' } },
  ...statuses.map(token),
  ...ids.flatMap((id): SignInEvent[] => [
    { type: 'certificate-chosen', id },
    { type: 'selected', id },
    { type: 'select-failed', id, error: { code: 'CARD_REMOVED' } },
    { type: 'logged-in', id },
  ]),
  ...(['CARD_REMOVED', 'LOGIN_REQUIRED', 'CONFLICT'] as const).map(
    (code): SignInEvent => ({ type: 'session-stopped', error: { code } }),
  ),
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
  must(state.covered === undefined || !connected, 'behind the cover nobody is online');
  must(
    before.covered === undefined ||
      state.covered !== undefined ||
      state.held === undefined ||
      event.type === 'logged-in',
    'only the PIN uncovers a session that is kept',
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
    !kinds.includes('start-session') || ['logged-in', 'selected', 'session-crashed'].includes(event.type),
    'a session starts after a PIN, a login that counts, or a crash',
  );
  must(!open(before) || open(state) || kinds.includes('close-pin'), 'the PIN window closes with its step');
  must(open(before) || !open(state) || kinds.includes('open-pin'), 'the PIN window opens with its step');
  return state;
}

it.each(['lock', 'sign-out', 'quit'] as const)(
  'every state that can be reached keeps the rules (%s)',
  (removal) => {
    const seen = new Set<string>();
    const queue: SignInMachine[] = [initialState(removal)];
    while (queue.length > 0) {
      const state = queue.pop();
      if (state === undefined) break;
      const key = JSON.stringify(state);
      if (seen.has(key)) continue;
      seen.add(key);
      for (const event of alphabet) queue.push(check(state, event));
    }
    expect(seen.size).toBeGreaterThan(200);
  },
);
