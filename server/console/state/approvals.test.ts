import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import type { Administrator } from '../roles.ts';
import { Approvals } from './approvals.ts';
import { migrate } from './database.ts';

const OAKES: Administrator = { id: 'oakes', name: 'Oakes', role: 'operator' };
const ORTEGA: Administrator = { id: 'ortega', name: 'Ortega', role: 'operator' };
const REQUEST = {
  path: { kind: 'service', name: 'all' },
  body: { position: 'off', reason: 'why' },
  query: {},
};

function setUp() {
  const clock = { now: Date.UTC(2026, 10, 29) };
  const state = new Database(':memory:');
  migrate(state);
  const make = () => new Approvals(state, 60_000, () => clock.now);
  const approvals = make();
  return { clock, approvals, make, asked: approvals.request('switch.set', REQUEST, OAKES, 'key-1') };
}
const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return Reflect.get(Object(error), 'code');
  }
  return 'none';
};

describe('a request for a second person', () => {
  it('is done as it was asked for, once', () => {
    const { approvals, asked } = setUp();
    expect(asked).toMatchObject({ state: 'pending', request: REQUEST, requester: 'oakes' });
    const approve = () => approvals.approve(asked.id, asked.digest, ORTEGA, 'key-2');
    expect(approve()).toMatchObject({ state: 'running', decider: 'ortega' });
    expect(codeOf(approve)).toBe('conflict');
    expect(approvals.finish(asked.id, 'done', { ended: 3 })).toMatchObject({
      state: 'done',
      result: { ended: 3 },
    });
    expect(codeOf(approve)).toBe('conflict');
    expect(codeOf(() => approvals.reject(asked.id, ORTEGA))).toBe('conflict');
  });

  it('is not approved by the same person, nor with the same card under another name', () => {
    const { approvals, asked } = setUp();
    expect(codeOf(() => approvals.approve(asked.id, asked.digest, OAKES, 'key-2'))).toBe('same-person');
    expect(codeOf(() => approvals.approve(asked.id, asked.digest, ORTEGA, 'key-1'))).toBe('same-person');
    expect(approvals.get(asked.id).state).toBe('pending');
  });

  it('is bound to its digest: two requests for the same thing have two', () => {
    const { approvals, asked } = setUp();
    const other = approvals.request('switch.set', REQUEST, OAKES, 'key-1');
    expect(other.digest).not.toBe(asked.digest);
    expect(codeOf(() => approvals.approve(asked.id, other.digest, ORTEGA, 'key-2'))).toBe('other-action');
  });

  it('expires', () => {
    const { approvals, asked, clock } = setUp();
    clock.now += 60_000;
    expect(codeOf(() => approvals.approve(asked.id, asked.digest, ORTEGA, 'key-2'))).toBe('gone');
    expect(approvals.get(asked.id).state).toBe('expired');
  });

  it('that was being done when the console ended is not done again', () => {
    const { approvals, asked, make } = setUp();
    approvals.approve(asked.id, asked.digest, ORTEGA, 'key-2');
    expect(make().get(asked.id).state).toBe('unknown');
  });

  it('nobody fills the table', () => {
    const { approvals } = setUp();
    const ask = () => approvals.request('switch.set', REQUEST, OAKES, 'key-1');
    for (let count = 1; count < 50; count += 1) ask();
    expect(codeOf(ask)).toBe('too-many');
  });

  it('an id that is none names nothing', () => {
    expect(codeOf(() => setUp().approvals.get("' OR 1=1 --"))).toBe('unknown');
  });
});
