/** The built application on a computer that was never set up: the production bundle without Playwright, the test build with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { heldBack } from '../../build/demo/driver/client.ts';
import { asUser, makeUserDirectory, ordinaryUser } from '../../build/lib/ordinary-user.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { resolveRuntime } from '../../build/runtime.mjs';
import { type Display, startDisplay } from '../../build/site/display.ts';
import { type Keychain, startKeychain } from '../../build/site/keychain.ts';
import { stageApp } from '../../build/site/places.ts';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A test build that was started. */
export interface Running {
  readonly application: ElectronApplication;
  readonly page: Page;
  readonly root: string;
}

export interface BareComputer {
  /** The staged bundles lie below it, and the user's home. */
  readonly directory: string;
  readonly production: string;
  readonly testBuild: string;
  readonly executable: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Starts the production build and collects what it says until it ends; one that goes on is ended after `limitMs`. */
  startProduction(args: readonly string[], extra?: NodeJS.ProcessEnv, limitMs?: number): Promise<Ended>;
  /** Starts the test build in a root of its own; it is closed after the test. */
  launch(prepare?: (root: string) => void, extra?: NodeJS.ProcessEnv): Promise<Running>;
}

export const user = ordinaryUser();

/** One for the tests of a file; what it holds is there once they run. */
export function setUpBareComputer(): BareComputer {
  let directory = '';
  let executable = '';
  let production = '';
  let testBuild = '';
  let display: Display | undefined;
  let keychain: Keychain | undefined;
  let environment: NodeJS.ProcessEnv = {};
  let made = 0;
  const open: ElectronApplication[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sallyport-main-'));
    chmodSync(directory, 0o755);
    ({ executable } = await resolveRuntime());
    production = stageApp(join(ROOT, 'out', 'app'), join(directory, 'production'));
    testBuild = stageApp(join(ROOT, 'out', 'app-test'), join(directory, 'test'));
    display = await startDisplay();
    keychain = await startKeychain({
      home: makeUserDirectory(user, join(directory, 'home')),
      runtime: makeUserDirectory(user, join(directory, 'run')),
      keytar: join(testBuild, 'node_modules', 'keytar'),
    });
    environment = { ...keychain.environment, DISPLAY: display.name };
  });

  afterAll(async () => {
    await keychain?.stop();
    await display?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const application of open.splice(0)) await application.close();
  });

  async function startProduction(
    args: readonly string[],
    extra: NodeJS.ProcessEnv = {},
    limitMs = 15_000,
  ): Promise<Ended> {
    const line = asUser(user, executable, [production, ...args]);
    const child = spawn(line.command, line.args, {
      env: { ...environment, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
    const timer = setTimeout(() => child.kill('SIGTERM'), limitMs);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    return { code, output };
  }

  async function launch(
    prepare: (root: string) => void = () => undefined,
    extra: NodeJS.ProcessEnv = {},
  ): Promise<Running> {
    const root = makeUserDirectory(user, join(directory, `root${made++}`));
    prepare(root);
    const line = asUser(user, executable, []);
    const script = join(directory, 'electron-as-user');
    writeFileSync(script, `#!/bin/sh\nexec ${[line.command, ...line.args].join(' ')} "$@"\n`);
    chmodSync(script, 0o755);
    const env = Object.fromEntries(
      Object.entries({ ...environment, ...extra }).filter(
        (each): each is [string, string] => each[1] !== undefined,
      ),
    );
    const application = await _electron.launch({
      executablePath: script,
      args: [...heldBack(directory), testBuild, `--sallyport-test-root=${root}`],
      env,
      chromiumSandbox: true,
    });
    open.push(application);
    const page = await application.firstWindow();
    await page.getByRole('main').first().waitFor();
    return { application, page, root };
  }

  return {
    get directory() {
      return directory;
    },
    get production() {
      return production;
    },
    get testBuild() {
      return testBuild;
    },
    get executable() {
      return executable;
    },
    get environment() {
      return environment;
    },
    startProduction,
    launch,
  };
}
