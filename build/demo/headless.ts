/** The demo without a person: under Xvfb, both clients are driven through the scenario and every step is pictured. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { progress } from '../lib/progress.mjs';
import type { Runtime } from '../runtime.mjs';
import { ALICE, BOB } from '../site/analysts.ts';
import { startDisplay } from '../site/display.ts';
import type { Site } from '../site/site.ts';
import { type Client, launchClient } from './driver/client.ts';
import { runSteps, type StepResult, writeReport } from './report.ts';
import { scenario } from './scenario.ts';

/** Where pictures and the report go. */
const OUT = join(ROOT, 'out', 'demo');

/** Pictures all windows of a client. */
async function picture(client: Client, name: string): Promise<void> {
  for (const page of client.application.windows()) {
    if (page.isClosed()) continue;
    const kind = page.url().startsWith('app://pin/') ? '-pin-window' : '';
    await page.screenshot({ path: join(OUT, `${name}-${client.workstation.account}${kind}.png`) });
  }
}

function clearPictures(): void {
  mkdirSync(OUT, { recursive: true });
  for (const name of readdirSync(OUT)) if (/\.png$|^report\.json$/.test(name)) rmSync(join(OUT, name));
}

function say({ name, ok, milliseconds, detail }: StepResult): void {
  progress(`${ok ? 'ok    ' : 'FAILED'} ${name} (${milliseconds} ms): ${detail}`);
}

/** Drives the scenario; answers whether every step held. */
export async function runHeadless(site: Site, runtime: Runtime): Promise<boolean> {
  clearPictures();
  const since = Date.now();
  const display = await startDisplay();
  const clients: Client[] = [];
  try {
    for (const user of [ALICE, BOB]) {
      const workstation = await site.workstation(user);
      const { app, runtime: sockets } = site;
      clients.push(
        await launchClient({
          executable: runtime.executable,
          app,
          runtime: sockets,
          display: display.name,
          workstation,
        }),
      );
    }
    site.complete();
    const [alice, bob] = clients;
    if (alice === undefined || bob === undefined) throw new Error('two clients are needed');
    const results = await runSteps(scenario({ site, alice, bob }), {
      after: async (result, number) => {
        say(result);
        const name = `${String(number).padStart(2, '0')}-${result.name}${result.ok ? '' : '-failed'}`;
        for (const client of clients) await picture(client, name).catch(() => undefined);
        if (!result.ok) for (const client of clients) process.stderr.write(client.output());
      },
    });
    const facts = {
      electron: runtime.version,
      runtime: runtime.kind,
      milliseconds: String(Date.now() - since),
    };
    return writeReport(OUT, facts, results);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await display.stop();
  }
}
