/** The archive in the real window: what was said before the sign-in, and while the connection was gone. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { ALICE, BOB } from '../../build/site/analysts.ts';
import { machineIdOf } from '../../build/site/workstation.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage, signIn } from '../support/electron.ts';
import { Analyst, type AnalystSite, until } from '../support/xmpp-analyst.ts';

let stage: Stage;
const others: Analyst[] = [];

// A site for each test and each try of it: archives hold what was said before.
beforeEach(async () => {
  stage = await openStage({ name: 'history', users: [ALICE, BOB] });
});
afterEach(async () => {
  await Promise.all(others.splice(0).map(({ client }) => client.disconnect()));
  await stage?.stop();
});

/** Another client of an account, without a window. */
async function elsewhere(account: string): Promise<Analyst> {
  const { site } = stage;
  const slot = site.pki.cards[account]?.slots['9a'];
  if (slot === undefined) throw new Error(`no card of ${account}`);
  const at: AnalystSite = {
    server: site.server,
    pki: site.pki,
    card: () => ({
      certificate: readFileSync(slot.certificate, 'utf8'),
      key: readFileSync(slot.key, 'utf8'),
    }),
    machine: () => site.lockIdentity(account),
  };
  const lock = { ...site.lockIdentity(account), bindings: ['tls-exporter'] as const };
  expect(lock.kid).toBe(machineIdOf(account));
  const analyst = new Analyst(at, account, { lock });
  others.push(analyst);
  await analyst.connect();
  return analyst;
}

const numbered = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} ${n}`);

/** Sends to Alice's other machine; ends when it has all of them. */
async function talk(bob: Analyst, laptop: Analyst, texts: readonly string[]): Promise<void> {
  const ids = texts.map((text) => bob.client.sendMessage(laptop.jid, text).id);
  await bob.reached(ids.at(-1) ?? '', 'delivered');
}

/** Scrolls up until there is nothing older; the test's time ends it. */
async function toTheStart(client: Client): Promise<void> {
  const { messages, page } = client.chat;
  const start = messages.getByText('This is the oldest message of this conversation.');
  while (!(await start.isVisible())) {
    await messages.evaluate((element) => element.scrollTo(0, 0));
    await page.waitForTimeout(50);
  }
}

/** The texts of all messages of the open conversation, in order, read by scrolling down over them. */
async function allTexts(client: Client): Promise<string[]> {
  const { messages, page } = client.chat;
  const byPlace = new Map<number, string>();
  await messages.evaluate((element) => element.scrollTo(0, 0));
  for (let atEnd = false; !atEnd; ) {
    await page.waitForTimeout(50);
    const seen = await messages.evaluate((element) => ({
      rows: [...element.querySelectorAll('[data-index]')].map((row) => ({
        place: Number(row.getAttribute('data-index')),
        text: row.querySelector('.message-body')?.textContent ?? '',
      })),
      atEnd: element.scrollTop + element.clientHeight >= element.scrollHeight - 2,
    }));
    for (const { place, text } of seen.rows) byPlace.set(place, text);
    atEnd = seen.atEnd;
    await messages.evaluate((element) => element.scrollBy(0, element.clientHeight / 2));
  }
  return [...byPlace].sort(([left], [right]) => left - right).map(([, text]) => text);
}

describe('history', () => {
  it('is there from before the sign-in, and nothing of it is missing after the server was gone', async () => {
    const [bob, laptop] = [await elsewhere('bob'), await elsewhere('alice')];
    const before = numbered('before', 120);
    await talk(bob, laptop, before);

    const alice = await stage.signedIn(ALICE);
    await alice.chat.open('Bob Baker');
    await alice.chat.message('before 119').waitFor();
    await toTheStart(alice);
    await alice.chat.page.screenshot({ path: join(ROOT, 'out', 'e2e', 'history-start.png') });
    expect(await allTexts(alice)).toEqual(before);
    expect(await violations(alice.chat.page)).toEqual([]);

    await stage.site.server.stop();
    await until('all noticed', () => bob.closed.length === 1 && laptop.closed.length === 1);
    await stage.site.server.start();
    await Promise.all([bob.reconnect(), laptop.reconnect()]);
    const meanwhile = numbered('meanwhile', 60);
    await talk(bob, laptop, meanwhile);
    await alice.chat.online();
    bob.client.sendMessage(laptop.jid, 'after');
    await alice.chat.message('after').waitFor();
    await toTheStart(alice);
    expect(await allTexts(alice)).toEqual([...before, ...meanwhile, 'after']);
    expect(await alice.chat.messages.getByText('are not here').count()).toBe(0);
    await alice.close();
    await alice.workstation.stop();
  });

  it('stays on this computer, locked with the card; is searched, exported and checked', async () => {
    const bob = await elsewhere('bob');
    // So far back that this computer does not get to see it by itself.
    const laptop = await elsewhere('alice');
    await talk(bob, laptop, ['Relay Osprey is down since 0200Z.', ...numbered('then', 120)]);
    await laptop.client.disconnect();
    const alice = await stage.signedIn(ALICE, {
      settings: (settings) => ({
        ...settings,
        history: { ...settings.history, mode: 'encrypted', wrap: 'card', export: true },
      }),
    });
    const { root } = alice.workstation;
    // Where there is no Downloads folder, Chromium takes the home.
    const home = dirname(alice.workstation.downloads);
    const { page } = alice.chat;
    await alice.chat.open('Bob Baker');
    const to = `alice@${stage.site.server.domain}` as BareJid;
    const { id } = bob.client.sendMessage(to, 'Convoy Kestrel passed the bridge at 0312Z, four vehicles.');
    bob.client.sendMessage(to, 'شكرا — فيه القافلة');
    await bob.reached(id, 'delivered');
    await alice.chat.message('Convoy Kestrel passed the bridge at 0312Z, four vehicles.').waitFor();
    await alice.chat.send('Bob Baker', 'Copied, logging it.');

    await page.keyboard.press('Control+f');
    await page.getByRole('combobox', { name: 'Search' }).fill('"convoy kestrel"');
    const hits = page.getByRole('listbox', { name: 'Results, newest first' });
    await hits.getByText('passed the bridge').waitFor();
    await page
      .getByRole('region', { name: 'Around this message' })
      .getByText('Copied, logging it.')
      .waitFor();
    await page.getByText('Looked through the history on this computer.').waitFor();
    await page.screenshot({ path: join(ROOT, 'out', 'e2e', 'history-search.png') });
    expect(await violations(page)).toEqual([]);

    // What only the server has is found there, with its marking, and opens in its conversation.
    await page.getByRole('combobox', { name: 'Search' }).fill('osprey');
    await page.getByText('No message fits.').waitFor();
    await page.getByRole('button', { name: 'Search the server’s archives' }).click();
    await page
      .getByRole('option', { name: /from the server.*Osprey/ })
      .first()
      .waitFor();
    await page.screenshot({ path: join(ROOT, 'out', 'e2e', 'history-server-search.png') });
    expect(await violations(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Search' }).press('Enter');
    await page.locator('.messages-item-found', { hasText: 'Relay Osprey' }).waitFor();
    await page.getByRole('button', { name: 'Jump to latest' }).last().click();
    await alice.chat.message('Copied, logging it.').waitFor();

    for (const format of ['PDF', 'JSON']) {
      await page.keyboard.press('Control+Shift+P');
      await page.keyboard.type('export this');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Export messages' });
      await dialog.getByRole('radio', { name: new RegExp(`^${format}`) }).check();
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      await dialog.getByText('beside it.').waitFor();
      if (format === 'PDF') {
        await page.screenshot({ path: join(ROOT, 'out', 'e2e', 'history-export.png') });
        expect(await violations(page)).toEqual([]);
      }
      await dialog.getByRole('button', { name: 'Done' }).click();
    }
    const saved = readdirSync(home)
      .filter((name) => name.startsWith('sallyport-'))
      .sort();
    expect(saved.map((name) => name.replace(/^.*\d{4}-\d{2}-\d{2}/, ''))).toEqual([
      '.json',
      '.json.proof',
      '.pdf',
      '.pdf.proof',
    ]);
    const [json = '', , pdf = ''] = saved.map((name) => join(home, name));
    const audit = join(stage.site.app, 'sallyport-audit.cjs');
    const authorities = [stage.site.pki.ca.root.certificate, stage.site.pki.ca.id.certificate];
    for (const file of [json, pdf]) {
      const args = [audit, 'verify-export', file, '--json', '--ca', ...authorities];
      const judgement = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
      expect(judgement).toMatchObject({ ok: true, facts: { 'issuer checked': 'yes' } });
    }
    // Without authorities nobody knows who signed.
    expect(spawnSync(process.execPath, [audit, 'verify-export', json]).status).toBe(3);
    expect(readFileSync(json, 'utf8')).toContain('Convoy Kestrel');
    expect(readFileSync(pdf).subarray(0, 5).toString('latin1')).toBe('%PDF-');
    copyFileSync(pdf, join(ROOT, 'out', 'e2e', 'history-export.pdf'));
    // The marking is the first and the last thing on a page, also where that is hardly written on.
    const words = execFileSync('pdftotext', ['-bbox', pdf, '-'], { encoding: 'utf8' });
    const marked = [...words.matchAll(/yMin="([\d.]+)"[^>]*>UNCLASSIFIED</g)].map(([, at]) => Number(at));
    expect(Math.min(...marked)).toBeLessThan(60);
    expect(Math.max(...marked)).toBeGreaterThan(770);

    // Far more than a window shows at first.
    const since = numbered('since', 180).map((text) => bob.client.sendMessage(to, text).id);
    await bob.reached(since.at(-1) ?? '', 'delivered');
    await alice.chat.message('since 179').waitFor();

    // Nothing of it can be read on the disk, and all of it is there again after a restart.
    await alice.close();
    for (const name of readdirSync(join(root, 'user-data', 'history')))
      expect(readFileSync(join(root, 'user-data', 'history', name)).includes('Kestrel')).toBe(false);
    const again = await stage.launch(alice.workstation);
    await signIn(again);
    await again.chat.open('Bob Baker');
    const { page: desk, messages } = again.chat;
    await again.chat.message('since 179').waitFor();
    expect(await again.chat.message('Copied, logging it.').count()).toBe(0);
    await desk.keyboard.press('Control+f');
    await desk.getByRole('combobox', { name: 'Search' }).fill('kestrel');
    await desk.getByRole('listbox').getByText('passed the bridge').waitFor();

    // The conversation opens at it, with what was said around it; the rest is behind a gap.
    await desk.keyboard.press('Enter');
    const found = messages.locator('.messages-item-found', { hasText: 'Convoy Kestrel' });
    await found.waitFor();
    await expect
      .poll(() => desk.evaluate(() => document.activeElement?.textContent ?? ''))
      .toContain('Convoy Kestrel');
    await again.chat.message('Copied, logging it.').waitFor();
    const gap = messages.locator('.gap-island');
    await expect
      .poll(async () => {
        await messages.evaluate((element) => element.scrollBy(0, element.clientHeight / 2));
        return gap.count();
      })
      .toBe(1);
    await gap.scrollIntoViewIfNeeded();
    await desk.screenshot({ path: join(ROOT, 'out', 'e2e', 'history-jump.png') });
    expect(await violations(desk)).toEqual([]);
    await gap.getByRole('button', { name: 'Show what follows' }).click();
    await gap.waitFor({ state: 'detached' });
    const texts = await allTexts(again);
    expect(texts.slice(-183, -180)).toEqual([
      'Convoy Kestrel passed the bridge at 0312Z, four vehicles.',
      'شكرا — فيه القافلة',
      'Copied, logging it.',
    ]);
    expect(texts.slice(-180)).toEqual(numbered('since', 180));
    await again.close();
    await alice.workstation.stop();
  });
});
