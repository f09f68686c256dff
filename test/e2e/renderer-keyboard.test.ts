/** The chat window without a mouse: every journey an analyst makes, by keys alone. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { calls, commands, focusedLabel, setUpStage } from '../support/renderer.ts';

const stage = setUpStage();

const heading = (page: Page) => page.getByRole('main').getByRole('heading', { level: 1 });
const composer = (page: Page) => page.getByRole('textbox', { name: 'Message to' });

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

async function desk(fixture = 'desk'): Promise<Page> {
  const page = await stage.open('chat', fixture);
  await page.getByRole('navigation').waitFor();
  return page;
}

async function goTo(page: Page, name: string): Promise<void> {
  await press(page, 'Control+k');
  await page.getByRole('combobox').waitFor();
  await page.keyboard.type(name);
  await press(page, 'Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

describe('signing in', () => {
  it('accepts the notice only on purpose: Enter at once does nothing, Tab and Enter accept', async () => {
    const page = await stage.open('chat', 'consent');
    await expect.poll(() => focusedLabel(page)).toBe('Notice');
    await press(page, 'Enter', 'Space');
    expect(await calls(page)).toEqual([]);
    await press(page, 'Tab', 'Enter');
    expect(await calls(page)).toEqual(['acceptConsent']);
    await press(page, 'Tab', 'Enter');
    expect(await calls(page)).toEqual(['acceptConsent', 'quit']);
  });

  it('chooses a certificate with arrows and Enter', async () => {
    const page = await stage.open('chat', 'certificate');
    await page.getByRole('heading', { name: 'Choose a certificate' }).waitFor();
    await press(page, 'Tab', 'ArrowDown', 'Enter');
    expect(await page.evaluate(() => harness.calls)).toEqual([
      { name: 'chooseCertificate', detail: 'slot-0-9c' },
    ]);
  });

  it('gives the locked screen’s report to the clipboard or leaves it selected', async () => {
    const page = await stage.open('chat', 'locked-tampered');
    await page.getByRole('button', { name: 'Copy report' }).focus();
    await press(page, 'Enter');
    await page
      .getByRole('status')
      .filter({ hasText: /Copied|selected/ })
      .waitFor();
    const selected = await page.evaluate(() => {
      const field = document.activeElement as HTMLTextAreaElement;
      return field.value.slice(field.selectionStart, field.selectionEnd);
    });
    expect(selected).toContain('code: BELOW_THRESHOLD');
    expect(selected).toContain(`bundle SHA-256: ${'9f2c'.repeat(16)}`);
  });
});

describe('the palette', () => {
  it('does by name what a key or a button does, and gives the focus back', async () => {
    const page = await desk();
    await goTo(page, 'watch-floor');
    const run = async (words: string) => {
      await press(page, 'Control+Shift+P');
      await page.getByRole('combobox', { name: 'Command' }).waitFor();
      await page.keyboard.type(words);
      await press(page, 'Enter');
    };
    await run('previous conv');
    await expect.poll(() => heading(page).textContent()).toBe('service-desk');
    await run('away for long');
    expect(await commands(page, 'set-presence')).toEqual([
      { type: 'set-presence', availability: 'xa', status: '' },
    ]);
    await expect.poll(() => focusedLabel(page)).toMatch(/^Message to/);
    await run('keyboard');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await press(page, 'Escape', 'Control+Shift+P');
    await page.keyboard.type('nothing like it');
    await page.getByText('No command has this').waitFor();
    await press(page, 'Enter', 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

describe('times and looks', () => {
  it('writes the date-time group of now where the caret is, from the key and from the palette', async () => {
    const page = await desk();
    await goTo(page, 'watch-floor');
    await page.keyboard.type('Seen  at the gate');
    for (let count = 0; count < ' at the gate'.length; count += 1) await press(page, 'ArrowLeft');
    await press(page, 'Control+;');
    const group = '220314ZNOV26';
    await expect.poll(() => composer(page).inputValue()).toBe(`Seen ${group} at the gate`);
    await press(page, 'End', 'Control+Shift+P');
    await page.getByRole('combobox', { name: 'Command' }).waitFor();
    await page.keyboard.type('current date-time group');
    await press(page, 'Enter');
    await expect.poll(() => composer(page).inputValue()).toBe(`Seen ${group} at the gate${group}`);
    await press(page, 'Enter');
    expect(await commands(page, 'send-message')).toMatchObject([
      { body: `Seen ${group} at the gate${group}` },
    ]);
  });

  it('takes theme, times and size by keys alone, shows them at once and has them kept', async () => {
    const page = await desk();
    await goTo(page, 'watch-floor');
    await press(page, 'Control+,');
    await page.getByRole('radiogroup', { name: 'Theme' }).waitFor();
    await page.getByRole('radio', { name: /^Same as the desktop/ }).focus();
    await press(page, 'ArrowUp');
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('night');
    await press(page, 'Control+=', 'Control+=', 'Control+-');
    await page.getByText('110 %').waitFor();
    await press(page, 'Escape', 'Control+Shift+P');
    await page.keyboard.type('times: date');
    await press(page, 'Enter');
    await page.getByRole('log').getByText('220312ZNOV26').waitFor();
    const kept = await page.evaluate(
      () => harness.calls.filter(({ name }) => name === 'setPreferences').at(-1)?.detail,
    );
    expect(kept).toEqual({ theme: 'night', density: 'compact', zoom: 110, time: 'dtg' });
  });
});

describe('conversations', () => {
  it('opens a room with Ctrl+K, writes two lines and sends them', async () => {
    const page = await desk();
    await goTo(page, 'watch');
    await expect.poll(() => heading(page).textContent()).toBe('watch-floor');
    await expect.poll(() => composer(page).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('first line');
    await press(page, 'Shift+Enter');
    await page.keyboard.type('second line');
    await press(page, 'Enter');
    expect(await commands(page, 'send-message')).toEqual([
      {
        type: 'send-message',
        conversation: 'watch-floor@rooms.chat.example.mil',
        kind: 'room',
        body: 'first line\nsecond line',
      },
    ]);
    expect(await composer(page).inputValue()).toBe('');
    await page.getByRole('log').getByText('second line').waitFor();
  });

  it('sends nothing that is empty, and nothing that is too long', async () => {
    const page = await desk();
    await goTo(page, 'ramirez');
    await page.keyboard.type('   ');
    await press(page, 'Enter');
    await composer(page).fill('x'.repeat(16_385));
    await press(page, 'Enter');
    await page.getByText('1 characters too many').waitFor();
    expect(await commands(page, 'send-message')).toEqual([]);
    await composer(page).fill('x'.repeat(16_384));
    await page.getByText('0 characters left').waitFor();
    await press(page, 'Enter');
    expect(await commands(page, 'send-message')).toHaveLength(1);
  });

  it('keeps a draft for each conversation while Alt+Up and Alt+Down go through them', async () => {
    const page = await desk();
    await goTo(page, 'watch-floor');
    await page.keyboard.type('for the floor');
    await press(page, 'Alt+ArrowUp');
    await expect.poll(() => heading(page).textContent()).toBe('service-desk');
    await page.keyboard.type('for the desk');
    await press(page, 'Alt+ArrowDown');
    await expect.poll(() => composer(page).inputValue()).toBe('for the floor');
    await press(page, 'Alt+ArrowUp');
    await expect.poll(() => composer(page).inputValue()).toBe('for the desk');
  });

  it('goes to the next unread conversation, tells the session that it was read, and counts down the title', async () => {
    const page = await desk();
    expect(await page.title()).toBe('(134) Sallyport');
    await press(page, 'Alt+Shift+ArrowDown');
    await expect.poll(() => heading(page).textContent()).toBe('air-picture');
    await expect.poll(() => page.title()).toBe('(131) Sallyport');
    expect(await commands(page, 'mark-read')).toEqual([
      { type: 'mark-read', conversation: 'air-picture@rooms.chat.example.mil' },
    ]);
    await press(page, 'Alt+Shift+ArrowDown');
    await expect.poll(() => heading(page).textContent()).toBe('sector-north');
    await press(page, 'Alt+Shift+ArrowDown', 'Alt+Shift+ArrowDown');
    await expect.poll(() => page.title()).toBe('Sallyport');
  });

  it('cycles through the parts of the window with F6, back with Shift+F6, and Escape returns to the composer', async () => {
    const page = await desk();
    await goTo(page, 'watch-floor');
    await page.getByRole('complementary').waitFor();
    await composer(page).focus();
    const pane = () =>
      page.evaluate(() => document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane'));
    const round: unknown[] = [];
    for (let count = 0; count < 6; count += 1) {
      await press(page, 'F6');
      round.push(await pane());
    }
    expect(round).toEqual(['occupants', 'status', 'rooms', 'contacts', 'messages', 'composer']);
    await press(page, 'Shift+F6');
    expect(await pane()).toBe('messages');
    await press(page, 'Escape');
    expect(await pane()).toBe('composer');
  });

  it('filters the side bar, walks it with arrows, opens with Enter, and Escape empties the filter', async () => {
    const page = await desk();
    await page.getByLabel('Filter rooms and contacts').focus();
    await page.keyboard.type('HADDAD');
    await expect.poll(() => page.locator('.row').count()).toBe(1);
    await press(page, 'Escape');
    await expect.poll(() => page.locator('.row').count()).toBe(18);
    await page.keyboard.type('sector');
    await expect.poll(() => page.locator('.row').count()).toBe(2);
    await press(page, 'F6', 'ArrowDown', 'ArrowDown', 'Enter');
    await expect.poll(() => heading(page).textContent()).toBe('sector-south');
  });

  it('shows where the focus is, always', async () => {
    const page = await desk();
    await goTo(page, 'watch-floor');
    for (let count = 0; count < 45; count += 1) {
      await press(page, 'Tab');
      const visible = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return true;
        for (let at: Element | null = element; at !== null; at = at.parentElement) {
          const { outlineStyle, outlineWidth } = getComputedStyle(at);
          if (outlineStyle !== 'none' && outlineWidth !== '0px') return true;
        }
        return element.outerHTML.slice(0, 200);
      });
      expect(visible).toBe(true);
    }
  });
});

describe('dialogs', () => {
  it('lists the shortcuts with F1 and with Ctrl+/, closes with Escape and gives the focus back', async () => {
    const page = await desk();
    await goTo(page, 'ramirez');
    for (const key of ['F1', 'Control+/']) {
      await press(page, key);
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await press(page, 'Control+k');
      expect(await page.getByRole('dialog').count()).toBe(1);
      await press(page, 'Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expect
        .poll(() => composer(page).evaluate((field) => field === document.activeElement))
        .toBe(true);
    }
  });

  it('joins a room by its name, and refuses names that are none before asking anyone', async () => {
    const page = await desk();
    await page.getByRole('button', { name: 'Join a room' }).focus();
    await press(page, 'Enter');
    await page.getByRole('dialog').waitFor();
    for (const name of ['', 'two words', 'a@elsewhere.example', 'a/b', 'a"b', '../x y']) {
      await page.getByLabel('Room', { exact: true }).fill(name);
      await press(page, 'Enter');
      await page.getByText('A room’s name has no spaces').waitFor();
    }
    expect(await commands(page, 'join-room')).toEqual([]);
    await page.getByLabel('Room', { exact: true }).fill('Sector-West');
    await press(page, 'Enter');
    await expect
      .poll(() => commands(page, 'join-room'))
      .toEqual([{ type: 'join-room', room: 'sector-west@rooms.chat.example.mil' }]);
    await expect.poll(() => heading(page).textContent()).toBe('sector-west@rooms.chat.example.mil');
  });

  it('sets presence and status message from the menu', async () => {
    const page = await desk();
    await page.getByRole('button', { name: 'Your presence and session' }).focus();
    await press(page, 'Enter');
    await page.getByRole('menuitemradio', { name: 'Do not disturb' }).focus();
    await press(page, 'Enter');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    // The key that follows reaches the button only when the closed menu has given the focus back.
    const button = page.getByRole('button', { name: 'Your presence and session' });
    await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
    await press(page, 'Enter');
    await page.getByRole('menuitem', { name: 'Status message' }).focus();
    await press(page, 'Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('On the phone');
    await press(page, 'Enter');
    expect(await commands(page, 'set-presence')).toEqual([
      { type: 'set-presence', availability: 'dnd', status: '' },
      { type: 'set-presence', availability: 'dnd', status: 'On the phone' },
    ]);
  });

  it('lets moderators change the subject and nobody else', async () => {
    const page = await desk();
    await goTo(page, 'watch-floor');
    await page.getByRole('button', { name: 'Change the subject' }).focus();
    await press(page, 'Enter');
    await page.keyboard.type('Shift 3 of 3');
    await press(page, 'Enter');
    await expect
      .poll(() => commands(page, 'set-subject'))
      .toEqual([
        { type: 'set-subject', room: 'watch-floor@rooms.chat.example.mil', subject: 'Shift 3 of 3' },
      ]);
    const other = await desk('desk-participant');
    await goTo(other, 'watch-floor');
    await other.getByText('Shift 2 of 3').waitFor();
    expect(await other.getByRole('button', { name: 'Change the subject' }).count()).toBe(0);
  });

  it('shows what the connection is made of', async () => {
    const page = await desk();
    await page.getByRole('button', { name: 'lock verified' }).focus();
    await press(page, 'Enter');
    const dialog = page.getByRole('dialog', { name: 'Connection' });
    for (const fact of [
      'TLS 1.3',
      'TLS_AES_256_GCM_SHA384',
      'secp384r1',
      'sha256/4Zt0b8hS3mWc0nq2pS8mE1l8t7cP0kYwQpXo3Jb1xRk=',
      'Verified both ways',
      'tls-exporter',
      'WS-0142',
      'ALLEN.ALICE.A.1000000001',
      '1000000001@mil',
    ]) {
      await dialog.getByText(fact, { exact: true }).first().waitFor();
    }
    expect(stage.complaints()).toEqual([]);
  });
});

describe('hundreds of contacts', () => {
  const rows = (page: Page) => page.locator('[data-pane="contacts"] .row');

  it('have only the rows in sight in the document; arrows, Home and End reach all of them', async () => {
    const page = await desk('desk-crowded');
    const section = page.locator('[data-pane="contacts"]');
    const count = Number(await section.locator('h2 .section-count').innerText());
    expect(count).toBeGreaterThan(200);
    await rows(page).first().focus();
    expect(await rows(page).count()).toBeLessThan(80);
    const first = await focusedLabel(page);
    await press(page, 'End');
    await expect.poll(() => focusedLabel(page)).not.toBe(first);
    const last = page.locator('[data-pane="contacts"] li').last();
    await expect
      .poll(() => last.getByRole('button').evaluate((row) => row === document.activeElement))
      .toBe(true);
    expect(await last.getAttribute('aria-posinset')).toBe(await last.getAttribute('aria-setsize'));
    const end = await focusedLabel(page);
    for (let step = 0; step < 60; step += 1) await press(page, 'ArrowUp');
    for (let step = 0; step < 60; step += 1) await press(page, 'ArrowDown');
    expect(await focusedLabel(page)).toBe(end);
    // Scrolled away by a wheel, the row with the focus stays, and arrows go on from it.
    await section.evaluate((element) => element.scrollTo(0, 0));
    await expect.poll(() => rows(page).first().isVisible()).toBe(true);
    await press(page, 'ArrowUp', 'ArrowDown');
    expect(await focusedLabel(page)).toBe(end);
    await press(page, 'Home');
    await expect.poll(() => focusedLabel(page)).toMatch(/^Contacts/);
  });
});
