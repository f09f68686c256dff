/** The console's page in Debian's Chromium with a card in its certificate store, beside a real Prosody and file gate. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EICAR } from '../../build/site/clamd.ts';
import { type ConsoleBrowser, startConsoleBrowser } from '../../build/site/console-browser.ts';
import type { Policy } from '../../src/policy/index.ts';
import { PERSON_NODE } from '../../src/shared/feed-contract.ts';
import { violations } from '../support/axe.ts';
import { type Desk, go, lookUp, operate } from '../support/console-essentials.ts';
import { makeRings, type Rings } from '../support/console-rings.ts';
import { type ConsoleSite, startConsoleSite } from '../support/console-site.ts';
import { publishOptions } from '../support/feed-suite.ts';

const PICTURES = join(import.meta.dirname, '../../out/console');
/** A name that is an attack where somebody shows it as markup. */
const HOSTILE = '<img src=x onerror=alert(1)> & report.txt';

let site: ConsoleSite;
let rings: Rings;
const browsers = new Map<string, ConsoleBrowser>();
const complaints: string[] = [];

async function open(id: string, colorScheme: 'dark' | 'light' = 'dark'): Promise<Page> {
  const card = site.xmpp.pki.cards[id];
  const browser = await startConsoleBrowser({
    pki: site.xmpp.pki,
    origin: site.console.origin,
    card,
    colorScheme,
  });
  browsers.set(id, browser);
  const page = await browser.context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${id}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${id}: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`${id}: a dialog of a script: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${site.console.origin}/`)) complaints.push(`${id}: ${request.url()}`);
  });
  await page.goto(`${site.console.origin}/`);
  return page;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  rings = await makeRings();
  site = await startConsoleSite({ config: rings.config });
  const client = await site.xmpp.connect(site.xmpp.card('bob'));
  await client.passLock(site.xmpp.machine('WS-1', 1));
  await client.external();
  await client.bind('desk');
  const domain = site.xmpp.server.domain;
  for (const [index, text] of [
    '&lt;b onclick=alert(1)&gt;convoy&lt;/b&gt; leaves',
    'all quiet',
    'convoy is back',
  ].entries())
    client.send(`<message to='alice@${domain}' type='chat' id='m${index}'><body>${text}</body></message>`);
  await site.gate.upload(HOSTILE, 'text/plain', Buffer.from(EICAR));
  for (const name of ['plan.txt', 'lage bericht.txt', 'übung.txt'])
    await site.gate.upload(name, 'text/plain', Buffer.from(`${name}\n`));
});
afterAll(async () => {
  for (const browser of browsers.values()) await browser.close();
  await site?.stop();
  rings?.remove();
});

describe('the page', () => {
  it('without a card there is none', async () => {
    const { context, close } = await startConsoleBrowser({
      pki: site.xmpp.pki,
      origin: site.console.origin,
      card: undefined,
    });
    try {
      const page = await context.newPage();
      // Which of its errors Chromium shows depends on when the server's alert arrives.
      await expect(page.goto(`${site.console.origin}/`)).rejects.toThrow(/net::ERR_/);
    } finally {
      await close();
    }
  });

  it('operator: a user off and on by keyboard alone', async () => {
    const page = await open('oakes');
    await page.getByRole('row', { name: 'bob@' }).getByText('WS-1').waitFor();
    // Somebody who knows the name of a machine, and not its key.
    const { kid, keys } = site.xmpp.machine('WS-1', 1);
    const stranger = { kid, keys: keys.map((key) => ({ ...key, key: new Uint8Array(32) })) };
    await expect((await site.xmpp.connect(site.xmpp.card('bob'))).passLock(stranger)).rejects.toThrow();
    await page.getByText('impersonation attempts: 1').waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'now');
    await go(page, 'Switch');
    await page.getByRole('heading', { level: 1, name: 'Switch' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('User', { exact: true }).focus();
    await page.keyboard.type('alice');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Switch user alice off?' });
    await dialog.waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type('card reported lost');
    await picture(page, 'switch-dialog');
    await page.keyboard.press('Enter');
    await page.getByText('The server confirmed it').waitFor();
    await page.getByText('alice', { exact: true }).waitFor();
    await picture(page, 'switch');
  });

  it('operator: a room, a user and a machine off and on, with effect on live sessions', async () => {
    const page = browsers.get('oakes')?.context.pages().at(-1);
    if (page === undefined) throw new Error('no page');
    const desk: Desk = {
      connect: (identity) => site.xmpp.connect(identity),
      identity: site.xmpp.card('bob'),
      machine: site.xmpp.machine('WS-2', 1),
      binding: 'tls-exporter',
      account: 'bob',
      domain: site.xmpp.server.domain,
    };
    await operate(page, desk, site.xmpp.server.roomService);
    await go(page, 'Now');
    await page.getByRole('button', { name: 'Switch off… room' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'now-rooms');
    await go(page, 'Switch');
  });

  it('operator and officer: a feed is put off and on, and a notice in it is taken away', async () => {
    const client = await site.xmpp.connect(site.xmpp.card('bob'));
    await client.passLock(site.xmpp.machine('WS-1', 1));
    await client.external();
    await client.bind('feed');
    for (const title of [
      'Gate 2 is open again',
      '&lt;img src=x onerror=alert(1)&gt;',
      'Names of the fallen',
    ]) {
      client.send(
        `<iq type='set' id='${title.length}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='${PERSON_NODE}'><item id='i${title.length}'><entry xmlns='http://www.w3.org/2005/Atom'><title>${title}</title></entry></item></publish>${publishOptions('presence')}</pubsub></iq>`,
      );
      await client.take(
        new RegExp(
          `<iq [^>]*id='${title.length}'.*?type='result'|type='result'[^>]*id='${title.length}'`,
          's',
        ),
      );
    }
    client.close();
    const name = `bob@${site.xmpp.server.domain}`;
    const operator = browsers.get('oakes')?.context.pages().at(-1);
    if (operator === undefined) throw new Error('no page');
    const officer = await open('sato', 'light');
    await go(operator, 'Feeds');
    await operator.getByRole('button', { name: `Switch off… feed ${name}` }).click();
    await operator.getByLabel('Reason').fill('under review');
    await operator.getByRole('button', { name: 'Switch off', exact: true }).click();
    await operator.getByText('The server confirmed it').waitFor();
    await operator.getByRole('row', { name }).getByText('off', { exact: true }).waitFor();
    expect(await violations(operator)).toEqual([]);
    await picture(operator, 'feeds');
    await operator.getByRole('button', { name: `Switch on… feed ${name}` }).click();
    await operator.getByLabel('Reason').fill('reviewed');
    await operator.getByRole('button', { name: 'Switch on', exact: true }).click();
    await operator.getByRole('button', { name: `Switch off… feed ${name}` }).waitFor();

    await go(officer, 'Feeds');
    await officer.getByText('Choose a feed to see what is in it.').waitFor();
    await officer.getByRole('row', { name }).click();
    await officer.getByText('<img src=x onerror=alert(1)>').waitFor();
    expect(await officer.locator('main img').count()).toBe(0);
    expect(await violations(officer)).toEqual([]);
    await picture(officer, 'feeds-light');
    await officer.getByRole('button', { name: 'Take away Names of the fallen' }).click();
    await officer.getByLabel('Reason').fill('next of kin not told');
    await picture(officer, 'feeds-dialog-light');
    await officer.getByRole('button', { name: 'Take away', exact: true }).click();
    await officer.getByText('The server took 1 notice away.').waitFor();
    await officer
      .getByRole('button', { name: 'Take away Names of the fallen' })
      .waitFor({ state: 'detached' });
    await picture(officer, 'feeds-taken-light');
    await go(operator, 'Switch');
  });

  it('two persons: asked for by one, approved by another', async () => {
    const page = browsers.get('oakes')?.context.pages().at(-1);
    if (page === undefined) throw new Error('no page');
    await page.getByRole('button', { name: 'Switch the service off…' }).click();
    await page.getByLabel('Reason').fill('exercise “blackout”');
    await page.getByRole('button', { name: 'Switch off', exact: true }).click();
    await page.getByText('Waiting for a second person').waitFor();
    await page.keyboard.press('Alt+8');
    await page.getByText('yours: somebody else decides').waitFor();
    expect(await page.getByRole('button', { name: 'Approve…' }).count()).toBe(0);

    const officer = browsers.get('sato')?.context.pages().at(-1);
    if (officer === undefined) throw new Error('no page of the officer');
    const ground = (of: Page) => of.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await ground(officer)).not.toBe(await ground(page));
    await go(officer, 'Approvals');
    await officer.getByRole('button', { name: 'Approve…' }).click();
    await officer.getByRole('dialog', { name: 'Approve exactly this?' }).waitFor();
    expect(await violations(officer)).toEqual([]);
    await picture(officer, 'approve-light');
    await officer.getByRole('button', { name: 'Approve', exact: true }).click();
    await officer.getByRole('table').getByText('done', { exact: true }).waitFor();
    await picture(officer, 'approvals-light');
    await go(officer, 'Switch');
    await officer.getByText('The service is off').waitFor();
    expect(await violations(officer)).toEqual([]);
    await picture(officer, 'switch-off-light');
  });

  it('operator: people, machines, and a policy that goes out', async () => {
    const page = browsers.get('oakes')?.context.pages().at(-1);
    if (page === undefined) throw new Error('no page');
    await go(page, 'People');
    await page.getByRole('button', { name: 'Change… alice' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change alice' });
    await dialog.getByLabel('UPNs, one a line').waitFor();
    await dialog.getByLabel('A certificate (PEM)').fill(site.xmpp.card('bob').certificate);
    await dialog.getByRole('button', { name: 'Read the certificate' }).click();
    await dialog.getByText('This certificate leads to bob already.').waitFor();
    await dialog.getByRole('button', { name: 'Add Issuer and serial number' }).click();
    expect(await dialog.getByLabel('Issuers (SHA-256').inputValue()).toMatch(
      /^[A-Za-z0-9+/]{43}=:[0-9a-f]+$/,
    );
    expect(await violations(page)).toEqual([]);
    await picture(page, 'people-dialog');
    await page.keyboard.press('Escape');
    await picture(page, 'people');
    await go(page, 'Machines');
    await page.getByRole('button', { name: 'Enrol a machine…' }).click();
    await page.getByRole('dialog').getByLabel('Machine').fill('WS-0142');
    await page.getByRole('dialog').getByLabel('Reason').fill('delivered today');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: 'WS-0142' }).waitFor();
    await page.getByRole('button', { name: 'Move… WS-0142' }).click();
    const move = page.getByRole('dialog', { name: 'Move WS-0142' });
    await move.getByLabel('Epoch that it has to use').fill('2');
    expect(await violations(page)).toEqual([]);
    await picture(page, 'machine-move');
    await move.getByLabel('Reason').fill('rotation of December');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: 'WS-0142' }).getByText('– → 2, until').waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'machines');
    await go(page, 'Policy');
    for (const sequence of [1, 2]) {
      const change = (policy: Policy): Policy => ({
        ...policy,
        sequence,
        settings: {
          ...policy.settings,
          session: { ...policy.settings.session, idleLockMinutes: 10 - sequence },
        },
      });
      await page
        .getByLabel('Upload a bundle')
        .setInputFiles({ name: 'policy.bundle', mimeType: 'application/json', buffer: rings.bundle(change) });
      await page.getByRole('dialog').getByLabel('Reason').fill('a shorter idle lock');
      await page.getByRole('button', { name: 'Upload', exact: true }).click();
      await page.getByRole('button', { name: `Put out… ${sequence} first` }).waitFor();
      if (sequence === 2) break;
      await page.getByRole('button', { name: 'Put out… 1 first' }).click();
      await page.getByRole('dialog').getByLabel('Reason').fill('a shorter idle lock');
      await page.getByRole('button', { name: 'Put out', exact: true }).click();
      await page.getByText('Waiting for a second person').waitFor();
      const officer = browsers.get('sato')?.context.pages().at(-1);
      await officer?.getByRole('navigation').getByRole('link', { name: 'Approvals' }).click();
      await officer?.getByRole('button', { name: 'Approve…' }).click();
      await officer?.getByRole('button', { name: 'Approve', exact: true }).click();
    }
    await page.getByRole('button', { name: 'Compare 2 with first' }).click();
    await page.getByText('From sequence 1 to 2').waitFor();
    await page.getByRole('row', { name: '/session/idleLockMinutes' }).getByText('tighter').waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'policy');
  });

  it('officer: a file’s record is text, and the release waits for another officer', async () => {
    const page = browsers.get('sato')?.context.pages().at(-1);
    if (page === undefined) throw new Error('no page');
    await go(page, 'Files');
    await page.getByRole('row').nth(1).click();
    const details = page.getByRole('complementary', { name: 'File' });
    await details.getByText('_img src=x onerror=alert(1)_').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'files-light');
    await page.getByLabel('State').selectOption('');
    await page.getByText('plan.txt').waitFor();
    // The arrow keys choose.
    await page.getByRole('row').nth(1).focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('row', { selected: true }).count()).toBe(1);
    await page.getByLabel('State').selectOption('quarantined');
    await page.getByRole('row').nth(1).click();
    await page.getByRole('button', { name: 'Release…' }).click();
    await page.getByLabel('Reason').fill('case 17');
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await page.getByText('Waiting for a second person').waitFor();
  });

  it('officer: messages are found with a reason, and shown as text', async () => {
    const page = browsers.get('sato')?.context.pages().at(-1);
    if (page === undefined) throw new Error('no page');
    await go(page, 'Messages');
    await page.getByLabel('Reason for the search').fill('case 17');
    await page.getByLabel('Words').fill('convoy');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: 'convoy is back' }).waitFor();
    await page.getByRole('row', { name: '<b onclick' }).click();
    await page.getByRole('complementary').getByText('<b onclick=alert(1)>convoy</b> leaves').waitFor();
    expect(await page.locator('main b').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'messages-light');
    await page.getByRole('button', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Marking').fill('SECRET // REL TO NOBODY');
    await dialog.getByLabel('Reason').fill('case 17');
    expect(await violations(page)).toEqual([]);
    await picture(page, 'export-dialog-light');
    await dialog.getByRole('button', { name: 'Export' }).click();
    await page.getByText('Waiting for a second person').waitFor();
    await lookUp(page);
    await go(page, 'Retention');
    await page.getByLabel('Room', { exact: true }).fill('ops');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('Reason').fill('case 17');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Lift… ops' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'retention-light');
  });

  it('officer: an alarm is looked at and on record as seen, by keyboard alone', async () => {
    const page = browsers.get('sato')?.context.pages().at(-1);
    if (page === undefined) throw new Error('no page');
    await page.keyboard.press('Alt+2');
    await page.getByRole('heading', { level: 1, name: 'Alarms' }).waitFor();
    await page.getByLabel('Kind').selectOption('impersonation');
    const row = page.getByRole('row', { name: 'impersonation attempts' });
    await row.focus();
    const details = page.getByRole('complementary', { name: 'Alarm' });
    await details.getByText('wrong-proof').waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'alarms-light');
    await details.getByRole('button', { name: 'Mark as seen…' }).press('Enter');
    await page.getByRole('dialog', { name: 'Mark this alarm as seen?' }).waitFor();
    await page.keyboard.type('a drill');
    await page.keyboard.press('Enter');
    await page.getByText('No open alarm is like that.').waitFor();
    await page.getByLabel('State').selectOption('seen');
    await row.focus();
    await details.getByText('Seen by sato').getByText('a drill').waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'alarms-seen-light');
    await page.keyboard.press('Alt+0');
    await page.getByRole('heading', { level: 1, name: 'Retention' }).waitFor();
  });

  it('auditor: sees what everybody did, and that nobody changed it', async () => {
    const page = await open('abel');
    await go(page, 'Audit');
    await page.getByRole('button', { name: 'Check the chains' }).click();
    await page.getByText('nothing was changed or taken out').waitFor();
    await page.getByLabel('Event').fill('console');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: 'console.switch.set' }).first().click();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'audit');
    expect(await page.getByRole('link', { name: 'Messages' }).count()).toBe(0);
    await go(page, 'Exports');
    await page.getByText('You have made no export.').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('locked: nothing of the page is left, and going on takes a session of its own', async () => {
    const page = browsers.get('sato')?.context.pages().at(-1);
    if (page === undefined) throw new Error('no page');
    await page.getByRole('button', { name: 'Lock' }).click();
    await page.getByRole('heading', { name: 'Locked' }).waitFor();
    expect(await page.getByText('alice').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'locked-light');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
  });

  it('a card without a role', async () => {
    const page = await open('nemo').catch(() => undefined);
    const text = await page?.evaluate(() => document.body.textContent);
    expect(text).toContain('no-role');
  });

  it('no page broke its security policy, asked another site or ran what was not ours', () => {
    const known = /nemo: .*(403|favicon)/;
    expect(complaints.filter((line) => !known.test(line))).toEqual([]);
  });
});
