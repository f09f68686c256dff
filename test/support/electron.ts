/**
 * For the end-to-end tests: a site, a display and clients that really run, sandbox on. What a test file starts ends with
 * {@link Stage.stop}, which every file calls in `afterAll`.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, launchClient } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { resolveRuntime } from '../../build/runtime.mjs';
import { startDisplay } from '../../build/site/display.ts';
import type { CardUser } from '../../build/site/pki.ts';
import { siteDirectory } from '../../build/site/places.ts';
import type { ProsodyOptions } from '../../build/site/prosody.ts';
import { type Site, startSite } from '../../build/site/site.ts';
import type { Workstation, WorkstationOptions } from '../../build/site/workstation.ts';

export interface Stage {
  readonly site: Site;
  /** Starts the client at a desk. */
  launch(workstation: Workstation, hidden?: boolean): Promise<Client>;
  /** A desk and its client. */
  seat(user: CardUser, options?: WorkstationOptions): Promise<Client>;
  /** A client that has signed in. */
  signedIn(user: CardUser, options?: WorkstationOptions): Promise<Client>;
  stop(): Promise<void>;
}

export interface StageOptions {
  /** Names the site's directory; one a test file. */
  readonly name: string;
  readonly users: readonly CardUser[];
  readonly server?: Partial<ProsodyOptions>;
  /** True: the site has a file gate and a scanner, and the policy allows files. */
  readonly files?: boolean;
}

/** Consent and PIN, as a person gives them; does not wait for what comes of it. */
export async function enterPin(client: Client, pin = client.workstation.pin): Promise<void> {
  const window = await client.pinWindow();
  await window.enter(pin);
}

export async function signIn(client: Client): Promise<void> {
  await client.chat.acceptConsent();
  await enterPin(client);
  await client.chat.online();
}

export async function openStage({ name, users, server, files = false }: StageOptions): Promise<Stage> {
  process.setMaxListeners(64);
  const bundle = join(ROOT, 'out', 'app-test');
  if (!existsSync(join(bundle, 'main.cjs')))
    throw new Error('out/app-test is missing: run node build/bundle.mjs');
  const runtime = await resolveRuntime();
  const directory = siteDirectory(`e2e/${name}`);
  const display = await startDisplay();
  const site = await startSite({
    directory,
    bundle,
    users,
    files,
    ...(server === undefined ? {} : { server }),
  });
  const clients: Client[] = [];
  const launch = async (workstation: Workstation, hidden = false): Promise<Client> => {
    const client = await launchClient({
      executable: runtime.executable,
      app: site.app,
      runtime: site.runtime,
      display: display.name,
      workstation,
      hidden,
    });
    clients.push(client);
    return client;
  };
  /** Leaves somebody's desk: a try that failed has left it as it was, and the next one sits down at it anew. */
  const leave = async (account: string): Promise<void> => {
    const left = clients.filter(({ workstation }) => workstation.account === account);
    await Promise.all(left.map((client) => client.close()));
    await Promise.all(left.map(({ workstation }) => workstation.stop()));
  };
  const seat = async (user: CardUser, options?: WorkstationOptions): Promise<Client> => {
    await leave(user.account);
    return launch(await site.workstation(user, options));
  };
  return {
    site,
    launch,
    seat,
    signedIn: async (user, options) => {
      const client = await seat(user, options);
      await signIn(client);
      return client;
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all([site.stop(), display.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
