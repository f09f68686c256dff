/** Labels in the window: rows, banner, screen reader, and the chooser by keyboard. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { commands, focusedLabel, setUpStage } from '../support/renderer.ts';

const stage = setUpStage();
const RAMIREZ = 'ana.ramirez@chat.example.mil';

const composer = (page: Page) => page.getByRole('textbox', { name: 'Message to' });
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Label' });
const options = (page: Page) => dialog(page).getByRole('option');
const row = (page: Page, text: string) => page.locator('.message', { hasText: text });
const top = (page: Page) => page.locator('.banner').first();

async function desk(fixture: string, name = 'Ramirez'): Promise<Page> {
  const page = await stage.open('chat', fixture);
  await page.locator('.row', { hasText: name }).first().click();
  await page.locator('.message').first().waitFor();
  return page;
}

async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

function receive(page: Page, labels: readonly (object | undefined)[]): Promise<void> {
  return page.evaluate(
    ([conversation, all]) => {
      const append = all.map((label, index) => ({
        id: `fresh-${Math.random()}`,
        direction: 'in',
        sender: conversation,
        body: `fresh ${index}`,
        at: Date.now() + index,
        delayed: false,
        ...(label === null ? {} : { label }),
      }));
      harness.push([{ type: 'messages', conversation, append }] as unknown as Parameters<
        typeof harness.push
      >[0]);
    },
    [RAMIREZ, labels.map((label) => label ?? null)] as const,
  );
}

const sent = async (page: Page) =>
  (await commands(page, 'send-message')).map((command) => {
    const { body, label } = command as { readonly body: string; readonly label?: string };
    return [body, label];
  });

describe('the label of a message', () => {
  it('stands in words on every row, with the catalogue’s colours and no others', async () => {
    const page = await desk('desk-labels');
    const secret = row(page, 'On the server, but').locator('.label-tag');
    expect(await secret.innerText()).toBe('SECRET');
    expect(await secret.evaluate((tag) => getComputedStyle(tag).backgroundColor)).toBe('rgb(200, 16, 46)');
    const foreign = row(page, 'Second group at the bridge').locator('.label-tag');
    expect(await foreign.innerText()).toBe('COSMIC');
    expect(await foreign.getAttribute('style')).toBeNull();
    const rows = await page.locator('.message').count();
    expect(await page.locator('.message .label-tag').count()).toBe(rows);
    expect(stage.complaints()).toEqual([]);
  });

  it('is read before the text, and what is special about it is said', async () => {
    const page = await desk('desk-labels');
    const spoken = async (text: string) => (await row(page, text).innerText()).replace(/\s+/gu, ' ');
    expect(await spoken('On the server, but')).toMatch(/SECRET \. On the server/u);
    expect(await spoken('Second group at the bridge')).toContain('COSMIC , not in the policy’s catalogue.');
    expect(await spoken('Sent a moment ago')).toContain('assumed: no label is on the message itself.');
  });

  it('that is long is shown to its end', async () => {
    const page = await desk('desk-labels');
    const long = row(page, 'One stopped on the far side').locator('.label-tag');
    expect(await long.innerText()).toMatch(/EXERCISE PARTICIPANT$/u);
    const cut = await long.evaluate((tag) => tag.scrollWidth > tag.clientWidth + 1);
    expect(cut).toBe(false);
  });

  it('is announced with the message, and the highest with many', async () => {
    const page = await desk('desk-labels');
    const announcer = page.getByRole('status', { name: 'Incoming messages' });
    await receive(page, [{ id: 'cui', text: 'CUI' }]);
    await expect.poll(() => announcer.textContent()).toBe('Ramirez, Ana (MAJ), CUI: fresh 0');
    await receive(page, [undefined]);
    await expect.poll(() => announcer.textContent()).toBe('Ramirez, Ana (MAJ), No label: fresh 0');
    await receive(
      page,
      ['unclassified', 'secret', 'cui', 'cui'].map((id) => ({ id, text: id })),
    );
    await expect.poll(() => announcer.textContent()).toBe('4 new messages, up to SECRET');
  });
});

describe('the banner', () => {
  it('is the high-water mark of the open conversation, above and below, and falls with it', async () => {
    const page = await desk('desk-labels', 'Okafor');
    expect(await top(page).innerText()).toBe('UNCLASSIFIED // EXERCISE');
    await page.locator('.row', { hasText: 'Ramirez' }).first().click();
    await expect.poll(() => top(page).innerText()).toMatch(/^SECRET · .*highest label shown here/su);
    expect(await top(page).innerText()).toContain('system: UNCLASSIFIED // EXERCISE');
    expect(await page.locator('.banner').last().innerText()).toBe(await top(page).innerText());
    const spoken = page.getByRole('status', { name: 'Classification of what is open' });
    expect(await spoken.textContent()).toContain('SECRET');
    await page.locator('.row', { hasText: 'Okafor' }).first().click();
    await expect.poll(() => top(page).innerText()).toBe('UNCLASSIFIED // EXERCISE');
    expect(await spoken.textContent()).toBe('');
  });

  it('rises with the message that arrives, and is the system’s behind a cover', async () => {
    const page = await desk('desk-labels', 'Okafor');
    await receive(page, [{ id: 'secret', text: 'SECRET' }]);
    expect(await top(page).innerText(), 'another conversation').toBe('UNCLASSIFIED // EXERCISE');
    await page.locator('.row', { hasText: 'Ramirez' }).first().click();
    await expect.poll(() => top(page).innerText()).toContain('SECRET');
    await page.evaluate(() => harness.setFixture('cover-card'));
    await page.getByText('Your card was removed').waitFor();
    expect(await top(page).innerText()).toBe('CUI // EXERCISE');
  });
});

describe('choosing a label', () => {
  it('by keyboard alone: found by its letters, sent, remembered for this conversation only', async () => {
    const page = await desk('desk-labels');
    await send(page, 'as it is');
    await page.keyboard.press('Control+Shift+L');
    await dialog(page).waitFor();
    expect(await options(page).count()).toBe(5);
    expect(await dialog(page).getByText('2 labels of the policy are above').count()).toBe(1);
    await page.keyboard.type('secr');
    await page.keyboard.press('Enter');
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => focusedLabel(page)).toContain('Message to');
    await page.keyboard.type('number one');
    await page.keyboard.press('Enter');
    await send(page, 'second');
    await page.locator('.row', { hasText: 'Okafor' }).first().click();
    await page.getByRole('button', { name: 'Label: UNCLASSIFIED' }).waitFor();
    await send(page, 'to another');
    await page.locator('.row', { hasText: 'Ramirez' }).first().click();
    await page.getByRole('button', { name: 'Label: SECRET' }).waitFor();
    expect(await sent(page)).toEqual([
      ['as it is', 'unclassified'],
      ['number one', 'secret'],
      ['second', 'secret'],
      ['to another', 'unclassified'],
    ]);
    expect(await row(page, 'number one').locator('.label-tag').innerText()).toBe('SECRET');
  });

  it('with arrows; Escape leaves everything as it was', async () => {
    const page = await desk('desk-labels');
    await page.getByRole('button', { name: 'Label: UNCLASSIFIED' }).press('Enter');
    await dialog(page).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Label: UNCLASSIFIED' }).waitFor();
    await page.keyboard.press('Control+Shift+L');
    await dialog(page).waitFor();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Label: CUI' }).waitFor();
  });

  it('is asked for before anything is sent where the policy has no default', async () => {
    const page = await desk('desk-labels-required');
    await send(page, 'unmarked');
    await page.getByRole('alert').filter({ hasText: 'Not sent: choose a label first' }).waitFor();
    await page.getByLabel('Files to attach').setInputFiles({
      name: 'a.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('x'),
    });
    await page.getByText('This needs a label before it can be sent.').waitFor();
    expect(await sent(page)).toEqual([]);
    expect(await commands(page, 'offer-file')).toEqual([]);
    expect(await composer(page).inputValue()).toBe('unmarked');
    await page.keyboard.press('Control+Shift+L');
    await dialog(page).waitFor();
    await page.keyboard.type('conf');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Not sent' }).waitFor({ state: 'detached' });
    await composer(page).press('Enter');
    await expect.poll(() => sent(page)).toEqual([['unmarked', 'confidential']]);
    await page.getByLabel('Files to attach').setInputFiles({
      name: 'a.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('x'),
    });
    await expect.poll(() => commands(page, 'offer-file')).toMatchObject([{ label: 'confidential' }]);
  });

  it('from a thousand: a few are in the document, and the last is as near as the first', async () => {
    const page = await desk('desk-labels-many');
    await page.keyboard.press('Control+Shift+L');
    await dialog(page).waitFor();
    await options(page).first().waitFor();
    expect(await options(page).count()).toBeLessThan(60);
    expect(await options(page).first().getAttribute('aria-setsize')).toBe('1000');
    for (let count = 0; count < 20; count += 1) await page.keyboard.press('PageDown');
    const active = dialog(page).locator('[aria-selected="true"]');
    await expect.poll(() => active.innerText()).toBe('PROGRAMME 0161');
    const id = await dialog(page).getByRole('combobox').getAttribute('aria-activedescendant');
    expect(await active.getAttribute('id')).toBe(id);
    await page.keyboard.type('1000');
    await expect.poll(() => options(page).allInnerTexts()).toEqual(['PROGRAMME 1000']);
    await page.keyboard.press('Enter');
    await send(page, 'the last');
    await expect.poll(() => sent(page)).toEqual([['the last', 'programme-1000']]);
    expect(stage.complaints()).toEqual([]);
  });

  it('is not there where the policy has no labels, and its keys do nothing', async () => {
    const page = await desk('desk-labels-none');
    expect(await page.getByRole('button', { name: /label/iu }).count()).toBe(0);
    await page.keyboard.press('Control+Shift+L');
    await send(page, 'plain');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await sent(page)).toEqual([['plain', undefined]]);
    // What the network says is shown all the same, without colours.
    expect(await row(page, 'On the server, but').locator('.label-tag').getAttribute('style')).toBeNull();
  });
});
