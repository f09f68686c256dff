import { describe, expect, it } from 'vitest';
import type { SearchHit } from '../../shared/chat-history-commands.ts';
import { MAX_EXPORT_RECORDS } from '../../shared/export-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { SearchPage } from '../../store/index.ts';
import { exportRecords } from './export-records.ts';

const OPS = 'ops@rooms.chat.mil' as BareJid;

function hit(body: string, at: number, archive: string): SearchHit {
  return {
    conversation: OPS,
    kind: 'room',
    message: {
      id: `${archive}-here`,
      direction: 'in',
      sender: 'bob',
      body,
      at,
      delayed: false,
      reference: { id: archive, author: 'bob', archive },
    },
  };
}

/** A history whose search gives these, newest first, two a page. */
function source(local: readonly SearchHit[], found?: readonly SearchHit[]) {
  const asked: string[] = [];
  return {
    asked,
    model: { conversations: [], log: () => [] },
    local: {
      isOpen: true,
      failures: 0,
      older: async () => [],
      search: async (_query: unknown, _limit: number, from = 0): Promise<SearchPage> => {
        const hits = local.slice(from, from + 2);
        return { hits, ...(from + 2 < local.length ? { next: from + 2 } : {}) };
      },
    },
    found: (query: string) => {
      asked.push(query);
      return found;
    },
  };
}

const LOCAL = [hit('fifth', 5, 'e'), hit('third', 3, 'c'), hit('first', 1, 'a')];
const texts = (records: readonly { readonly text: string }[]) => records.map(({ text }) => text);

describe('the export of a search', () => {
  it('has what this computer found, oldest first', async () => {
    const all = source(LOCAL, [hit('second', 2, 'b')]);
    expect(texts(await exportRecords(all, { kind: 'search', query: 'x' }))).toEqual([
      'first',
      'third',
      'fifth',
    ]);
    expect(all.asked).toEqual([]);
  });

  it('has what the server found beside it in its place, each message once', async () => {
    const server = [{ ...hit('third', 3, 'c'), message: { ...hit('third', 3, 'c').message, id: 'other' } }];
    const all = source(LOCAL, [hit('fourth', 4, 'd'), ...server, hit('second', 2, 'b')]);
    const records = await exportRecords(all, { kind: 'search', query: 'x', server: true });
    expect(texts(records)).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
    expect(all.asked).toEqual(['x']);
    const alone = source([], [hit('second', 2, 'b')]);
    expect(texts(await exportRecords(alone, { kind: 'search', query: 'x', server: true }))).toEqual([
      'second',
    ]);
  });

  it('is refused where the server was not searched by that query, or found too much', async () => {
    const scope = { kind: 'search', query: 'x', server: true } as const;
    await expect(exportRecords(source(LOCAL), scope)).rejects.toMatchObject({ code: 'IPC_REFUSED' });
    const many = Array.from({ length: MAX_EXPORT_RECORDS + 1 }, (_, n) => hit('many', n, `m${n}`));
    await expect(exportRecords(source([], many), scope)).rejects.toMatchObject({ code: 'EXPORT_TOO_LARGE' });
  });
});
