import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatMessage } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import { eventForWindow, replyForWindow } from './window-messages.ts';

const ops = 'ops@rooms.chat.mil' as BareJid;
const said: ChatMessage = {
  id: 'm1',
  direction: 'in',
  sender: 'bob',
  body: 'hello',
  at: 1,
  delayed: false,
};
const drew: ChatMessage = {
  ...said,
  id: 'm2',
  body: '[whiteboard] 1 taken back',
  board: [{ type: 'withdraw', id: 'a' }],
};
const slim = { ...drew, board: [] };

describe('what windows get of messages that draw', () => {
  it('is that they do, not what', () => {
    const events: readonly (readonly [ChatEvent, ChatEvent])[] = [
      [
        { type: 'messages', conversation: ops, append: [said, drew] },
        { type: 'messages', conversation: ops, append: [said, slim] },
      ],
      [
        { type: 'message-updates', conversation: ops, messages: [drew] },
        { type: 'message-updates', conversation: ops, messages: [slim] },
      ],
    ];
    for (const [event, shown] of events) expect(eventForWindow(event)).toEqual(shown);
    const hit = (message: ChatMessage) => ({ conversation: ops, kind: 'room', message }) as const;
    expect(
      replyForWindow({
        ok: true,
        messages: [drew, said],
        search: { hits: [hit(drew), hit(said)], source: 'memory' },
      }),
    ).toEqual({
      ok: true,
      messages: [slim, said],
      search: { hits: [hit(slim), hit(said)], source: 'memory' },
    });
  });

  it('is itself where nothing is drawn', () => {
    const event: ChatEvent = { type: 'messages', conversation: ops, append: [said] };
    expect(eventForWindow(event)).toBe(event);
    const refused = { ok: false, error: { code: 'NOT_CONNECTED' } } as const;
    expect(replyForWindow(refused)).toBe(refused);
  });
});
