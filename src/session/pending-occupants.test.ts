/** A crowd that enters at once reaches the window in parts that fit into its frames, and whole. */
import { describe, expect, it } from 'vitest';
import type { ChatEvent, Occupant } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import { PendingEvents } from './pending-events.ts';

const OPS = 'ops@rooms.chat.mil' as BareJid;
const NORTH = 'north@rooms.chat.mil' as BareJid;
const person = (nick: string): Occupant => ({
  nick,
  role: 'participant',
  affiliation: 'none',
  availability: 'available',
  self: false,
});
const crowd = (count: number) => Array.from({ length: count }, (_, index) => person(`n${index}`));

function apply(rooms: Map<string, Set<string>>, events: readonly ChatEvent[]): number {
  let most = 0;
  for (const event of events) {
    if (event.type !== 'occupants') continue;
    const present = event.reset ? new Set<string>() : (rooms.get(event.room) ?? new Set<string>());
    for (const nick of event.remove) present.delete(nick);
    for (const { nick } of event.upsert) present.add(nick);
    rooms.set(event.room, present);
    most += event.upsert.length;
  }
  return most;
}

describe('occupants that wait for the window', () => {
  it('go a thousand at a time, until all are there', () => {
    const pending = new PendingEvents();
    pending.add({ type: 'occupants', room: OPS, reset: true, upsert: crowd(2_500), remove: [] });
    pending.add({ type: 'occupants', room: NORTH, reset: true, upsert: crowd(10), remove: [] });
    const rooms = new Map<string, Set<string>>([[NORTH, new Set(['gone'])]]);
    const sizes: number[] = [];
    while (!pending.isEmpty) sizes.push(apply(rooms, pending.take()));
    expect(sizes).toEqual([1_000, 1_000, 510]);
    expect(rooms.get(OPS)?.size).toBe(2_500);
    expect([...(rooms.get(NORTH) ?? [])]).toEqual(crowd(10).map(({ nick }) => nick));
  });

  it('that leave while they wait do not come, and a room that begins anew forgets the rest', () => {
    const pending = new PendingEvents();
    const rooms = new Map<string, Set<string>>();
    pending.add({ type: 'occupants', room: OPS, reset: true, upsert: crowd(1_500), remove: [] });
    apply(rooms, pending.take());
    pending.add({ type: 'occupants', room: OPS, reset: false, upsert: [], remove: ['n1200', 'n3'] });
    apply(rooms, pending.take());
    expect(pending.isEmpty).toBe(true);
    expect(rooms.get(OPS)?.size).toBe(1_498);
    pending.add({ type: 'occupants', room: OPS, reset: false, upsert: crowd(1_500), remove: [] });
    apply(rooms, pending.take());
    pending.add({ type: 'occupants', room: OPS, reset: true, upsert: [person('alone')], remove: [] });
    while (!pending.isEmpty) apply(rooms, pending.take());
    expect([...(rooms.get(OPS) ?? [])]).toEqual(['alone']);
  });
});
