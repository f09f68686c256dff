import { expect, it } from 'vitest';
import type { AppState, CertificateChoice, SignInState } from '../../shared/app-state.ts';
import { TileOwner } from './tile-owner.ts';

const who = (upn: string): CertificateChoice => ({
  id: upn,
  commonName: upn,
  upn,
  issuer: 'CA',
  notAfter: '',
});

function state(signIn: SignInState, screenLocked = false): AppState {
  const build = { version: '1', testBuild: true };
  return { kind: 'running', build, policy: {} as never, signIn, screenLocked };
}

const online = (upn: string) => state({ step: 'online', identity: who(upn) });

it('windows stay while their owner is signed in, connects again, or has the screen covered', () => {
  const owner = new TileOwner();
  const followed = [
    online('1@mil'),
    state({ step: 'connecting', identity: who('1@mil') }),
    online('1@mil'),
    state({ step: 'card' }, true),
    state({ step: 'pin', identity: who('1@mil') }, true),
    online('1@mil'),
  ];
  expect(followed.map((one) => owner.mustClose(one))).toEqual(followed.map(() => false));
});

it.each([
  ['somebody else signs in', online('2@mil')],
  ['another card connects', state({ step: 'connecting', identity: who('2@mil') })],
  ['the user signs out', state({ step: 'consent' })],
  ['the session ended', state({ step: 'stopped', retry: true }, true)],
  ['a card is waited for without a session', state({ step: 'card' })],
  [
    'the policy is gone',
    {
      kind: 'locked',
      build: { version: '1', testBuild: true },
      error: { code: 'EXPIRED' },
      bundleSha256: '',
      support: '',
    } satisfies AppState,
  ],
])('they end when %s', (_what, next) => {
  const owner = new TileOwner();
  owner.mustClose(online('1@mil'));
  owner.mustClose(state({ step: 'card' }, true));
  expect(owner.mustClose(next)).toBe(true);
});
