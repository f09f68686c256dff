/** The archive in the real window: what was said before the sign-in, and while the connection was gone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { ROOT } from '../../build/lib/paths.mjs';
import { ALICE, BOB } from '../../build/site/analysts.ts';
import { machineIdOf } from '../../build/site/workstation.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage } from '../support/electron.ts';
import { Analyst, type AnalystSite, until } from '../support/xmpp-analyst.ts';

let stage: Stage;
const others: Analyst[] = [];

beforeAll(async () => {
  stage = await openStage({ name: 'history', users: [ALICE, BOB] });
});
afterAll(async () => {
  await Promise.all(others.map(({ client }) => client.disconnect()));
  await stage?.stop();
});

/** Another client of an account, without a window. */
async function elsewhere(account: string): Promise<Analyst> {
  const { site } = stage;
  const slot = site.pki.cards[account]?.slots['9a'];
  if (slot === undefined) throw new Error(`no card of ${account}`);
  const at: AnalystSite = {
    server: site.server,
    pki: site.pki,
    card: () => ({
      certificate: readFileSync(slot.certificate, 'utf8'),
      key: readFileSync(slot.key, 'utf8'),
    }),
    machine: () => site.lockIdentity(account),
  };
  const lock = { ...site.lockIdentity(account), bindings: ['tls-exporter'] as const };
  expect(lock.kid).toBe(machineIdOf(account));
  const analyst = new Analyst(at, account, { lock });
  others.push(analyst);
  await analyst.connect();
  return analyst;
}

const numbered = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} ${n}`);

/** Sends to Alice's other machine; ends when it has all of them. */
async function talk(bob: Analyst, laptop: Analyst, texts: readonly string[]): Promise<void> {
  const ids = texts.map((text) => bob.client.sendMessage(laptop.jid, text).id);
  await bob.reached(ids.at(-1) ?? '', 'delivered');
}

/** Scrolls up until there is nothing older. */
async function toTheStart(client: Client): Promise<void> {
  const { messages, page } = client.chat;
  const start = messages.getByText('This is the oldest message of this conversation.');
  for (let looks = 0; !(await start.isVisible()); looks += 1) {
    if (looks > 200) throw new Error('there is no oldest message');
    await messages.evaluate((element) => element.scrollTo(0, 0));
    await page.waitForTimeout(50);
  }
}

/** The texts of all messages of the open conversation, in order, read by scrolling down over them. */
async function allTexts(client: Client): Promise<string[]> {
  const { messages, page } = client.chat;
  const byPlace = new Map<number, string>();
  await messages.evaluate((element) => element.scrollTo(0, 0));
  for (let atEnd = false; !atEnd; ) {
    await page.waitForTimeout(50);
    const seen = await messages.evaluate((element) => ({
      rows: [...element.querySelectorAll('[data-index]')].map((row) => ({
        place: Number(row.getAttribute('data-index')),
        text: row.querySelector('.message-body')?.textContent ?? '',
      })),
      atEnd: element.scrollTop + element.clientHeight >= element.scrollHeight - 2,
    }));
    for (const { place, text } of seen.rows) byPlace.set(place, text);
    atEnd = seen.atEnd;
    await messages.evaluate((element) => element.scrollBy(0, element.clientHeight / 2));
  }
  return [...byPlace].sort(([left], [right]) => left - right).map(([, text]) => text);
}

describe('history', () => {
  it('is there from before the sign-in, and nothing of it is missing after the server was gone', async () => {
    const [bob, laptop] = [await elsewhere('bob'), await elsewhere('alice')];
    const before = numbered('before', 120);
    await talk(bob, laptop, before);

    const alice = await stage.signedIn(ALICE);
    await alice.chat.open('Bob Baker');
    await alice.chat.message('before 119').waitFor();
    await toTheStart(alice);
    await alice.chat.page.screenshot({ path: join(ROOT, 'out', 'e2e', 'history-start.png') });
    expect(await allTexts(alice)).toEqual(before);
    expect(await violations(alice.chat.page)).toEqual([]);

    await stage.site.server.stop();
    await until('all noticed', () => bob.closed.length === 1 && laptop.closed.length === 1);
    await stage.site.server.start();
    await Promise.all([bob.reconnect(), laptop.reconnect()]);
    const meanwhile = numbered('meanwhile', 60);
    await talk(bob, laptop, meanwhile);
    await alice.chat.online();
    bob.client.sendMessage(laptop.jid, 'after');
    await alice.chat.message('after').waitFor();
    await toTheStart(alice);
    expect(await allTexts(alice)).toEqual([...before, ...meanwhile, 'after']);
    expect(await alice.chat.messages.getByText('are not here').count()).toBe(0);
    await alice.close();
    await alice.workstation.stop();
  });
});
