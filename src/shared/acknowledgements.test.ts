import { describe, expect, it } from 'vitest';
import {
  type Acknowledgement,
  MAX_ACKNOWLEDGING,
  ownAcknowledgement,
  withAcknowledgement,
  withoutOwnAcknowledgement,
} from './acknowledgements.ts';
import { SELF } from './message-actions.ts';

const by = (
  author: string,
  at: number,
  name = author,
  more: Partial<Acknowledgement> = {},
): Acknowledgement => ({
  author,
  name,
  at,
  ...more,
});
const BAKER = by('occupant:b', 20, 'Baker');

describe('acknowledgements', () => {
  it('stand in the order in which the room had them, whatever order they come in', () => {
    const first = withAcknowledgement(undefined, BAKER, 'occupant:a');
    const both = withAcknowledgement(first, by('occupant:c', 10, 'Carol'), 'occupant:a');
    expect(both?.map(({ name }) => name)).toEqual(['Carol', 'Baker']);
  });

  it('count once for a person, the first one; whoever wrote the message gives none', () => {
    expect(withAcknowledgement([BAKER], by('occupant:b', 5, 'Baker'), 'occupant:a')).toBeUndefined();
    expect(withAcknowledgement([BAKER], by('occupant:b', 30, 'Baker renamed'), 'occupant:a')).toBeUndefined();
    expect(withAcknowledgement([BAKER], by('occupant:a', 30, 'Author'), 'occupant:a')).toBeUndefined();
    expect(withAcknowledgement([], by(SELF, 30), SELF)).toBeUndefined();
  });

  it('without occupant ids a name is somebody once, live and in the archive', () => {
    const live = withAcknowledgement(undefined, by('nick:1:Baker', 20, 'Baker'), undefined);
    expect(withAcknowledgement(live, by('name:Baker', 20, 'Baker'), undefined)).toBeUndefined();
    expect(withAcknowledgement(live, by('nick:2:Baker', 40, 'Baker'), undefined)).toBeUndefined();
    // An occupant id says that it is somebody else.
    expect(withAcknowledgement(live, by('occupant:b', 20, 'Baker'), undefined)).toHaveLength(2);
  });

  it('of somebody who is called as this user is called here are not this user’s', () => {
    const waits = withAcknowledgement(undefined, by(SELF, 10, 'Allen', { waits: true }), undefined);
    const both = withAcknowledgement(waits, by(`nick:3:${SELF}`, 5, SELF), undefined);
    expect(both?.map(({ author }) => author)).toEqual([`nick:3:${SELF}`, SELF]);
    expect(ownAcknowledgement(both)?.waits).toBe(true);
  });

  it('this user’s own has the room’s time once the room has shown it, and no other after that', () => {
    const waits = withAcknowledgement([BAKER], by(SELF, 10, 'Allen', { waits: true }), 'occupant:a');
    expect(waits?.[0]).toEqual(by(SELF, 10, 'Allen', { waits: true }));
    const shown = withAcknowledgement(waits, by(SELF, 50, 'Allen'), 'occupant:a');
    expect(shown).toEqual([BAKER, by(SELF, 50, 'Allen')]);
    expect(withAcknowledgement(shown, by(SELF, 60, 'Allen'), 'occupant:a')).toBeUndefined();
    expect(ownAcknowledgement(shown)?.at).toBe(50);
    expect(withoutOwnAcknowledgement(shown)).toEqual([BAKER]);
    expect(withoutOwnAcknowledgement([by(SELF, 1)])).toBeUndefined();
  });

  it('are bounded', () => {
    const full = Array.from({ length: MAX_ACKNOWLEDGING }, (_, at) => by(`occupant:${at}`, at));
    expect(withAcknowledgement(full, by('occupant:more', 1), 'occupant:a')).toBeUndefined();
  });
});
