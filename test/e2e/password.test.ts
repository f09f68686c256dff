/** Sign-in by password through the real application: the window, the choice, a wrong password, a change. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ALICE } from '../../build/site/analysts.ts';
import type { WorkstationOptions } from '../../build/site/workstation.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage } from '../support/electron.ts';
import { atDesk } from '../support/journeys.ts';

const WRONG = 'Canary-7f3a9c wrong horse 1';
const OLD = 'Canary-7f3a9c correct horse 1';
const NEW = 'Canary-e21b04 Battery Staple 2';
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({
    name: 'password',
    users: [ALICE],
    server: { signIn: 'password', accounts: [{ account: 'alice', password: OLD, name: 'Alice Allen' }] },
  });
});
afterAll(() => stage?.stop());

function withMethod(method: 'both' | 'password', more: WorkstationOptions = {}): WorkstationOptions {
  return {
    ...more,
    settings: (settings) => ({
      ...settings,
      authentication: { ...settings.authentication, method },
    }),
  };
}

/** Everything of a directory tree as one text. */
function contents(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

function expectNothingKept(client: Client): void {
  const { root, environment } = client.workstation;
  const seen = contents(root) + contents(environment.HOME ?? '') + client.output() + stage.site.server.log();
  for (const canary of ['Canary-7f3a9c', 'Canary-e21b04']) expect(seen).not.toContain(canary);
}

it('asks, says what was wrong, signs in, changes the password, and signs in with the new one', async () => {
  await atDesk(stage, ALICE, withMethod('password', { reader: false }), async (client) => {
    const { page } = client.chat;
    await client.chat.acceptConsent();
    const first = await client.passwordWindow();
    await first.username.waitFor();
    expect(await violations(first.page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await first.enter('alice', WRONG);

    const second = await client.passwordWindow();
    await second.message.getByText('User name or password is wrong.').waitFor();
    expect(await second.username.inputValue()).toBe('alice');
    expect(await second.field('Password').inputValue()).toBe('');
    await second.enter('alice', OLD);
    await client.chat.online();
    expect(client.application.windows().map((window) => new URL(window.url()).host)).toEqual(['chat']);

    await page.getByRole('button', { name: /Your presence and session/ }).click();
    await page.getByRole('menuitem', { name: 'Change password…' }).click();
    const change = await client.passwordWindow();
    await change.type(change.field('Present password'), OLD);
    await change.type(change.field('New password'), 'short');
    await change.page.getByText('At least 15 characters (now 5), not yet').waitFor();
    expect(await violations(change.page)).toEqual([]);
    await change.page.keyboard.press('Control+a');
    await change.page.keyboard.press('Backspace');
    await change.type(change.field('New password'), NEW);
    await change.page.getByText('(now 30), fulfilled').waitFor();
    await change.type(change.field('New password again'), NEW);
    await change.page.keyboard.press('Enter');
    await change.page.getByText('Your password was changed').waitFor();
    await change.page.keyboard.press('Enter').catch(() => undefined);

    await page.getByRole('button', { name: /Your presence and session/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await client.chat.heading('You are signed out.').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await client.chat.acceptConsent();
    const old = await client.passwordWindow();
    await old.enter('alice', OLD);
    const renewed = await client.passwordWindow();
    await renewed.message.getByText('User name or password is wrong.').waitFor();
    await renewed.enter('alice', NEW);
    await client.chat.online();
    await client.close();
    expectNothingKept(client);
  });
});

it('is a choice on the card screen where the policy leaves it, and can be taken back', async () => {
  await atDesk(stage, ALICE, withMethod('both', { inserted: false }), async (client) => {
    const { page } = client.chat;
    await client.chat.acceptConsent();
    const choose = page.getByRole('button', { name: 'Sign in with a password' });
    await choose.click();
    const window = await client.passwordWindow();
    await window.username.waitFor();
    await window.page.keyboard.press('Escape').catch(() => undefined);
    await choose.waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
