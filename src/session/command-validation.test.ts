import { describe, expect, it } from 'vitest';
import { MAX_BODY_LENGTH } from '../shared/chat-model.ts';
import { parseWindowMessage } from './command-validation.ts';

const bob = 'bob@chat.example.mil';
const send = { type: 'send-message', conversation: bob, kind: 'contact', body: 'hello' };
const command = (value: unknown, id: unknown = 1) => ({ kind: 'command', id, command: value });

describe('parseWindowMessage', () => {
  it.each([
    [send],
    [{ type: 'retry-message', conversation: bob, id: 'abc' }],
    [{ type: 'load-messages', conversation: bob, limit: 50 }],
    [{ type: 'load-messages', conversation: bob, limit: 50, before: 'abc' }],
    [{ type: 'mark-read', conversation: bob }],
    [{ type: 'join-room', room: 'ops@conference.chat.example.mil' }],
    [{ type: 'leave-room', room: 'ops@conference.chat.example.mil' }],
    [{ type: 'set-subject', room: 'ops@conference.chat.example.mil', subject: '' }],
    [{ type: 'set-presence', availability: 'dnd', status: 'on watch' }],
    [{ type: 'reconnect-now' }],
  ])('accepts %j', (value) => {
    expect(parseWindowMessage(command(value))).toEqual(command(value));
  });

  it('accepts an acknowledgement', () => {
    expect(parseWindowMessage({ kind: 'ack', count: 1 })).toEqual({ kind: 'ack', count: 1 });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an array', [command(send)]],
    ['a string', 'send'],
    ['another kind', { kind: 'events', events: [] }],
    ['a class instance', Object.assign(new (class Trick {})(), command(send))],
    ['an acknowledgement of nothing', { kind: 'ack', count: 0 }],
    ['an endless acknowledgement', { kind: 'ack', count: 1e9 }],
    ['an unknown command', command({ type: 'eval', code: '1' })],
    ['a command named like an object method', command({ type: 'constructor' })],
    ['a command named __proto__', command(JSON.parse('{"type":"__proto__"}'))],
    ['a fractional id', command(send, 1.5)],
    ['a negative id', command(send, -1)],
    ['an extra key', command({ ...send, to: 'x' })],
    [
      'an own __proto__ key',
      command(JSON.parse(`{"type":"mark-read","conversation":"${bob}","__proto__":{}}`)),
    ],
    ['a full address as conversation', command({ ...send, conversation: `${bob}/phone` })],
    ['a domain as conversation', command({ ...send, conversation: 'chat.example.mil' })],
    ['an address in capitals', command({ ...send, conversation: 'BOB@chat.example.mil' })],
    ['an address that is none', command({ ...send, conversation: 'a b@c' })],
    ['an empty body', command({ ...send, body: '' })],
    ['a body that is too long', command({ ...send, body: 'x'.repeat(MAX_BODY_LENGTH + 1) })],
    ['a body with a NUL', command({ ...send, body: 'a\u0000b' })],
    ['a body with half a surrogate pair', command({ ...send, body: 'a\ud83d' })],
    ['a body that is an object', command({ ...send, body: { toString: () => 'x' } })],
    ['an unknown kind of conversation', command({ ...send, kind: 'transport' })],
    ['a page of everything', command({ type: 'load-messages', conversation: bob, limit: 1e6 })],
    ['offline as a presence', command({ type: 'set-presence', availability: 'offline', status: '' })],
  ])('refuses %s', (_name, value) => {
    expect(parseWindowMessage(value)).toBeUndefined();
  });
});
