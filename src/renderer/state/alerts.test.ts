import { describe, expect, it } from 'vitest';
import type { BareJid } from '../../shared/jid.ts';
import type { Alert } from '../../shared/watch-contract.ts';
import { loudest } from '../chat/watch/alert-sound.ts';
import {
  type AlertFilter,
  filteredAlerts,
  isAnyShared,
  labelsOf,
  NO_FILTER,
  raisedAlerts,
} from './alerts.ts';

const ops = 'ops@rooms.chat.example.mil' as BareJid;
const HOUR = 3_600_000;
const NOW = 100 * HOUR;

function alert(id: string, changes: Partial<Alert> = {}): Alert {
  return {
    id,
    conversation: ops,
    kind: 'room',
    message: id,
    sender: 'red-2',
    excerpt: '',
    at: NOW - HOUR / 2,
    reason: 'watchword',
    word: 'convoy',
    list: '',
    severity: 'info',
    sound: 'soft',
    repeat: false,
    quiet: false,
    ...changes,
  };
}

const SEEN = { acknowledged: { by: ops, at: NOW } };
const ALERTS = new Map(
  [
    alert('old', { at: NOW - 20 * HOUR, severity: 'critical' }),
    alert('seen', { severity: 'critical', ...SEEN }),
    alert('secret', {
      label: { id: 's', text: 'SECRET' },
      severity: 'warning',
      sender: 'Müller',
      shownAs: 'MÜLLER',
    }),
    alert('newest', { at: NOW }),
    alert('middle', { at: NOW - 2 * HOUR }),
  ].map((one) => [one.id, one]),
);

const shown = (filter: Partial<AlertFilter>) =>
  filteredAlerts(ALERTS, { ...NO_FILTER, ...filter }, NOW).map(({ id }) => id);

describe('the inbox', () => {
  it('has the raised before the acknowledged, the severe before the less severe, and the newest first', () => {
    expect(shown({ all: true })).toEqual(['old', 'secret', 'newest', 'middle', 'seen']);
    expect(raisedAlerts(ALERTS)).toHaveLength(4);
  });

  it.each([
    ['what nobody has acknowledged', {}, ['old', 'secret', 'newest', 'middle']],
    ['one severity', { severity: 'critical', all: true }, ['old', 'seen']],
    ['one label', { label: 'SECRET' }, ['secret']],
    ['no label', { label: '' }, ['old', 'newest', 'middle']],
    ['a part of the shown name, whatever its case', { sender: 'müll' }, ['secret']],
    ['the last hour', { span: 'hour' }, ['secret', 'newest']],
    ['the shift', { span: 'shift' }, ['secret', 'newest', 'middle']],
  ] as const)('filters: %s', (_what, filter, ids) => {
    expect(shown(filter)).toEqual(ids);
  });

  it('tells apart what others in the room have acknowledged, where they tell of it', () => {
    expect(isAnyShared(ALERTS)).toBe(false);
    const others = { first: [{ name: 'Baker', at: NOW }], count: 1 };
    const shared = new Map([
      ...ALERTS,
      ['theirs', alert('theirs', { others })],
      ['both', alert('both', { others, ...SEEN })],
    ]);
    expect(isAnyShared(shared)).toBe(true);
    const ids = (filter: Partial<AlertFilter>) =>
      filteredAlerts(shared, { ...NO_FILTER, ...filter }, NOW).map(({ id }) => id);
    expect(ids({})).toContain('theirs');
    expect(ids({ nobody: true })).toEqual(['old', 'secret', 'newest', 'middle']);
    expect(ids({ all: true, nobody: true })).toHaveLength(7);
  });

  it('offers the labels there are', () => {
    expect(labelsOf(ALERTS)).toEqual(['', 'SECRET']);
  });
});

describe('what is heard', () => {
  it.each([
    ['nothing of nothing', [], 'none'],
    ['the loudest of several', [alert('a'), alert('b', { sound: 'urgent' })], 'urgent'],
    ['no muted one', [alert('a'), alert('b', { sound: 'urgent', quiet: true })], 'soft'],
    ['no acknowledged one', [alert('b', { sound: 'urgent', ...SEEN })], 'none'],
    ['a list without a sound', [alert('b', { sound: 'none', severity: 'critical' })], 'none'],
  ] as const)('%s', (_what, alerts, sound) => {
    expect(loudest(alerts)).toBe(sound);
  });
});
