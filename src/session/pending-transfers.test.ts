import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../shared/chat-model.ts';
import type { FileTransfer } from '../shared/file-contract.ts';
import type { BareJid } from '../shared/jid.ts';
import { PendingEvents } from './pending-events.ts';

const transfer = (id: string, done: number): FileTransfer => ({
  id,
  direction: 'out',
  conversation: 'bob@chat.example.mil' as BareJid,
  name: 'a.txt',
  size: 100,
  done,
  state: 'uploading',
});
const change = (
  upsert: readonly FileTransfer[],
  remove: readonly string[] = [],
  reset = false,
): ChatEvent => ({
  type: 'collection',
  collection: 'transfers',
  reset,
  upsert,
  remove,
});

describe('transfers that wait for the window', () => {
  it('are told once, as they are now', () => {
    const pending = new PendingEvents();
    for (let done = 0; done <= 100; done += 1) pending.add(change([transfer('a', done)]));
    pending.add(change([transfer('b', 1)]));
    pending.add(change([], ['b']));
    expect(pending.take()).toEqual([change([transfer('a', 100)], ['b'])]);
    expect(pending.take()).toEqual([]);
  });

  it('begin anew with a reset, also an empty one', () => {
    const pending = new PendingEvents();
    pending.add(change([transfer('a', 1)], ['x']));
    pending.add(change([transfer('b', 1)], [], true));
    expect(pending.take()).toEqual([change([transfer('b', 1)], [], true)]);
    pending.add(change([], [], true));
    expect(pending.take()).toEqual([change([], [], true)]);
  });
});
