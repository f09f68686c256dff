/** What was missed, from the archives of the real Prosody and the real ejabberd: what is missing and nothing else, whatever was cut. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChatCommand } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { ArchivePage, ArchiveRequest } from '../../src/xmpp/index.ts';
import { bundleStoreWorker } from '../support/bundle-worker.ts';
import { DeskWindow } from '../support/desk-window.ts';
import { BINDING, startEjabberdSite } from '../support/ejabberd-site.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)];
const ACCOUNTS = USERS.map(({ account, upn }) => ({ account, upn }));
const KIT = { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }] };
const SERVERS = [
  ['Prosody', () => startTestSite({ users: USERS, epochs: [4], prosody: KIT }), 'tls-exporter'],
  ['ejabberd', () => startEjabberdSite({ users: USERS, epochs: [4], ejabberd: KIT }), BINDING],
] as const;
const KEY = randomBytes(32);

const numbered = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} ${n}`);

let site: TestSite;
let binding: 'tls-exporter' | 'tls-server-end-point' = 'tls-exporter';
let worker: string;
let directory: string;
const open: Analyst[] = [];

/** An analyst with a history on this computer, and what the archives gave. */
class Desk extends Analyst {
  readonly asked: ArchiveRequest[] = [];
  readonly fetched: string[] = [];
  answered = 0;
  /** Comes before each page. */
  before: () => Promise<void> = async () => undefined;
  window = this.#window();

  #window(): DeskWindow {
    const { archive } = this.client;
    const page = archive.page.bind(archive);
    archive.page = async (request): Promise<ArchivePage> => {
      await this.before();
      this.asked.push(request);
      const answer = await page(request);
      this.answered += 1;
      this.fetched.push(...answer.messages.map(({ message }) => message.body));
      return answer;
    };
    return new DeskWindow(this.client, site.server.domain, [], worker);
  }

  async online(): Promise<void> {
    await this.window.connected((await this.connect()).resumed);
  }

  async close(): Promise<void> {
    await this.client.disconnect();
    await this.window.desk.close();
  }
}

async function signedIn(account: string): Promise<Analyst> {
  const made = new Analyst(site, account, { lock: { ...site.machine('WS-1', 4), bindings: [binding] } });
  open.push(made);
  await made.connect();
  return made;
}

async function atDesk(account: string): Promise<Desk> {
  const desk = new Desk(site, account, { lock: { ...site.machine('WS-1', 4), bindings: [binding] } });
  open.push(desk);
  const store = { file: join(directory, `${account}.db`), key: Uint8Array.from(KEY) };
  await desk.window.desk.openHistory({ mode: 'encrypted', days: 30, store });
  await desk.window.settled();
  return desk;
}

async function talk(from: Analyst, to: BareJid, texts: readonly string[]): Promise<void> {
  const ids = texts.map((text) => from.client.sendMessage(to, text).id);
  const there = new Set(['stored', 'delivered']);
  await until('on the server', () => there.has(from.delivery.get(ids.at(-1) ?? '') ?? ''));
}

/** The id of an own message with this text, when the room has it. */
async function sent(desk: Desk, room: BareJid, body: string): Promise<string> {
  await desk.window.command({ type: 'send-message', conversation: room, kind: 'room', body });
  return until(body, () => {
    const message = desk.window.messages(room).find((one) => one.body === body);
    return message?.reference?.archive === undefined ? undefined : message.id;
  });
}

describe.each(SERVERS)('with %s', (name, start, bound) => {
  beforeAll(async () => {
    worker = await bundleStoreWorker();
    binding = bound;
    site = await start();
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sallyport-missed-'));
  });
  afterEach(async () => {
    for (const analyst of open.splice(0))
      await (analyst instanceof Desk ? analyst.close() : analyst.client.disconnect());
    rmSync(directory, { recursive: true, force: true });
  });
  afterAll(() => site?.stop());

  it('a catch-up that was cut goes on in the next session where it was, and fetches nothing twice', async () => {
    const bob = await signedIn('bob');
    const first = await atDesk('alice');
    await first.online();
    await talk(bob, first.jid, numbered('before', 3));
    await until('before', () => first.window.bodies(bob.jid).includes('before 2'));
    await first.window.settled();
    await first.close();
    await talk(bob, first.jid, numbered('missed', 300));

    const second = await atDesk('alice');
    let pages = 0;
    second.before = async () => {
      pages += 1;
      if (pages !== 3) return;
      // Somebody speaks while what was missed is still coming, and then the link is gone.
      await talk(bob, second.jid, ['while away', 'and then']);
      await until('the live ones', () => second.bodies(bob.jid).includes('and then'));
      await second.cut();
    };
    await second.online();
    await until('cut', () => second.closed.length > 0);
    await second.window.settled();
    await second.close();
    expect(second.fetched.length).toBeGreaterThan(40);
    expect(second.fetched.length).toBeLessThan(300);

    await talk(bob, second.jid, numbered('later', 5));
    const third = await atDesk('alice');
    await third.online();
    const all = [
      ...numbered('before', 3),
      ...numbered('missed', 300),
      'while away',
      'and then',
      ...numbered('later', 5),
    ];
    const missed = (bodies: readonly string[]) => bodies.filter((body) => body.startsWith('missed'));
    await until('all pages', () => missed(third.fetched).includes('missed 299'));
    await third.window.backTo(bob.jid, 'before 0');
    const gaps = () => third.window.messages(bob.jid).filter(({ gapAfter }) => gapAfter !== undefined);
    await until('no gap', () => gaps().length === 0);
    expect(third.window.bodies(bob.jid)).toEqual(all);
    await third.close();

    // And then there is nothing to fetch.
    const fourth = await atDesk('alice');
    await fourth.online();
    await until('answered', () => fourth.answered > 0);
    await talk(bob, fourth.jid, ['end']);
    await until('the end', () => fourth.bodies(bob.jid).includes('end'));
    expect([fourth.asked.length, fourth.fetched]).toEqual([1, []]);
  });

  it('who comes late sees what was done to the messages that the room shows, and asks for no more than that', async () => {
    const room = `late-${Date.now()}@${site.server.roomService}` as BareJid;
    const [bob, alice] = [await signedIn('bob'), await atDesk('alice')];
    await alice.online();
    await bob.join(room);
    await alice.join(room);
    const ids = numbered('report', 8).map((text) => bob.client.sendRoomMessage(room, text).id);
    await bob.reached(ids.at(-1) ?? '', 'stored');
    await until('all', () => alice.window.bodies(room).length === 8);
    const of = (desk: Desk, body: string) => desk.window.messages(room).find((one) => one.body === body);
    const does = async (command: ChatCommand) =>
      expect(await alice.window.command(command)).toMatchObject({ ok: true });
    const id = (body: string) => of(alice, body)?.id ?? '';
    await does({ type: 'react', conversation: room, id: id('report 3'), emojis: ['👀'] });
    await does({ type: 'retract-message', conversation: room, id: await sent(alice, room, 'mine') });
    await does({ type: 'react', conversation: room, id: id('report 7'), emojis: ['✅'] });
    await does({
      type: 'correct-message',
      conversation: room,
      id: await sent(alice, room, 'tpyo'),
      body: 'typo',
    });
    await until('corrected', () => bob.bodies(room).includes('typo'));

    const carol = await atDesk('carol');
    const peek = carol.client.archive.peek.bind(carol.client.archive);
    let peeked = 0;
    carol.client.archive.peek = (request) => {
      peeked += 1;
      return peek(request);
    };
    await carol.online();
    await carol.join(room);
    await until('the past', () => carol.window.bodies(room).length >= 10);
    expect(peeked).toBe(0);
    await carol.window.command({ type: 'attend', conversations: [room] });
    const emojis = (body: string) => of(carol, body)?.reactions?.flatMap((one) => one.emojis);
    await until('the first reaction', () => emojis('report 3') !== undefined);
    await until('the other', () => emojis('report 7') !== undefined);
    expect([emojis('report 3'), emojis('report 7'), emojis('report 0')]).toEqual([['👀'], ['✅'], undefined]);
    expect(of(carol, 'mine')?.retraction).toMatchObject({ by: 'sender' });
    expect(of(carol, 'typo')?.versions?.map(({ body }) => body)).toEqual(['tpyo', 'typo']);
    // What is done now comes by itself.
    await does({ type: 'react', conversation: room, id: id('report 0'), emojis: ['👀'] });
    await until('the third', () => emojis('report 0') !== undefined);
    await carol.window.command({ type: 'attend', conversations: [] });
    await carol.window.command({ type: 'attend', conversations: [room] });
    // A room that is looked at is asked after a second.
    await sleep(1_500);
    // Prosody tells of everything by itself.
    expect(peeked).toBe(name === 'Prosody' ? 0 : 1);
  });
});
