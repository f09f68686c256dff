/** The whole path through the real windows: two analysts, one server, one restart, one card that is pulled. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pinOf, ROOM_SERVICE } from '../site/analysts.ts';
import { EICAR } from '../site/clamd.ts';
import type { Site } from '../site/site.ts';
import { check, equal } from './check.ts';
import type { Client } from './driver/client.ts';
import type { Step } from './report.ts';
import { messageActions } from './scenario-messages.ts';

const ROOM = 'watch-floor';

/** Reconnecting waits between tries; a restarted server is found again within this time. */
const RECONNECT_MS = 60_000;

export interface Cast {
  readonly site: Site;
  readonly alice: Client;
  readonly bob: Client;
}

const HELLO = 'Bob, are you on the net?';
const ANSWER = 'Loud and clear. 🛰️ Standing by.';
const IN_ROOM = 'Watch floor: this is Alice.';
const ROOM_ANSWER = 'Bob is on the watch floor.';
const BEFORE = 'Sent just before the server went away.';
const DURING = 'Written while the server was away.';
const ROOM_BEFORE = 'Said to the room just before the server went away.';
const ROOM_AFTER = 'Said to the room after the server came back.';
const WHILE_LOCKED = 'Written while your card was out.';
const DRAFT = 'Written, not sent, before the card went.';
const BACK = 'My card is back.';
const CLEAN_NAME = 'convoy-log.txt';
const CLEAN = 'Bridge clear since 0221Z.\n'.repeat(20_000);
const EICAR_NAME = 'invoice.txt';
const AFTER_EICAR = 'Did a file of mine reach you?';

/** Each text comes into the open conversation, and no second time by then. */
async function exactlyOnce(client: Client, texts: readonly string[]): Promise<void> {
  for (const text of texts) await client.chat.message(text).first().waitFor();
  const shown = await client.chat.texts();
  for (const text of texts) {
    const count = shown.filter((each) => each === text).length;
    check(count === 1, `“${text}” is there ${count} times for ${client.workstation.account}`);
  }
}

async function consent({ alice, bob }: Cast): Promise<string> {
  for (const { chat } of [alice, bob]) {
    await chat.heading('Notice and consent').waitFor();
    check(await chat.page.getByText('UNCLASSIFIED // DEMONSTRATION').first().isVisible(), 'no banner');
    await chat.acceptConsent();
  }
  return 'both accepted the notice; the classification is shown above and below';
}

async function enterPins({ alice, bob }: Cast): Promise<string> {
  for (const client of [alice, bob]) {
    const pin = await client.pinWindow();
    await pin.page.getByText(client.workstation.commonName).waitFor();
    await pin.enter(client.workstation.pin);
  }
  return `PIN windows of ${alice.workstation.commonName} and ${bob.workstation.commonName}`;
}

async function online({ site, alice, bob }: Cast): Promise<string> {
  const lines: string[] = [];
  for (const { chat, workstation } of [alice, bob]) {
    await chat.online();
    const { Server, Encryption, Lock, You } = await chat.connectionFacts();
    equal(Encryption?.Version, 'TLS 1.3', 'TLS version');
    equal(Encryption?.['Cipher suite'], 'TLS_AES_256_GCM_SHA384', 'cipher suite');
    equal(Server?.['Pinned key'], pinOf(site.pki.server.good.certificate), 'server pin');
    equal(Lock?.Proof, 'Verified both ways', 'lock');
    equal(Lock?.['Channel binding'], 'tls-exporter', 'channel binding');
    equal(You?.Certificate, workstation.commonName, 'certificate');
    check(You?.Address?.startsWith(`${workstation.account}@`) === true, `address ${You?.Address}`);
    lines.push(
      `${workstation.account}: ${Encryption?.Version}, ${Encryption?.['Cipher suite']}, pin ${Server?.['Pinned key']}, lock verified with ${Lock?.['Channel binding']}, ${You?.Certificate}`,
    );
  }
  return lines.join('; ');
}

async function aliceWrites({ alice, bob }: Cast): Promise<string> {
  await Promise.all([alice.chat.closeDialog(), bob.chat.closeDialog()]);
  await alice.chat.open(bob.workstation.name);
  await alice.chat.send(bob.workstation.name, HELLO);
  await bob.chat.entry(alice.workstation.name).getByText('1 unread').waitFor();
  await bob.chat.open(alice.workstation.name);
  await bob.chat.message(HELLO).waitFor();
  await alice.chat.delivery(HELLO, 'Delivered');
  return 'Bob saw one unread message and opened it; Alice saw it delivered';
}

async function bobAnswers({ alice, bob }: Cast): Promise<string> {
  await bob.chat.send(alice.workstation.name, ANSWER);
  await alice.chat.message(ANSWER).waitFor();
  await bob.chat.delivery(ANSWER, 'Delivered');
  return 'delivered and acknowledged';
}

async function room({ alice, bob }: Cast): Promise<string> {
  await alice.chat.joinRoom(ROOM);
  await bob.chat.joinRoom(ROOM);
  await alice.chat.send(ROOM, IN_ROOM);
  await bob.chat.message(IN_ROOM).waitFor();
  await bob.chat.send(ROOM, ROOM_ANSWER);
  await alice.chat.message(ROOM_ANSWER).waitFor();
  await alice.chat.page.getByRole('button', { name: 'Occupants: 2' }).waitFor();
  await exactlyOnce(alice, [IN_ROOM, ROOM_ANSWER]);
  await exactlyOnce(bob, [IN_ROOM, ROOM_ANSWER]);
  return `${ROOM}@${ROOM_SERVICE}: two occupants, both talked`;
}

async function cleanFile({ alice, bob }: Cast): Promise<string> {
  const [a, b] = [alice.workstation, bob.workstation];
  await alice.chat.open(b.name);
  await bob.chat.open(a.name);
  await alice.chat.attach(CLEAN_NAME, CLEAN);
  await bob.chat.file(CLEAN_NAME).waitFor();
  await alice.chat.file(CLEAN_NAME).getByText('Clean').waitFor();
  await bob.chat.saveFile(CLEAN_NAME);
  const saved = readFileSync(join(b.downloads, CLEAN_NAME), 'utf8');
  equal(saved, CLEAN, 'what was saved');
  const mode = statSync(join(b.downloads, CLEAN_NAME)).mode & 0o777;
  equal(mode.toString(8), '600', 'mode of the saved file');
  return `${CLEAN_NAME} was scanned, announced, fetched, checked and saved by Bob for himself alone`;
}

async function eicar({ site, alice, bob }: Cast): Promise<string> {
  await alice.chat.attach(EICAR_NAME, EICAR);
  const row = alice.chat.transfer(EICAR_NAME);
  await row.getByText('put the file in quarantine').waitFor();
  await alice.chat.send(bob.workstation.name, AFTER_EICAR);
  await bob.chat.message(AFTER_EICAR).waitFor();
  equal(String(await bob.chat.file(EICAR_NAME).count()), '0', 'messages about it');
  const verdict = site.gate?.log().find(({ event, name }) => event === 'verdict' && name === EICAR_NAME);
  equal(String(verdict?.state), 'quarantined', 'the gate’s record');
  const verdictShown = await row.getByRole('status').innerText();
  return `${verdictShown} Bob got no message of it`;
}

async function restart({ site, alice, bob }: Cast): Promise<string> {
  const [a, b] = [alice.workstation.name, bob.workstation.name];
  await alice.chat.transfer(EICAR_NAME).getByRole('button', { name: 'Dismiss' }).click();
  await alice.chat.open(b);
  await bob.chat.open(ROOM);
  await bob.chat.send(ROOM, ROOM_BEFORE);
  await bob.chat.message(ROOM_BEFORE).waitFor();
  await alice.chat.send(b, BEFORE);
  await site.server.stop();
  for (const { chat } of [alice, bob])
    await chat.page.getByRole('region', { name: 'Connection' }).first().waitFor();
  await alice.chat.send(b, DURING);
  await alice.chat.delivery(DURING, 'Queued on this computer');
  await site.server.start();
  for (const { chat } of [alice, bob])
    await chat.page
      .getByRole('region', { name: 'Connection' })
      .first()
      .waitFor({ state: 'detached', timeout: RECONNECT_MS });
  await alice.chat.delivery(DURING, 'Delivered');
  await bob.chat.open(a);
  await bob.chat.message(DURING).waitFor();
  await exactlyOnce(bob, [HELLO, ANSWER, BEFORE, DURING]);
  await exactlyOnce(alice, [HELLO, ANSWER, BEFORE, DURING]);
  await bob.chat.open(ROOM);
  await alice.chat.open(ROOM);
  await alice.chat.page.getByRole('button', { name: 'Occupants: 2' }).waitFor();
  await bob.chat.send(ROOM, ROOM_AFTER);
  await alice.chat.message(ROOM_AFTER).waitFor();
  await bob.chat.message(ROOM_AFTER).waitFor();
  for (const client of [alice, bob])
    await exactlyOnce(client, [IN_ROOM, ROOM_ANSWER, ROOM_BEFORE, ROOM_AFTER]);
  return 'messages sent before and during the outage arrived once each; both are in the room again';
}

async function pull({ alice, bob }: Cast): Promise<string> {
  await bob.chat.composer(ROOM).fill(DRAFT);
  const since = Date.now();
  await bob.workstation.reader().remove();
  await bob.chat.heading('Your card was removed').waitFor();
  const took = Date.now() - since;
  check((await bob.chat.messages.count()) === 0, 'messages are still in the document');
  check((await bob.chat.conversations.count()) === 0, 'contacts are still in the document');
  await alice.chat.open(bob.workstation.name);
  await alice.chat.send(bob.workstation.name, WHILE_LOCKED);
  return `the screen was covered ${took} ms after the card was pulled; nothing of the conversations is in the window`;
}

async function comeBack({ alice, bob }: Cast): Promise<string> {
  await bob.workstation.reader().insert();
  const pin = await bob.pinWindow();
  await pin.enter(bob.workstation.pin);
  await bob.chat.online();
  await bob.chat.open(ROOM);
  equal(await bob.chat.composer(ROOM).inputValue(), DRAFT, 'what was written before the card went');
  await bob.chat.composer(ROOM).fill('');
  await bob.chat.open(alice.workstation.name);
  await bob.chat.message(WHILE_LOCKED).waitFor();
  await bob.chat.send(alice.workstation.name, BACK);
  await alice.chat.message(BACK).waitFor();
  await exactlyOnce(bob, [HELLO, ANSWER, BEFORE, DURING, WHILE_LOCKED, BACK]);
  await exactlyOnce(alice, [HELLO, ANSWER, BEFORE, DURING, WHILE_LOCKED, BACK]);
  return 'signed in again with the same card; the conversation is complete on both sides';
}

const STEPS = {
  consent,
  pin: enterPins,
  online,
  'alice-writes': aliceWrites,
  'bob-answers': bobAnswers,
  room,
  messages: ({ alice, bob }) => messageActions(ROOM, alice, bob),
  'file-clean': cleanFile,
  'file-eicar': eicar,
  'server-restart': restart,
  'card-pulled': pull,
  'card-back': comeBack,
} as const satisfies Readonly<Record<string, (cast: Cast) => Promise<string>>>;

/** The steps' names, in the order in which they depend on each other. */
export const SCENARIO_STEPS: readonly string[] = Object.keys(STEPS);

export function scenario(cast: Cast): readonly Step[] {
  return Object.entries(STEPS).map(([name, run]) => ({ name, run: () => run(cast) }));
}
