/** Watching over rooms through the real windows and the real server: watchwords, the inbox, the watch floor, a torn-off window. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { ALICE, BOB, CAROL } from '../../build/site/analysts.ts';
import type { PolicySettingsInput } from '../../src/policy/index.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage } from '../support/electron.ts';

const PICTURES = join(ROOT, 'out', 'e2e');
const ROOMS = [
  'alpha',
  'bravo',
  'charlie',
  'delta',
  'echo',
  'foxtrot',
  'golf',
  'hotel',
  'india',
  'juliett',
  'kilo',
  'lima',
];

let stage: Stage;
let alice: Client;
let bob: Client;

const rooms = (settings: PolicySettingsInput) =>
  ROOMS.map((name) => `${name}@${settings.rooms?.services?.[0] ?? ''}`);

const watching = {
  settings: (settings: PolicySettingsInput): PolicySettingsInput => ({
    ...settings,
    rooms: { ...settings.rooms, autojoin: rooms(settings), create: true },
    watchwords: [
      {
        name: 'Contact reports',
        severity: 'critical',
        sound: 'urgent',
        repeat: true,
        words: ['under fire', 'missile*'],
      },
    ],
    watchFloor: { layouts: [{ name: 'All rooms', rooms: rooms(settings) }] },
  }),
};

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  stage = await openStage({ name: 'watch', users: [ALICE, BOB, CAROL] });
  bob = await stage.signedIn(BOB, watching);
  alice = await stage.signedIn(ALICE, watching);
  for (const name of ROOMS) await alice.chat.entry(name).waitFor();
});
afterAll(() => stage?.stop());

const page = () => alice.chat.page;
const picture = (of: Page, name: string) => of.screenshot({ path: join(PICTURES, `watch-${name}.png`) });
const inbox = (of = page()) => of.getByRole('dialog', { name: 'Alerts and mentions' });
const tiles = (of: Page) => of.locator('[data-tile]');

async function bobSays(room: string, text: string): Promise<void> {
  await bob.chat.open(room);
  await bob.chat.send(room, text);
}

describe('watching', () => {
  it('a word of the policy, in a room that nobody looks at, is told of at once and leads to its message', async () => {
    await bobSays('kilo', 'checkpoint four is Under Fire');
    const strip = page().getByRole('region', { name: 'Alerts and mentions' });
    await strip.getByText('Watchword under fire in kilo').waitFor();
    await page().keyboard.press('Control+i');
    await inbox().getByText('checkpoint four is Under Fire').waitFor();
    await picture(page(), 'inbox');
    await inbox()
      .getByRole('button', { name: /checkpoint four/u })
      .click();
    await alice.chat.message('checkpoint four is Under Fire').waitFor();
    await page().locator('.messages-item-found').waitFor();
  });

  it('the user’s own words and mentions come beside them; acknowledging empties the inbox, and the room sees who did', async () => {
    await page().keyboard.press('Control+i');
    await inbox().getByRole('button', { name: 'Watchwords', exact: true }).click();
    await page().getByLabel('Your watchwords').fill('water tower\nbridge*');
    await page().getByRole('button', { name: 'Save' }).click();
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    await bobSays('lima', 'both bridges are down');
    await bobSays('lima', 'alice, call me');
    await page().keyboard.press('Control+i');
    await inbox().getByText('Watchword bridge*').waitFor();
    await inbox().getByText('You were mentioned').waitFor();
    await inbox().getByRole('button', { name: 'Acknowledge the 3 shown' }).click();
    await inbox().getByText('No alert fits').waitFor();
    await alice.chat.closeDialog();
    await page().getByRole('region', { name: 'Alerts and mentions' }).waitFor({ state: 'detached' });
    // Of the policy's word alone the room is told.
    const acknowledged = bob.chat.page.getByText(/^Acknowledged by alice, \d\d:\d\dZ$/u);
    await bob.chat.open('kilo');
    await acknowledged.waitFor();
    await picture(bob.chat.page, 'acknowledged');
    await alice.chat.open('kilo');
    await page()
      .getByText(/^Acknowledged by you, \d\d:\d\dZ$/u)
      .waitFor();
    await bob.chat.open('lima');
    await bob.chat.message('both bridges are down').waitFor();
    expect(await acknowledged.count()).toBe(0);
  });

  it('who comes late reads in the inbox, at the message and in an export who acknowledged it, and when', async () => {
    const carol = await stage.signedIn(CAROL, {
      settings: (settings) => ({
        ...watching.settings(settings),
        history: { ...settings.history, mode: 'encrypted', export: true },
      }),
    });
    const { chat, workstation } = carol;
    await chat.page.keyboard.press('Control+i');
    const row = inbox(chat.page).getByRole('listitem').filter({ hasText: 'checkpoint four is Under Fire' });
    const byAlice = /^Acknowledged by alice, \d\d:\d\dZ$/u;
    await row.getByText(byAlice).waitFor();
    await picture(chat.page, 'inbox-late');
    expect(await violations(chat.page)).toEqual([]);
    // It is hers to acknowledge all the same.
    await row.getByRole('button', { name: 'Acknowledge', exact: true }).waitFor();
    await row.getByRole('button', { name: /checkpoint four/u }).click();
    await chat.messages.getByText(byAlice).waitFor();
    await picture(chat.page, 'acknowledged-late');
    await chat.page.keyboard.press('Control+Shift+P');
    await chat.page.keyboard.type('export this');
    await chat.page.keyboard.press('Enter');
    const dialog = chat.page.getByRole('dialog', { name: 'Export messages' });
    await dialog.getByRole('radio', { name: /^JSON/ }).check();
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog.getByText('beside it.').waitFor();
    const home = dirname(workstation.downloads);
    const file = readdirSync(home).find((name) => /^sallyport-.*\.json$/.test(name)) ?? '';
    expect(JSON.parse(readFileSync(join(home, file), 'utf8')).records).toContainEqual(
      expect.objectContaining({
        text: 'checkpoint four is Under Fire',
        acknowledged: [{ time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), by: 'alice' }],
      }),
    );
    await carol.close();
  });

  it('twelve rooms of a layout stand side by side, each live, and one is written to in its tile', async () => {
    await page()
      .setViewportSize({ width: 1680, height: 1000 })
      .catch(() => undefined);
    await page().keyboard.press('Control+Shift+F');
    await page().getByRole('button', { name: 'Layouts' }).click();
    await page().getByRole('button', { name: 'All rooms' }).click();
    await expect.poll(() => tiles(page()).count()).toBe(12);
    await bobSays('alpha', 'seen from every tile');
    await tiles(page()).first().getByText('seen from every tile').waitFor();
    await tiles(page()).first().getByRole('button', { name: 'Write to alpha' }).click();
    await page().getByLabel('Message to alpha').fill('copy from the floor');
    await page().keyboard.press('Enter');
    await bob.chat.message('copy from the floor').waitFor();
    await picture(page(), 'floor');
  });

  it('a tile is torn off to a window of its own, where it was before, sandboxed and with its own port, which ends with the session', async () => {
    const tearOff = async (): Promise<Page> => {
      const opened = alice.application.waitForEvent('window');
      await page().getByRole('button', { name: 'Show bravo in a window of its own' }).click();
      const window = await opened;
      await window.getByRole('region', { name: 'bravo' }).waitFor();
      return window;
    };
    const place = (window: Page, bounds?: { x: number; y: number; width: number; height: number }) =>
      alice.application.browserWindow(window).then((handle) =>
        handle.evaluate((one, wanted) => {
          if (wanted !== undefined) one.setBounds(wanted);
          return one.getNormalBounds();
        }, bounds),
      );
    const before = await tearOff();
    const asked = { x: 70, y: 50, width: 610, height: 530 };
    await place(before, asked);
    await expect.poll(() => place(before)).toMatchObject({ width: 610, height: 530 });
    const stood = await place(before);
    await before.close();
    const torn = await tearOff();
    expect(await place(torn)).toEqual(stood);
    await bobSays('bravo', 'for the other screen');
    await torn.getByText('for the other screen').waitFor();
    await torn.getByLabel('Message to bravo').fill('from the other screen');
    await torn.keyboard.press('Enter');
    await bob.chat.message('from the other screen').waitFor();
    await picture(torn, 'torn-off');
    const reach = await torn.evaluate(() => ({
      bridge: Object.keys(Reflect.get(globalThis, 'sallyportTile')).sort(),
      chat: typeof Reflect.get(globalThis, 'sallyport'),
      node: typeof Reflect.get(globalThis, 'require'),
    }));
    expect(reach).toEqual({
      bridge: [
        'command',
        'connectChat',
        'getPreferences',
        'getState',
        'getTiles',
        'look',
        'onState',
        'openLink',
      ],
      chat: 'undefined',
      node: 'undefined',
    });
    const closed = torn.waitForEvent('close');
    await page().getByRole('button', { name: 'Your presence and session' }).click();
    await page().getByRole('menuitem', { name: 'Sign out' }).click();
    await closed;
  });

  it('what was chosen is kept for the account, in one file that only this user can read', async () => {
    const directory = join(alice.workstation.root, 'user-data', 'watch');
    // What is being written has another name until it is whole.
    await expect.poll(() => readdirSync(directory).length, { timeout: 10_000 }).toBe(1);
    const [file] = readdirSync(directory);
    const kept = JSON.parse(readFileSync(join(directory, file ?? ''), 'utf8'));
    expect(kept.own.words).toEqual(['water tower', 'bridge*']);
    expect(kept.since).toBeGreaterThan(0);
  });
});
