/** Starts Debian's Chromium with its sandbox on, as an ordinary user also where we are root. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { asUser, makeUserDirectory, ordinaryUser } from '../lib/ordinary-user.ts';

const CHROMIUM = '/usr/bin/chromium';

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Playwright starts one program and no more, so changing the user is a script's work. */
function launcher(directory: string): string {
  const user = ordinaryUser();
  const { command, args } = asUser(user, CHROMIUM, []);
  const path = join(directory, 'chromium');
  writeFileSync(
    path,
    `#!/bin/sh\nexport HOME=${quote(join(directory, 'home'))}\nexec ${[command, ...args].map(quote).join(' ')} "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

/** A browser with one fresh profile; the profile is deleted when it is closed. */
export async function startBrowser(): Promise<Browser> {
  const user = ordinaryUser();
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-ui-'));
  chmodSync(directory, 0o755);
  makeUserDirectory(user, join(directory, 'home'));
  const context = await chromium.launchPersistentContext(
    makeUserDirectory(user, join(directory, 'profile')),
    {
      executablePath: launcher(directory),
      chromiumSandbox: true,
      headless: true,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      viewport: { width: 1280, height: 800 },
    },
  );
  return {
    context,
    async close() {
      await context.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
