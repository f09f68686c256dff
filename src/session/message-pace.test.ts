import { expect, it } from 'vitest';
import type { ChatEvent, ChatMessage } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import { isPassing, MessagePace } from './message-pace.ts';

const room = 'ops@rooms.example.mil' as BareJid;
const bob = 'bob@example.mil' as BareJid;

/** Lets messages come `perSecond` times a second for so long; returns the time after them. */
function talk(pace: MessagePace, from: number, perSecond: number, seconds: number): number {
  const step = 1_000 / perSecond;
  let now = from;
  for (; now < from + seconds * 1_000; now += step) pace.arrived(1, now);
  return now;
}

it('takes for lasting what is more than can be read, after some seconds and until it pauses', () => {
  const pace = new MessagePace();
  let now = talk(pace, 0, 20, 2.9);
  expect(pace.isLasting(now)).toBe(false);
  now = talk(pace, now, 20, 0.5);
  expect(pace.isLasting(now)).toBe(true);
  now = talk(pace, now, 20, 600);
  expect(pace.isLasting(now)).toBe(true);
  expect(pace.isLasting(now + 800)).toBe(false);
  // One after a pause is one that comes alone.
  pace.arrived(1, now + 900);
  expect(pace.isLasting(now + 900)).toBe(false);
});

it('ends with the second in which they can be read again', () => {
  const pace = new MessagePace();
  const now = talk(pace, 0, 20, 10);
  const later = talk(pace, now, 5, 2.5);
  expect(pace.isLasting(later)).toBe(false);
});

it('takes neither a burst nor people who talk for one', () => {
  const burst = new MessagePace();
  for (let now = 0; now < 2_000; now += 10) burst.arrived(50, now);
  expect(burst.isLasting(2_000)).toBe(false);
  const people = new MessagePace();
  const now = talk(people, 0, 6, 60);
  expect(people.isLasting(now)).toBe(false);
});

it('lets only what others say to a room, and what that does to numbers and presences, wait for the stream', () => {
  const said = (over: Partial<ChatMessage> = {}): ChatMessage => ({
    id: 'm',
    direction: 'in',
    sender: 'Bob',
    body: 'm',
    at: 0,
    delayed: false,
    ...over,
  });
  const inRoom = (message: ChatMessage): ChatEvent => ({
    type: 'messages',
    conversation: room,
    append: [said(), message],
  });
  const update = (message: ChatMessage): ChatEvent => ({
    type: 'message-updates',
    conversation: room,
    messages: [said(), message],
  });
  const items = (collection: 'typing' | 'alerts' | 'invitations'): ChatEvent => ({
    type: 'collection',
    collection,
    reset: false,
    upsert: [],
    remove: ['m'],
  });
  const passing: readonly ChatEvent[] = [
    inRoom(said()),
    update(said()),
    items('typing'),
    { type: 'conversations', upsert: [] },
    { type: 'contacts', upsert: [], remove: [] },
    { type: 'occupants', room, reset: false, upsert: [], remove: ['Bob'] },
  ];
  expect(passing.map(isPassing)).toEqual(passing.map(() => true));
  const pressing: readonly ChatEvent[] = [
    inRoom(said({ direction: 'out', delivery: 'queued' })),
    update(said({ direction: 'out', delivery: 'stored' })),
    { type: 'messages', conversation: bob, append: [said({ sender: bob })] },
    { type: 'messages', conversation: room, append: [said()], before: 'x' },
    items('alerts'),
    items('invitations'),
    { type: 'rooms', upsert: [], remove: [room] },
    { type: 'link', link: { kind: 'offline' } },
  ];
  expect(pressing.map(isPassing)).toEqual(pressing.map(() => false));
});
