import { describe, expect, it } from 'vitest';
import type {
  ChatEvent,
  ChatMessage,
  Contact,
  ConversationSummary,
  Occupant,
  Room,
} from '../../shared/chat-model.ts';
import type { FileTransfer } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { type ChatState, EMPTY_CHAT } from './chat-state.ts';
import { applyEvents, applyPage, KEPT_MESSAGES, letGo, setHistory, setRead } from './reduce-chat.ts';

const BOB = 'bob@example.mil' as BareJid;
const OPS = 'ops@rooms.example.mil' as BareJid;

function contact(name: string, extra: Partial<Contact> = {}): Contact {
  return {
    jid: `${name}@example.mil` as BareJid,
    name,
    groups: [],
    subscription: 'both',
    availability: 'available',
    ...extra,
  };
}

function room(extra: Partial<Room> = {}): Room {
  return { jid: OPS, name: 'ops', state: 'joined', nick: 'alice', subject: '', occupantCount: 0, ...extra };
}

function occupant(nick: string): Occupant {
  return { nick, role: 'participant', affiliation: 'none', availability: 'available', self: false };
}

function summary(unread: number, extra: Partial<ConversationSummary> = {}): ConversationSummary {
  return { jid: BOB, kind: 'contact', unread, lastAt: 0, ...extra };
}

function message(id: string, at: number, body = id): ChatMessage {
  return { id, direction: 'in', sender: BOB, body, at, delayed: false };
}

function append(...messages: readonly ChatMessage[]): ChatEvent {
  return { type: 'messages', conversation: BOB, append: messages };
}

function snapshot(contacts: readonly Contact[]): ChatEvent {
  return {
    type: 'snapshot',
    snapshot: {
      self: { jid: 'alice@example.mil' as BareJid, displayName: 'Alice' },
      link: { kind: 'online' },
      contacts,
      rooms: [room()],
      conversations: [summary(2)],
    },
  };
}

function ids(state: ChatState, jid: BareJid = BOB): readonly string[] {
  const log = state.conversations.get(jid)?.log;
  return log === undefined ? [] : log.slice(0, log.size).map((item) => item.id);
}

describe('applyEvents', () => {
  it('starts from the newest snapshot of a batch and forgets what was before it', () => {
    const before = applyEvents(EMPTY_CHAT, [snapshot([contact('old')]), append(message('a', 1))]);
    const after = applyEvents(before, [
      append(message('b', 2)),
      snapshot([contact('bob')]),
      append(message('c', 3)),
    ]);
    expect([...after.contacts.keys()]).toEqual([BOB]);
    expect(ids(after)).toEqual(['c']);
    expect(after.self?.displayName).toBe('Alice');
    expect(after.summaries.get(BOB)?.unread).toBe(2);
  });

  it('adds, changes and removes contacts and rooms, a room with its occupants', () => {
    const state = applyEvents(EMPTY_CHAT, [
      snapshot([contact('bob'), contact('carol')]),
      {
        type: 'contacts',
        upsert: [contact('bob', { availability: 'dnd' }), contact('dave')],
        remove: [contact('carol').jid],
      },
      { type: 'occupants', room: OPS, reset: true, upsert: [occupant('x')], remove: [] },
    ]);
    expect([...state.contacts.values()].map((item) => [item.name, item.availability])).toEqual([
      ['bob', 'dnd'],
      ['dave', 'available'],
    ]);
    const without = applyEvents(state, [{ type: 'rooms', upsert: [], remove: [OPS] }]);
    expect(without.rooms.size).toBe(0);
    expect(without.occupants.size).toBe(0);
  });

  it('applies a removal before an addition in the same event, so a rejoin keeps the occupant', () => {
    const state = applyEvents(EMPTY_CHAT, [
      { type: 'occupants', room: OPS, reset: false, upsert: [occupant('x'), occupant('y')], remove: [] },
      { type: 'occupants', room: OPS, reset: false, upsert: [occupant('x')], remove: ['x', 'y'] },
    ]);
    expect([...(state.occupants.get(OPS)?.keys() ?? [])]).toEqual(['x']);
    const reset = applyEvents(state, [
      { type: 'occupants', room: OPS, reset: true, upsert: [occupant('z')], remove: [] },
    ]);
    expect([...(reset.occupants.get(OPS)?.keys() ?? [])]).toEqual(['z']);
  });

  it('keeps the order of arrival, also of delayed messages, and drops duplicates', () => {
    const state = applyEvents(EMPTY_CHAT, [
      append(message('a', 100), message('b', 200)),
      append(message('late', 50), message('b', 200)),
    ]);
    expect(ids(state)).toEqual(['a', 'b', 'late']);
  });

  it('changes the delivery of a message in place and ignores updates of unknown ones', () => {
    const state = applyEvents(EMPTY_CHAT, [append(message('a', 1), message('b', 2))]);
    const after = applyEvents(state, [
      { type: 'message-updates', conversation: BOB, messages: [message('a', 1, 'new'), message('z', 9)] },
      { type: 'message-updates', conversation: OPS, messages: [message('a', 1)] },
    ]);
    expect(ids(after)).toEqual(['a', 'b']);
    expect(after.conversations.get(BOB)?.log.first?.body).toBe('new');
    expect(after.conversations.has(OPS)).toBe(false);
  });

  it('leaves the parts that no event touched as they are', () => {
    const state = applyEvents(EMPTY_CHAT, [snapshot([contact('bob')])]);
    const after = applyEvents(state, [append(message('a', 1))]);
    expect(after.contacts).toBe(state.contacts);
    expect(after.rooms).toBe(state.rooms);
    expect(after.occupants).toBe(state.occupants);
    expect(after.summaries).toBe(state.summaries);
    expect(state.conversations.size).toBe(0);
  });

  it('takes 5,000 single-message events on top of 100,000 messages and keeps them all in order', () => {
    const history = Array.from({ length: 100_000 }, (_, index) => message(`h${index}`, index));
    const state = applyEvents(EMPTY_CHAT, [
      append(...history.slice(0, 50_000)),
      append(...history.slice(50_000)),
    ]);
    const burst = Array.from({ length: 5_000 }, (_, index) => append(message(`n${index}`, 100_000 + index)));
    const log = applyEvents(state, burst).conversations.get(BOB)?.log;
    expect(log?.size).toBe(105_000);
    expect(log?.at(99_999)?.id).toBe('h99999');
    expect(log?.at(100_000)?.id).toBe('n0');
    expect(log?.last?.id).toBe('n4999');
  });
});

describe('pages of older messages', () => {
  it('go to the front, whatever comes meanwhile', () => {
    const loading = setHistory(applyEvents(EMPTY_CHAT, [append(message('c', 30))]), BOB, 'loading');
    const live = applyEvents(loading, [append(message('late', 5))]);
    const page = { messages: [message('a', 10), message('b', 20)], complete: false, before: 'c' };
    const answered = applyPage(live, BOB, page);
    expect(ids(answered)).toEqual(['a', 'b', 'c', 'late']);
    expect(answered.conversations.get(BOB)?.history).toBe('more');
  });

  it('take in missed messages where they belong, and leave out those whose place is not here', () => {
    const state = applyEvents(EMPTY_CHAT, [append(message('a', 1), message('b', 2), message('e', 5))]);
    const missed = (before: string, ...messages: ChatMessage[]): ChatEvent => ({
      type: 'messages',
      conversation: BOB,
      append: messages,
      before,
    });
    const after = applyEvents(state, [
      missed('e', message('c', 3), message('b', 2)),
      missed('e', message('d', 4)),
      missed('a', message('0', 0)),
      missed('unknown', message('z', 9)),
      append(message('f', 6)),
    ]);
    expect(ids(after)).toEqual(['0', 'a', 'b', 'c', 'd', 'e', 'f']);
    const log = after.conversations.get(BOB)?.log;
    expect(log?.end).toBe((state.conversations.get(BOB)?.log.end ?? 0) + 1);
    expect(log?.get('c')?.at).toBe(3);
    expect(ids(state)).toEqual(['a', 'b', 'e']);
  });

  it('can be asked for again when the connection is back', () => {
    const failed = setHistory(EMPTY_CHAT, BOB, 'failed');
    const history = (kind: 'online' | 'offline') =>
      applyEvents(failed, [{ type: 'link', link: { kind } }]).conversations.get(BOB)?.history;
    expect(history('online')).toBe('more');
    expect(history('offline')).toBe('failed');
  });

  it('can be asked for once a room that was looked at is entered', () => {
    const room = (state: 'joining' | 'joined') => ({
      type: 'rooms' as const,
      upsert: [{ jid: BOB, name: 'ops', state, nick: 'a', subject: '', occupantCount: 1 }],
      remove: [],
    });
    const failed = setHistory(applyEvents(EMPTY_CHAT, [room('joining')]), BOB, 'failed');
    expect(applyEvents(failed, [room('joining')]).conversations.get(BOB)?.history).toBe('failed');
    const joined = applyEvents(failed, [room('joined')]);
    expect(joined.conversations.get(BOB)?.history).toBe('more');
    const again = setHistory(joined, BOB, 'failed');
    expect(applyEvents(again, [room('joined')]).conversations.get(BOB)?.history).toBe('failed');
  });

  it('reach the start when the session says so, or bring nothing new', () => {
    const history = (messages: readonly ChatMessage[], complete: boolean, state = EMPTY_CHAT) =>
      applyPage(setHistory(state, BOB, 'loading'), BOB, {
        messages,
        complete,
        before: undefined,
      }).conversations.get(BOB)?.history;
    expect(history([message('a', 1)], true)).toBe('complete');
    expect(history([], true)).toBe('complete');
    expect(history([message('a', 1)], false)).toBe('more');
    expect(history([message('a', 1)], false, applyEvents(EMPTY_CHAT, [append(message('a', 1))]))).toBe(
      'complete',
    );
  });

  it('that overlap what is here do not double or reorder it', () => {
    const state = applyEvents(EMPTY_CHAT, [append(message('b', 20), message('c', 30))]);
    const messages = [message('a', 10), message('b', 20), message('c', 30)];
    const page = { messages, complete: false, before: undefined };
    expect(ids(applyPage(setHistory(state, BOB, 'loading'), BOB, page))).toEqual(['a', 'b', 'c']);
  });

  it('are left out when the window began anew meanwhile, so that there is no hole', () => {
    const page = { messages: [message('a', 10)], complete: true, before: 'b' };
    const loading = setHistory(applyEvents(EMPTY_CHAT, [append(message('b', 20))]), BOB, 'loading');
    const anew = applyEvents(loading, [snapshot([]), append(message('z', 90))]);
    expect(ids(applyPage(anew, BOB, page))).toEqual(['z']);
    const again = applyPage(setHistory(anew, BOB, 'loading'), BOB, page);
    expect(ids(again)).toEqual(['z']);
    expect(again.conversations.get(BOB)?.history).toBe('more');
  });
});

describe('unread', () => {
  it('is the session’s number, 0 at once when read here, and the session’s again after its next word', () => {
    const state = applyEvents(EMPTY_CHAT, [{ type: 'conversations', upsert: [summary(5)] }]);
    const read = setRead(state, BOB);
    expect(read.summaries.get(BOB)?.unread).toBe(0);
    expect(setRead(read, BOB)).toBe(read);
    const again = applyEvents(read, [{ type: 'conversations', upsert: [summary(1)] }]);
    expect(again.summaries.get(BOB)?.unread).toBe(1);
  });

  it('keeps transfers in the order in which they began, and forgets those before a reset', () => {
    const transfer = (id: string, done = 0): FileTransfer => ({
      id,
      direction: 'out',
      conversation: BOB,
      name: id,
      size: 10,
      done,
      state: 'uploading',
    });
    const change = (upsert: readonly FileTransfer[], remove: readonly string[] = [], reset = false) =>
      ({ type: 'collection', collection: 'transfers', reset, upsert, remove }) as const;
    const first = applyEvents(EMPTY_CHAT, [
      change([transfer('a'), transfer('b')]),
      change([transfer('a', 5)]),
    ]);
    expect([...first.collections.transfers.values()].map(({ id, done }) => [id, done])).toEqual([
      ['a', 5],
      ['b', 0],
    ]);
    expect([...applyEvents(first, [change([], ['a'])]).collections.transfers.keys()]).toEqual(['b']);
    expect([...applyEvents(first, [change([transfer('c')], [], true)]).collections.transfers.keys()]).toEqual(
      ['c'],
    );
  });
});

describe('a conversation that goes on for days', () => {
  const many = (count: number): ChatState =>
    applyEvents(EMPTY_CHAT, [append(...Array.from({ length: count }, (_, i) => message(`m${i}`, i)))]);
  const count = 2 * KEPT_MESSAGES + 1;
  const one = [append(message('one', count))];

  it('keeps its newest messages, in order, when another comes, and the others can be asked for again', () => {
    const complete = setHistory(many(count), BOB, 'complete');
    const next = letGo(complete, applyEvents(complete, one), new Set()).conversations.get(BOB);
    const log = next?.log;
    expect(next?.history).toBe('more');
    expect(log?.size).toBe(KEPT_MESSAGES);
    expect(log?.first?.id).toBe(`m${count + 1 - KEPT_MESSAGES}`);
    expect(log?.last?.id).toBe('one');
    expect(log?.get('m1')).toBeUndefined();
    expect(log?.end).toBe(count + 1);
    const back = log?.prepend([message('m1', 1)]).append([message('after', 1)]);
    expect([back?.first?.id, back?.last?.id, back?.size]).toEqual(['m1', 'after', KEPT_MESSAGES + 2]);
  });

  it('keeps everything while it is shown elsewhere than at its end, while a page comes, and where nothing came', () => {
    const state = many(count);
    const more = applyEvents(state, one);
    expect(letGo(state, more, new Set([BOB]))).toBe(more);
    const loading = setHistory(more, BOB, 'loading');
    expect(letGo(state, loading, new Set())).toBe(loading);
    expect(letGo(state, state, new Set())).toBe(state);
    const few = many(count - 1);
    const fewMore = applyEvents(few, one);
    expect(letGo(few, fewMore, new Set())).toBe(fewMore);
  });
});

describe('a summary that says the same', () => {
  it('changes nothing', () => {
    const state = applyEvents(EMPTY_CHAT, [{ type: 'conversations', upsert: [summary(0)] }]);
    const next = applyEvents(state, [{ type: 'conversations', upsert: [summary(0)] }]);
    expect(next.summaries).toBe(state.summaries);
    const changed = applyEvents(state, [{ type: 'conversations', upsert: [summary(0, { lastAt: 1 })] }]);
    expect(changed.summaries.get(BOB)?.lastAt).toBe(1);
  });
});
