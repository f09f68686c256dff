/** What the policy's /desktop, /links and /tls/integrityOnly settings mean in the window. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { calls, commands, setUpStage } from '../support/renderer.ts';

const stage = setUpStage();
const composer = (page: Page) => page.getByRole('textbox', { name: 'Message to' });
const notice = (page: Page) => page.getByRole('region', { name: 'Problem' });

async function talk(fixture: string): Promise<Page> {
  const page = await stage.open('chat', fixture);
  await page.locator('.row', { hasText: 'Ramirez' }).first().click();
  await page.locator('.message').first().waitFor();
  return page;
}

/** Whether the page let an event of the clipboard or of dragging happen. */
function happens(page: Page, type: string, data: 'text' | 'file' = 'text'): Promise<boolean> {
  return composer(page).evaluate(
    (field, [name, what]) => {
      const transfer = new DataTransfer();
      if (what === 'file') transfer.items.add(new File(['x'], 'x.txt'));
      else transfer.setData('text/plain', 'x');
      const init = { bubbles: true, cancelable: true };
      let reached = false;
      const reach = (): void => {
        reached = true;
      };
      field.addEventListener(name, reach);
      const event =
        name.startsWith('drag') || name === 'drop'
          ? new DragEvent(name, { ...init, dataTransfer: transfer })
          : new ClipboardEvent(name, { ...init, clipboardData: transfer });
      field.dispatchEvent(event);
      field.removeEventListener(name, reach);
      return reached;
    },
    [type, data] as const,
  );
}

describe('clipboard and dragging', () => {
  it.each(['copy', 'cut', 'paste', 'dragstart', 'drop'])(
    '%s: as the policy says, and said so',
    async (type) => {
      expect(await happens(await talk('desk'), type)).toBe(true);
      const strict = await talk('desk-strict');
      expect(await happens(strict, type)).toBe(false);
      await expect.poll(() => notice(strict).textContent()).toContain('policy does not allow this');
      expect(await notice(strict).textContent()).toContain('DESKTOP_REFUSED');
    },
  );

  it('a dragged file is refused before the window takes it', async () => {
    const strict = await talk('desk-strict');
    expect(await happens(strict, 'dragover', 'file')).toBe(false);
    expect(await happens(strict, 'drop', 'file')).toBe(false);
  });

  it('typing goes on', async () => {
    const strict = await talk('desk-strict');
    await composer(strict).fill('still here');
    await strict.keyboard.press('Enter');
    await expect.poll(() => commands(strict, 'send-message')).toHaveLength(1);
  });
});

describe('links', () => {
  it('only the listed host’s is one, and it goes to the main process', async () => {
    const page = await talk('desk-strict');
    const links = page.getByRole('log').locator('.link');
    expect(await links.allTextContents()).toEqual(['https://intranet.example.mil/j3/orders?day=325']);
    await links.first().click();
    expect((await calls(page)).at(-1)).toBe('openLink');
  });

  it('can be reached and opened by the keyboard', async () => {
    const page = await talk('desk-strict');
    await page.getByRole('log').locator('.link').first().focus();
    await page.keyboard.press('Enter');
    expect(await calls(page)).toContain('openLink');
  });
});

describe('a connection without encryption', () => {
  it('is named as long as it lasts, and only then', async () => {
    const strip = (page: Page) => page.getByRole('region', { name: 'Encryption' });
    expect(await strip(await talk('desk-strict')).textContent()).toContain('Not encrypted');
    expect(await strip(await talk('desk')).count()).toBe(0);
  });
});

describe('a newer version that IT has ready', () => {
  const strip = (page: Page) => page.getByRole('region', { name: 'Update' });

  it('is told of as text with where to get it, until it is dismissed', async () => {
    const page = await talk('desk-update');
    expect(await strip(page).textContent()).toContain(
      'Version 0.2.0 is available from IT.Install it from: Software Centre, under Sallyport.',
    );
    expect(await strip(page).locator('a, button').count()).toBe(1);
    await strip(page).getByRole('button', { name: 'Dismiss' }).click();
    expect(await strip(page).count()).toBe(0);
    expect(await calls(page)).not.toContain('openLink');
    expect(await strip(await talk('desk')).count()).toBe(0);
  });
});

describe('a name that is made to be taken for another', () => {
  it('is marked in words, and only that one', async () => {
    const page = await talk('desk-strict');
    const marks = page.locator('.name-warning');
    expect(await marks.count()).toBe(1);
    expect(await marks.textContent()).toContain('looks like the name of someone else');
    expect(stage.complaints()).toEqual([]);
  });
});
