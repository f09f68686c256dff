/**
 * The real application for measuring: started like a user starts it, without Playwright's loader, which holds the start
 * back. The windows are driven through the DevTools protocol, which test builds accept.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ChatWindow } from '../../../build/demo/driver/chat-window.ts';
import { PinWindow } from '../../../build/demo/driver/pin-window.ts';
import { atExit } from '../../../build/lib/at-exit.ts';
import { asUser, ordinaryUser } from '../../../build/lib/ordinary-user.ts';
import type { Workstation } from '../../../build/site/workstation.ts';

export interface Desktop {
  /** Electron's executable. */
  readonly executable: string;
  /** The staged application. */
  readonly app: string;
  /** `DISPLAY`. */
  readonly display: string;
  readonly workstation: Workstation;
}

const START_MS = 30_000;
/** Attaching takes 50 ms; once in some hundred starts Playwright waits for a window for ever. */
const ATTACH_MS = 8_000;
const ENDPOINT = /^DevTools listening on (ws:\S+)$/m;

/** Milliseconds since 1970, with fractions; comparable with {@link PAGE_NOW} of a page on the same machine. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** What {@link now} is, as an expression for a page. */
const PAGE_NOW = '(performance.timeOrigin + performance.now())';

/** Resolves with the page's time of the first frame in which `condition`, an expression, holds. */
export async function shownAt(page: Page, condition: string): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const look = () => (${condition})
      ? requestAnimationFrame(() => resolve(${PAGE_NOW}))
      : requestAnimationFrame(look);
    look();
  })`);
}

/** The tool did not get hold of the windows; says nothing of the application. */
export class AttachError extends Error {}

export class RunningApplication {
  readonly workstation: Workstation;
  /** When the process was started, as {@link now}. */
  readonly startedAt: number;
  readonly #child: ChildProcess;
  #browser: Browser | undefined;
  #output = '';

  constructor({ executable, app, display, workstation }: Desktop) {
    this.workstation = workstation;
    const { command, args } = asUser(ordinaryUser(), executable, [
      app,
      `--sallyport-test-root=${workstation.root}`,
      '--remote-debugging-port=0',
    ]);
    this.startedAt = now();
    this.#child = spawn(command, [...args], {
      env: { ...workstation.environment, DISPLAY: display },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-64 * 1024);
      });
    this.#child.once('exit', atExit(this.#kill));
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async chat(): Promise<ChatWindow> {
    return new ChatWindow(await this.#page('chat'));
  }

  async pin(): Promise<PinWindow> {
    return new PinWindow(await this.#page('pin'));
  }

  /** Lets go of the windows, so that being watched costs them nothing; they can be asked for again. */
  async release(): Promise<void> {
    await this.#browser?.close();
    this.#browser = undefined;
  }

  /** Ends the application in an orderly way, with its process where that does not help. */
  async stop(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve();
      else this.#child.once('exit', () => resolve());
    });
    const impatient = setTimeout(this.#kill, 15_000);
    this.#child.kill('SIGTERM');
    await gone;
    clearTimeout(impatient);
    await this.release().catch(() => undefined);
  }

  async #page(kind: 'chat' | 'pin'): Promise<Page> {
    const browser = await this.#connect();
    return this.#until(`${kind} window`, () =>
      browser
        .contexts()
        .flatMap((context) => context.pages())
        .find((page) => !page.isClosed() && page.url().startsWith(`app://${kind}/`)),
    );
  }

  async #connect(): Promise<Browser> {
    if (this.#browser === undefined) {
      const endpoint = await this.#until('DevTools endpoint', () => ENDPOINT.exec(this.#output)?.[1]);
      this.#browser = await chromium
        .connectOverCDP(endpoint, { timeout: ATTACH_MS })
        .catch((error: unknown) => {
          throw new AttachError('the DevTools protocol does not answer', { cause: error });
        });
    }
    return this.#browser;
  }

  async #until<Value>(what: string, look: () => Value | undefined): Promise<Value> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      const value = look();
      if (value !== undefined) return value;
      const ended = this.#child.exitCode !== null || this.#child.signalCode !== null;
      if (ended || Date.now() > deadline) throw new Error(`no ${what}\n${this.#output}`);
      await sleep(2);
    }
  }
}
