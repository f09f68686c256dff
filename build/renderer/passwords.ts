/** Signing in with a password: what the windows are fed, and what is photographed. */
import type { Page } from 'playwright-core';
import type { AppState, CertificateChoice } from '../../src/shared/app-state.ts';
import type { ErrorReport } from '../../src/shared/errors.ts';
import type { PasswordPrompt } from '../../src/shared/password-contract.ts';
import type { Harness } from './fake-bridge.ts';
import type { Scene } from './scene.ts';

const WINDOW = { width: 460, height: 580 };
const LONG_NAME = 'maximiliana.featherstonehaugh-cholmondeley.von-und-zu-liechtenstein.ctr';

/** The account that signs in with a password. */
export const PASSWORD_IDENTITY: CertificateChoice = {
  id: 'password',
  commonName: 'alice.allen',
  upn: 'alice.allen@chat.example.mil',
  issuer: '',
  notAfter: '',
};

interface PasswordFixture {
  readonly app?: AppState;
  readonly password?: PasswordPrompt;
}

/** The fixtures; `running` makes the application's state and is given the policy's way of signing in. */
export function passwordFixtures(
  banner: PasswordPrompt['banner'],
  running: (method: 'both' | 'password', signIn: object, more?: object) => AppState,
): Readonly<Record<string, () => PasswordFixture>> {
  const common = { banner, domain: 'chat.example.mil' };
  const signIn =
    (more: { readonly username?: string; readonly error?: ErrorReport; readonly covered?: boolean }) =>
    () => ({
      password: { ...common, ask: 'sign-in' as const, covered: false, ...more },
    });
  const change = (username: string) => () => ({
    password: { ...common, ask: 'change' as const, username, rules: { minLength: 15, minClasses: 3 } },
  });
  return {
    'password-entry': signIn({}),
    'password-wrong': signIn({ username: 'alice.allen', error: { code: 'PASSWORD_WRONG' } }),
    'password-wait': signIn({
      username: 'alice.allen',
      error: { code: 'PASSWORD_WAIT', detail: { seconds: 40 } },
    }),
    'password-cover': signIn({ username: 'alice.allen', covered: true }),
    'password-long': signIn({
      username: LONG_NAME,
      covered: true,
      error: { code: 'PASSWORD_TEMPORARILY_REFUSED' },
    }),
    'password-change': change('alice.allen'),
    'password-change-long': change(LONG_NAME),
    'screen-password': () => ({ app: running('password', { step: 'password' }) }),
    'screen-password-connecting': () => ({
      app: running('password', { step: 'connecting', identity: PASSWORD_IDENTITY }),
    }),
    'screen-password-choice': () => ({
      app: running('both', { step: 'card', error: { code: 'NO_CARD' } }),
    }),
    'screen-password-cover': () => ({
      app: running('password', { step: 'password', username: 'alice.allen' }, { screenLocked: true }),
    }),
  };
}

async function typeInto(page: Page, id: string, text: string): Promise<void> {
  await page.locator(`#${id}`).focus();
  await page.keyboard.type(text);
}

const scene = (fixture: string): Scene => ({ name: fixture, window: 'password', fixture, size: WINDOW });

async function typeNew(page: Page): Promise<void> {
  await typeInto(page, 'current', 'the present one');
  await typeInto(page, 'next', 'new Password ');
}

/** Every state of the password window, and the chat window's screens beside it. */
export function passwordScenes(): readonly Scene[] {
  return [
    ...[
      'password-entry',
      'password-wrong',
      'password-wait',
      'password-cover',
      'password-long',
      'password-change',
      'password-change-long',
    ].map(scene),
    {
      ...scene('password-entry'),
      name: 'password-busy',
      act: async (page) => {
        await typeInto(page, 'username', 'alice.allen');
        await typeInto(page, 'password', 'correct horse');
        await page.keyboard.press('Enter');
        await page.getByText('Signing in.').waitFor();
      },
    },
    { ...scene('password-change'), name: 'password-change-typing', act: typeNew },
    {
      ...scene('password-change'),
      name: 'password-changed',
      act: async (page) => {
        await page.evaluate(() => {
          (globalThis as unknown as { harness: Harness }).harness.passwordReply = { kind: 'changed' };
        });
        await typeNew(page);
        await page.keyboard.type('4 you!');
        await typeInto(page, 'again', 'new Password 4 you!');
        await page.keyboard.press('Enter');
        await page.getByText('Your password was changed').waitFor();
      },
    },
    ...[
      'screen-password',
      'screen-password-connecting',
      'screen-password-choice',
      'screen-password-cover',
    ].map((fixture): Scene => ({ name: fixture, window: 'chat', fixture })),
  ];
}
