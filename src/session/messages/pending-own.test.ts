import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../shared/chat-model.ts';
import { type MessageReaction, SELF } from '../../shared/message-actions.ts';
import { settled, toSend, undone, withPending } from './pending-own.ts';

const own = (...emojis: string[]): MessageReaction => ({ author: SELF, name: '', emojis, at: 1 });
const message = (more: Partial<ChatMessage> = {}): ChatMessage => ({
  id: 'm',
  direction: 'in',
  sender: 'bob@chat.mil',
  body: 'text',
  at: 0,
  delayed: false,
  ...more,
});
const react = (id: string, ...former: MessageReaction[]) => ({ type: 'react', id, former }) as const;
const retract = { type: 'retract', id: 'r' } as const;

describe('what this user did and the server does not have', () => {
  it('waits once of a kind; the newest reaction is what is sent, and what was there first is what comes back', () => {
    const first = withPending(message({ reactions: [own('👍')] }), react('a'));
    const second = withPending({ ...first, reactions: [own('👍', '❌')] }, react('b', own('👍')));
    const both = withPending({ ...second, retraction: { at: 2, by: 'sender' } }, retract);
    expect(both.pending).toEqual([react('b'), retract]);
    expect(toSend(both, 'react', 'wire')).toEqual({ type: 'react', id: 'wire', emojis: ['👍', '❌'] });
    expect(toSend(both, 'retract', 'wire')).toEqual({ type: 'retract', id: 'wire' });
    // The server has the first one; nothing is known of the second.
    expect(settled(both, 'a')).toBeUndefined();
    expect(undone(both, react('a', own('👀')))).toMatchObject({ reactions: [own('👍', '❌')] });
    expect(undone(both, react('b'))).toMatchObject({ reactions: [], pending: [retract] });
  });

  it('is over when the server has it, and as if it had not been when the server refuses it, then or later', () => {
    const taken = withPending(message({ retraction: { at: 2, by: 'sender' } }), retract);
    const there = settled(taken, 'r');
    expect(there).toEqual(message({ retraction: { at: 2, by: 'sender' } }));
    expect(undone(taken, retract)).toEqual(message());
    expect(undone(there ?? taken, retract)).toEqual(message());
    // The room took it back itself meanwhile.
    expect(undone(message({ retraction: { at: 3, by: 'room' } }), retract)).toBeUndefined();
  });
});
