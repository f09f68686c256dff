/** What waits to be written while nothing can be: in order, each in its newest form, bounded, and nothing of this user's given up. */
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { StoredKeys } from '../../store/index.ts';
import { type Batch, WriteBacklog } from './write-backlog.ts';

const BOB = 'bob@chat.mil' as BareJid;
const message = (id: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  id,
  direction: 'in',
  sender: BOB,
  body: `text of ${id}`,
  at: 0,
  delayed: false,
  ...more,
});
const end = { at: 'end' } as const;
const bodies = ({ puts }: Batch) => puts.map((run) => run.messages.map((one) => one.message.body));

function backlog(max?: number) {
  const known = new Map<string, readonly StoredKeys[]>();
  const made = new WriteBacklog((_conversation, id) => known.get(id) ?? [], max);
  const place = (...messages: readonly ChatMessage[]) => made.place(BOB, 'contact', messages, end);
  return { made, place, known };
}

describe('what waits to be written', () => {
  it('is given out once, and goes before what came since when it could not be written', () => {
    const { made, place } = backlog();
    place(message('a'), message('b'));
    const batch = made.take();
    expect(made.isEmpty).toBe(true);
    place(message('c'));
    made.change(BOB, message('b', { body: 'b again' }));
    made.putBack(batch);
    const again = made.take();
    expect(bodies(again)).toEqual([['text of a', 'b again'], ['text of c'], ['b again']]);
    expect(again.puts.map(({ place: { at } }) => at)).toEqual(['end', 'end', 'there']);
  });

  it('has how far archives are known beside it, the newest of each, also after a write that failed', () => {
    const { made, place } = backlog();
    const ranges = (id: string) => ({ newest: { id, at: 0 }, holes: [] });
    place(message('a'));
    made.archive('', ranges('a1'));
    made.archive('ops@rooms.chat.mil', ranges('r1'));
    const batch = made.take();
    expect([batch.puts.length, batch.archives.map(({ name }) => name), made.isEmpty]).toEqual([
      1,
      ['', 'ops@rooms.chat.mil'],
      true,
    ]);
    made.archive('', ranges('a2'));
    expect(made.isEmpty).toBe(false);
    made.putBack(batch);
    const known = made.take().archives.map(({ name, ranges: of }) => [name, of?.newest?.id]);
    expect(Object.fromEntries(known)).toEqual({ '': 'a2', 'ops@rooms.chat.mil': 'r1' });
  });

  it('keeps what a message is known by, though memory forgets it before it is written', () => {
    const { made, place, known } = backlog();
    const keys = [{ archiveId: 'a1', strong: ['s'] }];
    known.set('a', keys);
    place(message('a'));
    known.delete('a');
    expect(made.take().puts[0]?.messages[0]?.keys).toEqual(keys);
  });

  it('keeps what a message is known by, though memory has let go of it', () => {
    const { made, place, known } = backlog();
    known.set('a', [{ strong: ['key'] }]);
    place(message('a'));
    made.putBack(made.take());
    known.clear();
    made.change(BOB, message('a', { body: 'again' }));
    expect(made.take().puts[0]?.messages).toMatchObject([
      { message: { body: 'again' }, keys: [{ strong: ['key'] }] },
    ]);
  });

  it('is bounded: the oldest that the archive has are given up and counted, what only this user has is not', () => {
    const { made, place } = backlog(4);
    place(message('a'), message('own', { direction: 'out', delivery: 'queued' }), message('b'));
    place(message('done', { pending: [{ type: 'retract', id: 'r' }] }));
    expect(made.lost).toBe(0);
    made.putBack(made.take());
    place(message('c'), message('d'));
    expect(made.lost).toBe(2);
    expect(bodies(made.take()).flat()).toEqual(['own', 'done', 'c', 'd'].map((id) => `text of ${id}`));
  });

  it('is bounded by its text, too', () => {
    const { made, place } = backlog();
    const long = 'x'.repeat(5 * 1024 * 1024);
    for (const id of ['a', 'b', 'c', 'd']) place(message(id, { body: long }));
    expect(made.lost).toBe(1);
    expect(made.take().puts.flatMap((run) => run.messages.map((one) => one.message.id))).toEqual([
      'b',
      'c',
      'd',
    ]);
  });
});
