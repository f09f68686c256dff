import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChatEvent, ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid, FullJid } from '../../shared/jid.ts';
import type { StoredMessage } from '../../store/index.ts';
import { Emitter } from '../../xmpp/emitter.ts';
import type { ArchivedMessage, ArchivePage, ArchiveRequest, XmppEvents } from '../../xmpp/index.ts';
import { ChatModel } from '../chat-model.ts';
import { LocalHistory } from '../store/local-history.ts';
import { History } from './history.ts';

const OPS = 'ops@rooms.chat.mil' as BareJid;
const TOTAL = 500;

function message(n: number, id: string): ChatMessage {
  return {
    id,
    direction: 'in',
    sender: 'bob',
    body: `m${n} word`,
    at: n * 1000,
    delayed: false,
    reference: { id: `o${n}`, archive: `a${n}` },
  };
}

let fresh = 0;
/** As `XmppClient` reads one: an id of its own each time. */
function archived(n: number): ArchivedMessage {
  fresh += 1;
  return {
    conversation: OPS,
    kind: 'room',
    message: message(n, `fresh-${fresh}`),
    keys: { archiveId: `a${n}`, strong: [`s\n${OPS}\na${n}`] },
    archiveId: `a${n}`,
    at: n * 1000,
  };
}

/** A room of {@link TOTAL} messages in the archive. `stored`: those that this computer keeps. */
function scene(stored: readonly number[] = []) {
  const asked: ArchiveRequest[] = [];
  let sought = 0;
  const shown: ChatEvent[] = [];
  const placed: string[] = [];
  const page = async (request: ArchiveRequest): Promise<ArchivePage> => {
    asked.push(request);
    const { max, page: of } = request;
    const place = (id: string) => Number(id.slice(1));
    const backward = of.before !== undefined;
    const end = backward ? (of.before === '' ? TOTAL : place(of.before)) : TOTAL;
    const from = backward ? Math.max(0, end - max) : of.after === undefined ? 0 : place(of.after) + 1;
    const to = backward ? end : Math.min(TOTAL, from + max);
    const messages = Array.from({ length: to - from }, (_, index) => archived(from + index));
    return {
      messages,
      first: messages[0]?.archiveId,
      last: messages.at(-1)?.archiveId,
      complete: backward ? from === 0 : to === TOTAL,
    };
  };
  const kept: readonly StoredMessage[] = stored.map((n) => ({
    message: message(n, `kept-${n}`),
    keys: [{ archiveId: `a${n}`, strong: [`s\n${OPS}\na${n}`] }],
  }));
  const indexOf = (id: string) => kept.findIndex((one) => one.message.id === id);
  const local = new LocalHistory({ workerFile: '', keysOf: () => [], onState: () => undefined });
  vi.spyOn(local, 'around').mockImplementation(async (_, id, each) => {
    const at = indexOf(id);
    return at === -1 ? [] : kept.slice(Math.max(0, at - each), at + each + 1);
  });
  vi.spyOn(local, 'older').mockImplementation(async (_, limit, before) => {
    const end = before === undefined ? kept.length : indexOf(before);
    return end === -1 ? [] : kept.slice(Math.max(0, end - limit), end);
  });
  vi.spyOn(local, 'placed').mockImplementation((_, __, messages) => {
    placed.push(...messages.map(({ body }) => body));
  });
  const added: string[] = [];
  const model = new ChatModel(
    (event) => shown.push(event),
    () => undefined,
    (_, __, messages) => added.push(...messages.map(({ body }) => body.split(' ')[0] ?? '')),
    local,
  );
  const history = new History({
    model,
    correct: () => false,
    xmpp: {
      jid: 'alice@chat.mil/desk' as FullJid,
      on: (name, listener) => new Emitter<XmppEvents>().on(name, listener),
      isRoom: () => true,
      archive: {
        page,
        textField: async () => 'withtext',
        find: async () => ({ messages: [archived(sought)], first: 'x', last: 'x', complete: true }),
      },
    },
    local,
    present: (one) => one.message,
    onMissed: () => undefined,
  });
  const live = (n: number): void => {
    const one = archived(n);
    model.addMessage(OPS, 'room', one.message);
    history.onMessage(one);
  };
  /** What the search of the server found, so that its place is known. */
  const found = async (n: number): Promise<string> => {
    sought = n;
    const { hits } = await history.searchServer('word', undefined);
    return hits[0]?.message.id ?? '';
  };
  return { history, model, asked, shown, placed, added, live, found };
}

const bodies = (messages: readonly ChatMessage[]) => messages.map(({ body }) => body.split(' ')[0]);
const names = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `m${from + n}`);

beforeEach(() => {
  fresh = 0;
});

describe('a conversation that is opened at a message', () => {
  it('is read from memory, with everything behind it', async () => {
    const { history, live, model, asked } = scene();
    for (let n = 400; n < TOTAL; n += 1) live(n);
    const id = model.page(OPS, 500)[50]?.id ?? '';
    const { messages, complete } = await history.around(OPS, id);
    expect(bodies(messages)).toEqual(names(410, TOTAL));
    expect([complete, asked.length]).toEqual([false, 0]);
  });

  it('is read from this computer, on in both directions, and asks the archive for what is before that', async () => {
    const numbers = Array.from({ length: 400 }, (_, n) => n + 100);
    const { history, asked, model, shown, placed } = scene(numbers);
    const { messages } = await history.around(OPS, 'kept-200');
    expect(bodies(messages)).toEqual(names(160, 241));
    const newer = await history.newer(OPS, 100, 'kept-240');
    expect([bodies(newer.messages), newer.complete]).toEqual([names(241, 341), false]);
    expect((await history.newer(OPS, 200, 'kept-340')).complete).toBe(true);
    const older = await history.older(OPS, 100, 'kept-160');
    expect(bodies(older.messages)).toEqual(names(100, 160));
    expect(asked).toEqual([]);
    const archive = await history.older(OPS, 100, 'kept-100');
    expect(bodies(archive.messages)).toEqual(names(60, 100));
    // None of it is among the newest, counts as unread, or is told to windows that did not ask.
    expect([model.page(OPS, 500), model.unreadTotal, shown, placed]).toEqual([[], 0, [], []]);
  });

  it('is read from the archive around a message that the server found', async () => {
    const { history, asked, found, placed } = scene();
    const { messages, complete } = await history.around(OPS, await found(300));
    expect(bodies(messages)).toEqual(names(260, 341));
    expect([complete, asked.map((one) => one.page)]).toEqual([
      false,
      [{ before: 'a300' }, { after: 'a299' }],
    ]);
    expect(asked.every(({ room, max }) => room === OPS && max <= 41)).toBe(true);
    const older = await history.older(OPS, 100, messages[0]?.id);
    expect(bodies(older.messages)).toEqual(names(220, 260));
    const newer = await history.newer(OPS, 100, messages.at(-1)?.id ?? '');
    expect(bodies(newer.messages)).toEqual(names(341, 381));
    // A hole in what this computer keeps would never be noticed again.
    expect(placed).toEqual([]);
  });

  it('is complete at the first message of the archive', async () => {
    const { history, found } = scene();
    const { messages, complete } = await history.around(OPS, await found(0));
    expect([bodies(messages), complete]).toEqual([names(0, 41), true]);
  });

  it('meets the rest under the ids that the window has, from either side', async () => {
    const { history, model, live, found } = scene();
    for (let n = 400; n < TOTAL; n += 1) live(n);
    const island = (await history.around(OPS, await found(330))).messages;
    const newer = await history.newer(OPS, 100, island.at(-1)?.id ?? '');
    const [tail] = model.page(OPS, 500);
    expect(bodies(newer.messages)).toEqual(names(371, 411));
    expect(newer.messages[29]?.id).toBe(tail?.id);
    // From the newest backwards: each message once, and those of the island as the island has them.
    const older = await history.older(OPS, 100, tail?.id);
    expect(bodies(older.messages)).toEqual(names(360, 400));
    expect(older.messages[0]?.id).toBe(island.find(({ body }) => body === 'm360 word')?.id);
    expect(bodies(model.page(OPS, 500))).toEqual(names(360, TOTAL));
  });

  it('has what was done to its messages done', async () => {
    const { history, model, found, shown, added } = scene();
    const id = await found(300);
    await history.around(OPS, id);
    expect(added).toContain('m300');
    expect(model.named(OPS, 'a300', 'archive')).toEqual([id]);
    const known = model.message(OPS, id);
    if (known === undefined) throw new Error('it is gone');
    model.updateMessage(OPS, { ...known, retraction: { at: 1, by: 'sender' } });
    expect(shown).toMatchObject([{ type: 'message-updates', conversation: OPS, messages: [{ id }] }]);
    expect((await history.around(OPS, id)).messages.find((one) => one.id === id)?.retraction).toBeDefined();
  });

  it('of which nobody has anything says so', async () => {
    await expect(scene().history.around(OPS, 'unknown')).rejects.toMatchObject({ code: 'HISTORY_NOT_HERE' });
    await expect(scene().history.newer(OPS, 10, 'unknown')).rejects.toMatchObject({
      code: 'HISTORY_REFUSED',
    });
  });
});
