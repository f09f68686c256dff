/** What is done with messages in the window: by menu, by key, while writing; and what is shown of what others did. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { commands, setUpStage } from '../support/renderer.ts';

const stage = setUpStage();
const FLOOR = 'watch-floor@rooms.chat.example.mil';
const log = (page: Page) => page.getByRole('log');
const composer = (page: Page) => page.getByRole('textbox', { name: 'Message to' });
const row = (page: Page, text: string) => page.locator('.message', { hasText: text }).first();

async function floor(): Promise<Page> {
  const page = await stage.open('chat', 'desk-actions');
  await page.locator('.row', { hasText: 'watch-floor' }).first().click();
  await page.locator('.message').first().waitFor();
  return page;
}

/** What the window asked the session for, the last of that type. */
async function asked(page: Page, type: string): Promise<unknown> {
  await expect.poll(async () => (await commands(page, type)).length).toBeGreaterThan(0);
  return (await commands(page, type)).at(-1);
}

/** Selects a message; the composer takes the focus once more after something was sent. */
async function select(page: Page, text: string): Promise<void> {
  const one = row(page, text);
  await expect
    .poll(async () => {
      await one.focus();
      return one.evaluate((element) => element === document.activeElement);
    })
    .toBe(true);
}

describe('what was done with messages', () => {
  it('is shown: quotes that lead there, reactions with whose, every text, and what was taken back', async () => {
    const page = await floor();
    const convoy = row(page, 'Convoy at the north gate');
    await convoy.getByRole('button', { name: '✅ (done): Okafor, Brandt, Whitfield' }).waitFor();
    expect(await convoy.locator('.mention').innerText()).toBe('Allen');
    expect(await convoy.locator('.styled-strong').innerText()).toBe('six vehicles');
    await row(page, 'Confirmed, six').locator('.quote').click();
    await expect.poll(() => convoy.getAttribute('class')).toContain('message-selected');

    const second = row(page, 'Second group');
    await second.getByRole('button', { name: 'edited' }).click();
    expect(await second.getByRole('listitem').locator('.message-body').allInnerTexts()).toEqual([
      'Second group is five vehicles.',
      'Second group is four vehicles at 0250Z.',
      'Second group is _four_ vehicles, not ~five~, at 0250Z.',
    ]);
    const gone = row(page, 'belongs into the other system');
    expect(await gone.locator('.message-body').count()).toBe(0);
    await gone.getByRole('button', { name: 'Show what was there' }).click();
    await gone.getByText('Name of the source').waitFor();
    await row(page, 'Relay log').locator('pre').getByText('0241:02Z  link up').waitFor();
    await row(page, 'Relay log').locator('pre').getByText('```log of last night').waitFor();
    await row(page, 'See above').getByText('Answers a message that is not here').waitFor();
    // What this user did and the server does not have is told from what it has.
    await row(page, 'Bridge team asks').getByText('Your reaction waits to be sent.').waitFor();
    await row(page, 'Gate 4 is open again').getByText('nothing proves that they wrote it').waitFor();
    await row(page, 'Taking it back waits to be sent: others still see it').waitFor();
    expect(stage.complaints()).toEqual([]);
  });
});

describe('by key', () => {
  it('the arrows select a message, which R answers, E reacts to, C corrects and Del takes back', async () => {
    const page = await floor();
    await log(page).focus();
    await page.keyboard.press('ArrowUp');
    await expect
      .poll(() => row(page, 'Logged: bridge clear').evaluate((one) => one === document.activeElement))
      .toBe(true);
    for (let step = 0; step < 12; step += 1) await page.keyboard.press('ArrowUp');
    const convoy = row(page, 'Convoy at the north gate');
    await expect.poll(() => convoy.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press('r');
    await page.getByText('Reply to Ramirez').waitFor();
    await expect.poll(() => composer(page).evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.type('seven');
    await page.keyboard.press('Enter');
    expect(await asked(page, 'send-message')).toMatchObject({
      conversation: FLOOR,
      body: 'seven',
      reply: 'a1',
    });
    expect(await page.getByText('Reply to Ramirez').count()).toBe(0);

    await select(page, 'See above');
    await page.keyboard.press('e');
    await page.getByRole('menuitem', { name: 'Looking at it' }).click();
    expect(await asked(page, 'react')).toMatchObject({ id: 'a7', emojis: ['👀'] });
    // Somebody else's message is not corrected, whatever is pressed.
    await select(page, 'See above');
    await page.keyboard.press('c');
    expect(await composer(page).inputValue()).toBe('');

    await select(page, 'Logged: bridge clear');
    await page.keyboard.press('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
    expect(await commands(page, 'retract-message')).toEqual([]);
    await select(page, 'Logged: bridge clear');
    await page.keyboard.press('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    expect(await asked(page, 'retract-message')).toMatchObject({ id: 'a9' });
    expect(stage.complaints()).toEqual([]);
  });

  it('the arrow in an empty field corrects the last message, Esc gives back what was written, Tab completes', async () => {
    const page = await floor();
    await composer(page).focus();
    await page.keyboard.press('ArrowUp');
    await page.getByText('Correct your message').waitFor();
    expect(await composer(page).inputValue()).toBe('Logged: bridge clear since 0221Z, no missiles seen.');
    await page.keyboard.press('Escape');
    await expect.poll(() => composer(page).inputValue()).toBe('');
    await page.keyboard.press('ArrowUp');
    await composer(page).fill('Logged: bridge clear since 0222Z.');
    await page.keyboard.press('Enter');
    expect(await asked(page, 'correct-message')).toMatchObject({
      id: 'a9',
      body: 'Logged: bridge clear since 0222Z.',
    });
    await composer(page).fill('bra');
    await page.keyboard.press('Tab');
    await expect.poll(() => composer(page).inputValue()).toBe('Brandt: ');
    await page.keyboard.type('look');
    expect(await composer(page).inputValue()).toBe('Brandt: look');
    expect(await composer(page).evaluate((field) => (field as HTMLTextAreaElement).spellcheck)).toBe(false);
    expect(stage.complaints()).toEqual([]);
  });
});

describe('by menu', () => {
  it('a moderator takes back a message for all, with a reason; a copy carries its text', async () => {
    const page = await floor();
    await row(page, 'Meant the bridge').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Take back for all' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('wrong room');
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    expect(await asked(page, 'moderate-message')).toMatchObject({ id: 'a8', reason: 'wrong room' });
    await row(page, 'Meant the bridge').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy text' }).click();
    await composer(page).focus();
    await page.keyboard.press('Control+V');
    await expect.poll(() => composer(page).inputValue()).toBe('Meant the bridge, not the gate.');
    // What was taken back can be copied, and nothing else be done with it.
    await row(page, 'Taken back by its sender').click({ button: 'right' });
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual([expect.stringContaining('Copy text')]);
    expect(stage.complaints()).toEqual([]);
  });

  it('a person who writes is shown, and told that this user writes', async () => {
    const page = await stage.open('chat', 'desk-actions');
    await page.locator('.row', { hasText: 'Ramirez' }).first().click();
    await page.getByText('Ramirez, Ana (MAJ) is writing…').waitFor();
    await composer(page).fill('on my way');
    expect(await asked(page, 'typing')).toMatchObject({ typing: true });
    await composer(page).fill('');
    await expect.poll(async () => (await commands(page, 'typing')).at(-1)).toMatchObject({ typing: false });
  });
});
