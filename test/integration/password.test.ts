/** Sign-in by password: the session process's own code against the real Prosody with the kit's modules and the lock. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stopTlsWorkers } from '../../src/tls/index.ts';
import { bundleTlsWorker } from '../support/bundle-worker.ts';
import { PasswordSession, passwordConfig, utf8 } from '../support/password-session.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { until } from '../support/xmpp-analyst.ts';

const RIGHT = 'Canary-7f3a9c-correct-horse';
const NEXT = 'Canary-e21b04-battery-Staple';
let site: TestSite;
let workerFile: string;
const sessions: PasswordSession[] = [];

beforeAll(async () => {
  workerFile = await bundleTlsWorker();
  site = await startTestSite({
    users: [testUser('alice', 1)],
    epochs: [4],
    prosody: {
      signIn: 'password',
      passwordTries: 4,
      accounts: [
        { account: 'alice', password: RIGHT },
        { account: 'bob', password: 'Zweites Paßwort für Bob 2' },
        { account: 'carol', password: RIGHT, disabled: true },
        { account: 'dave', password: RIGHT, expires: 1_000_000_000 },
        { account: 'erin', password: RIGHT },
        { account: 'frank', password: RIGHT },
      ],
      machines: [{ kid: 'WS-1' }],
    },
  });
});
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop();
  await stopTlsWorkers();
});
afterAll(() => site?.stop());

function open(): PasswordSession {
  const session = new PasswordSession(workerFile, site.server.domain);
  sessions.push(session);
  return session;
}

describe('sign-in', () => {
  it('with the right password and no client certificate, and again after the connection was lost', async () => {
    const session = open();
    const password = utf8(RIGHT);
    expect(await session.signIn(passwordConfig(site, 'alice'), password)).toBe('online');
    expect(password.every((byte) => byte === 0)).toBe(true);
    expect(session.reports).toContainEqual({ kind: 'password-entered', username: 'alice' });
    expect(session.reports.find((report) => report.kind === 'bound')).toMatchObject({
      jid: expect.stringMatching(/^alice@chat\.example\.mil\/desk-/),
    });
    await site.server.restart();
    const before = session.reports.length;
    await until('online again', () =>
      session.reports.slice(before).find((report) => report.kind === 'link' && report.link.kind === 'online'),
    );
  });

  it('with letters beyond ASCII', async () => {
    expect(await open().signIn(passwordConfig(site, 'bob'), utf8('Zweites Paßwort für Bob 2'))).toBe(
      'online',
    );
  });

  it.each([
    ['alice', 'Canary-7f3a9c-wrong-horse!', 'PASSWORD_WRONG'],
    ['nobody', RIGHT, 'PASSWORD_WRONG'],
    ['carol', RIGHT, 'ACCOUNT_DISABLED'],
    ['carol', 'Canary-7f3a9c-wrong-horse!', 'PASSWORD_WRONG'],
    ['dave', RIGHT, 'PASSWORD_EXPIRED'],
  ])('%s is refused: %#', async (username, password, code) => {
    expect(await open().signIn(passwordConfig(site, username), utf8(password))).toBe(code);
  });

  it('is refused while the account is switched off', async () => {
    await site.server.setSwitch({ users: ['alice'] });
    expect(await open().signIn(passwordConfig(site, 'alice'), utf8(RIGHT))).toBe('ACCOUNT_DISABLED');
    await site.server.setSwitch({});
    expect(await open().signIn(passwordConfig(site, 'alice'), utf8(RIGHT))).toBe('online');
  });

  it('is refused for a while after several wrong passwords, by the server and by the window’s own side', async () => {
    const session = open();
    const wrong = () => session.signIn(passwordConfig(site, 'frank'), utf8('Canary-7f3a9c-wrong-horse!'));
    expect([await wrong(), await wrong(), await wrong()]).toEqual(Array(3).fill('PASSWORD_WRONG'));
    expect(await wrong()).toBe('PASSWORD_WAIT');
    const other = () => open().signIn(passwordConfig(site, 'frank'), utf8(RIGHT));
    expect(await open().signIn(passwordConfig(site, 'frank'), utf8('Canary-7f3a9c-wrong-horse!'))).toBe(
      'PASSWORD_WRONG',
    );
    expect(await other()).toBe('PASSWORD_TEMPORARILY_REFUSED');
    // The server’s five seconds are over at some time, and nothing else is to be done.
    let outcome = '';
    for (let tries = 0; tries < 100 && outcome !== 'online'; tries += 1) {
      await sleep(200);
      outcome = await other();
    }
    expect(outcome).toBe('online');
  });

  it('counts guesses that began side by side as it counts those one after the other', async () => {
    const base64 = (octets: string | Uint8Array) => Buffer.from(octets).toString('base64');
    const header = 'p=tls-exporter,,';
    const guesses = await Promise.all(
      Array.from({ length: 7 }, async (_, index) => {
        const raw = await site.connect();
        await raw.passLock(site.machine('WS-1', 4));
        raw.send(
          `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256-PLUS'>${base64(`${header}n=ghost,r=nonce${index}`)}</auth>`,
        );
        const challenge = /<challenge[^>]*>([^<]*)</.exec(await raw.take(/<challenge.*?<\/challenge>/s))?.[1];
        const nonce = /r=([^,]*)/.exec(Buffer.from(challenge ?? '', 'base64').toString())?.[1];
        return { raw, nonce };
      }),
    );
    const outcomes: string[] = [];
    for (const { raw, nonce } of guesses) {
      const bound = base64(Buffer.concat([Buffer.from(header), raw.tlsExporter]));
      const final = base64(`c=${bound},r=${nonce},p=${base64(new Uint8Array(32))}`);
      raw.send(`<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${final}</response>`);
      const failure = await raw.take(/<failure.*?<\/failure>/s);
      outcomes.push(/<(not-authorized|temporary-auth-failure)/.exec(failure)?.[1] ?? failure);
      raw.close();
    }
    expect(outcomes).toEqual([
      ...Array(4).fill('not-authorized'),
      ...Array(3).fill('temporary-auth-failure'),
    ]);
  });

  it('asks again when nothing is held any more', async () => {
    const session = open();
    const config = passwordConfig(site, 'alice');
    expect(await session.start(config)).toBe('PASSWORD_NEEDED');
    expect(await session.signIn(config, utf8(RIGHT))).toBe('online');
    session.session.handle({ kind: 'suspend' }, undefined);
    expect(await session.start(config)).toBe('PASSWORD_NEEDED');
  });

  it('uses one person’s password for no other account', async () => {
    const session = open();
    await new Promise(setImmediate);
    await session.port.ask({ kind: 'sign-in', username: 'alice', password: utf8(RIGHT) });
    expect(await session.start(passwordConfig(site, 'erin'))).toBe('PASSWORD_NEEDED');
  });

  it('goes nowhere when the policy’s mechanisms are not there', async () => {
    const config = passwordConfig(site, 'alice', { policy: { mechanisms: ['SCRAM-SHA-512-PLUS'] } });
    const session = open();
    expect(await session.signIn(config, utf8(RIGHT))).toBe('PASSWORD_NOT_OFFERED');
  });
});

describe('the port', () => {
  it.each([
    [{ kind: 'sign-in', username: 'alice', password: new Uint8Array() }, 'PASSWORD_FORMAT'],
    [{ kind: 'sign-in', username: 'alice', password: 'text' }, 'PASSWORD_FORMAT'],
    [{ kind: 'sign-in', username: 'alice', password: new Uint8Array(513).fill(65) }, 'PASSWORD_FORMAT'],
    [{ kind: 'sign-in', username: 'alice@evil.example', password: utf8(RIGHT) }, 'PASSWORD_FORMAT'],
    [{ kind: 'sign-in', username: 'a b', password: utf8(RIGHT) }, 'PASSWORD_FORMAT'],
    [{ kind: 'sign-in', username: '', password: utf8(RIGHT) }, 'PASSWORD_FORMAT'],
    [{ kind: 'change', current: utf8(RIGHT), next: utf8(NEXT) }, 'PASSWORD_CHANGE_OFF'],
    [{ kind: 'other' }, 'IPC_REFUSED'],
    [null, 'IPC_REFUSED'],
    ['text', 'IPC_REFUSED'],
  ])('refuses %#', async (message, code) => {
    const session = open();
    await new Promise(setImmediate);
    expect(await session.port.ask(message)).toMatchObject({ kind: 'refused', error: { code } });
    expect(session.reports).toEqual([]);
  });
});

describe('changing the password', () => {
  it('takes effect at once: the old one is refused, the new one signs in, other sessions end', async () => {
    const session = open();
    const other = open();
    const config = passwordConfig(site, 'erin');
    expect(await session.signIn(config, utf8(RIGHT))).toBe('online');
    expect(await other.signIn(config, utf8(RIGHT))).toBe('online');
    const change = (current: string, next: string) =>
      session.port.ask({ kind: 'change', current: utf8(current), next: utf8(next) });
    const refusal = (code: string) => ({ kind: 'refused', error: { code } });
    expect(await change(NEXT, NEXT)).toMatchObject(refusal('PASSWORD_WRONG'));
    expect(await change(RIGHT, 'short-1A')).toMatchObject(refusal('PASSWORD_TOO_WEAK'));
    expect(await change(RIGHT, 'onlysmalllettersandmore')).toMatchObject(refusal('PASSWORD_TOO_WEAK'));
    expect(await change(RIGHT, 'With a soft\u00adhyphen 123')).toMatchObject(refusal('PASSWORD_TOO_WEAK'));
    const before = other.reports.length;
    expect(await change(RIGHT, NEXT)).toEqual({ kind: 'changed' });
    await until('the other session is asked', () =>
      other.reports
        .slice(before)
        .find((report) => report.kind === 'stopped' && report.error?.code === 'PASSWORD_NEEDED'),
    );
    expect(await open().signIn(config, utf8(RIGHT))).toBe('PASSWORD_WRONG');
    expect(await open().signIn(config, utf8(NEXT))).toBe('online');
    expect(session.reports).toContainEqual({
      kind: 'audit',
      record: { event: 'password-change', outcome: 'success', detail: {} },
    });
  });

  it('is not possible where the policy says so', async () => {
    const session = open();
    const config = passwordConfig(site, 'alice', { policy: { change: false } });
    expect(await session.signIn(config, utf8(RIGHT))).toBe('online');
    expect(await session.port.ask({ kind: 'change', current: utf8(RIGHT), next: utf8(NEXT) })).toMatchObject({
      kind: 'refused',
      error: { code: 'PASSWORD_CHANGE_OFF' },
    });
  });
});

describe('what is left behind', () => {
  it('holds no password: not the server’s files and logs, not a report of the session', async () => {
    const session = open();
    expect(await session.signIn(passwordConfig(site, 'alice'), utf8(RIGHT))).toBe('online');
    const text = JSON.stringify(session.reports);
    const files = readdirSync(join(site.directory, 'prosody'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).size > 0)
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    expect(files.length).toBeGreaterThan(10);
    for (const seen of [text, ...files]) {
      for (const canary of [
        'Canary-7f3a9c',
        'Canary-e21b04',
        btoa(RIGHT),
        Buffer.from(RIGHT).toString('hex'),
      ]) {
        expect(seen).not.toContain(canary);
      }
    }
    const events = new Set(site.server.records('audit').map(({ event }) => event));
    expect(events).toContain('sign-in.accepted');
    expect(events).toContain('sign-in.refused');
    expect(events).toContain('password.changed');
    expect(
      execFileSync('grep', ['-c', 'sign-in accepted', site.server.logFile], { encoding: 'utf8' }),
    ).not.toBe('0\n');
  });
});
