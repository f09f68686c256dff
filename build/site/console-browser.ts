/** Debian's Chromium with an administrator's card in its certificate store (NSS), as an ordinary user, sandbox on. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import {
  asUser,
  makeUserDirectory,
  type OrdinaryUser,
  ordinaryUser,
  userEnvironment,
} from '../lib/ordinary-user.ts';
import type { CardFiles, Pki } from './pki.ts';

const CHROMIUM = '/usr/bin/chromium';
/** Of the file in which the key is carried to the store; it is deleted at once. */
const TRANSPORT_PASSWORD = 'throw-away';
/** Where Debian's Chromium looks for the computer's policies. */
const POLICIES = '/etc/chromium/policies/managed';

export interface ConsoleBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Makes `home/.pki/nssdb` with the site's root as an authority for servers, and the card when there is one. */
export function fillStore(
  user: OrdinaryUser,
  directory: string,
  home: string,
  pki: Pki,
  card: CardFiles | undefined,
): void {
  const run = (program: string, ...args: string[]): void => {
    const line = asUser(user, program, args);
    execFileSync(line.command, [...line.args], { env: userEnvironment(user, { HOME: home }), stdio: 'pipe' });
  };
  // What we may read, the browser's user may not: it gets copies.
  const carry = makeUserDirectory(user, join(directory, 'carry'));
  const give = (path: string): string => {
    if (user.dropped) chownSync(path, user.uid, user.gid);
    return path;
  };
  makeUserDirectory(user, join(home, '.pki'));
  const store = `sql:${makeUserDirectory(user, join(home, '.pki/nssdb'))}`;
  run('certutil', '-d', store, '-N', '--empty-password');
  copyFileSync(pki.ca.root.certificate, join(carry, 'root.crt'));
  run('certutil', '-d', store, '-A', '-t', 'C,,', '-n', 'site root', '-i', give(join(carry, 'root.crt')));
  if (card === undefined) return;
  const { certificate, key } = card.slots['9a'];
  const carrier = join(carry, 'card.p12');
  const names = ['-in', certificate, '-inkey', key, '-certfile', pki.ca.id.certificate];
  const out = ['-out', carrier, '-passout', `pass:${TRANSPORT_PASSWORD}`, '-name', card.user.commonName];
  execFileSync('openssl', ['pkcs12', '-export', ...names, ...out], { stdio: 'pipe' });
  run('pk12util', '-d', store, '-K', '', '-i', give(carrier), '-W', TRANSPORT_PASSWORD);
  rmSync(carrier);
}

/**
 * Lets Chromium show its only certificate to the site without asking; takes the right to write the policy's place. Of several
 * files that set a policy Chromium obeys one: all that run at a time say the same.
 */
function chooseCertificateFor(origin: string): () => void {
  mkdirSync(POLICIES, { recursive: true });
  const path = join(POLICIES, `sallyport-console-${new URL(origin).port}.json`);
  const { protocol, hostname } = new URL(origin);
  const rule = JSON.stringify({ pattern: `${protocol}//${hostname}:*`, filter: {} });
  writeFileSync(path, JSON.stringify({ AutoSelectCertificateForUrls: [rule] }), { mode: 0o644 });
  return () => rmSync(path, { force: true });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A browser with a fresh profile and this card, or none. */
export async function startConsoleBrowser(options: {
  readonly pki: Pki;
  readonly origin: string;
  readonly card: CardFiles | undefined;
  readonly colorScheme?: 'dark' | 'light';
}): Promise<ConsoleBrowser> {
  const user = ordinaryUser();
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-console-'));
  chmodSync(directory, 0o755);
  const home = makeUserDirectory(user, join(directory, 'home'));
  fillStore(user, directory, home, options.pki, options.card);
  const forget = chooseCertificateFor(options.origin);
  const { command, args } = asUser(user, CHROMIUM, []);
  const launcher = join(directory, 'chromium');
  writeFileSync(
    launcher,
    `#!/bin/sh\nexport HOME=${quote(home)}\nexec ${[command, ...args].map(quote).join(' ')} "$@"\n`,
  );
  chmodSync(launcher, 0o755);
  const context = await chromium.launchPersistentContext(
    makeUserDirectory(user, join(directory, 'profile')),
    {
      executablePath: launcher,
      chromiumSandbox: true,
      headless: true,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      colorScheme: options.colorScheme ?? 'dark',
      viewport: { width: 1360, height: 820 },
    },
  );
  return {
    context,
    async close() {
      await context.close();
      forget();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
