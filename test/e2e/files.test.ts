/** Files through the real windows: chosen, dropped, pasted, saved, quarantined, cut off, and kept out by the policy. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { ALICE, BOB } from '../../build/site/analysts.ts';
import { EICAR, SIGNATURES } from '../../build/site/clamd.ts';
import { openStage, type Stage } from '../support/electron.ts';

const PICTURES = join(ROOT, 'out', 'e2e');

let stage: Stage;
let alice: Client;
let bob: Client;

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  stage = await openStage({ name: 'files', users: [ALICE, BOB], files: true });
  alice = await stage.signedIn(ALICE);
  // Bob's policy is the stricter one: nothing is dropped or pasted there.
  bob = await stage.signedIn(BOB, {
    settings: (settings) => ({ ...settings, desktop: { dragAndDrop: false, paste: false } }),
  });
  await alice.chat.open(bob.workstation.name);
  await bob.chat.open(alice.workstation.name);
});
afterAll(() => stage?.stop());

/** Random letters, which the gate takes for a text. */
const text = (size: number) => randomBytes(size).toString('base64').slice(0, size);
const picture = (client: Client, name: string) =>
  client.chat.page.screenshot({ path: join(PICTURES, `files-${name}.png`) });
const saved = (name: string) => readFileSync(join(bob.workstation.downloads, name), 'utf8');

/** The mark of where a file came from. */
function originOf(path: string): string {
  const read = koffi
    .load('libc.so.6')
    .func('long getxattr(const char *, const char *, _Out_ uint8_t *, size_t)');
  const value = Buffer.alloc(300);
  const length = Number(read(path, 'user.xdg.origin.url', value, value.length));
  return value.subarray(0, Math.max(0, length)).toString();
}

/** What a drop or a paste of one file is to the page. */
async function bring(client: Client, way: 'drop' | 'paste', name: string, content: string): Promise<void> {
  await client.chat.page.evaluate(
    ([kind, fileName, body]) => {
      const data = new DataTransfer();
      data.items.add(new File([body ?? ''], fileName ?? '', { type: 'text/plain' }));
      const options = { bubbles: true, cancelable: true };
      if (kind === 'paste') {
        const field = document.querySelector('[data-composer]');
        field?.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
        return;
      }
      const main = document.querySelector('main');
      for (const type of ['dragenter', 'dragover', 'drop'])
        main?.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: data }));
    },
    [way, name, content],
  );
}

describe('a file that is clean', () => {
  it('is chosen, scanned, announced and saved with the same bytes, for its user alone', async () => {
    const content = text(2_500_000);
    await alice.chat.attach('situation report.txt', content);
    await alice.chat.transfer('situation report.txt').waitFor();
    await bob.chat.file('situation report.txt').waitFor();
    await alice.chat.file('situation report.txt').getByText('Clean').waitFor();
    expect(await alice.chat.transfer('situation report.txt').count()).toBe(0);
    await bob.chat.saveFile('situation report.txt');
    await picture(bob, 'saved');
    expect(saved('situation report.txt')).toBe(content);
    const { mode } = statSync(join(bob.workstation.downloads, 'situation report.txt'));
    expect(mode & 0o777).toBe(0o600);
    expect(originOf(join(bob.workstation.downloads, 'situation report.txt'))).toBe(
      `https://localhost:${stage.site.gate?.port}/`,
    );
    expect(readdirSync(bob.workstation.downloads)).toEqual(['situation report.txt']);
  });

  it.each(['drop', 'paste'] as const)('gets there by %s, where the policy allows it', async (way) => {
    await bring(alice, way, `by-${way}.txt`, `brought by ${way}`);
    await bob.chat.file(`by-${way}.txt`).waitFor();
    await bob.chat.saveFile(`by-${way}.txt`);
    expect(saved(`by-${way}.txt`)).toBe(`brought by ${way}`);
  });

  it('is chosen with the keyboard alone', async () => {
    await alice.chat.composer(bob.workstation.name).focus();
    const chooser = alice.chat.page.waitForEvent('filechooser');
    await alice.chat.page.keyboard.press('Control+Shift+A');
    expect((await chooser).isMultiple()).toBe(true);
  });

  it('has a name that can do no harm', async () => {
    await alice.chat.attach('..\\..\\.profile \u202etxt.txt', 'harmless');
    const file = bob.chat.messages.getByRole('region', { name: /profile/ });
    await file.getByRole('button', { name: 'Save' }).click();
    await file.getByText('Saved as').waitFor();
    const names = readdirSync(bob.workstation.downloads).filter((name) => name.includes('profile'));
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(/^_[\x20-\x7e]+$/u);
  });
});

describe('a file that is not', () => {
  it('EICAR is in quarantine: Alice sees why, Bob sees nothing', async () => {
    await alice.chat.attach('invoice.txt', EICAR);
    const row = alice.chat.transfer('invoice.txt');
    await row.getByText(SIGNATURES.eicar).waitFor();
    await row.getByText('Nothing was sent').waitFor();
    await picture(alice, 'quarantined');
    await alice.chat.send(bob.workstation.name, 'after the invoice');
    await bob.chat.message('after the invoice').waitFor();
    expect(await bob.chat.file('invoice.txt').count()).toBe(0);
    expect(await alice.chat.file('invoice.txt').count()).toBe(0);
    await row.getByRole('button', { name: 'Dismiss' }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('a type that the gate does not take is in quarantine, too', async () => {
    await alice.chat.attach('tool.exe', 'MZ', 'application/x-msdownload');
    const row = alice.chat.transfer('tool.exe');
    await row.getByText('quarantine').waitFor();
    await row.getByRole('button', { name: 'Dismiss' }).click();
  });
});

describe('a picture behind a whiteboard', () => {
  it('is put there from its message, and seen by whoever asks for it', async () => {
    for (const client of [alice, bob]) await client.chat.joinRoom('map-room');
    const map = readFileSync(join(ROOT, 'docs', 'images', 'pin.png'));
    await alice.chat.attach('map.png', map, 'image/png');
    await alice.chat.file('map.png').waitFor();
    await alice.chat.messages.locator('.message').filter({ hasText: 'map.png' }).focus();
    await alice.chat.page.keyboard.press('Enter');
    await alice.chat.page.getByRole('menuitem', { name: 'Put behind the whiteboard' }).click();
    await bob.chat.page.keyboard.press('Control+Shift+B');
    const { page } = bob.chat;
    await page.getByRole('button', { name: 'Show: picture map.png' }).click();
    await page.getByText('Behind the board lies').waitFor({ state: 'detached' });
    const middle = await page.locator('.board-pictures canvas').evaluate((canvas) => {
      const context = canvas instanceof HTMLCanvasElement ? canvas.getContext('2d') : null;
      return [...(context?.getImageData(1000, 600, 1, 1).data ?? [])];
    });
    expect(middle[3]).toBe(255);
    await picture(bob, 'board');
    for (const [client, other] of [[alice, bob] as const, [bob, alice] as const]) {
      await client.chat.page.getByRole('button', { name: 'Close the whiteboard' }).click();
      await client.chat.open(other.workstation.name);
    }
  });
});

describe('a link that is cut', () => {
  it('says so and offers another try, which arrives once', async () => {
    await stage.site.gate?.kill();
    await alice.chat.attach('cut.txt', 'cut off');
    const row = alice.chat.transfer('cut.txt');
    await row.getByText('cut or could not be made').waitFor();
    await picture(alice, 'cut');
    await stage.site.gate?.start();
    await row.getByRole('button', { name: 'Try again' }).click();
    await bob.chat.file('cut.txt').waitFor();
    await row.waitFor({ state: 'detached' });
    await alice.chat.send(bob.workstation.name, 'after the cut');
    await bob.chat.message('after the cut').waitFor();
    expect([await bob.chat.file('cut.txt').count(), await alice.chat.file('cut.txt').count()]).toEqual([
      1, 1,
    ]);
  });

  it('while saving leaves nothing behind, and can be tried again', async () => {
    await stage.site.gate?.kill();
    await bob.chat.file('cut.txt').getByRole('button', { name: 'Save' }).click();
    await bob.chat.file('cut.txt').getByText('cut or could not be made').waitFor();
    expect(readdirSync(bob.workstation.downloads).filter((name) => /cut|part/u.test(name))).toEqual([]);
    await stage.site.gate?.start();
    await bob.chat.file('cut.txt').getByRole('button', { name: 'Try again' }).click();
    await bob.chat.file('cut.txt').getByText('Saved as').waitFor();
    expect(saved('cut.txt')).toBe('cut off');
  });
});

describe('the policy', () => {
  it.each(['drop', 'paste'] as const)('keeps out what comes by %s', async (way) => {
    await bring(bob, way, `refused-${way}.txt`, 'no');
    await bob.chat.send(alice.workstation.name, `after the ${way}`);
    await alice.chat.message(`after the ${way}`).waitFor();
    expect(await alice.chat.file(`refused-${way}.txt`).count()).toBe(0);
    expect(await bob.chat.transfer(`refused-${way}.txt`).count()).toBe(0);
  });

  it('a folder that is gone is named, and nothing is saved elsewhere', async () => {
    rmSync(bob.workstation.downloads, { recursive: true, force: true });
    await bob.chat.file('cut.txt').getByRole('button', { name: 'Save again' }).click();
    await bob.chat.file('cut.txt').getByText('no folder that the policy allows').waitFor();
  });
});
