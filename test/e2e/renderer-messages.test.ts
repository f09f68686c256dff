/** The message list: order, place, delivery, failure, screen reader, and what happens when very much arrives at once. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { calls, commands, setUpStage } from '../support/renderer.ts';

const stage = setUpStage();
const RAMIREZ = 'ana.ramirez@chat.example.mil';
const FLOOR = 'watch-floor@rooms.chat.example.mil';

const log = (page: Page) => page.getByRole('log');
const composer = (page: Page) => page.getByRole('textbox', { name: 'Message to' });

async function openIn(page: Page, name: string): Promise<void> {
  // In a crowded desk the row is not in sight, and only rows in sight are in the document.
  const filter = page.getByRole('textbox', { name: 'Filter rooms and contacts' });
  await filter.fill(name);
  await page.locator('.row', { hasText: name }).first().click();
  await filter.fill('');
  await page.locator('.message').first().waitFor();
}

async function desk(fixture: string, name = 'Ramirez'): Promise<Page> {
  const page = await stage.open('chat', fixture);
  await openIn(page, name);
  return page;
}

/** Adds incoming messages to a conversation: `count` of them, one event each. */
function receive(page: Page, conversation: string, prefix: string, count: number): Promise<void> {
  return page.evaluate(
    ([jid, name, total]) => {
      for (let index = 0; index < total; index += 1) {
        const message = {
          id: `${name}-${index}`,
          direction: 'in',
          sender: jid.includes('rooms') ? 'Okafor' : jid,
          body: `${name} ${index}`,
          at: Date.now() + index,
          delayed: false,
        };
        harness.push([{ type: 'messages', conversation: jid, append: [message] }] as unknown as Parameters<
          typeof harness.push
        >[0]);
      }
    },
    [conversation, prefix, count] as const,
  );
}

function distanceFromEnd(page: Page): Promise<number> {
  return log(page).evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
}

/** The texts that the menu or the other time of a row lies over. */
function coveredBy(row: Locator): Promise<readonly string[]> {
  return row.evaluate((element) => {
    const over = [...element.querySelectorAll('.message-more, .message-local')].map((part) =>
      part.getBoundingClientRect(),
    );
    const texts = [
      ...document.querySelectorAll('.message-body, .message-sender:not(.visually-hidden), .label-tag'),
    ];
    return texts
      .filter((text) =>
        [...text.getClientRects()].some((line) =>
          over.some(
            (part) =>
              part.width > 0 &&
              part.left < line.right &&
              line.left < part.right &&
              part.top < line.bottom &&
              line.top < part.bottom,
          ),
        ),
      )
      .map((text) => text.textContent ?? '');
  });
}

describe('a message list', () => {
  it('shows text as text: markup, links and direction marks do nothing', async () => {
    const page = await desk('desk-long-texts');
    const markup = log(page).getByText('<img src=x onerror=alert(1)>');
    await markup.scrollIntoViewIfNeeded();
    expect(await log(page).locator('img, a, script, b, strong').count()).toBe(0);
    // A direction override in one message does not reach the text beside it.
    expect(
      await log(page)
        .locator('.message-body')
        .first()
        .evaluate((body) => getComputedStyle(body).unicodeBidi),
    ).toBe('plaintext');
    expect(stage.complaints()).toEqual([]);
  });

  it('covers no text with what shows under the pointer, wide and narrow, with labels and without', async () => {
    for (const fixture of ['desk', 'desk-labels']) {
      const page = await desk(fixture);
      for (const width of [1280, 640]) {
        await page.setViewportSize({ width, height: 700 });
        for (const text of [
          'Sent a moment ago',
          'Second group at the bridge',
          'One stopped on the far side',
        ]) {
          const row = log(page).locator('.message', { hasText: text });
          const sign = row
            .getByRole('button', { name: 'What can be done with this message' })
            .locator('.icon');
          // After the width has changed the list moves once more, and the row from under the pointer.
          await expect
            .poll(async () => {
              await row.hover();
              return sign.evaluate((icon) => getComputedStyle(icon).visibility);
            })
            .toBe('visible');
          expect(await coveredBy(row)).toEqual([]);
        }
      }
    }
  });

  it('says how far each own message got, in words too', async () => {
    const page = await desk('desk-troubles');
    for (const [text, delivery] of [
      ['On the server, but', 'On the server'],
      ['Sent a moment ago', 'Sent'],
      ['Can you see the plate', 'Not delivered'],
      ['This one waits', 'Queued on this computer'],
      ['I put it into sector-north', 'Delivered'],
    ]) {
      const row = log(page).locator('.message', { hasText: text ?? '' });
      await row.getByText(delivery ?? '', { exact: true }).waitFor({ state: 'attached' });
    }
  });

  it('sends a failed message again under its own id, from the row and from the bar', async () => {
    const page = await desk('desk-troubles');
    await log(page).getByRole('button', { name: 'Send again' }).press('Enter');
    await page.getByRole('button', { name: 'Send it again' }).press('Enter');
    const sent = await commands(page, 'retry-message');
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual(sent[1]);
    expect(sent[0]).toMatchObject({ type: 'retry-message', conversation: RAMIREZ });
  });

  it('takes a changed delivery state in place', async () => {
    const page = await desk('desk');
    await composer(page).fill('are you there?');
    await composer(page).press('Enter');
    const row = log(page).locator('.message', { hasText: 'are you there?' });
    await row.locator('.delivery-sent').waitFor();
    await page.evaluate((conversation) => {
      harness.push([
        {
          type: 'message-updates',
          conversation,
          messages: [
            {
              id: 'own-1',
              direction: 'out',
              sender: 'Allen',
              body: 'are you there?',
              at: Date.now(),
              delayed: false,
              delivery: 'delivered',
            },
          ],
        },
      ] as unknown as Parameters<typeof harness.push>[0]);
    }, RAMIREZ);
    await row.locator('.delivery-delivered').waitFor();
    expect(await row.count()).toBe(1);
  });

  it('gives a refused message back to the composer and says why', async () => {
    const page = await stage.open('chat', 'desk-refusing');
    await openIn(page, 'Ramirez');
    await composer(page).fill('not allowed');
    await composer(page).press('Enter');
    await page.getByRole('alert').filter({ hasText: 'The policy does not allow that' }).waitFor();
    expect(await composer(page).inputValue()).toBe('not allowed');
    await page.getByRole('button', { name: 'Dismiss' }).press('Enter');
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('says that messages wait while there is no connection, and tries at once when asked', async () => {
    const page = await desk('desk-waiting');
    await page.getByText('messages wait on this computer').waitFor();
    await page.getByText('The server xmpp1.example.mil does not answer.').waitFor();
    await page.getByRole('button', { name: 'Try now' }).press('Enter');
    await page.getByText('messages wait on this computer').waitFor({ state: 'detached' });
    expect(await commands(page, 'reconnect-now')).toHaveLength(1);
  });

  it('follows new messages at the end, and keeps its place and counts them elsewhere', async () => {
    const page = await desk('desk', 'watch-floor');
    await receive(page, FLOOR, 'fresh', 3);
    await log(page).getByText('fresh 2').waitFor();
    expect(await distanceFromEnd(page)).toBeLessThan(48);
    await log(page).press('Home');
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const before = await page.locator('.message').first().textContent();
    await receive(page, FLOOR, 'later', 7);
    await page.getByRole('button', { name: '7 new messages' }).waitFor();
    expect(await page.locator('.message').first().textContent()).toBe(before);
    await page.getByRole('button', { name: '7 new messages' }).press('Enter');
    await log(page).getByText('later 6').waitFor();
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor({ state: 'detached' });
  });

  it('leaves rows where they are while others come, in a layer of their own, and points at none that passes', async () => {
    const page = await desk('desk', 'watch-floor');
    await log(page).hover();
    const pointed = log(page).locator('.message:hover');
    const ground = () => pointed.evaluate((row) => getComputedStyle(row).backgroundColor);
    await expect.poll(ground).not.toBe('rgba(0, 0, 0, 0)');
    const last = await log(page).locator('.messages-item').last().elementHandle();
    const place = () =>
      last?.evaluate((row) => [
        row.isConnected,
        row.style.top,
        row.getBoundingClientRect().height,
        getComputedStyle(row).transform,
      ]);
    const before = await place();
    expect(before).toEqual([true, expect.stringMatching(/^\d+px$/u), expect.any(Number), 'none']);

    const devtools = await page.context().newCDPSession(page);
    const painted = new Map<string, number>();
    let layers: readonly { layerId: string; width: number; height: number; paintCount: number }[] = [];
    devtools.on('LayerTree.layerTreeDidChange', (change) => {
      layers = change.layers ?? layers;
    });
    await devtools.send('DOM.enable');
    await devtools.send('LayerTree.enable');
    await receive(page, FLOOR, 'settled', 1);
    await log(page).getByText('settled 0').waitFor();
    await expect.poll(() => layers.length).toBeGreaterThan(0);
    for (const { layerId, paintCount } of layers) painted.set(layerId, paintCount);
    for (let array = 0; array < 3; array += 1) {
      await receive(page, FLOOR, `fresh-${array}`, 4);
      await log(page).getByText(`fresh-${array} 3`).waitFor();
    }
    const size = await log(page).evaluate((list) => [list.clientWidth, list.scrollHeight]);
    const isRows = ({ width, height }: (typeof layers)[number]) => width === size[0] && height === size[1];
    await expect.poll(() => layers.filter(isRows).length).toBe(1);
    // The rows are drawn; the frame around them, composer and lists are not.
    const drawn = layers.filter(({ layerId, paintCount }) => paintCount > (painted.get(layerId) ?? 0));
    expect(drawn.filter((layer) => !isRows(layer))).toEqual([]);
    expect(drawn.length).toBe(1);
    expect(await place()).toEqual(before);
    expect(await ground()).toBe('rgba(0, 0, 0, 0)');
    const box = await log(page).boundingBox();
    if (box === null) throw new Error('the list is not there');
    await page.mouse.move(box.x + box.width / 2 + 5, box.y + box.height / 2);
    await expect.poll(ground).not.toBe('rgba(0, 0, 0, 0)');
    expect(stage.complaints()).toEqual([]);
  });

  it('opens at a message that was found far back, with a gap that can be filled, and goes back to the latest', async () => {
    const page = await desk('desk-crowded');
    await page.keyboard.press('Control+f');
    await page.getByRole('combobox', { name: 'Search' }).fill('99801');
    await page.getByRole('listbox').getByText('(99801)').waitFor();
    await page.keyboard.press('Enter');
    const row = log(page).locator('.message', { hasText: '(99801)' });
    await page.locator('.messages-item-found', { hasText: '(99801)' }).waitFor();
    await expect.poll(() => row.evaluate((element) => element === document.activeElement)).toBe(true);
    // What was said before and after it is in sight; nothing is read by that.
    await log(page).getByText('(99800)').waitFor();
    expect(await commands(page, 'open-at')).toHaveLength(1);
    await receive(page, RAMIREZ, 'meanwhile', 2);
    await page.getByRole('button', { name: 'Jump to latest (2 new)' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''))
      .toContain('(99802)');

    const gap = page.locator('.gap-island');
    await gap.getByText('are not shown here.').waitFor();
    await gap.getByRole('button', { name: 'Show what follows' }).press('Enter');
    await gap.waitFor({ state: 'detached' });
    await log(page).press('Home');
    await page.getByRole('button', { name: /new messages|Jump to latest/ }).press('Enter');
    await log(page).getByText('meanwhile 1').waitFor();

    // Once more, and straight back.
    await page.keyboard.press('Control+f');
    await page.getByRole('combobox', { name: 'Search' }).fill('50001');
    await page.getByRole('listbox').getByText('(50001)').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.messages-item-found', { hasText: '(50001)' }).waitFor();
    await page.getByRole('button', { name: 'Jump to latest' }).last().press('Enter');
    await log(page).getByText('meanwhile 1').waitFor();
    expect(await gap.count()).toBe(0);
    expect(await distanceFromEnd(page)).toBeLessThan(48);
  });

  it('marks the first unread message and jumps to it', async () => {
    const page = await desk('desk', 'sector-north');
    await page.getByRole('button', { name: 'since you were here' }).press('Enter');
    const mark = page.locator('.unread-mark');
    await mark.waitFor();
    await expect
      .poll(() => mark.evaluate((element) => element.getBoundingClientRect().top))
      .toBeLessThan(200);
  });

  it('reads incoming messages of the open conversation to a screen reader, and no others', async () => {
    const page = await desk('desk');
    const announcer = page.getByRole('status', { name: 'Incoming messages' });
    expect(await announcer.textContent()).toBe('');
    await receive(page, FLOOR, 'elsewhere', 1);
    await receive(page, RAMIREZ, 'here', 1);
    await expect.poll(() => announcer.textContent()).toBe('Ramirez, Ana (MAJ): here 0');
    await receive(page, RAMIREZ, 'many', 40);
    await expect.poll(() => announcer.textContent()).toBe('40 new messages');
    expect(await log(page).getAttribute('aria-live')).toBe('off');
  });
});

describe('100,000 messages', () => {
  it('keep only what is in sight in the document, at both ends', async () => {
    const page = await desk('desk-100k');
    await log(page).getByText('(100000)').waitFor();
    expect(await page.locator('.message').count()).toBeLessThan(120);
    await log(page).press('Home');
    await log(page).getByText('(1)', { exact: false }).first().waitFor();
    expect(await page.locator('.message').count()).toBeLessThan(120);
    await log(page).press('End');
    await log(page).getByText('(100000)').waitFor();
  });

  it('take 5,000 more in a burst, in order, none lost, none twice', async () => {
    const page = await desk('desk-100k');
    await log(page).getByText('(100000)').waitFor();
    await page.evaluate(() => {
      const tasks: number[] = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) tasks.push(Math.round(entry.duration));
      }).observe({ type: 'longtask' });
      Object.assign(globalThis, { longTasks: tasks });
    });
    // 50 arrays of 100 events, as the session sends them: one every 16 ms.
    await page.evaluate(async (jid) => {
      for (let batch = 0; batch < 50; batch += 1) {
        const events = Array.from({ length: 100 }, (_, index) => ({
          type: 'messages',
          conversation: jid,
          append: [
            {
              id: `burst-${batch * 100 + index}`,
              direction: 'in',
              sender: jid,
              body: `burst ${batch * 100 + index}`,
              at: Date.now(),
              delayed: false,
            },
          ],
        }));
        harness.push(events as unknown as Parameters<typeof harness.push>[0]);
        harness.push(events.slice(0, 3) as unknown as Parameters<typeof harness.push>[0]);
        await new Promise((done) => setTimeout(done, 16));
      }
    }, RAMIREZ);
    await log(page).getByText('burst 4999', { exact: true }).waitFor();
    expect(await distanceFromEnd(page)).toBeLessThan(48);
    const shown = await page.locator('.message-body').allTextContents();
    expect(shown.at(-1)).toBe('burst 4999');
    const numbers = shown.filter((text) => text.startsWith('burst')).map((text) => Number(text.slice(6)));
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    const longTasks: unknown = await page.evaluate('longTasks');
    // The first of the burst stands right after the 100,000th of before.
    await log(page).press('Home');
    await receive(page, RAMIREZ, 'after', 1);
    await page.getByRole('button', { name: '1 new message' }).waitFor();
    const directory = resolve(import.meta.dirname, '../../out/ui');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'burst.json'), JSON.stringify({ messages: 5000, longTasks }));
    expect(stage.complaints()).toEqual([]);
  });

  it('are fetched page by page while the reader scrolls up, and the line being read stays where it is', async () => {
    const page = await desk('desk-crowded');
    await log(page).getByText('(100000)').waitFor();
    for (let count = 0; count < 5; count += 1) {
      const asked = (await commands(page, 'load-messages')).length;
      await log(page).evaluate((list) => {
        list.scrollTop = 300;
      });
      await page.waitForFunction(
        (before) => harness.calls.filter((call) => call.name === 'load-messages').length > before,
        asked,
      );
      const anchor = await page.evaluate(() => {
        const top = document.querySelector('.messages-scroll')?.getBoundingClientRect().top ?? 0;
        const row = [...document.querySelectorAll('.message')].find(
          (item) => item.getBoundingClientRect().top > top + 60,
        );
        return {
          text: row?.querySelector('.message-body')?.textContent ?? '',
          top: row?.getBoundingClientRect().top ?? 0,
        };
      });
      await expect
        .poll(() => log(page).evaluate((list) => list.scrollTop), { timeout: 10_000 })
        .toBeGreaterThan(1000);
      const row = page.locator('.message', { has: page.getByText(anchor.text, { exact: true }) });
      await expect
        .poll(async () => Math.abs(((await row.boundingBox())?.y ?? 1e6) - anchor.top), { timeout: 10_000 })
        .toBeLessThan(30);
    }
    const ids = (await commands(page, 'load-messages')).map(
      (command) => (command as { before?: string }).before,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the cover', () => {
  it('leaves nothing of the conversation in the document, and brings all back for the same card', async () => {
    const page = await desk('desk');
    await composer(page).fill('a draft that must survive');
    await page.evaluate(() => harness.setFixture('cover-card'));
    await page.getByText('Your card was removed').waitFor();
    await page.getByText('ALLEN.ALICE.A.1000000001').waitFor();
    const html = await page.content();
    for (const text of ['a draft that must survive', 'Convoy', 'Ramirez', 'watch-floor'])
      expect(html).not.toContain(text);
    expect(await calls(page)).not.toContain('endChat');
    await page.evaluate(() => harness.setFixture('desk'));
    await expect.poll(() => composer(page).inputValue()).toBe('a draft that must survive');
    await log(page).getByText('Convoy cleared').waitFor();
  });

  it('forgets everything when another person’s card comes', async () => {
    const page = await desk('desk');
    await composer(page).fill('secret of the first user');
    await page.evaluate(() => harness.setFixture('cover-card'));
    await page.getByText('Your card was removed').waitFor();
    await page.evaluate(() => harness.setFixture('desk-other-user'));
    await page.getByRole('navigation').waitFor();
    expect(await page.getByRole('main').getByRole('heading', { level: 1 }).textContent()).toBe(
      'No conversation is open',
    );
    await openIn(page, 'Ramirez');
    expect(await composer(page).inputValue()).toBe('');
  });

  it('ends the chat when the user signs out', async () => {
    const page = await desk('desk');
    await page.evaluate(() => harness.setFixture('stopped'));
    await page.getByText('You are signed out.').waitFor();
    expect(await page.content()).not.toContain('Convoy');
    expect(await calls(page)).toContain('endChat');
  });
});
