/** Rooms through the real windows and the real server: made, set up, listed, invited to, kept, and people put out. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { ALICE, BOB } from '../../build/site/analysts.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage } from '../support/electron.ts';

const PICTURES = join(ROOT, 'out', 'e2e');

let stage: Stage;
let alice: Client;
let bob: Client;

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  stage = await openStage({ name: 'rooms', users: [ALICE, BOB] });
  alice = await stage.signedIn(ALICE);
  bob = await stage.signedIn(BOB);
});
afterAll(() => stage?.stop());

const picture = (client: Client, name: string) =>
  client.chat.page.screenshot({ path: join(PICTURES, `rooms-${name}.png`) });
const dialog = (client: Client, name: string) => client.chat.page.getByRole('dialog', { name });

async function menu(client: Client, item: string): Promise<void> {
  await client.chat.page.getByRole('button', { name: 'More about this room' }).click();
  await client.chat.page.getByRole('menuitem', { name: item }).click();
}

describe('a room', () => {
  it('is made and set up by its own form', async () => {
    await alice.chat.conversations.getByRole('button', { name: 'Join a room' }).click();
    const join = dialog(alice, 'Join a room');
    await join.getByRole('textbox', { name: 'Room' }).fill('night-watch');
    await join.getByRole('button', { name: 'Create…' }).click();
    const settings = dialog(alice, 'Settings of the room');
    await settings.getByRole('textbox').first().waitFor();
    await picture(alice, 'settings');
    expect(await violations(alice.chat.page)).toEqual([]);
    await settings.getByLabel('Title').fill('Night watch');
    await settings.getByRole('button', { name: 'Save' }).click();
    await settings.waitFor({ state: 'detached' });
  });

  it('is in the list, under its title, for others', async () => {
    await bob.chat.conversations.getByRole('button', { name: 'Join a room' }).click();
    const join = dialog(bob, 'Join a room');
    await join.getByRole('button', { name: 'Night watch' }).waitFor();
    await join.getByText('1', { exact: false }).first().waitFor();
    await picture(bob, 'list');
    expect(await violations(bob.chat.page)).toEqual([]);
    await bob.chat.page.keyboard.press('Escape');
    await join.waitFor({ state: 'detached' });
  });

  it('invites: the invitation waits, calm, until it is accepted', async () => {
    await menu(alice, 'Invite…');
    const invite = dialog(alice, 'Invite to the room');
    await invite.getByLabel('Whom').fill('bob');
    await invite.getByLabel('Reason').fill('Relief at 0600Z');
    await invite.getByRole('button', { name: 'Invite', exact: true }).click();
    await invite.getByText('was invited').waitFor();
    await invite.getByRole('button', { name: 'Close' }).last().click();
    const waiting = bob.chat.page.getByRole('region', { name: 'Invitations' });
    await waiting.getByText('Relief at 0600Z').waitFor();
    await picture(bob, 'invited');
    await waiting.getByRole('button', { name: 'Join' }).click();
    await bob.chat.composer('night-watch').waitFor();
    await waiting.waitFor({ state: 'detached' });
  });

  it('is kept over sign-ins, where the server keeps such things', async () => {
    await menu(alice, 'Join after each sign-in');
    await alice.chat.page.getByRole('button', { name: 'More about this room' }).click();
    await alice.chat.page.getByRole('menuitem', { name: 'Do not join after sign-in any more' }).waitFor();
    await picture(alice, 'kept');
    await alice.chat.page.keyboard.press('Escape');
  });

  it('puts out whom a moderator puts out, and is closed for good', async () => {
    await alice.chat.page.getByRole('button', { name: 'Manage bob' }).click();
    const occupant = dialog(alice, 'Occupant');
    await occupant.getByLabel('Reason').fill('Wrong room');
    await picture(alice, 'occupant');
    await occupant.getByRole('button', { name: 'Put out' }).click();
    await bob.chat.page.getByText('You could not enter the room (kicked)').first().waitFor();
    await menu(alice, 'Close for good…');
    await dialog(alice, 'Close the room for good').getByRole('button', { name: 'Close the room' }).click();
    await alice.chat.page.getByText('You could not enter the room (destroyed)').first().waitFor();
  });
});
