/** What no stanza can carry is kept out of every field, and no window is cut off for it. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { parseWindowMessage } from '../../src/session/commands/parse.ts';
import { commands, setUpStage } from '../support/renderer.ts';

const stage = setUpStage();

/** With what terminals, spreadsheets and broken encodings leave in a clipboard. */
const DIRTY = 'Wind\u0000 from\tthe \u001b[1mwest\ud83d';

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    // A person's paste: the browser inserts it and tells the page.
    document.execCommand('insertText', false, pasted);
  }, text);
}

/** The last command of a type, as the session reads it: `undefined` where it would cut the window off. */
async function understood(page: Page, type: string): Promise<unknown> {
  const sent = await commands(page, type);
  return parseWindowMessage({ kind: 'command', id: 1, command: sent.at(-1) });
}

describe('text that XML cannot carry', () => {
  it('is left out of a line and of a text, with a sentence at the field, and the rest is sent', async () => {
    const page = await stage.open('chat', 'desk-feeds');
    await page.getByRole('button', { name: 'Weather warnings' }).click();
    await page.getByRole('button', { name: 'Publish…' }).click();
    await page.getByLabel('Title').focus();
    await paste(page, DIRTY);
    expect(await page.getByLabel('Title').inputValue()).toBe('Wind from the [1mwest');
    await page.getByRole('alert').getByText('3 characters that no message can carry').waitFor();
    await page.getByLabel('Text').focus();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await paste(page, `a\u0000b\tc\n${DIRTY}`);
    await page.keyboard.type('.');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const body = 'ab\tc\nWind from\tthe [1mwest.';
    expect(await understood(page, 'publish-notice')).toMatchObject({
      command: { title: 'Wind from the [1mwest', text: body },
    });
    expect(stage.complaints()).toEqual([]);
  });

  it('is left out of the composer where the caret stays, of a topic, of a status and of a name', async () => {
    const page = await stage.open('chat', 'desk');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('watch-floor');
    await page.keyboard.press('Enter');
    const composer = page.getByRole('textbox', { name: 'Message to' });
    await composer.fill('Seen at the gate');
    await page.keyboard.press('Home');
    await paste(page, 'x\u0001');
    await page.keyboard.type('y');
    await page.keyboard.press('Enter');
    expect(await understood(page, 'send-message')).toMatchObject({ command: { body: 'xySeen at the gate' } });

    await page.keyboard.press('Control+Shift+P');
    await page.keyboard.type('status message');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Status message' }).getByRole('textbox').focus();
    await paste(page, DIRTY);
    await page.keyboard.press('Enter');
    expect(await understood(page, 'set-presence')).toMatchObject({
      command: { status: 'Wind from the [1mwest' },
    });

    await page.getByRole('button', { name: /topic|subject/i }).click();
    await page.keyboard.press('End');
    await paste(page, '\u0002\tb');
    await page.keyboard.press('Enter');
    expect(await understood(page, 'set-subject')).toMatchObject({
      command: { subject: expect.stringMatching(/ b$/u) },
    });
    expect(stage.complaints()).toEqual([]);
  });
});
