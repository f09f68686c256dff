import { describe, expect, it, vi } from 'vitest';
import type { AppState, CertificateChoice } from '../../shared/app-state.ts';
import { AppError } from '../../shared/errors.ts';
import type { AuditRecord, SessionConfig } from '../../shared/session-contract.ts';
import type { TokenStatus } from '../../token/index.ts';
import { SignInDriver, type SignInDriverOptions, type TokenPort } from './driver.ts';

const ALICE: CertificateChoice = {
  id: 'a1',
  commonName: 'ALICE',
  upn: 'alice@mil',
  issuer: 'ID CA',
  notAfter: '2030-01-01T00:00:00Z',
};
const CARD: TokenStatus = {
  kind: 'card',
  cardId: 'card-a',
  certificates: [ALICE],
  finalTry: false,
  locked: false,
  pinPad: false,
  loggedIn: false,
};
const POLICY = {
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
};

/** A driver whose surroundings write down what they are told. */
function setUp(overrides: Partial<SignInDriverOptions> = {}) {
  const calls: string[] = [];
  const states: AppState[] = [];
  /** The session process that is started while the PIN is typed, if it is still there. */
  let prepared = false;
  const records: AuditRecord[] = [];
  let onStatus: (status: TokenStatus) => void = () => undefined;
  let onLogin: (id: string) => void = () => undefined;
  const note = (name: string) => {
    calls.push(name);
  };
  const tokens: { -readonly [K in keyof TokenPort]: TokenPort[K] } = {
    start: () => note('token.start'),
    stop: async () => note('token.stop'),
    status: { kind: 'starting' },
    onStatus: (listener) => {
      onStatus = listener;
      return () => undefined;
    },
    onLogin: (listener) => {
      onLogin = listener;
      return () => undefined;
    },
    select: async () => ({ certificate: new Uint8Array([1]), chain: [] }),
    logout: async () => note('token.logout'),
  };
  const driver = new SignInDriver({
    tokens,
    session: {
      start: () => note('session.start'),
      suspend: () => note('session.suspend'),
      release: () => {
        prepared = false;
      },
      stop: async () => note('session.stop'),
    },
    cardRemoval: 'lock',
    presentation: () => ({
      build: { version: '0.1.0', testBuild: false },
      policy: POLICY,
      bundleSha256: 'ab',
    }),
    sessionConfig: async () => ({}) as SessionConfig,
    windows: {
      openPin: () => {
        note('pin.open');
        prepared = true;
      },
      closePin: () => note('pin.close'),
      openPassword: () => note('password.open'),
      closePassword: () => note('password.close'),
      showPasswordPrompt: () => note('password.prompt'),
      showState: (state) => states.push(state),
      showPrompt: () => note('pin.prompt'),
    },
    audit: (record) => records.push(record),
    quit: () => note('quit'),
    ...overrides,
  });
  driver.start();
  return {
    driver,
    tokens,
    calls,
    states,
    records,
    prepared: () => prepared,
    status: (status: TokenStatus) => onStatus(status),
    login: (id: string) => onLogin(id),
  };
}

const step = (driver: SignInDriver): unknown =>
  driver.state.kind === 'running' ? driver.state.signIn.step : driver.state.kind;

type Site = ReturnType<typeof setUp>;

async function asksForPin(site: Site): Promise<void> {
  site.driver.dispatch({ type: 'consent-accepted' });
  site.status(CARD);
  await vi.waitFor(() => expect(site.calls).toContain('pin.open'));
}

async function signIn(site: Site): Promise<void> {
  await asksForPin(site);
  site.login('a1');
}

describe('a token process that does not come back', () => {
  const crashed: TokenStatus = { kind: 'error', error: { code: 'MODULE_CRASHED' } };

  it('counts as a card that was pulled, whatever it crashes of', async () => {
    const site = setUp({ tokenSilenceMs: 20 });
    await signIn(site);
    site.driver.dispatch({ type: 'session-online' });
    site.status(crashed);
    expect(step(site.driver)).toBe('online');
    await vi.waitFor(() => expect(site.calls).toContain('session.suspend'));
    expect(site.driver.state).toMatchObject({ screenLocked: true });
    expect(site.records.map((record) => record.event)).toContain('card.removed');
  });

  it('changes nothing when it was back in time', async () => {
    const site = setUp({ tokenSilenceMs: 20 });
    await signIn(site);
    site.driver.dispatch({ type: 'session-online' });
    site.status(crashed);
    site.status({ kind: 'error', error: { code: 'MODULE_HUNG' } });
    site.status(CARD);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(step(site.driver)).toBe('online');
    expect(site.calls).not.toContain('session.suspend');
  });
});

describe('SignInDriver', () => {
  it('carries a sign-in from the banner to the session', async () => {
    const site = setUp();
    await signIn(site);
    await vi.waitFor(() => expect(site.calls).toContain('session.start'));
    site.driver.dispatch({ type: 'session-online' });
    expect(step(site.driver)).toBe('online');
    expect(site.records.map((record) => record.event)).toEqual([
      'consent.accepted',
      'pin.accepted',
      'signin.online',
    ]);
  });

  it.each([
    ['the card is pulled', (site: Site) => site.status({ kind: 'error', error: { code: 'NO_CARD' } })],
    ['the PIN is not given', (site: Site) => site.driver.dispatch({ type: 'pin-cancelled' })],
    ['the policy ends', (site: Site) => site.driver.dispatch({ type: 'shut', error: { code: 'EXPIRED' } })],
  ])('gives up the session process that was started ahead when %s', async (_, happens) => {
    const site = setUp();
    await asksForPin(site);
    expect(site.prepared()).toBe(true);
    happens(site);
    expect(site.prepared()).toBe(false);
  });

  it('keeps the session process that was started ahead for the session, and not for one that cannot begin', async () => {
    const site = setUp();
    await signIn(site);
    await vi.waitFor(() => expect(site.calls).toContain('session.start'));
    expect(site.prepared()).toBe(true);
    const keyless = setUp({ sessionConfig: () => Promise.reject(new AppError('LOCK_KEY_MISSING')) });
    await signIn(keyless);
    await vi.waitFor(() => expect(step(keyless.driver)).toBe('stopped'));
    expect(keyless.prepared()).toBe(false);
  });

  it('shows each state once', async () => {
    const site = setUp();
    await signIn(site);
    const shown = site.states.map((state) => JSON.stringify(state));
    expect(shown.every((state, index) => state !== shown[index - 1])).toBe(true);
  });

  it('stops with the reason when the machine has no lock key', async () => {
    const site = setUp({
      sessionConfig: () => Promise.reject(new AppError('LOCK_KEY_MISSING', { kid: 'WS-1' })),
    });
    await signIn(site);
    await vi.waitFor(() => expect(step(site.driver)).toBe('stopped'));
    expect(site.calls).not.toContain('session.start');
    expect(site.driver.state).toMatchObject({ signIn: { error: { code: 'LOCK_KEY_MISSING' } } });
  });

  it('does not start a session whose card was pulled while its keys were read', async () => {
    let give: (config: SessionConfig) => void = () => undefined;
    const site = setUp({
      sessionConfig: () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    });
    await signIn(site);
    await vi.waitFor(() => expect(step(site.driver)).toBe('connecting'));
    site.status({ kind: 'error', error: { code: 'NO_CARD' } });
    give({} as SessionConfig);
    await new Promise(setImmediate);
    expect(site.calls).not.toContain('session.start');
    expect(site.calls).toContain('session.suspend');
  });

  it('starts the next session only after the one before has ended', async () => {
    let ended: () => void = () => undefined;
    const order: string[] = [];
    const site = setUp({
      session: {
        start: () => order.push('start'),
        suspend: () => undefined,
        release: () => undefined,
        stop: () =>
          new Promise((resolve) => {
            order.push('stop');
            ended = () => {
              order.push('ended');
              resolve();
            };
          }),
      },
    });
    await signIn(site);
    await vi.waitFor(() => expect(order).toEqual(['start']));
    site.driver.dispatch({ type: 'sign-out' });
    await new Promise(setImmediate);
    site.driver.dispatch({ type: 'sign-in' });
    site.driver.dispatch({ type: 'consent-accepted' });
    site.status(CARD);
    await vi.waitFor(() => expect(step(site.driver)).toBe('pin'));
    await new Promise(setImmediate);
    site.login('a1');
    await new Promise(setImmediate);
    expect(order).toEqual(['start', 'stop']);
    ended();
    await vi.waitFor(() => expect(order).toEqual(['start', 'stop', 'ended', 'start']));
  });

  it('does not hear the token process that ends with a logout', async () => {
    let gone: () => void = () => undefined;
    const quiet = setUp();
    const { tokens } = quiet;
    tokens.logout = () =>
      new Promise((resolve) => {
        gone = resolve;
      });
    await signIn(quiet);
    quiet.driver.dispatch({ type: 'session-online' });
    quiet.driver.dispatch({ type: 'idle' });
    quiet.status(CARD);
    expect(step(quiet.driver)).toBe('card');
    gone();
    await new Promise(setImmediate);
    quiet.status(CARD);
    await vi.waitFor(() => expect(step(quiet.driver)).toBe('pin'));
    expect(quiet.driver.state).toMatchObject({ screenLocked: true });
  });

  it('takes events that its own effects cause after the ones it works on', () => {
    const site = setUp({
      audit: (record) => {
        if (record.event === 'consent.accepted')
          site.driver.dispatch({ type: 'shut', error: { code: 'AUDIT_UNAVAILABLE' } });
      },
    });
    site.driver.dispatch({ type: 'consent-accepted' });
    expect(site.driver.state).toMatchObject({ kind: 'locked', error: { code: 'AUDIT_UNAVAILABLE' } });
    expect(site.calls).toContain('token.stop');
  });
});
