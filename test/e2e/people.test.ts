/** People through the real windows and the real server: a report from a template, a position, contacts, blocking. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { ALICE, BOB } from '../../build/site/analysts.ts';
import type { PolicySettingsInput } from '../../src/policy/index.ts';
import { openStage, type Stage } from '../support/electron.ts';

const PICTURES = join(ROOT, 'out', 'e2e');
const WAIT = { timeout: 20_000 } as const;

let stage: Stage;
let alice: Client;
let bob: Client;

const personal = {
  settings: (settings: PolicySettingsInput): PolicySettingsInput => ({
    ...settings,
    features: { ...settings.features, location: true, pubsub: true },
  }),
};

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  stage = await openStage({ name: 'people', users: [ALICE, BOB] });
  alice = await stage.signedIn(ALICE, personal);
  bob = await stage.signedIn(BOB, personal);
  await alice.chat.open(bob.workstation.name);
  await bob.chat.open(alice.workstation.name);
});
afterAll(() => stage?.stop());

const picture = (client: Client, name: string) =>
  client.chat.page.screenshot({ path: join(PICTURES, `people-${name}.png`) });
const header = (client: Client) => client.chat.page.locator('.conversation-head');

async function menu(client: Client, item: string): Promise<void> {
  await client.chat.page.getByRole('button', { name: 'More about this contact' }).click();
  await client.chat.page.getByRole('menuitem', { name: item, exact: true }).click();
}

describe('people', () => {
  it('report with a template, which the other side reads as a form', async () => {
    const { page } = alice.chat;
    await page.keyboard.press('Control+Shift+M');
    const dialog = page.getByRole('dialog', { name: 'Message from a template' });
    await dialog.getByRole('combobox', { name: 'Template' }).selectOption({ label: 'SALUTE' });
    await dialog.getByRole('textbox', { name: 'Size' }).fill('6 vehicles');
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.getByText('This has to be filled in').waitFor();
    await dialog.getByRole('textbox', { name: 'Activity' }).fill('unloading\ntwo sentries');
    await dialog.getByRole('textbox', { name: 'Location' }).fill('18suj2348006478');
    await picture(alice, 'template');
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const form = bob.chat.page.locator('.form-message');
    await form.getByText('18SUJ2348006478').waitFor(WAIT);
    expect(await form.locator('dt').allTextContents()).toEqual(['Size', 'Activity', 'Location', 'Time']);
    await picture(bob, 'form');
  });

  it('tell where they are, and take it back', async () => {
    const { page } = alice.chat;
    const open = async () => {
      await page.getByRole('button', { name: 'Your presence and session' }).click();
      await page.getByRole('menuitem', { name: 'Share your position' }).click();
    };
    await open();
    await page.getByLabel('MGRS, or latitude and longitude').fill('38.889484, -77.035278');
    await page.getByRole('button', { name: 'Share' }).click();
    await header(bob).getByText('18S UJ 23479 06481').waitFor(WAIT);
    await menu(bob, 'Profile');
    await bob.chat.page.getByText('38.88948° N, 77.03528° W').waitFor();
    await picture(bob, 'profile');
    await bob.chat.page.keyboard.press('Escape');
    await open();
    await page.getByRole('button', { name: 'Stop sharing' }).click();
    await header(bob)
      .getByText('18S UJ')
      .waitFor({ state: 'detached', ...WAIT });
  });

  it('add a contact who has not answered yet, and remove them again', async () => {
    const { page } = alice.chat;
    await page.getByRole('button', { name: 'Add a contact' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a contact' });
    await dialog.getByLabel('Address').fill('eve@elsewhere.example');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('The policy lets you talk to').waitFor();
    await dialog.getByLabel('Address').fill('carol');
    await dialog.getByLabel('Name').fill('Carol of J3');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await header(alice).getByText('asked, no answer yet').waitFor(WAIT);
    await picture(alice, 'asked');
    await menu(alice, 'Remove from your contacts…');
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await header(alice).getByText('Not in your contacts').waitFor(WAIT);
    await alice.chat.open(bob.workstation.name);
  });

  it('block each other, and let in again', async () => {
    await menu(alice, 'Block');
    await header(alice).getByText('Blocked', { exact: true }).waitFor(WAIT);
    await picture(alice, 'blocked');
    await bob.chat.send(alice.workstation.name, 'are you there?');
    await bob.chat.page.getByText('not delivered').first().waitFor(WAIT);
    await menu(alice, 'Unblock');
    await header(alice)
      .getByText('Blocked', { exact: true })
      .waitFor({ state: 'detached', ...WAIT });
    await bob.chat.send(alice.workstation.name, 'and now?');
    await alice.chat.messages.getByText('and now?').waitFor(WAIT);
    expect(await alice.chat.messages.getByText('are you there?').count()).toBe(0);
  });
});
