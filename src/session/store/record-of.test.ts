import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../shared/chat-model.ts';
import { isExportRecord } from '../../shared/export-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { recordOf } from './export-records.ts';

const BOB = 'bob@chat.example.mil' as BareJid;
const own: ChatMessage = {
  id: 'm1',
  direction: 'out',
  sender: 'alice@chat.example.mil',
  body: 'wrong window',
  at: 1_000,
  delayed: false,
  delivery: 'delivered',
};
const retraction = { at: 2_000, by: 'sender' } as const;

describe('a record of an export', () => {
  it('tells a retraction that waits from one that everybody has', () => {
    const taken = recordOf(BOB, { ...own, retraction });
    expect(taken.retracted).toEqual({ time: '1970-01-01T00:00:02.000Z', by: 'its sender', reason: '' });
    const waiting = recordOf(BOB, { ...own, retraction, pending: [{ type: 'retract', id: 'a1' }] });
    expect(waiting.retracted).toEqual({ ...taken.retracted, waiting: true });
    const reacted = recordOf(BOB, { ...own, pending: [{ type: 'react', id: 'a2', former: [] }] });
    expect(reacted.retracted).toBeUndefined();
    for (const record of [taken, waiting, reacted]) expect(isExportRecord(record)).toBe(true);
    expect(isExportRecord({ ...waiting, retracted: { ...waiting.retracted, waiting: 'yes' } })).toBe(false);
  });
});
