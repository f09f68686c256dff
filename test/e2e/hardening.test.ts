/**
 * The window as an attacker would find it who can already run script in it: reached through the debugger, which only a
 * test build lets in. Everything is judged by what happens, not by what is configured.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ALICE } from '../../build/site/analysts.ts';
import { openStage, type Stage } from '../support/electron.ts';

const CHAT_BRIDGE = [
  'acceptConsent',
  'changePassword',
  'chooseCertificate',
  'choosePassword',
  'command',
  'connectChat',
  'exportMessages',
  'exportPolicy',
  'getPolicyPage',
  'getPreferences',
  'getState',
  'look',
  'onState',
  'openLink',
  'quit',
  'setPreferences',
  'signIn',
  'signOut',
  'tearOff',
];
const PIN_BRIDGE = ['cancel', 'getPrompt', 'look', 'onPrompt', 'submit', 'submitOnPinPad'];

let stage: Stage;
let client: Client;
let chat: Page;
let pin: Page;

beforeAll(async () => {
  stage = await openStage({ name: 'hardening', users: [ALICE] });
  client = await stage.seat(ALICE);
  chat = client.chat.page;
  await client.chat.acceptConsent();
  pin = (await client.pinWindow()).page;
  await pin.getByLabel('PIN, 6 to 8 digits').waitFor();
});
afterAll(() => stage?.stop());

const windows = () => [['chat', chat] as const, ['pin', pin] as const];

/** Values of a /proc/PID/status file. */
function status(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.split(':')[0] ?? '', line.split(':')[1]?.trim() ?? '']),
  );
}

/** Process ids of the whole application by Chromium's process type. */
function processesByType(root: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const visit = (pid: number): void => {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const type = /--type=([a-z-]+)/.exec(command)?.[1] ?? 'browser';
    found.set(type, [...(found.get(type) ?? []), pid]);
    let children = '';
    try {
      children = execFileSync('ps', ['--ppid', String(pid), '-o', 'pid='], { encoding: 'utf8' });
    } catch {
      // No children.
    }
    for (const child of children.split('\n').filter((line) => line.trim() !== '')) visit(Number(child));
  };
  visit(root);
  return found;
}

describe('the operating system’s sandbox', () => {
  it('runs as an ordinary user', async () => {
    const uid = await client.application.evaluate(() => process.getuid?.());
    expect(uid).toBeGreaterThan(0);
  });

  it('was not switched off by Playwright or by us', async () => {
    const unsafe = await client.application.evaluate(({ app }) => ({
      noSandbox: app.commandLine.hasSwitch('no-sandbox'),
      noSeccomp: app.commandLine.hasSwitch('disable-seccomp-filter-sandbox'),
    }));
    expect(unsafe).toEqual({ noSandbox: false, noSeccomp: false });
  });

  it('holds every renderer: seccomp filter, no new privileges, namespaces of their own', async () => {
    const renderers = await client.application.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => contents.getOSProcessId()),
    );
    expect(renderers).toHaveLength(2);
    expect(new Set(renderers).size).toBe(2);
    for (const pid of renderers) {
      const facts = status(pid);
      expect(facts.Seccomp).toBe('2');
      expect(facts.NoNewPrivs).toBe('1');
      expect(facts.NSpid?.split(/\s+/).length).toBeGreaterThan(1);
      expect(facts.CapEff).toBe('0000000000000000');
    }
  });

  it('has no graphics driver in any process', async () => {
    const root = await client.application.evaluate(() => process.pid);
    const maps = [...processesByType(root).values()].flat().map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/maps`, 'utf8');
      } catch {
        // A sandboxed process shows its pages to root alone; whoever tests as another user sees the other processes.
        return '';
      }
    });
    expect(maps.some((map) => map.includes('libgtk'))).toBe(true);
    for (const map of maps) expect(map).not.toMatch(/_dri\.so|libLLVM|libGLX_|libvk_swiftshader|libvulkan_/);
    // What keeps them out is nothing that the browser of a link would inherit.
    expect(await client.application.evaluate(() => process.env.GDK_GL)).toBeUndefined();
  });

  it('starts the processes that the design names', async () => {
    const root = await client.application.evaluate(() => process.pid);
    const types = processesByType(root);
    expect(types.get('utility')?.length).toBeGreaterThanOrEqual(1);
    const commands = (types.get('utility') ?? []).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    expect(commands.some((command) => command.includes('node.mojom.NodeService'))).toBe(true);
  });
});

describe('what script in a window can reach', () => {
  it('finds nothing of Node or Electron', async () => {
    for (const [, page] of windows())
      expect(
        await page.evaluate(() =>
          ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron'].filter(
            (name) => name in globalThis,
          ),
        ),
      ).toEqual([]);
  });

  it('finds exactly the bridge of its own window', async () => {
    const keys = (page: Page) =>
      page.evaluate(() => ({
        chat: Object.keys((globalThis as unknown as Record<string, object>).sallyport ?? {}).sort(),
        pin: Object.keys((globalThis as unknown as Record<string, object>).sallyportPin ?? {}).sort(),
      }));
    expect(await keys(chat)).toEqual({ chat: CHAT_BRIDGE, pin: [] });
    expect(await keys(pin)).toEqual({ chat: [], pin: PIN_BRIDGE });
  });

  it('cannot change the bridge', async () => {
    const changed = await chat.evaluate(() => {
      const before = Reflect.get(globalThis, 'sallyport');
      try {
        Reflect.set(globalThis, 'sallyport', {});
        Reflect.set(before, 'signOut', () => 'changed');
      } catch {
        // Refused loudly; what counts is what is there afterwards.
      }
      const after = Reflect.get(globalThis, 'sallyport');
      return after !== before || String(after.signOut).includes('changed');
    });
    expect(changed).toBe(false);
  });

  it('is refused what is not in the contract, and the application goes on', async () => {
    const answers = await chat.evaluate(async () => {
      const bridge = Reflect.get(globalThis, 'sallyport');
      const attempt = async (work: () => Promise<unknown>) =>
        work().then(
          () => 'answered',
          () => 'refused',
        );
      return [
        await attempt(() => bridge.chooseCertificate({ __proto__: null, id: 'x' })),
        await attempt(() => bridge.chooseCertificate('x'.repeat(1_000_000))),
        await attempt(() => bridge.chooseCertificate(undefined)),
      ];
    });
    expect(answers).toEqual(['refused', 'refused', 'refused']);
    await expect(client.chat.heading('Enter your PIN').isVisible()).resolves.toBe(true);
  });
});

describe('the content security policy', () => {
  /** Runs `attempt` in the page; true when it had its effect. */
  const works = (page: Page, attempt: () => unknown) => page.evaluate(attempt);

  it('is sent with every page', async () => {
    for (const [kind, page] of windows()) {
      const response = await page.reload();
      const policy = (await response?.allHeaders())?.['content-security-policy'];
      expect(policy, kind).toContain("default-src 'none'");
      expect(policy, kind).toContain("trusted-types 'none'");
    }
  });

  it('lets no inline script run', async () => {
    for (const [, page] of windows())
      expect(
        await works(page, () => {
          const script = document.createElement('script');
          try {
            script.textContent = 'globalThis.broken = true';
          } catch {
            return false;
          }
          document.head.append(script);
          return Reflect.get(globalThis, 'broken') === true;
        }),
      ).toBe(false);
  });

  it('takes no markup from a text', async () => {
    for (const [, page] of windows())
      expect(
        await works(page, () => {
          const element = document.createElement('div');
          try {
            element.innerHTML = '<b>x</b>';
          } catch {
            return false;
          }
          return element.childElementCount === 1;
        }),
      ).toBe(false);
  });

  it('makes no Trusted Types policy', async () => {
    for (const [, page] of windows())
      expect(
        await works(page, () => {
          const factory = Reflect.get(globalThis, 'trustedTypes');
          try {
            return factory.createPolicy('default', { createHTML: (text: string) => text }) !== undefined;
          } catch {
            return false;
          }
        }),
      ).toBe(false);
  });

  it('compiles no code from a text', async () => {
    // Playwright's own evaluate is exempt from the policy, so the attempt is made by a timer of the page.
    for (const [, page] of windows()) {
      const outcome = await page.evaluate(
        () =>
          new Promise<string>((resolve) => {
            setTimeout(() => {
              try {
                resolve(String(Reflect.construct(Function, ['return 6 * 7'])()));
              } catch (error) {
                resolve((error as Error).name);
              }
            }, 0);
          }),
      );
      expect(outcome).toBe('EvalError');
    }
  });

  it('applies no inline style sheet', async () => {
    for (const [, page] of windows())
      expect(
        await works(page, () => {
          const style = document.createElement('style');
          style.textContent = 'body { outline: 7px solid rgb(1, 2, 3) }';
          document.head.append(style);
          const applied = getComputedStyle(document.body).outlineWidth === '7px';
          style.remove();
          return applied;
        }),
      ).toBe(false);
  });

  it('fetches nothing, not even from the window’s own origin', async () => {
    for (const [kind, page] of windows()) {
      const outcomes = await page.evaluate(
        (own) =>
          Promise.all(
            [
              own,
              'https://example.com/',
              'http://127.0.0.1:9/',
              'file:///etc/passwd',
              'data:text/plain,x',
            ].map((url) =>
              fetch(url).then(
                () => 'fetched',
                () => 'refused',
              ),
            ),
          ),
        `app://${kind}/${kind}.html`,
      );
      expect(new Set(outcomes)).toEqual(new Set(['refused']));
    }
  });

  it('loads no frame, image, worker or socket from elsewhere', async () => {
    const loaded = await chat.evaluate(async () => {
      const image = new Image();
      const results: Promise<boolean>[] = [
        new Promise((resolve) => {
          image.onload = () => resolve(true);
          image.onerror = () => resolve(false);
          image.src = 'https://example.com/x.png';
        }),
        new Promise((resolve) => {
          try {
            const socket = new WebSocket('wss://example.com/');
            socket.onopen = () => resolve(true);
            socket.onerror = () => resolve(false);
          } catch {
            resolve(false);
          }
        }),
        new Promise((resolve) => {
          try {
            const worker = Reflect.construct(Worker, ['chat.js']);
            worker.onerror = () => resolve(false);
            setTimeout(() => resolve(false), 500);
          } catch {
            resolve(false);
          }
        }),
      ];
      return Promise.all(results);
    });
    expect(loaded).toEqual([false, false, false]);
  });
});
