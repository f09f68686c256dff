/** The history on this computer behind the conversations, against the real Prosody: what a former session left comes back. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import type { HistoryAccess } from '../../src/shared/session-contract.ts';
import { bundleStoreWorker } from '../support/bundle-worker.ts';
import { DeskWindow } from '../support/desk-window.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2)];
const ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil' },
  { account: 'bob', upn: '1000000002@mil' },
];
const KEY = randomBytes(32);

let site: TestSite;
let worker: string;
let directory: string;
let file: string;
const open: Analyst[] = [];
const windows: DeskWindow[] = [];

beforeAll(async () => {
  worker = await bundleStoreWorker();
  site = await startTestSite({
    users: USERS,
    epochs: [4],
    prosody: { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }] },
  });
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-history-'));
  file = join(directory, 'history.db');
});
afterEach(async () => {
  await Promise.all(windows.splice(0).map((window) => window.desk.close()));
  await Promise.all(open.splice(0).map((analyst) => analyst.client.disconnect()));
  rmSync(directory, { recursive: true, force: true });
});
afterAll(() => site?.stop());

type AtDesk = Analyst & { readonly window: DeskWindow };

function encrypted(): HistoryAccess {
  return { mode: 'encrypted', days: 30, store: { file, key: Uint8Array.from(KEY) } };
}

/** Somebody at a desk whose history is open, not yet connected. */
async function atDesk(account: string, access = encrypted()): Promise<AtDesk> {
  const analyst = new Analyst(site, account, {
    lock: { ...site.machine('WS-1', 4), bindings: ['tls-exporter'] },
  });
  open.push(analyst);
  const window = new DeskWindow(analyst.client, site.server.domain, [], worker);
  windows.push(window);
  await window.desk.openHistory(access);
  await window.settled();
  return Object.assign(analyst, { window });
}

async function online(desk: AtDesk): Promise<void> {
  await desk.window.connected((await desk.connect()).resumed);
}

/** The client ends; the connection is only lost where `abruptly`. */
async function quit(desk: AtDesk): Promise<void> {
  await desk.client.disconnect();
  await desk.window.desk.close();
}

async function signedIn(account: string): Promise<Analyst> {
  const analyst = new Analyst(site, account, {
    lock: { ...site.machine('WS-1', 4), bindings: ['tls-exporter'] },
  });
  open.push(analyst);
  await analyst.connect();
  return analyst;
}

/** What was said to Bob by Alice. */
const heardBy = (bob: Analyst) => bob.bodies(`alice@${site.server.domain}`, 'in');
const numbered = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} ${n}`);

async function arrived(from: Analyst, id: string): Promise<void> {
  const there = new Set(['stored', 'delivered']);
  await until(`${id} on the server`, () => there.has(from.delivery.get(id) ?? ''));
}

async function talk(from: Analyst, to: BareJid, texts: readonly string[]): Promise<void> {
  const ids = texts.map((text) => from.client.sendMessage(to, text).id);
  await arrived(from, ids.at(-1) ?? '');
}

describe('the history on this computer', () => {
  it('is there before the connection, and what was missed joins it: each message once, in order', async () => {
    const bob = await signedIn('bob');
    const first = await atDesk('alice');
    await online(first);
    await talk(bob, first.jid, numbered('early', 130));
    await until('all', () => first.window.bodies(bob.jid).length === 130 || undefined);
    await first.window.command({
      type: 'send-message',
      conversation: bob.jid,
      kind: 'contact',
      body: 'mine',
    });
    await until('stored', () => first.window.messages(bob.jid).at(-1)?.delivery !== 'sent' || undefined);
    await first.window.settled();
    await quit(first);
    await talk(bob, first.jid, numbered('missed', 60));

    const again = await atDesk('alice');
    await again.window.older(bob.jid);
    expect(again.window.bodies(bob.jid)).toEqual([...numbered('early', 130).slice(31), 'mine']);
    await online(again);
    const expected = [...numbered('early', 130), 'mine', ...numbered('missed', 60)];
    await until('what was missed', () => again.window.bodies(bob.jid).includes('missed 59') || undefined);
    await again.window.backTo(bob.jid, 'early 0');
    expect(again.window.bodies(bob.jid)).toEqual(expected);
    expect(again.window.state.summaries.get(bob.jid)?.unread).toBe(60);
  });

  it('sends messages that waited when the client ended: once, in order', async () => {
    const bob = await signedIn('bob');
    const first = await atDesk('alice');
    await online(first);
    const say = (desk: AtDesk, body: string) =>
      desk.window.command({ type: 'send-message', conversation: bob.jid, kind: 'contact', body });
    await say(first, 'before');
    await until('before', () => heardBy(bob).includes('before') || undefined);
    await first.client.disconnect();
    for (const body of numbered('waiting', 3)) expect((await say(first, body)).ok).toBe(true);
    // Quit: nothing is sent any more.
    await first.window.desk.close();
    expect(heardBy(bob)).not.toContain('waiting 0');

    const again = await atDesk('alice');
    await again.window.older(bob.jid);
    expect(
      again.window
        .messages(bob.jid)
        .slice(-3)
        .map(({ body, delivery }) => [body, delivery]),
    ).toEqual(numbered('waiting', 3).map((body) => [body, 'queued']));
    await online(again);
    await until('the last', () => heardBy(bob).includes('waiting 2') || undefined);
    await again.window.backTo(bob.jid, 'waiting 2');
    await until(
      'delivered',
      () => again.window.messages(bob.jid).at(-1)?.delivery === 'delivered' || undefined,
    );
    await quit(again);

    // A third session has nothing to send.
    const third = await atDesk('alice');
    await online(third);
    await talk(third, bob.jid, ['end']);
    await until('the end', () => heardBy(bob).includes('end') || undefined);
    const heard = heardBy(bob).filter(
      (body) => body === 'before' || body === 'end' || body.startsWith('waiting'),
    );
    expect(heard).toEqual(['before', ...numbered('waiting', 3), 'end']);
  });

  it('does not send what had arrived although nobody had said so', async () => {
    const bob = await signedIn('bob');
    const first = await atDesk('alice');
    await online(first);
    const { id } = first.client.sendMessage(bob.jid, 'arrived');
    await arrived(first, id);
    const message = {
      id,
      direction: 'out' as const,
      sender: first.jid,
      body: 'arrived',
      at: Date.now(),
      delayed: false,
      delivery: 'sent' as const,
    };
    await talk(bob, first.jid, ['anchor']);
    await until('anchor', () => first.window.bodies(bob.jid).includes('anchor') || undefined);
    await first.window.settled();
    await quit(first);
    // As if the process had been killed between the sending and the server's word.
    const { StoreClient } = await import('../../src/store/index.ts');
    const store = new StoreClient(worker);
    await store.call('open', { file, key: Uint8Array.from(KEY), days: 30 });
    await store.call('put', {
      runs: [
        {
          conversation: bob.jid,
          kind: 'contact',
          messages: [{ message, keys: [{ strong: [`o\n${first.jid}\n${bob.jid}\n${id}`] }] }],
          place: { at: 'start' },
        },
      ],
      archives: [],
    });
    await store.close();
    const again = await atDesk('alice');
    await online(again);
    await talk(again, bob.jid, ['later']);
    await until('later', () => heardBy(bob).includes('later') || undefined);
    expect(heardBy(bob).filter((body) => body === 'arrived')).toEqual(['arrived']);
  });

  it('sends what was done to messages without a connection, once; until then it is shown as waiting', async () => {
    const bob = await signedIn('bob');
    const done: string[] = [];
    bob.client.on('message-action', ({ action }) => {
      if (action.type !== 'displayed') done.push(action.type);
    });
    const first = await atDesk('alice');
    await online(first);
    await talk(bob, first.jid, ['liked']);
    const command = (desk: AtDesk, type: 'react' | 'retract-message', body: string) => {
      const { id } = desk.window.messages(bob.jid).find((message) => message.body === body) ?? { id: '' };
      const conversation = bob.jid;
      if (type === 'react') return desk.window.command({ type, conversation, id, emojis: ['👍'] });
      return desk.window.command({ type, conversation, id });
    };
    for (const body of ['regretted', 'other'])
      await first.window.command({ type: 'send-message', conversation: bob.jid, kind: 'contact', body });
    await until('other', () => heardBy(bob).includes('other') || undefined);
    await first.client.disconnect();
    expect([
      await command(first, 'react', 'liked'),
      await command(first, 'retract-message', 'regretted'),
    ]).toMatchObject([{ ok: true }, { ok: true }]);
    await first.window.desk.close();
    expect(done).toEqual([]);

    const waiting = (desk: AtDesk) =>
      desk.window.messages(bob.jid).map(({ body, pending }) => [body, pending?.map(({ type }) => type)]);
    const again = await atDesk('alice');
    await again.window.older(bob.jid);
    expect(waiting(again)).toEqual([
      ['liked', ['react']],
      ['regretted', ['retract']],
      ['other', undefined],
    ]);
    expect(again.window.messages(bob.jid)[1]?.retraction?.by).toBe('sender');
    await online(again);
    await until('both', () => done.length === 2 || undefined);
    expect(done).toEqual(['react', 'retract']);
    await again.window.backTo(bob.jid, 'liked');
    await until('taken', () => waiting(again).every(([, pending]) => pending === undefined) || undefined);
    expect(again.window.messages(bob.jid)[0]?.reactions).toMatchObject([{ author: 'self', emojis: ['👍'] }]);
    await again.window.settled();
    await quit(again);

    const third = await atDesk('alice');
    await online(third);
    await talk(third, bob.jid, ['end']);
    await until('the end', () => heardBy(bob).includes('end') || undefined);
    expect(done).toEqual(['react', 'retract']);
  });

  it('has what became of messages that memory had let go of', async () => {
    const bob = await signedIn('bob');
    const first = await atDesk('alice');
    await online(first);
    const [secret, typo] = ['secret', 'tpyo'].map((body) => bob.client.sendMessage(first.jid, body).id);
    await talk(bob, first.jid, numbered('more', 120));
    await until('all', () => first.window.bodies(bob.jid).includes('more 119') || undefined);
    await first.window.settled();
    await quit(first);
    bob.client.sendAction(first.jid, 'contact', { type: 'retract', id: secret ?? '' });
    bob.client.sendMessage(first.jid, 'typo', undefined, undefined, undefined, { replaces: typo ?? '' });
    await talk(bob, first.jid, ['last']);

    const again = await atDesk('alice');
    await online(again);
    await until('the last', () => again.window.bodies(bob.jid).includes('last') || undefined);
    await again.window.settled();
    await quit(again);

    // Nobody has looked at them since, and there is no connection that could tell.
    const third = await atDesk('alice');
    await third.window.backTo(bob.jid, 'secret');
    const [taken, corrected] = third.window.messages(bob.jid);
    expect(taken).toMatchObject({ body: 'secret', retraction: { by: 'sender' } });
    expect(corrected?.versions?.map(({ body }) => body)).toEqual(['tpyo', 'typo']);
  });

  it('shows a room’s messages once, though the room repeats them', async () => {
    const bob = await signedIn('bob');
    const room = `history-${Date.now()}@${site.server.roomService}` as BareJid;
    await bob.join(room);
    const first = await atDesk('alice');
    await online(first);
    await first.join(room);
    for (const body of numbered('said', 20)) bob.client.sendRoomMessage(room, body);
    await until('all', () => first.window.bodies(room).length === 20 || undefined);
    await first.window.settled();
    await quit(first);
    for (const body of numbered('later', 5)) bob.client.sendRoomMessage(room, body);
    const again = await atDesk('alice');
    await again.window.older(room);
    expect(again.window.bodies(room)).toEqual(numbered('said', 20));
    await online(again);
    again.client.joinRoom(room, 'alice');
    await until('later', () => again.window.bodies(room).includes('later 4') || undefined);
    await again.window.backTo(room, 'said 0');
    expect(again.window.bodies(room)).toEqual([...numbered('said', 20), ...numbered('later', 5)]);
  });

  it('shows them once, in a room that nobody has looked at yet, of which memory has few', async () => {
    const bob = await signedIn('bob');
    const room = `unseen-${Date.now()}@${site.server.roomService}` as BareJid;
    await bob.join(room);
    const first = await atDesk('alice');
    await online(first);
    await first.join(room);
    for (const body of numbered('said', 90)) bob.client.sendRoomMessage(room, body);
    await until('all', () => first.window.bodies(room).length === 90 || undefined);
    await first.window.settled();
    await quit(first);
    for (const body of numbered('later', 60)) bob.client.sendRoomMessage(room, body);
    const again = await atDesk('alice');
    await online(again);
    expect((await again.window.command({ type: 'join-room', room })).ok).toBe(true);
    await until('later', () => again.window.bodies(room).includes('later 0') || undefined);
    await again.window.backTo(room, 'said 0');
    await until('all of it', () => again.window.bodies(room).length >= 150 || undefined);
    expect(again.window.bodies(room)).toEqual([...numbered('said', 90), ...numbered('later', 60)]);
  });

  it('is kept where the policy says so, and only there', async () => {
    const bob = await signedIn('bob');
    const desk = await atDesk('alice', { mode: 'memory', days: 30, store: { file, key: KEY } });
    await online(desk);
    await talk(bob, desk.jid, ['fleeting']);
    await until('it', () => desk.window.bodies(bob.jid).includes('fleeting') || undefined);
    await quit(desk);
    expect(existsSync(file)).toBe(false);
    expect(desk.window.state.collections.notices.size).toBe(0);
    const locked = await atDesk('alice', {
      mode: 'encrypted',
      days: 30,
      problem: { code: 'HISTORY_NO_KEYCHAIN' },
    });
    expect(locked.window.state.collections.notices.get('history')?.error.code).toBe('HISTORY_NO_KEYCHAIN');
    const broken = await atDesk('alice', {
      mode: 'encrypted',
      days: 30,
      store: { file: '/proc/none/x.db', key: KEY },
    });
    expect(broken.window.state.collections.notices.get('history')?.error.code).toBe('HISTORY_STORE_FAILED');
  });
});
