/** The console's page in Debian's Chromium with a card in its certificate store, beside a real ejabberd. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBrowser, startConsoleBrowser } from '../../build/site/console-browser.ts';
import { violations } from '../support/axe.ts';
import { type Desk, go, lookUp, operate } from '../support/console-essentials.ts';
import { type ConsoleBeside, STAFF, startConsoleBeside } from '../support/console-site.ts';
import { BINDING, type EjabberdSite, startEjabberdSite } from '../support/ejabberd-site.ts';
import { testUser } from '../support/prosody-site.ts';

const PICTURES = join(import.meta.dirname, '../../out/console');

let site: EjabberdSite;
let beside: ConsoleBeside;
const browsers: ConsoleBrowser[] = [];

async function open(id: string): Promise<Page> {
  const { origin } = beside.console;
  const browser = await startConsoleBrowser({ pki: site.pki, origin, card: site.pki.cards[id] });
  browsers.push(browser);
  const page = await browser.context.newPage();
  await page.goto(`${origin}/`);
  return page;
}

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  site = await startEjabberdSite({
    users: [testUser('alice', 1), testUser('bob', 2), ...STAFF],
    epochs: [1],
    ejabberd: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
      ],
      machines: [{ kid: 'WS-1' }, { kid: 'WS-2' }],
    },
  });
  beside = await startConsoleBeside(site, { engine: 'ejabberd' });
});
afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await beside?.stop();
  await site?.stop();
});

describe('the page beside ejabberd', () => {
  it('operator: the present, and a room, a user and a machine off and on', async () => {
    const page = await open('oakes');
    const desk: Desk = {
      connect: (identity) => site.connect(identity),
      identity: site.card('bob'),
      machine: site.machine('WS-1', 1),
      binding: BINDING,
      account: 'bob',
      domain: site.server.domain,
    };
    await operate(page, desk, site.server.roomService);
    const partners = page.getByRole('region', { name: 'Partner domains that are off' });
    await partners.getByText('This server has no federation').waitFor();
    await partners.getByLabel('Domain').fill('partner.example.mil');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Switch partner partner.example.mil off?' });
    await dialog.getByText('there is no stream to end').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: join(PICTURES, 'switch-ejabberd.png') });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await go(page, 'Now');
    await page.getByText('ejabberd running').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: join(PICTURES, 'now-ejabberd.png') });
  });

  it('officer: what was said is found; auditor: what was done is on record', async () => {
    await lookUp(await open('sato'));
    const page = await open('abel');
    await go(page, 'Audit');
    await page.getByLabel('Event').fill('room');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: 'room.created' }).first().waitFor();
    await page.getByLabel('Event').fill('console');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: 'console.switch.set' }).first().waitFor();
  });
});
