import { afterEach, describe, expect, it } from 'vitest';
import { type Session, Sessions } from './sessions.ts';

const WHO = { id: 'oakes', name: 'Oakes', role: 'operator' } as const;
const OTHER = { id: 'ortega', name: 'Ortega', role: 'operator' } as const;
const open: Sessions[] = [];
afterEach(() => {
  for (const sessions of open.splice(0)) sessions.stop();
});

function setUp() {
  const clock = { now: 0 };
  const ended: Session[] = [];
  const sessions = new Sessions(
    600_000,
    (session) => ended.push(session),
    () => clock.now,
  );
  open.push(sessions);
  return { clock, ended, sessions, session: sessions.start(WHO, 'key') };
}

describe('a session', () => {
  it('is for one person with one card', () => {
    const { sessions, session } = setUp();
    expect(sessions.require(session.name, WHO, 'key', true)).toBe(session);
    expect(() => sessions.require(session.name, OTHER, 'key', true)).toThrow('no-session');
    expect(() => sessions.require(session.name, WHO, 'other key', true)).toThrow('no-session');
    expect(() => sessions.require(undefined, WHO, 'key', true)).toThrow('no-session');
  });

  it('ends when nobody does anything, and what the page does by itself is nothing', () => {
    const { sessions, session, clock, ended } = setUp();
    clock.now = 599_999;
    sessions.require(session.name, WHO, 'key', false);
    clock.now = 600_000;
    expect(() => sessions.require(session.name, WHO, 'key', true)).toThrow('no-session');
    expect(ended).toEqual([session]);
  });

  it('goes on as long as somebody does something', () => {
    const { sessions, session, clock } = setUp();
    for (let round = 1; round <= 5; round += 1) {
      clock.now = round * 500_000;
      sessions.require(session.name, WHO, 'key', true);
    }
    expect(sessions.isOpen(session.name)).toBe(true);
  });

  it('ended in one window leaves the other’s', () => {
    const { sessions, session } = setUp();
    const other = sessions.start(WHO, 'key');
    sessions.end(session.name);
    expect(sessions.hasKey('key')).toBe(true);
    sessions.end(other.name);
    expect(sessions.hasKey('key')).toBe(false);
  });

  it('one person has no more than sixteen; the oldest goes', () => {
    const { sessions, session } = setUp();
    for (let count = 0; count < 16; count += 1) sessions.start(WHO, 'key');
    expect(sessions.isOpen(session.name)).toBe(false);
  });
});
