/**
 * The signed-in application under attack: a computer that is put to sleep with the session open, what a thief finds on
 * its disk, and an error that nobody caught.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import type { Workstation } from '../../build/site/workstation.ts';
import { checkAuditText } from '../../src/audit/index.ts';
import type { AppState } from '../../src/shared/app-state.ts';
import { type SignedIn, startSignedIn } from '../support/signed-in.ts';

const ROOM = 'canary';
const TEXT = 'CANARY-9d1f6a-said-in-the-room';

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

const covered = async (): Promise<boolean> => {
  const now = await state();
  return now.kind === 'running' && now.screenLocked;
};

const auditText = (): string => readFileSync(join(desk.root, 'user-data', 'audit', 'audit.jsonl'), 'utf8');

/** Every regular file below the user's home and the application's data. */
function filesOfUser(): readonly string[] {
  return [desk.root, desk.environment.HOME ?? ''].flatMap((top) =>
    readdirSync(top, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

it('leaves neither a message nor the PIN on the disk, and nothing that others may read', async () => {
  await client.chat.joinRoom(ROOM);
  await client.chat.send(ROOM, TEXT);
  await client.chat.message(TEXT).waitFor();
  const data = join(desk.root, 'user-data');
  for (const file of filesOfUser()) {
    const bytes = readFileSync(file);
    for (const secret of [TEXT, desk.pin])
      for (const encoding of ['utf8', 'utf16le'] as const)
        expect([file, bytes.includes(Buffer.from(secret, encoding))]).toEqual([file, false]);
    if (file.startsWith(data)) expect([file, statSync(file).mode & 0o022]).toEqual([file, 0]);
  }
  expect(statSync(data).mode & 0o077).toBe(0);
});

it('keeps another program of the same user out of the memory of the process that got the PIN', async () => {
  const pids = await client.application.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter((metric) => metric.type === 'Utility' && metric.name === 'sallyport-token')
      .map((metric) => metric.pid),
  );
  expect(pids).toHaveLength(1);
  // A process that is not dumpable belongs to root here: no core file, no ptrace, no /proc/…/mem for its user.
  for (const pid of pids) expect(statSync(`/proc/${pid}/mem`).uid).toBe(0);
});

it('is covered, without the PIN in any process, when the computer goes to sleep', async () => {
  await client.application.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'));
  await expect.poll(covered, { timeout: 30_000 }).toBe(true);
  await (await client.pinWindow()).enter(desk.pin);
  await expect.poll(covered, { timeout: 20_000 }).toBe(false);
});

it('ends when an error of its own was caught by nobody, instead of going on in an unknown state', async () => {
  const child = client.application.process();
  const ended = once(child, 'exit');
  await client.application
    .evaluate(() => {
      setTimeout(() => {
        throw new Error(`uncaught ${'secret'}`);
      });
    })
    .catch(() => undefined);
  const [code] = (await ended) as [number | null];
  expect(code).toBe(70);
  expect(client.output()).not.toContain('uncaught secret');
  const { lines, brokenAt } = checkAuditText(auditText());
  expect(brokenAt).toBeUndefined();
  expect(lines.at(-1)).toMatchObject({ event: 'app.failed', outcome: 'failure' });
});
