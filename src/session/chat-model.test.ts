import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatMessage } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import { ChatModel } from './chat-model.ts';

const bob = 'bob@chat.example.mil' as BareJid;
const ops = 'ops@conference.chat.example.mil' as BareJid;

function message(id: string, over: Partial<ChatMessage> = {}): ChatMessage {
  return { id, direction: 'in', sender: bob, body: id, at: 1, delayed: false, ...over };
}

function model(): { readonly chat: ChatModel; readonly events: ChatEvent[] } {
  const events: ChatEvent[] = [];
  return { chat: new ChatModel((event) => events.push(event)), events };
}

describe('ChatModel', () => {
  it('counts incoming messages as unread until they are read, and own ones never', () => {
    const { chat } = model();
    chat.addMessage(bob, 'contact', message('a'));
    chat.addMessage(bob, 'contact', message('b'));
    chat.addMessage(bob, 'contact', message('c', { direction: 'out', delivery: 'queued' }));
    expect(chat.conversations).toEqual([{ jid: bob, kind: 'contact', unread: 2, lastAt: 1 }]);
    chat.markRead(bob);
    expect(chat.unreadTotal).toBe(0);
  });

  it('keeps no more text of a conversation than it has room for, the newest of it', () => {
    const { chat } = model();
    const body = 'x'.repeat(16_384);
    for (let n = 0; n < 2_000; n += 1) chat.addMessage(bob, 'contact', message(`m${n}`, { body }));
    const kept = chat.page(bob, 10_000);
    expect(kept.length * body.length).toBeLessThanOrEqual(10 * 1024 * 1024);
    expect(kept.length).toBeGreaterThan(400);
    expect(kept.at(-1)?.id).toBe('m1999');
    expect(chat.message(bob, 'm0')).toBeUndefined();
    chat.addMessage(bob, 'contact', message('next'));
    expect(chat.page(bob, 1)[0]?.id).toBe('next');
  });

  it('shows a message that arrives twice once, in its last state', () => {
    const { chat, events } = model();
    chat.addMessage(ops, 'room', message('a', { direction: 'out', delivery: 'sent' }));
    chat.addMessage(ops, 'room', message('a', { direction: 'out', delivery: 'stored' }));
    expect(chat.page(ops, 10)).toEqual([message('a', { direction: 'out', delivery: 'stored' })]);
    expect(events.filter((event) => event.type === 'messages')).toHaveLength(1);
  });

  it('pages backwards and answers nothing for an unknown anchor', () => {
    const { chat } = model();
    for (let i = 0; i < 10; i++) chat.addMessage(bob, 'contact', message(`m${i}`));
    expect(chat.page(bob, 3).map((m) => m.id)).toEqual(['m7', 'm8', 'm9']);
    expect(chat.page(bob, 3, 'm7').map((m) => m.id)).toEqual(['m4', 'm5', 'm6']);
    expect(chat.page(bob, 3, 'm0')).toEqual([]);
    expect(chat.page(bob, 3, 'nowhere')).toEqual([]);
  });

  it('forgets the oldest messages of an endless conversation and still finds the others by id', () => {
    const { chat } = model();
    for (let i = 0; i < 26_000; i++) chat.addMessage(bob, 'contact', message(`m${i}`));
    expect(chat.message(bob, 'm0')).toBeUndefined();
    expect(chat.message(bob, 'm25999')?.body).toBe('m25999');
    chat.updateMessage(bob, message('m25000', { body: 'changed' }));
    expect(chat.message(bob, 'm25000')?.body).toBe('changed');
  });

  it('keeps a room’s occupant count in step with its occupants', () => {
    const { chat } = model();
    chat.upsertRoom({ jid: ops, name: 'ops', state: 'joined', nick: 'me', subject: '', occupantCount: 0 });
    const occupant = {
      role: 'participant',
      affiliation: 'none',
      availability: 'available',
      self: false,
    } as const;
    chat.upsertOccupants(ops, [
      { ...occupant, nick: 'x' },
      { ...occupant, nick: 'y' },
    ]);
    expect(chat.room(ops)?.occupantCount).toBe(2);
    chat.removeOccupant(ops, 'x');
    expect(chat.room(ops)?.occupantCount).toBe(1);
    chat.clearOccupants(ops);
    expect(chat.room(ops)?.occupantCount).toBe(0);
  });

  it('removes contacts that the server’s roster no longer has', () => {
    const { chat, events } = model();
    const contact = {
      jid: bob,
      name: 'Bob',
      groups: [],
      subscription: 'both',
      availability: 'offline',
    } as const;
    chat.replaceContacts([contact]);
    chat.replaceContacts([]);
    expect(chat.contacts).toEqual([]);
    expect(events.at(-1)).toEqual({ type: 'contacts', upsert: [], remove: [bob] });
  });
});
