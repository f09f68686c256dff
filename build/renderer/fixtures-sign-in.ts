/** The states of a window before somebody is signed in, on the covered screen, and of the PIN window. */
import type { CertificateChoice, PinPrompt } from '../../src/shared/app-state.ts';
import type { ErrorReport } from '../../src/shared/errors.ts';
import { ALICE, type Fixture, LONG_NAME, running, WAITING } from './desk.ts';
import { POLICY } from './policy.ts';

const ALICE_ADMIN: CertificateChoice = {
  id: 'slot-0-9c',
  commonName: 'ALLEN.ALICE.A.ADM.1000000001',
  upn: '1000000001.adm@mil',
  issuer: 'Example ID CA 71',
  notAfter: '2027-01-15T12:00:00Z',
};
const PIN: PinPrompt = { identity: ALICE, finalTry: false, pinPad: false, banner: POLICY.banner };

function card(code: ErrorReport['code'], detail?: ErrorReport['detail']): Fixture {
  return { app: running({ step: 'card', error: detail === undefined ? { code } : { code, detail } }) };
}

function locked(error: ErrorReport, bundleSha256: string): Fixture {
  return {
    app: {
      kind: 'locked',
      build: { version: '0.1.0', testBuild: false },
      error,
      bundleSha256,
      support: bundleSha256 === '' ? '' : POLICY.support,
    },
  };
}

export const SIGN_IN_FIXTURES: Readonly<Record<string, () => Fixture>> = {
  'locked-tampered': () => locked({ code: 'BELOW_THRESHOLD' }, '9f2c'.repeat(16)),
  'locked-absent': () => locked({ code: 'ABSENT', detail: { path: '/etc/sallyport/policy.bundle' } }, ''),
  consent: () => ({ app: running({ step: 'consent' }) }),
  'consent-test-build': () => ({
    app: running({ step: 'consent' }, { build: { version: '0.1.0', testBuild: true } }),
  }),
  'card-reading': () => ({ app: running({ step: 'card' }) }),
  'card-no-reader': () => card('NO_READER'),
  'card-no-card': () => card('NO_CARD'),
  'card-unreadable': () => card('CARD_UNREADABLE'),
  'card-module-hash': () =>
    card('MODULE_HASH_MISMATCH', { path: '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so' }),
  certificate: () => ({ app: running({ step: 'certificate', choices: [ALICE, ALICE_ADMIN] }) }),
  pin: () => ({ app: running({ step: 'pin', identity: ALICE }) }),
  connecting: () => ({
    app: running({ step: 'connecting', identity: ALICE }),
    events: [{ type: 'link', link: { kind: 'connecting', host: 'xmpp1.example.mil' } }],
  }),
  'connecting-again': () => ({
    app: running({ step: 'connecting', identity: ALICE, error: { code: 'SESSION_CRASHED' } }),
  }),
  'connecting-waiting': () => ({
    app: running({ step: 'connecting', identity: ALICE }),
    events: [{ type: 'link', link: WAITING }],
  }),
  stopped: () => ({ app: running({ step: 'stopped', retry: true }) }),
  'stopped-error': () => ({
    app: running({ step: 'stopped', retry: true, error: { code: 'LOCK_SERVER_PROOF_WRONG' } }),
  }),
  'stopped-conflict': () => ({ app: running({ step: 'stopped', retry: true, error: { code: 'CONFLICT' } }) }),
  'cover-card': () => ({
    app: running({ step: 'card', error: { code: 'CARD_REMOVED' } }, { screenLocked: true }),
  }),
  'cover-idle': () => ({ app: running({ step: 'card' }, { screenLocked: true }) }),
  'cover-pin': () => ({ app: running({ step: 'pin', identity: ALICE }, { screenLocked: true }) }),
  'pin-entry': () => ({ pin: PIN }),
  'pin-error': () => ({ pin: { ...PIN, error: { code: 'PIN_INCORRECT' } } }),
  'pin-final': () => ({ pin: { ...PIN, finalTry: true } }),
  'pin-final-error': () => ({ pin: { ...PIN, finalTry: true, error: { code: 'PIN_LAST_TRY' } } }),
  'pin-locked': () => ({ pin: { ...PIN, error: { code: 'PIN_LOCKED' } } }),
  'pin-pad': () => ({ pin: { ...PIN, pinPad: true } }),
  'pin-long': () => ({
    pin: {
      ...PIN,
      finalTry: true,
      error: {
        code: 'MODULE_HASH_MISMATCH',
        detail: { path: '/opt/vendor/with/a/long/path/libpkcs11-vendor-middleware.so' },
      },
      identity: { ...ALICE, commonName: `${ALICE.commonName}.${LONG_NAME}`, issuer: LONG_NAME },
    },
  }),
};
