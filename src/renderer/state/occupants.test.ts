import { describe, expect, it } from 'vitest';
import type { Occupant } from '../../shared/chat-model.ts';
import { NO_OCCUPANTS, sortOccupants } from './occupants.ts';

const person = (nick: string, role: Occupant['role'] = 'participant'): Occupant => ({
  nick,
  role,
  affiliation: 'none',
  availability: 'available',
  self: false,
});
const mapOf = (people: readonly Occupant[]) => new Map(people.map((one) => [one.nick, one]));
const nicks = (people: readonly Occupant[]) => people.map(({ nick }) => nick);

describe('the order of occupants', () => {
  it('moderators first, then by name, without regard to case and accents, numbers by value', () => {
    const people = ['zoe', 'Émile', 'eve', 'desk-10', 'desk-9', 'Adam'].map((nick) => person(nick));
    const sorted = sortOccupants(
      NO_OCCUPANTS,
      mapOf([...people, person('mod', 'moderator'), person('v', 'visitor')]),
    );
    expect(nicks(sorted.list)).toEqual(['mod', 'Adam', 'desk-9', 'desk-10', 'Émile', 'eve', 'zoe', 'v']);
  });

  it('is the same whether it was made at once or of many changes', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const present = new Map<string, Occupant>();
    let sorted = NO_OCCUPANTS;
    for (let round = 0; round < 200; round += 1) {
      for (let change = random(20); change >= 0; change -= 1) {
        const nick = `n${random(300)}`;
        if (random(3) === 0) present.delete(nick);
        else present.set(nick, person(nick, random(5) === 0 ? 'moderator' : 'participant'));
      }
      sorted = sortOccupants(sorted, new Map(present));
      expect(nicks(sorted.list)).toEqual(nicks(sortOccupants(NO_OCCUPANTS, present).list));
    }
  });

  it('keeps its identity where nothing changed, and forgets a room that is gone', () => {
    const occupants = mapOf([person('a'), person('b')]);
    const sorted = sortOccupants(NO_OCCUPANTS, occupants);
    expect(sortOccupants(sorted, occupants)).toBe(sorted);
    expect(sortOccupants(sorted, undefined).list).toEqual([]);
  });
});
