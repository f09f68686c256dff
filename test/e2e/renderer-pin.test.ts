/** The PIN window: where the digits are, where they are not, and what it says. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { calls, setUpStage } from '../support/renderer.ts';

const stage = setUpStage();
const BULLET = '•';

const field = (page: Page) => page.locator('#pin');

async function openPin(fixture = 'pin-entry'): Promise<Page> {
  const page = await stage.open('pin', fixture);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

async function ready(fixture?: string): Promise<Page> {
  const page = await openPin(fixture);
  await page.locator('#pin:focus').waitFor();
  return page;
}

/** The PINs the page handed over, as text, and whether their arrays were overwritten since. */
function pins(page: Page): Promise<readonly { readonly typed: string; readonly left: readonly number[] }[]> {
  return page.evaluate(() =>
    harness.pins.map(({ digits, array }) => ({ typed: String.fromCharCode(...digits), left: [...array] })),
  );
}

describe('the PIN field', () => {
  it('hands over exactly the digits as bytes, overwrites them, and never holds them itself', async () => {
    const page = await ready();
    await page.evaluate(() => {
      const seen: string[] = [];
      const input = document.querySelector<HTMLInputElement>('#pin');
      const look = () => seen.push(input?.value ?? '');
      document.addEventListener('keyup', look);
      new MutationObserver(() => seen.push(document.documentElement.outerHTML)).observe(document, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
      harness.pinReply = { kind: 'accepted' };
      Object.assign(globalThis, { seenValues: seen });
    });
    await page.keyboard.type('83920175');
    expect(await field(page).inputValue()).toBe(BULLET.repeat(8));
    await page.keyboard.press('Enter');
    await page.getByText('PIN accepted.').waitFor();
    expect(await pins(page)).toEqual([{ typed: '83920175', left: Array(8).fill(0) }]);
    const seen: readonly string[] = await page.evaluate('seenValues');
    expect(seen.length).toBeGreaterThan(8);
    for (const value of seen) expect(value).not.toMatch(/8392|83920175|9201/);
    expect(await field(page).inputValue()).toBe('');
  });

  it('spends no try on fewer than six digits', async () => {
    const page = await ready();
    await page.keyboard.type('12345');
    await page.keyboard.press('Enter');
    await page.getByText('No try was used.').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).press('Enter');
    expect(await calls(page)).toEqual([]);
    await page.keyboard.type('6');
    await page.getByText('No try was used.').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await expect.poll(() => pins(page)).toMatchObject([{ typed: '123456' }]);
  });

  it('takes digits only, at most eight of them', async () => {
    const page = await ready();
    await page.keyboard.type('1a2 b٣3-456789');
    expect(await field(page).inputValue()).toBe(BULLET.repeat(8));
    await page.keyboard.press('Enter');
    await expect.poll(() => pins(page)).toMatchObject([{ typed: '12345678' }]);
  });

  it('corrects with Backspace, clears a selection, and refuses to paste', async () => {
    const page = await ready();
    await page.keyboard.type('111111');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    expect(await field(page).inputValue()).toBe(BULLET.repeat(4));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('222222');
    expect(await field(page).inputValue()).toBe(BULLET.repeat(6));
    await field(page).evaluate((input) => {
      const data = new DataTransfer();
      data.setData('text/plain', '99');
      input.dispatchEvent(
        new InputEvent('beforeinput', {
          inputType: 'insertFromPaste',
          data: '99',
          dataTransfer: data,
          cancelable: true,
        }),
      );
    });
    expect(await field(page).inputValue()).toBe(BULLET.repeat(6));
    await page.keyboard.press('Enter');
    await expect.poll(() => pins(page)).toMatchObject([{ typed: '222222' }]);
  });

  it('understands tools that set its value, and replaces their text at once', async () => {
    const page = await ready();
    await field(page).fill('445566');
    expect(await field(page).inputValue()).toBe(BULLET.repeat(6));
    await page.keyboard.press('Enter');
    await expect.poll(() => pins(page)).toMatchObject([{ typed: '445566' }]);
  });

  it('submits once however often Enter is pressed, and takes no digits while the card works', async () => {
    const page = await ready();
    await page.keyboard.type('123456');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByText('The card is checking the PIN.').waitFor();
    await page.keyboard.type('99');
    await page.keyboard.press('Enter');
    expect(await pins(page)).toHaveLength(1);
    expect(await field(page).inputValue()).toBe(BULLET.repeat(6));
  });
});

describe('the PIN window', () => {
  it('says why a PIN was refused, is empty and ready again, and warns of the last try', async () => {
    const page = await ready();
    await page.evaluate(() => {
      harness.pinReply = {
        kind: 'refused',
        error: { code: 'PIN_INCORRECT' },
        finalTry: false,
        locked: false,
      };
    });
    await page.keyboard.type('123456');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'That PIN is not correct.' }).waitFor();
    await page.locator('#pin:focus').waitFor();
    expect(await field(page).inputValue()).toBe('');
    await page.evaluate(() => {
      harness.pinReply = { kind: 'refused', error: { code: 'PIN_LAST_TRY' }, finalTry: true, locked: false };
    });
    await page.keyboard.type('123457');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'one try is left' }).waitFor();
    await page.evaluate(() => {
      harness.pinReply = { kind: 'refused', error: { code: 'PIN_LOCKED' }, finalTry: false, locked: true };
    });
    await page.keyboard.type('123458');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'This card is locked' }).waitFor();
    expect(await field(page).count()).toBe(0);
    await page.keyboard.press('Enter');
    expect(await calls(page)).toEqual(['submit', 'submit', 'submit', 'cancel']);
    expect(stage.complaints()).toEqual([]);
  });

  it('closes with Escape, also while the card works', async () => {
    const page = await ready();
    await page.keyboard.type('123456');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await calls(page)).toEqual(['submit', 'cancel']);
  });

  it('forgets what was typed and said for one card when another is asked for', async () => {
    const page = await ready('pin-error');
    await page.keyboard.type('1234');
    await page.evaluate(() => {
      harness.setPrompt({
        identity: {
          id: 'other',
          commonName: 'MOSS.GREG.1000000009',
          upn: '9@mil',
          issuer: 'CA',
          notAfter: '2030-01-01',
        },
        finalTry: false,
        pinPad: false,
        banner: { text: 'CUI', background: '#502b85', foreground: '#ffffff' },
      });
    });
    await page.getByText('MOSS.GREG.1000000009').waitFor();
    expect(await field(page).inputValue()).toBe('');
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.locator('#pin:focus').waitFor();
  });

  it('starts the reader’s PIN pad only when asked to', async () => {
    const page = await openPin('pin-pad');
    expect(await field(page).count()).toBe(0);
    expect(await calls(page)).toEqual([]);
    await page.getByRole('button', { name: 'Start' }).press('Enter');
    await page.getByText('Type your PIN on the reader now.').waitFor();
    await page.getByRole('button', { name: 'Start' }).press('Enter');
    expect(await calls(page)).toEqual(['submitOnPinPad']);
  });
});
