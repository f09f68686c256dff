/** Small journeys that several end-to-end tests take. */
import type { Client } from '../../build/demo/driver/client.ts';
import type { CardUser } from '../../build/site/pki.ts';
import type { Workstation, WorkstationOptions } from '../../build/site/workstation.ts';
import type { Stage } from './electron.ts';

/** A client at a desk of its own for the time of `visit`. */
export async function atDesk(
  stage: Stage,
  user: CardUser,
  options: WorkstationOptions,
  visit: (client: Client, workstation: Workstation) => Promise<void>,
): Promise<void> {
  const workstation = await stage.site.workstation(user, options);
  try {
    const client = await stage.launch(workstation);
    try {
      await visit(client, workstation);
    } finally {
      await client.close();
    }
  } finally {
    await workstation.stop();
  }
}

/** The error on the screen: its code is shown, and with it a heading and what to do. */
export async function shownError(client: Client, code: string, timeout = 40_000): Promise<string> {
  const { page } = client.chat;
  await client.chat.code(code).first().waitFor({ timeout });
  return page.locator('main').innerText();
}
