/** Whole journeys through the real application, by keyboard alone where a keyboard suffices. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ALICE, BOB } from '../../build/site/analysts.ts';
import type { WorkstationOptions } from '../../build/site/workstation.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage, signIn } from '../support/electron.ts';
import { atDesk } from '../support/journeys.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ name: 'journeys', users: [ALICE, BOB] });
});
afterAll(() => stage?.stop());

/** Everything of a directory tree as one text. */
function contents(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

const CANARY = 'canary-7f3a9 <b onclick="x">bold</b> https://example.com/ & "quotes"';

describe('by keyboard alone', () => {
  it('signs in, chats, looks at the connection, changes presence and signs out; no screen has a violation', async () => {
    const alice = await stage.signedIn(ALICE);
    const bob = await stage.seat(BOB);
    const { page } = bob.chat;
    const press = (...keys: string[]) =>
      keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

    await bob.chat.heading('Notice and consent').waitFor();
    expect(await violations(page)).toEqual([]);
    await press('Tab', 'Enter');
    const pin = await bob.pinWindow();
    await pin.field.waitFor();
    expect(await violations(pin.page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await pin.enter(bob.workstation.pin);
    await bob.chat.online();
    expect(await violations(page)).toEqual([]);

    await press('Control+k');
    await page.getByRole('dialog', { name: 'Go to' }).waitFor();
    await page.keyboard.type('alice');
    await press('Enter');
    await bob.chat.composer('Alice Allen').waitFor();
    await page.keyboard.type(CANARY);
    await press('Enter');
    await alice.chat.open('Bob Baker');
    await alice.chat.message(CANARY).waitFor();
    await bob.chat.delivery(CANARY, 'Delivered');
    expect(await violations(page)).toEqual([]);

    await press('F1');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await press('Escape');

    // F6 walks through the parts of the window; the status line is one of them.
    for (let i = 0; i < 8 && !(await focusedIn(bob, 'Status')); i++) await press('F6');
    await press('Enter');
    await page.getByRole('dialog', { name: 'Connection' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await press('Escape');

    await bob.chat.page.getByRole('button', { name: /Your presence and session/ }).focus();
    await press('Enter');
    await page.getByRole('menuitemradio', { name: 'Busy' }).or(page.getByRole('menuitem')).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('menuitem', { name: 'Sign out' }).focus();
    await press('Enter');
    await bob.chat.heading('You are signed out.').waitFor();
    expect(await violations(page)).toEqual([]);
    await alice.chat.entry('Bob Baker').getByText('Offline').waitFor();
    for (const client of [alice, bob]) {
      await client.close();
      await client.workstation.stop();
    }
  });

  async function focusedIn(client: Client, region: string): Promise<boolean> {
    return client.chat.page.evaluate(
      (name) => document.activeElement?.closest(`[aria-label="${name}"]`) !== null,
      region,
    );
  }
});

describe('what others send', () => {
  it('is text and nothing else, and is not left on the disk', async () => {
    // The archive may show what was said before: this is said once.
    const text = `${CANARY} once more`;
    const alice = await stage.signedIn(ALICE);
    const bob = await stage.signedIn(BOB);
    await alice.chat.open('Bob Baker');
    await bob.chat.open('Alice Allen');
    const before = bob.chat.page.url();
    await alice.chat.send('Bob Baker', text);
    await bob.chat.message(text).waitFor();
    expect(await bob.chat.messages.locator('b, a, img, script').count()).toBe(0);
    await bob.chat.message(text).click();
    expect(bob.chat.page.url()).toBe(before);
    expect(bob.application.windows()).toHaveLength(1);
    await bob.close();
    for (const { workstation } of [alice, bob]) {
      const kept = contents(workstation.root) + contents(workstation.environment.HOME ?? '');
      expect(kept).not.toContain('canary-7f3a9');
      expect(kept).not.toContain(workstation.pin);
    }
    expect(alice.output() + bob.output()).not.toContain('canary-7f3a9');
    await alice.close();
    await Promise.all([alice.workstation.stop(), bob.workstation.stop()]);
  });
});

/** A policy that says what happens when the card is pulled. */
function onRemoval(cardRemoval: 'sign-out' | 'quit'): WorkstationOptions {
  return {
    settings: (settings) => ({
      ...settings,
      authentication: { ...settings.authentication, cardRemoval },
    }),
  };
}

describe('when the card is pulled', () => {
  it('the client signs out where the policy says so, and in again with the card', () =>
    atDesk(stage, BOB, onRemoval('sign-out'), async (client, desk) => {
      await signIn(client);
      await desk.reader().remove();
      await client.chat.code('CARD_REMOVED').waitFor();
      expect(await client.chat.conversations.count()).toBe(0);
      await desk.reader().insert();
      await client.chat.page.getByRole('button', { name: 'Sign in again' }).click();
      // A new session begins with the notice.
      await signIn(client);
    }));

  it('the client quits where the policy says so', () =>
    atDesk(stage, BOB, onRemoval('quit'), async (client, desk) => {
      await signIn(client);
      const gone = client.application.waitForEvent('close', { timeout: 15_000 });
      await desk.reader().remove();
      await gone;
    }));

  it('another card does not uncover the conversations', () =>
    atDesk(stage, BOB, {}, async (client, desk) => {
      await signIn(client);
      await desk.reader().remove();
      await client.chat.heading('Your card was removed').waitFor();
      await desk.reader().insert(stage.site.pki.cards.alice?.directory);
      await client.chat.page.waitForTimeout(2_000);
      expect(await client.chat.conversations.count()).toBe(0);
      expect(await client.chat.page.getByText('Bob Baker').count()).toBe(0);
    }));
});
