import { describe, expect, it } from 'vitest';
import { CONTEXT_MESSAGES, SEARCH_PAGE } from '../../shared/chat-history-commands.ts';
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { parseQuery, type SearchQuery } from '../../shared/search-query.ts';
import { parseWindowMessage } from '../commands/parse.ts';
import { aroundInMemory, searchMemory } from './memory-search.ts';

const BOB = 'bob@chat.mil' as BareJid;
const OPS = 'ops@rooms.chat.mil' as BareJid;

function message(id: string, at: number, body: string, label?: string): ChatMessage {
  const about = { id, direction: 'in', sender: BOB, body, at, delayed: false } as const;
  return label === undefined ? about : { ...about, label: { text: label } };
}

const LOGS = new Map<BareJid, readonly ChatMessage[]>([
  [BOB, Array.from({ length: 120 }, (_, n) => message(`b${n}`, n * 2, `convoy ${n}`))],
  [OPS, [message('o1', 101, 'Convoy at the gate', 'SECRET'), message('o2', 500, 'quiet')]],
]);
const MODEL = {
  conversations: [
    { jid: BOB, kind: 'contact' },
    { jid: OPS, kind: 'room' },
  ] as const,
  log: (jid: BareJid) => LOGS.get(jid) ?? [],
};

function query(text: string): SearchQuery {
  const parsed = parseQuery(text);
  if (parsed.kind !== 'query') throw new Error(parsed.kind);
  return parsed.query;
}

describe('search in memory', () => {
  it('finds in all conversations, the newest first, page by page, each once', () => {
    const ids: string[] = [];
    let from: number | undefined = 0;
    while (from !== undefined) {
      const page = searchMemory(MODEL, query('convoy '), from);
      expect(page.hits.length).toBeLessThanOrEqual(SEARCH_PAGE);
      expect(page.source).toBe('memory');
      ids.push(...page.hits.map((hit) => hit.message.id));
      from = page.next;
    }
    expect(ids).toHaveLength(121);
    expect(new Set(ids).size).toBe(121);
    expect(ids.slice(ids.indexOf('o1') - 1, ids.indexOf('o1') + 2)).toEqual(['b51', 'o1', 'b50']);
  });

  it('narrows by label and room', () => {
    const ids = (text: string) => searchMemory(MODEL, query(text), 0).hits.map((hit) => hit.message.id);
    expect(ids('label:secret')).toEqual(['o1']);
    expect(ids('in:ops quiet ')).toEqual(['o2']);
    expect(ids('in:nowhere quiet ')).toEqual([]);
  });

  it('shows what is around a hit', () => {
    const around = aroundInMemory(MODEL, BOB, 'b50');
    expect(around).toHaveLength(2 * CONTEXT_MESSAGES + 1);
    expect(around[CONTEXT_MESSAGES]?.id).toBe('b50');
    expect(aroundInMemory(MODEL, BOB, 'b0')[0]?.id).toBe('b0');
    expect(aroundInMemory(MODEL, BOB, 'unknown')).toEqual([]);
  });
});

describe('what a window may ask', () => {
  const parse = (command: unknown) => parseWindowMessage({ kind: 'command', id: 1, command });
  it.each([
    { type: 'search', query: 'x' },
    { type: 'search', query: 'x', from: 5 },
    { type: 'load-around', conversation: BOB, id: 'b1' },
    { type: 'open-at', conversation: BOB, id: 'b1' },
    { type: 'search-server', query: 'x', from: 2 },
    { type: 'load-newer', conversation: BOB, after: 'b1', limit: 200 },
  ])('%j', (command) => {
    expect(parse(command)).toEqual({ kind: 'command', id: 1, command });
  });

  it.each([
    { type: 'search' },
    { type: 'search', query: '' },
    { type: 'search', query: 'x'.repeat(513) },
    { type: 'search', query: 'x', from: -1 },
    { type: 'search', query: 'x', from: 1.5 },
    { type: 'search', query: 'x', limit: 5 },
    { type: 'search', query: ['x'] },
    { type: 'load-around', conversation: 'bob', id: 'b1' },
    { type: 'load-around', conversation: BOB, id: '' },
    { type: 'load-around', conversation: BOB },
    { type: 'open-at', conversation: BOB },
    { type: 'search-server', query: '' },
    { type: 'search-server', query: 'x', room: BOB },
    { type: 'open-at', conversation: BOB, id: 'b1', limit: 5 },
    { type: 'load-newer', conversation: BOB, after: 'b1', limit: 201 },
    { type: 'load-newer', conversation: BOB, after: '', limit: 5 },
  ])('is refused: %j', (command) => {
    expect(parse(command)).toBeUndefined();
  });
});
