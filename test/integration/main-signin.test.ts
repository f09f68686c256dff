/**
 * The main process between its real parts: what happens to a signed-in analyst when the session process or the token
 * process dies, and when nobody is at the desk.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import type { Workstation } from '../../build/site/workstation.ts';
import { checkAuditText } from '../../src/audit/index.ts';
import type { AppState } from '../../src/shared/app-state.ts';
import { type SignedIn, startSignedIn } from '../support/signed-in.ts';

let signedIn: SignedIn;
let desk: Workstation;
let client: Client;

beforeAll(async () => {
  signedIn = await startSignedIn();
  ({ desk, client } = signedIn);
});

afterAll(() => signedIn?.stop());

const state = (): Promise<AppState> =>
  client.chat.page.evaluate(() =>
    (window as unknown as { sallyport: { getState(): Promise<AppState> } }).sallyport.getState(),
  );

async function step(): Promise<string> {
  const now = await state();
  return now.kind === 'running' ? now.signIn.step : now.kind;
}

const covered = async (): Promise<boolean> => {
  const now = await state();
  return now.kind === 'running' && now.screenLocked;
};

const events = (): readonly string[] =>
  checkAuditText(readFileSync(join(desk.root, 'user-data', 'audit', 'audit.jsonl'), 'utf8')).lines.map(
    (line) => line.event,
  );

/** The process ids of the utility process with this name. */
const pidsOf = (name: string): Promise<readonly number[]> =>
  client.application.evaluate(
    ({ app }, wanted) =>
      app
        .getAppMetrics()
        .filter((metric) => metric.type === 'Utility' && metric.name === wanted)
        .map((metric) => metric.pid),
    name,
  );

async function killOnly(name: string): Promise<number> {
  const [pid, ...others] = await pidsOf(name);
  if (pid === undefined || others.length > 0) throw new Error(`${name}: not one process`);
  process.kill(pid, 'SIGKILL');
  return pid;
}

describe('a signed-in analyst', () => {
  it('has a session and a token process whose environment is the short list', async () => {
    for (const name of ['sallyport-session', 'sallyport-token']) {
      const [pid] = await pidsOf(name);
      // The processes are not dumpable: the user that they run as may not look, root may.
      if (process.getuid?.() !== 0) {
        expect(() => readFileSync(`/proc/${pid}/environ`)).toThrow('EACCES');
        continue;
      }
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .filter((entry) => entry !== '')
        .map((entry) => entry.split('=', 1)[0]);
      const allowed = ['HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR', 'PCSCLITE_CSOCK_NAME'];
      expect(variables.filter((variable) => !allowed.includes(variable ?? ''))).toEqual([]);
      if (name === 'sallyport-session') expect(variables).not.toContain('PCSCLITE_CSOCK_NAME');
    }
  });

  it('finds in the log each time that the card signed', async () => {
    const lines = () =>
      checkAuditText(readFileSync(join(desk.root, 'user-data', 'audit', 'audit.jsonl'), 'utf8')).lines;
    const signed = lines().filter((line) => line.event === 'card.signed');
    expect(signed.length).toBeGreaterThan(0);
    expect(Object.keys(signed[0]?.detail ?? {})).toEqual(['certificate']);
  });

  it('comes back online by itself when the session process dies', async () => {
    const before = await killOnly('sallyport-session');
    await expect.poll(() => events(), { timeout: 20_000 }).toContain('session.crashed');
    await expect.poll(step, { timeout: 20_000 }).toBe('online');
    await client.chat.online();
    const after = await pidsOf('sallyport-session');
    expect(after).toHaveLength(1);
    expect(after).not.toContain(before);
  });

  it('stays online when the token process dies, and is asked for the PIN when the connection needs it', async () => {
    const before = await killOnly('sallyport-token');
    await expect.poll(() => pidsOf('sallyport-token'), { timeout: 20_000 }).not.toEqual([before]);
    expect([await step(), await covered()]).toEqual(['online', false]);
    await killOnly('sallyport-session');
    await (await client.pinWindow()).enter(desk.pin);
    await expect.poll(step, { timeout: 20_000 }).toBe('online');
    await client.chat.online();
  });

  it('is covered when the desktop is locked, stays connected, and comes back with the PIN', async () => {
    const session = await pidsOf('sallyport-session');
    await client.application.evaluate(({ powerMonitor }) => powerMonitor.emit('lock-screen'));
    await expect.poll(covered).toBe(true);
    const cancelled = await client.pinWindow();
    await cancelled.cancel();
    await expect.poll(() => client.application.windows().length).toBe(1);
    expect(await covered()).toBe(true);
    await client.chat.page.evaluate(() =>
      (window as unknown as { sallyport: { signIn(): Promise<void> } }).sallyport.signIn(),
    );
    await (await client.pinWindow()).enter(desk.pin);
    await expect.poll(covered, { timeout: 20_000 }).toBe(false);
    expect(await step()).toBe('online');
    expect(await pidsOf('sallyport-session')).toEqual(session);
  });

  it('leaves no session process, and no PIN in the log, when signing out', async () => {
    await client.chat.page.evaluate(() =>
      (window as unknown as { sallyport: { signOut(): Promise<void> } }).sallyport.signOut(),
    );
    await expect.poll(step).toBe('stopped');
    await expect.poll(() => pidsOf('sallyport-session'), { timeout: 10_000 }).toEqual([]);
    const log = readFileSync(join(desk.root, 'user-data', 'audit', 'audit.jsonl'), 'utf8');
    expect(log).not.toContain(desk.pin);
    expect(checkAuditText(log).brokenAt).toBeUndefined();
  });
});
