/** What an analyst sees when something is wrong with reader, card, certificate, PIN or card driver. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ALICE, BOB, DAVE, openscModule } from '../../build/site/analysts.ts';
import type { WorkstationOptions } from '../../build/site/workstation.ts';
import { enterPin, openStage, type Stage, signIn } from '../support/electron.ts';
import { atDesk, shownError } from '../support/journeys.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ name: 'card-errors', users: [ALICE, BOB, DAVE] });
});
afterAll(() => stage?.stop());

const WRONG_PIN = '11111111';

/** Settings with another card driver. */
function withModule(path: string, sha256: string): WorkstationOptions {
  return {
    settings: (settings) => ({
      ...settings,
      authentication: { ...settings.authentication, modules: [{ path, sha256, platform: 'linux' }] },
    }),
  };
}

/** `VmLck` of each of the application's processes that run our code beside its first one: memory that is locked, with its unit. */
async function lockedMemory(client: Client): Promise<readonly (string | undefined)[]> {
  const processes = await client.application.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter(({ serviceName }) => serviceName === 'node.mojom.NodeService')
      .map(({ pid }) => pid),
  );
  return processes.map((pid) => /^VmLck:\s*(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

describe('reader and card', () => {
  it('says that no reader is connected', () =>
    atDesk(stage, BOB, { reader: false }, async (client) => {
      await client.chat.acceptConsent();
      expect(await shownError(client, 'NO_READER')).toContain('No smart card reader is connected.');
    }));

  it('says that there is no card, and goes on by itself when it comes', () =>
    atDesk(stage, BOB, { inserted: false }, async (client, desk) => {
      await client.chat.acceptConsent();
      expect(await shownError(client, 'NO_CARD')).toContain('Insert your card.');
      await desk.reader().insert();
      await enterPin(client);
      await client.chat.online();
      // OpenSC locks the PIN's memory, which Chromium's allocator does not bear: it would end the process within minutes.
      expect(await lockedMemory(client)).toEqual(['0 kB', '0 kB']);
    }));

  it('goes back to waiting when the card is pulled before the PIN', () =>
    atDesk(stage, BOB, {}, async (client, desk) => {
      await client.chat.acceptConsent();
      const pin = await client.pinWindow();
      await desk.reader().remove();
      await shownError(client, 'NO_CARD').catch(() => shownError(client, 'CARD_REMOVED'));
      expect(pin.page.isClosed()).toBe(true);
      await desk.reader().insert();
      await enterPin(client);
      await client.chat.online();
    }));
});

describe('certificate', () => {
  it('says that no certificate fits the policy', () =>
    atDesk(
      stage,
      BOB,
      {
        settings: (settings) => ({
          ...settings,
          authentication: { ...settings.authentication, certificate: { upnPattern: '^nobody@example.mil$' } },
        }),
      },
      async (client) => {
        await client.chat.acceptConsent();
        expect(await shownError(client, 'CERTIFICATE_NOT_FOUND')).toContain('work card');
      },
    ));

  it('says that the certificate has expired, and when', () =>
    atDesk(stage, DAVE, {}, async (client) => {
      await client.chat.acceptConsent();
      expect(await shownError(client, 'CERTIFICATE_EXPIRED')).toMatch(/expired on .*20\d\d/);
    }));
});

describe('PIN', () => {
  it('refuses a short PIN without spending a try, counts a wrong one, and accepts the right one', () =>
    atDesk(stage, BOB, {}, async (client, desk) => {
      await client.chat.acceptConsent();
      const pin = await client.pinWindow();
      const before = (await desk.reader().state()).triesLeft;
      await pin.enter('123');
      await pin.message.filter({ hasText: '6 to 8 digits' }).waitFor();
      expect((await desk.reader().state()).triesLeft).toBe(before);

      await pin.enter(WRONG_PIN);
      await pin.message.filter({ hasText: 'not correct' }).waitFor();
      expect((await desk.reader().state()).triesLeft).toBe(before - 1);

      await pin.enter(desk.pin);
      await client.chat.online();
      await client.chat.page
        .getByRole('region', { name: 'Last sign-in' })
        .getByText('One attempt to sign in as you failed before')
        .waitFor();
    }));

  it('starts without a window where the desktop asks for that, keeps size and sign-in for the next start', async () => {
    const desk = await stage.site.workstation(BOB);
    try {
      const first = await stage.launch(desk, true);
      const visible = () =>
        first.application.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows().map((each) => each.isVisible()),
        );
      await first.chat.page.getByRole('button', { name: 'Accept' }).waitFor();
      expect(await visible()).toEqual([false]);
      // What a second start of the program does.
      await first.application.evaluate(({ app }) =>
        app.emit('second-instance', {}, ['sallyport', '--hidden']),
      );
      expect(await visible()).toEqual([false]);
      await first.application.evaluate(({ app }) => app.emit('second-instance', {}, ['sallyport']));
      await expect.poll(visible).toEqual([true]);
      await first.chat.page.keyboard.press('Control+=');
      await expect
        .poll(() => first.chat.page.evaluate('Math.round(globalThis.devicePixelRatio * 100)'))
        .toBe(110);
      await first.application.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 900, height: 620 }),
      );
      await signIn(first);
      await first.chat.page.getByText('No earlier sign-in of yours is recorded').waitFor();
      await expect.poll(() => existsSync(join(desk.root, 'user-data', 'window.json'))).toBe(true);
      await first.close();

      const second = await stage.launch(desk);
      await signIn(second);
      const strip = second.chat.page.getByRole('region', { name: 'Last sign-in' });
      await strip.getByText('No attempt failed since').waitFor();
      await strip.getByRole('button', { name: 'Dismiss' }).click();
      await strip.waitFor({ state: 'detached' });
      expect(await second.chat.page.evaluate('Math.round(globalThis.devicePixelRatio * 100)')).toBe(110);
      const place = await second.application.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().at(-1)?.getNormalBounds(),
      );
      expect(place).toMatchObject({ width: 900, height: 620 });
      await second.close();
    } finally {
      await desk.stop();
    }
  });

  it('says plainly when one try is left, and when the card is blocked', () =>
    atDesk(stage, BOB, {}, async (client, desk) => {
      await desk.reader().setTries(2);
      await client.chat.acceptConsent();
      const pin = await client.pinWindow();
      await pin.enter(WRONG_PIN);
      await pin.message.filter({ hasText: 'one try is left' }).waitFor();
      await pin.enter(WRONG_PIN);
      await pin.page.getByText('This card is locked').waitFor();
      await pin.page.getByText('PIN_LOCKED', { exact: true }).waitFor();
      expect((await desk.reader().state()).triesLeft).toBe(0);
      expect(await client.chat.page.getByText('Connecting').count()).toBe(0);
    }));

  it('lets the analyst cancel, and ask for the PIN window again', () =>
    atDesk(stage, BOB, {}, async (client) => {
      await client.chat.acceptConsent();
      await (await client.pinWindow()).cancel();
      await shownError(client, 'PIN_CANCELLED');
      await client.chat.page.getByRole('button', { name: 'Sign in again' }).click();
      await enterPin(client);
      await client.chat.online();
    }));

  it('never shows the PIN to the chat window, to the log or on a command line', () =>
    atDesk(stage, ALICE, {}, async (client) => {
      const { chat, workstation } = client;
      await chat.acceptConsent();
      const pin = await client.pinWindow();
      await pin.enter(workstation.pin);
      await chat.online();
      expect(await chat.page.content()).not.toContain(workstation.pin);
      expect(client.output()).not.toContain(workstation.pin);
    }));
});

describe('card driver', () => {
  it('says that the driver is missing', () =>
    atDesk(stage, BOB, withModule('/usr/lib/no-such-module.so', '0'.repeat(64)), async (client) => {
      await client.chat.acceptConsent();
      expect(await shownError(client, 'MODULE_MISSING')).toContain('/usr/lib/no-such-module.so');
    }));

  it('says that the driver is not the approved one, and does not ask for the PIN', () =>
    atDesk(stage, BOB, withModule(openscModule().path, '0'.repeat(64)), async (client) => {
      await client.chat.acceptConsent();
      expect(await shownError(client, 'MODULE_HASH_MISMATCH')).toContain('Do not enter your PIN.');
      expect(client.application.windows()).toHaveLength(1);
    }));

  it('says that a file that is no driver cannot be loaded', async () => {
    const path = join(stage.site.runtime, 'not-a-module.so');
    copyFileSync('/bin/true', path);
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    await atDesk(stage, BOB, withModule(path, sha256), async (client) => {
      await client.chat.acceptConsent();
      await shownError(client, 'MODULE_LOAD_FAILED');
    });
  });

  it('ends a driver that hangs within seconds, says so, and starts it anew', () =>
    atDesk(stage, BOB, { inserted: false }, async (client, desk) => {
      await client.chat.acceptConsent();
      await shownError(client, 'NO_CARD');
      await desk.reader().hang('getData');
      await desk.reader().insert();
      expect(await shownError(client, 'MODULE_HUNG', 15_000)).toContain('Take the card out, put it back in');
      await desk.reader().remove();
      await shownError(client, 'NO_CARD');
      await desk.reader().insert();
      await enterPin(client);
      await client.chat.online();
    }));
});
