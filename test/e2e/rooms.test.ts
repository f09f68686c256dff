/**
 * Rooms through the real windows and the real server: made, set up, listed, invited to, kept, and people put out; and what services
 * offer besides, feeds and commands.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { ALICE, BOB, DOMAIN } from '../../build/site/analysts.ts';
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

  it('is drawn in together: on one screen with the pointer, on the other with keys, and both come to the same', async () => {
    const [here, there] = [alice.chat.page, bob.chat.page];
    const area = (page: Page) => page.getByRole('application', { name: 'Drawing area' });
    const listed = (page: Page, what: string | RegExp) =>
      page.getByRole('region', { name: 'What is on the board' }).getByText(what);
    await here.keyboard.press('Control+Shift+B');
    await here.getByText('Nothing is drawn yet.').waitFor();
    const box = await area(here).boundingBox();
    if (box === null) throw new Error('there is no drawing area');
    const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
    await here.getByRole('radio', { name: 'Blue' }).press('Space');
    await here.mouse.move(...at(0.2, 0.2));
    await here.mouse.down();
    for (let step = 1; step <= 20; step += 1) {
      await here.mouse.move(...at(0.2 + step * 0.02, 0.2 + (step % 5) * 0.04));
    }
    await here.mouse.up();
    await listed(here, /^blue stroke/).waitFor();

    // Bob opens his board later, and has what was drawn before from the room's archive.
    await there.getByRole('button', { name: 'Whiteboard' }).click();
    await listed(there, /^blue stroke/).waitFor();
    await there.getByRole('radio', { name: 'Arrow' }).press('Space');
    await area(there).focus();
    for (const key of ['Space', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Space']) await area(there).press(key);
    await listed(here, /^ink arrow from 50, 30 to 55, 35/).waitFor();
    await there.getByRole('radio', { name: 'Text' }).press('Space');
    await area(there).press('Enter');
    await there.getByRole('textbox', { name: 'Text' }).fill('Convoy halts here');
    await there.getByRole('button', { name: 'Place' }).click();
    await listed(here, /Convoy halts here/).waitFor();
    await here.getByRole('log').getByText('text “Convoy halts here”').waitFor();
    await picture(alice, 'board');
    await picture(bob, 'board-other');
    expect(await violations(here)).toEqual([]);

    await there.getByRole('button', { name: 'Undo' }).click();
    await listed(here, /Convoy halts here/).waitFor({ state: 'detached' });
    await there.getByRole('button', { name: 'Redo' }).click();
    await listed(here, /Convoy halts here/).waitFor();
    expect(await there.getByRole('button', { name: 'Empty the board' }).count()).toBe(0);
    await here.getByRole('button', { name: 'Empty the board' }).click();
    await dialog(alice, 'Empty the whiteboard?').getByRole('button', { name: 'Empty the board' }).click();
    await there.getByText('Nothing is drawn yet.').waitFor();
    await there.getByText('Emptied by').waitFor();
    for (const page of [here, there]) {
      await page.getByRole('button', { name: 'Close the whiteboard' }).click();
    }
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

describe('a feed', () => {
  const feedRow = (client: Client, name: string) =>
    client.chat.conversations.getByRole('button', { name: new RegExp(`^${name}`) });

  it('of the policy is there with what is unread, and is read', async () => {
    const { page } = bob.chat;
    await feedRow(bob, 'Weather warnings').getByText('3').waitFor();
    await feedRow(bob, 'Weather warnings').click();
    await page.getByRole('heading', { name: 'Weather warnings' }).waitFor();
    const newest = page.getByRole('article').first();
    await newest.getByRole('heading', { name: 'Thunderstorms from the west' }).waitFor();
    await newest.getByText('UNCLASSIFIED').first().waitFor();
    await feedRow(bob, 'Weather warnings').getByText('3').waitFor({ state: 'detached' });
    await picture(bob, 'feed');
    expect(await violations(page)).toEqual([]);
  });

  it('is published to by those who may, and shows it at once; the others are told why not', async () => {
    await feedRow(alice, 'Weather warnings').click();
    await alice.chat.page.getByRole('button', { name: 'Publish…' }).click();
    const publish = dialog(alice, 'Publish to Weather warnings');
    await publish.getByLabel('Label').selectOption({ label: 'CUI' });
    await publish.getByLabel('Title').fill('East bank: bridge closed');
    await publish.getByLabel('Text').fill('Water 40 centimetres above the mark.');
    await publish.getByRole('button', { name: 'Publish', exact: true }).click();
    await publish.waitFor({ state: 'detached' });
    const notice = bob.chat.page.getByRole('article').first();
    await notice.getByRole('heading', { name: 'East bank: bridge closed' }).waitFor();
    await notice.getByText('CUI').first().waitFor();
    await notice.getByText('from Alice Allen').waitFor();
    await picture(bob, 'feed-published');
    await bob.chat.page.getByRole('button', { name: 'Publish…' }).click();
    const refused = dialog(bob, 'Publish to Weather warnings');
    await refused.getByLabel('Title').fill('Not mine to say');
    await refused.getByRole('button', { name: 'Publish', exact: true }).click();
    await refused.getByText('FEED_FORBIDDEN').waitFor();
    await bob.chat.page.keyboard.press('Escape');
    await alice.chat.page.getByRole('button', { name: 'Take back' }).click();
    await dialog(alice, 'Take this notice back?').getByRole('button', { name: 'Take back' }).click();
    await bob.chat.page
      .getByRole('heading', { name: 'East bank: bridge closed' })
      .waitFor({ state: 'detached' });
  });

  it('is found, subscribed to and left again', async () => {
    const { page } = bob.chat;
    await page.getByRole('button', { name: 'Find feeds' }).click();
    const find = dialog(bob, 'Find feeds');
    await find.getByText('Notices to airmen').waitFor();
    await find.getByRole('button', { name: 'Subscribe to NOTAM, sector north' }).click();
    await find.getByRole('button', { name: 'Open NOTAM, sector north' }).click();
    await page.getByRole('heading', { name: 'Restricted area R-17 active' }).waitFor();
    await picture(bob, 'feed-subscribed');
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await feedRow(bob, 'NOTAM, sector north').waitFor({ state: 'detached' });
  });
});

describe('a person’s feed', () => {
  const sideRow = (client: Client, name: string) =>
    client.chat.conversations.locator('.sidebar-feeds').getByRole('button', { name: new RegExp(`^${name}`) });

  async function listed(client: Client): Promise<Locator> {
    await client.chat.page.getByRole('button', { name: 'Find feeds' }).click();
    const find = dialog(client, 'Find feeds');
    await find.getByLabel('Service', { exact: true }).selectOption({ label: `People of ${DOMAIN}` });
    return find;
  }

  async function publish(title: string, text: string): Promise<void> {
    await alice.chat.page.getByRole('button', { name: 'Publish…' }).click();
    const form = dialog(alice, `Publish to ${ALICE.commonName}`);
    await form.getByLabel('Title').fill(title);
    await form.getByLabel('Text').fill(text);
    await form.getByRole('button', { name: 'Publish', exact: true }).click();
    await form.waitFor({ state: 'detached' });
  }

  it('is found, read and followed by those who see its presence: unread in the side bar and behind Ctrl+K', async () => {
    const mine = await listed(alice);
    await picture(alice, 'people-feeds');
    expect(await violations(alice.chat.page)).toEqual([]);
    await mine.getByText('Your own, to publish in').waitFor();
    await mine.getByRole('button', { name: `Open ${ALICE.commonName}` }).click();
    await publish('Gate 2 is shut', 'Until 0600Z. Take gate 4.');

    const theirs = await listed(bob);
    await theirs.getByRole('button', { name: 'Subscribe to Alice Allen' }).click();
    await theirs.getByRole('button', { name: 'Open Alice Allen' }).click();
    const { page } = bob.chat;
    await page.getByRole('heading', { name: 'Gate 2 is shut' }).waitFor();
    await page.getByRole('button', { name: 'Publish…' }).waitFor({ state: 'detached' });
    await bob.chat.conversations.getByRole('button', { name: 'Available Alice Allen' }).click();
    await bob.chat.composer('Alice Allen').waitFor();

    await publish('Gate 2 is open again', 'Both lanes.');
    await sideRow(bob, 'Alice Allen').getByText('1').waitFor();
    await picture(bob, 'person-feed-unread');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('alice');
    const found = page.getByRole('option').filter({ hasText: 'published by alice@' });
    await found.getByText('1').waitFor();
    await picture(bob, 'person-feed-switcher');
    expect(await violations(page)).toEqual([]);
    await found.click();

    const [newest, first] = [page.getByRole('article').first(), page.getByRole('article').nth(1)];
    await newest.getByRole('heading', { name: 'Gate 2 is open again' }).waitFor();
    await newest.getByText('New').waitFor();
    await first.getByText('Until 0600Z. Take gate 4.').waitFor();
    await picture(bob, 'person-feed');
    await sideRow(bob, 'Alice Allen').getByText('1').waitFor({ state: 'detached' });

    await alice.chat.page.getByRole('button', { name: 'Take back' }).last().click();
    await dialog(alice, 'Take this notice back?').getByRole('button', { name: 'Take back' }).click();
    await page.getByRole('heading', { name: 'Gate 2 is shut' }).waitFor({ state: 'detached' });
    await newest.getByRole('heading', { name: 'Gate 2 is open again' }).waitFor();
    // Nothing that she has said herself is news to her.
    await alice.chat.page.getByRole('article').first().waitFor();
    expect(await alice.chat.page.getByRole('article').getByText('New', { exact: true }).count()).toBe(0);
    await picture(alice, 'person-feed-own');
    await alice.chat.page.getByRole('button', { name: 'Close', exact: true }).click();
    await sideRow(alice, ALICE.commonName).waitFor({ state: 'detached' });
  });
});

describe('a command', () => {
  it('of the server is run from the palette', async () => {
    const { page } = alice.chat;
    await page.keyboard.press('Control+Shift+P');
    await page.getByRole('combobox', { name: 'Command' }).fill('commands of');
    await page.keyboard.press('Enter');
    const commands = dialog(alice, 'Commands of a service');
    await commands.getByRole('button', { name: 'My other sessions' }).click();
    await commands.getByText('signed in here and nowhere else').waitFor();
    await picture(alice, 'command');
    expect(await violations(page)).toEqual([]);
    await commands.getByRole('button', { name: 'Close' }).last().click();
    await commands.waitFor({ state: 'detached' });
  });
});
