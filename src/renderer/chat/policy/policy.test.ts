import { describe, expect, it } from 'vitest';
import type { PolicyRow } from '../../../shared/policy-page.ts';
import { sourceText } from '../../text/policy.ts';
import { remaining } from './remaining.ts';
import { findRows } from './search.ts';

const row = (pointer: string, more: Partial<PolicyRow> = {}): PolicyRow => ({
  pointer,
  title: 'Title',
  description: '',
  value: '',
  source: 'base',
  owner: 'security',
  effect: 'immediate',
  ...more,
});

describe('findRows', () => {
  const rows = [
    row('/tls/minVersion', { title: 'Lowest TLS version', value: '1.3', source: 'default' }),
    row('/session/maxHours', { value: '12', source: 'overlay:night-shift', effect: 'sign-in' }),
  ];
  it.each([
    ['', 2],
    ['   ', 2],
    ['TLS', 1],
    ['lowest default', 1],
    ['night', 1],
    ['sign-in', 1],
    ['tls night', 0],
    ['.*', 0],
  ])('finds by every word: %j', (query, count) => {
    expect(findRows(rows, query)).toHaveLength(count);
  });
});

it('names where a value comes from', () => {
  expect((['base', 'default', 'absent', 'overlay:watch'] as const).map(sourceText)).toEqual([
    'Policy',
    'Default',
    'Not set',
    'Overlay watch',
  ]);
});

it.each([
  ['2026-01-11T00:00:00Z', '10 days'],
  ['2026-01-02T12:00:00Z', '36 hours'],
  ['2026-01-01T01:59:59Z', '119 minutes'],
  ['2026-01-01T00:01:30Z', '1 minute'],
  ['2026-01-01T00:00:30Z', 'less than a minute'],
  ['2025-01-01T00:00:00Z', 'less than a minute'],
])('says how long it is until %s', (until, text) => {
  expect(remaining(until, Date.parse('2026-01-01T00:00:00Z'))).toBe(text);
});
