/**
 * A running client in the hands of Playwright: sandbox on, as the ordinary user, a test build. Used by the demo without a
 * person and by the end-to-end tests.
 */
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { _electron, type ElectronApplication, errors, type Page } from 'playwright-core';
import type { WindowKind } from '../../../src/shared/ipc-contract.ts';
import { ordinaryUser } from '../../lib/ordinary-user.ts';
import type { Workstation } from '../../site/workstation.ts';
import { ChatWindow } from './chat-window.ts';
import { PasswordWindow } from './password-window.ts';
import { PinWindow } from './pin-window.ts';

export interface LaunchOptions {
  /** Electron's executable. */
  readonly executable: string;
  /** The staged application. */
  readonly app: string;
  /** Where the script that starts Electron as the ordinary user is put. */
  readonly runtime: string;
  /** `DISPLAY`. */
  readonly display: string;
  readonly workstation: Workstation;
  /** As a desktop starts it by itself: without showing the window. */
  readonly hidden?: boolean;
}

/** How long Playwright may take to get hold of a started application. */
const ATTACH_MS = 20_000;
const MAX_ATTEMPTS = 3;
const CLOSE_MS = 30_000;

/** How long a window may take to be painted before it counts as one that nobody shows. */
const PAINT_MS = 10_000;
/** How long one thing in a window may take before it counts as not happening. */
const ACTION_MS = 30_000;

export interface Client {
  readonly workstation: Workstation;
  readonly application: ElectronApplication;
  readonly chat: ChatWindow;
  /** The PIN window as soon as it is there. */
  pinWindow(): Promise<PinWindow>;
  /** The password window as soon as it is there. */
  passwordWindow(): Promise<PasswordWindow>;
  /** Standard output and error of the whole application so far. */
  output(): string;
  /** Quits in an orderly way; ends the processes where that does not help. */
  close(): Promise<void>;
}

/** A program that Playwright can start although we are root: it becomes the ordinary user and then Electron. */
function launcher({ executable, runtime }: LaunchOptions): string {
  const user = ordinaryUser();
  if (!user.dropped) return executable;
  const script = join(runtime, 'electron-as-user');
  writeFileSync(
    script,
    `#!/bin/sh\nexec setpriv --reuid=${user.uid} --regid=${user.gid} --init-groups -- '${executable}' "$@"\n`,
  );
  chmodSync(script, 0o755);
  return script;
}

/** The environment that Playwright hands on holds texts only. */
function texts(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/**
 * The runtime's arguments, before the application's, that keep it from opening windows until Playwright has hold of it.
 *
 * @param directory gets the file that does it, where the application's user can read it
 */
export function heldBack(directory: string): readonly string[] {
  const file = join(directory, 'hold.cjs');
  copyFileSync(join(import.meta.dirname, 'hold.cjs'), file);
  chmodSync(file, 0o644);
  return ['-r', file];
}

function isWindow(page: Page, kind: WindowKind): boolean {
  return page.url().startsWith(`app://${kind}/`);
}

/**
 * Chromium drops keys and clicks for a page of which nothing has been painted yet. A person cannot be that quick, a driver is.
 * One that is not painted in time (a window that nobody shows) is taken as it is. False where the page closed or began anew.
 */
async function isPainted(page: Page): Promise<boolean> {
  const deadline = Date.now() + PAINT_MS;
  const paints = () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length);
  try {
    while ((await paints()) === 0 && Date.now() < deadline) await sleep(20);
    return true;
  } catch {
    return false;
  }
}

/** The window of a kind, now or as soon as it opens. */
async function windowOf(application: ElectronApplication, kind: WindowKind): Promise<Page> {
  const deadline = Date.now() + ACTION_MS;
  for (;;) {
    const found = application.windows().find((page) => !page.isClosed() && isWindow(page, kind));
    if (found !== undefined && (await isPainted(found))) return found;
    if (Date.now() > deadline) throw new Error(`the ${kind} window did not open`);
    await application.waitForEvent('window', { timeout: 250 }).catch(() => undefined);
  }
}

/**
 * Starts the application. Should Playwright wait for ever all the same, it ends the application, and the start is made
 * again. An application that ends by itself is not started again.
 */
async function start(options: LaunchOptions): Promise<ElectronApplication> {
  const { workstation, app, display } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await _electron.launch({
        executablePath: launcher(options),
        args: [
          ...heldBack(options.runtime),
          app,
          `--sallyport-test-root=${workstation.root}`,
          ...(options.hidden === true ? ['--hidden'] : []),
        ],
        env: texts({ ...workstation.environment, DISPLAY: display }),
        chromiumSandbox: true,
        timeout: ATTACH_MS,
      });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

export async function launchClient(options: LaunchOptions): Promise<Client> {
  const { workstation } = options;
  const application = await start(options);
  let output = '';
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-256 * 1024);
  };
  const child = application.process();
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const page = await windowOf(application, 'chat').catch(async (error: unknown) => {
    await application.close().catch(() => undefined);
    throw new Error(`${String(error)}\n${output}`);
  });
  page.setDefaultTimeout(ACTION_MS);
  return {
    workstation,
    application,
    chat: new ChatWindow(page),
    pinWindow: async () => {
      const pin = await windowOf(application, 'pin');
      pin.setDefaultTimeout(ACTION_MS);
      return new PinWindow(pin);
    },
    passwordWindow: async () => {
      const password = await windowOf(application, 'password');
      password.setDefaultTimeout(ACTION_MS);
      return new PasswordWindow(password);
    },
    output: () => output,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const impatient = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
      await application.close().catch(() => undefined);
      clearTimeout(impatient);
    },
  };
}
