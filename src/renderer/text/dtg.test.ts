import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDtg, parseDtg } from './dtg.ts';
import { formatDay, formatFull, formatMoment, formatTime, isSameDay } from './time.ts';

const MINUTE = 60_000;
/** Whole minutes of this century. */
const minutes = fc
  .integer({ min: Date.UTC(2000, 0, 1) / MINUTE, max: Date.UTC(2100, 0, 1) / MINUTE - 1 })
  .map((count) => count * MINUTE);

describe('date-time groups', () => {
  it('are day, hour, minute, zone, month, year', () => {
    expect(formatDtg(Date.UTC(2026, 10, 29, 15, 34, 59, 999))).toBe('291534ZNOV26');
    expect(formatDtg(Date.UTC(2009, 0, 1))).toBe('010000ZJAN09');
    expect(parseDtg('291534ZNOV26')).toBe(Date.UTC(2026, 10, 29, 15, 34));
  });

  it('name every minute of the century once', () => {
    fc.assert(
      fc.property(minutes, fc.integer({ min: 0, max: MINUTE - 1 }), (at, rest) => {
        const text = formatDtg(at + rest);
        expect(text).toMatch(/^[0-9]{6}Z[A-Z]{3}[0-9]{2}$/);
        expect(parseDtg(text)).toBe(at);
      }),
    );
  });

  it('are read only where such a minute exists', () => {
    for (const text of ['300000ZFEB26', '320000ZJAN26', '292400ZNOV26', '291560ZNOV26', '291534ANOV26', '']) {
      expect(parseDtg(text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (text) => {
        const at = parseDtg(text);
        if (at !== undefined) expect(formatDtg(at)).toBe(text);
      }),
    );
  });
});

describe('the form that was chosen', () => {
  it('stands in the text, and all forms in the tooltip', () => {
    fc.assert(
      fc.property(minutes, (at) => {
        const all = formatFull(at);
        expect(all).toContain(new Date(at).toISOString().slice(11, 16));
        expect(all).toContain(formatDtg(at));
        expect(all).toContain(formatTime(at, 'local'));
        expect(formatTime(at, 'zulu')).toBe(`${new Date(at).toISOString().slice(11, 16)}Z`);
        expect(formatTime(at, 'dtg')).toBe(formatDtg(at));
        expect(formatMoment(at, 'dtg')).toBe(formatDtg(at));
        expect(formatMoment(at, 'zulu').endsWith(formatTime(at, 'zulu'))).toBe(true);
      }),
    );
  });

  it('says which day it is, and the days’ lines stand where their names change', () => {
    fc.assert(
      fc.property(minutes, minutes, fc.constantFrom('zulu', 'local', 'dtg'), (left, right, form) => {
        expect(isSameDay(left, right, form)).toBe(formatDay(left, form) === formatDay(right, form));
      }),
    );
  });
});
