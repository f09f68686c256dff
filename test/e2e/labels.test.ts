/** Labels through the real windows and the real server: seen, remembered, and refused on both sides above the highest. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { ALICE, BOB } from '../../build/site/analysts.ts';
import { OFFICIAL_LABELS } from '../../src/cli/policy/official-labels.ts';
import type { PolicySettingsInput } from '../../src/policy/index.ts';
import { openStage, type Stage } from '../support/electron.ts';

const PICTURES = join(ROOT, 'out', 'e2e');

let stage: Stage;
let alice: Client;
let bob: Client;

/** UNCLASSIFIED unless something else is chosen, and nothing above `maximumLabel`. */
const upTo = (maximumLabel: string) => ({
  settings: (settings: PolicySettingsInput): PolicySettingsInput => ({
    ...settings,
    classification: {
      ...settings.classification,
      labels: OFFICIAL_LABELS.map((label) => ({ ...label })),
      defaultLabel: 'unclassified',
      maximumLabel,
      labelRequired: true,
    },
  }),
});

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  stage = await openStage({ name: 'labels', users: [ALICE, BOB], files: true });
  alice = await stage.signedIn(ALICE, upTo('top-secret'));
  bob = await stage.signedIn(BOB, upTo('secret'));
  await alice.chat.open(bob.workstation.name);
  await bob.chat.open(alice.workstation.name);
});
afterAll(() => stage?.stop());

const picture = (client: Client, name: string) =>
  client.chat.page.screenshot({ path: join(PICTURES, `labels-${name}.png`) });
const banner = (client: Client) => client.chat.page.getByRole('banner').first();
const dialog = (client: Client) => client.chat.page.getByRole('dialog', { name: 'Label' });
const labelOf = (client: Client, text: string) =>
  client.chat.messages
    .locator('.message')
    .filter({ has: client.chat.page.getByText(text, { exact: true }) })
    .locator('.label-tag');

/** With the keyboard: the chooser, a part of the label's text, Enter. */
async function choose(client: Client, typed: string): Promise<void> {
  const { keyboard } = client.chat.page;
  await keyboard.press('Control+Shift+L');
  await dialog(client).waitFor();
  await keyboard.type(typed);
  await keyboard.press('Enter');
  await dialog(client).waitFor({ state: 'detached' });
}

/** What the window would say to the session without its own chooser. */
const command = (client: Client, label: string, body: string) =>
  client.chat.page.evaluate(
    ([conversation, id, text]) => {
      const { sallyport } = globalThis as unknown as {
        readonly sallyport: { command(command: object): Promise<unknown> };
      };
      return sallyport.command({
        type: 'send-message',
        conversation,
        kind: 'contact',
        body: text,
        label: id,
      });
    },
    [`alice@${stage.site.server.domain}`, label, body] as const,
  );

describe('a label', () => {
  it('is the default unless another is chosen, and the banner stays the system’s', async () => {
    await alice.chat.send(bob.workstation.name, 'good morning');
    await bob.chat.message('good morning').waitFor();
    expect(await labelOf(bob, 'good morning').innerText()).toBe('UNCLASSIFIED');
    expect(await banner(bob).innerText()).toBe('UNCLASSIFIED // DEMONSTRATION');
  });

  it('SECRET, sent by Alice, is on the message at both ends, and both banners rise', async () => {
    await choose(alice, 'secret');
    await picture(alice, 'chosen');
    await alice.chat.send(bob.workstation.name, 'the convoy leaves at 0300Z');
    await bob.chat.message('the convoy leaves at 0300Z').waitFor();
    for (const client of [alice, bob]) {
      expect(await labelOf(client, 'the convoy leaves at 0300Z').innerText()).toBe('SECRET');
      await expect
        .poll(() => banner(client).innerText())
        .toMatch(/^SECRET.*highest label shown here.*UNCLASSIFIED \/\/ DEMONSTRATION/su);
    }
    await alice.chat.delivery('the convoy leaves at 0300Z', 'Delivered');
    await picture(bob, 'risen');
  });

  it('goes with a file, to the other side and to the gate’s log', async () => {
    await alice.chat.attach('route.txt', 'north, then east');
    await bob.chat.file('route.txt').waitFor();
    const card = bob.chat.page.getByRole('region', { name: 'File route.txt from' });
    const row = bob.chat.messages.locator('.message').filter({ has: card });
    expect(await row.locator('.label-tag').innerText()).toBe('SECRET');

    const verdicts = (stage.site.gate?.log() ?? []).filter(({ event }) => event === 'verdict');
    expect(verdicts.map(({ label }) => label)).toEqual(['secret']);
    await picture(bob, 'file');
  });

  it('falls from the banner with the conversation that had it, and rises with a room’s history', async () => {
    await alice.chat.joinRoom('watch');
    await choose(alice, 'conf');
    await alice.chat.send('watch', 'before Bob came');
    await alice.chat.delivery('before Bob came', 'On the server');
    await bob.chat.joinRoom('watch');
    await bob.chat.message('before Bob came').waitFor();
    expect(await labelOf(bob, 'before Bob came').innerText()).toBe('CONFIDENTIAL');
    await expect.poll(() => banner(bob).innerText()).toMatch(/^CONFIDENTIAL/u);
    await alice.chat.open(bob.workstation.name);
    await bob.chat.open(alice.workstation.name);
    await expect.poll(() => banner(bob).innerText()).toContain('SECRET');
  });
});

describe('above the highest label', () => {
  it('Bob’s window offers nothing, and his session refuses what a window would send', async () => {
    await bob.chat.composer(alice.workstation.name).focus();
    await bob.chat.page.keyboard.press('Control+Shift+L');
    await dialog(bob).waitFor();
    expect(await dialog(bob).getByRole('option').allInnerTexts()).toEqual([
      expect.stringContaining('UNCLASSIFIED'),
      'CUI',
      'CONFIDENTIAL',
      'SECRET',
    ]);
    await picture(bob, 'chooser');
    await bob.chat.page.keyboard.press('Escape');
    await dialog(bob).waitFor({ state: 'detached' });
    expect(await command(bob, 'top-secret', 'too high')).toEqual({
      ok: false,
      error: { code: 'LABEL_NOT_ALLOWED', detail: { label: 'TOP SECRET' } },
    });
    expect(await command(bob, 'cosmic', 'unheard of')).toEqual({
      ok: false,
      error: { code: 'LABEL_UNKNOWN' },
    });
    await bob.chat.send(alice.workstation.name, 'after what was refused');
    await alice.chat.message('after what was refused').waitFor();
    expect(await alice.chat.message('too high').count()).toBe(0);
  });

  it('Alice may send it, Bob’s guard lets nothing of it in, and Alice is told', async () => {
    await choose(alice, 'top secret');
    await alice.chat.send(bob.workstation.name, 'for other ears');
    const row = alice.chat.messages.locator('.message').filter({ hasText: 'for other ears' });
    await row.getByText('The message was not delivered').waitFor();
    await picture(alice, 'refused');
    await choose(alice, 'confidential');
    await alice.chat.send(bob.workstation.name, 'after it');
    await bob.chat.message('after it').waitFor();
    expect(await bob.chat.message('for other ears').count()).toBe(0);
    expect(await banner(bob).innerText()).not.toContain('TOP SECRET');
    const audit = readFileSync(join(bob.workstation.root, 'user-data', 'audit', 'audit.jsonl'), 'utf8');
    expect(audit).toMatch(/"reason":"label"/u);
    expect(audit).not.toContain('for other ears');
  });
});
