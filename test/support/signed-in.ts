/** One analyst signed in at one workstation, through the real application. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, launchClient } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { resolveRuntime } from '../../build/runtime.mjs';
import { ALICE } from '../../build/site/analysts.ts';
import { startDisplay } from '../../build/site/display.ts';
import { startSite } from '../../build/site/site.ts';
import type { Workstation } from '../../build/site/workstation.ts';

export interface SignedIn {
  readonly desk: Workstation;
  readonly client: Client;
  /** Ends the application and the site, and removes what they wrote. */
  stop(): Promise<void>;
}

/** Starts a site for Alice and signs her in; when that fails, nothing stays behind. */
export async function startSignedIn(): Promise<SignedIn> {
  const ends: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-signed-in-'));
    ends.push(() => rmSync(directory, { recursive: true, force: true }));
    chmodSync(directory, 0o755);
    const { executable } = await resolveRuntime();
    const display = await startDisplay();
    ends.push(() => display.stop());
    const bundle = join(ROOT, 'out', 'app-test');
    const site = await startSite({ directory: join(directory, 'site'), bundle, users: [ALICE] });
    ends.push(() => site.stop());
    const desk = await site.workstation(ALICE);
    const { app, runtime } = site;
    const client = await launchClient({ executable, app, runtime, display: display.name, workstation: desk });
    ends.push(() => client.close());
    await client.chat.acceptConsent();
    await (await client.pinWindow()).enter(desk.pin);
    await client.chat.online();
    return { desk, client, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
