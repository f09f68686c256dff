import { describe, expect, it } from 'vitest';
import type { ChatMessage, Room } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ArchivedMessage, ArchivePage, ArchiveRequest } from '../../xmpp/index.ts';
import { ChatModel } from '../chat-model.ts';
import { Conversations } from './conversations.ts';
import { ServerSearch } from './server-search.ts';

const BOB = 'bob@chat.mil' as BareJid;
const room = (name: string) => `${name}@rooms.chat.mil` as BareJid;
const FIELD = '{urn:xmpp:fulltext:0}fulltext';

let fresh = 0;
function archived(n: number, conversation: BareJid, body: string): ArchivedMessage {
  fresh += 1;
  const kind = conversation === BOB ? 'contact' : 'room';
  const message: ChatMessage = {
    id: `fresh-${fresh}`,
    direction: 'in',
    sender: 'bob',
    body,
    at: n * 1000,
    delayed: false,
  };
  const archiveId = `a${n}`;
  const keys = { archiveId, strong: [`s\n${conversation}\n${archiveId}`] };
  return { conversation, kind, message, keys, archiveId, at: n * 1000 };
}

function scene(rooms: readonly string[], answer: (request: ArchiveRequest) => ArchivePage) {
  const model = new ChatModel(() => undefined);
  for (const [index, name] of rooms.entries())
    model.upsertRoom({
      jid: room(name),
      name,
      state: name.startsWith('left') ? 'left' : 'joined',
      nick: 'alice',
      subject: '',
      occupantCount: index,
    } as Room);
  const asked: ArchiveRequest[] = [];
  const fields = { value: FIELD as typeof FIELD | undefined };
  const conversations = new Conversations({
    model,
    present: (one) => one.message,
    correct: () => false,
  });
  const search = new ServerSearch({
    conversations,
    archive: {
      textField: async () => fields.value,
      find: async (request) => {
        asked.push(request);
        return answer(request);
      },
    },
  });
  return { model, asked, search, fields, conversations };
}

const EMPTY: ArchivePage = { messages: [], first: undefined, last: undefined, complete: true };
const page = (...messages: readonly ArchivedMessage[]): ArchivePage => ({
  messages,
  first: messages[0]?.archiveId,
  last: messages.at(-1)?.archiveId,
  complete: true,
});

describe('a search of the server', () => {
  it('keeps what it has found for an export, until another one begins', async () => {
    const { search } = scene(['ops'], ({ room: of }) =>
      page(archived(of === undefined ? 1 : 2, of ?? BOB, 'Kestrel convoy')),
    );
    expect(search.found('kestrel')).toBeUndefined();
    const { hits } = await search.search('kestrel', undefined);
    expect(search.found('kestrel')).toEqual(hits);
    expect(hits).toHaveLength(2);
    expect(search.found('kestrel ')).toBeUndefined();
    await search.search('nothing', undefined);
    expect(search.found('kestrel')).toBeUndefined();
    expect(search.found('nothing')).toEqual([]);
  });

  it('asks the own archive and those of the rooms, a few at a step, until there are no more', async () => {
    const names = Array.from({ length: 9 }, (_, n) => `r${n}`);
    const { search, asked } = scene([...names, 'left'], () => EMPTY);
    const first = await search.search('Kestrel convoy', undefined);
    expect(first).toEqual({
      hits: [],
      source: 'server',
      archives: { total: 10, asked: 4, silent: 0 },
      next: 1,
    });
    await search.search('Kestrel convoy', 1);
    const last = await search.search('Kestrel convoy', 2);
    expect(last).toMatchObject({ archives: { total: 10, asked: 10 } });
    expect(last.next).toBeUndefined();
    expect(asked.map((one) => one.room)).toEqual([undefined, ...names.map(room)]);
    expect(asked.every(({ max, text }) => max === 20 && text?.words === 'kestrel convoy')).toBe(true);
    expect(asked[0]?.text?.field).toBe(FIELD);
  });

  it('passes times and the conversation on, and judges the rest itself', async () => {
    const { search, asked } = scene(['ops', 'fires'], ({ room: of }) =>
      of === undefined
        ? EMPTY
        : page(
            archived(1, of, 'the gate is north of it'),
            archived(2, of, 'at the north gate'),
            archived(3, of, 'North Gate again'),
          ),
    );
    const { hits } = await search.search('"north gate" in:ops after:1970-01-01', undefined);
    expect(hits.map(({ message }) => message.body)).toEqual(['North Gate again', 'at the north gate']);
    expect(asked).toMatchObject([{ room: room('ops'), start: 0, text: { words: 'north gate' } }]);
  });

  it('goes on in an archive that has more, and ends there at some time', async () => {
    let n = 10_000;
    const { search, asked } = scene([], () => {
      n -= 1;
      return { ...page(archived(n, BOB, 'word')), complete: false };
    });
    let from: number | undefined;
    do {
      from = (await search.search('word', from)).next;
    } while (from !== undefined);
    expect(asked.map((one) => one.page)).toEqual([
      { before: '' },
      ...Array.from({ length: 9 }, (_, index) => ({ before: `a${9_999 - index}` })),
    ]);
  });

  it('finds what is here under the id that it has here', async () => {
    const { search, model, conversations } = scene([], () => page(archived(7, BOB, 'word')));
    const known = archived(7, BOB, 'word');
    model.addMessage(BOB, 'contact', known.message);
    if (known.keys !== undefined) conversations.add(BOB, known.message.id, known.keys, known.at);
    const { hits } = await search.search('word', undefined);
    expect(hits.map(({ message }) => message.id)).toEqual([known.message.id]);
  });

  it('counts archives that cannot be searched or refuse, and says that the connection is gone', async () => {
    const { search, fields } = scene(['ops'], () => EMPTY);
    fields.value = undefined;
    expect(await search.search('word', undefined)).toMatchObject({ archives: { total: 2, silent: 2 } });
    const refusing = scene(['ops'], ({ room: of }) => {
      if (of !== undefined) throw new AppError('HISTORY_REFUSED', { condition: 'forbidden' });
      return EMPTY;
    });
    expect(await refusing.search.search('word', undefined)).toMatchObject({
      archives: { asked: 2, silent: 1 },
    });
    const gone = scene([], () => {
      throw new AppError('NOT_CONNECTED');
    });
    await expect(gone.search.search('word', undefined)).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  });

  it('is refused without a word, and at a step that is not the next', async () => {
    const { search } = scene(['a', 'b', 'c', 'd'], () => EMPTY);
    const refused = { code: 'IPC_REFUSED' };
    await expect(search.search('from:bob', undefined)).rejects.toMatchObject(refused);
    await expect(search.search('word', 1)).rejects.toMatchObject(refused);
    await search.search('word', undefined);
    await expect(search.search('other', 1)).rejects.toMatchObject(refused);
    await expect(search.search('word', 2)).rejects.toMatchObject(refused);
  });
});
