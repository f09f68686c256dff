import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery, type SearchQuery } from '../../../shared/search-query.ts';
import { excerpt, highlight } from './highlight.ts';

function query(text: string): SearchQuery {
  const parsed = parseQuery(text);
  if (parsed.kind !== 'query') throw new Error(parsed.kind);
  return parsed.query;
}

describe('highlight', () => {
  it('marks the words that were searched for, whatever their case and accents', () => {
    const marked = highlight('Convoy: the CONVOY left Café', query('convoy cafe ')).filter(({ hit }) => hit);
    expect(marked.map(({ text }) => text)).toEqual(['Convoy', 'CONVOY', 'Café']);
  });

  it('marks beginnings only where the search takes them', () => {
    const count = (text: string) => highlight('convoys', query(text)).filter(({ hit }) => hit).length;
    expect([count('convoy'), count('convoy ')]).toEqual([1, 0]);
  });

  it('loses nothing of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const parts = highlight(text, query('a b c '));
        expect(parts.map((part) => part.text).join('')).toBe(text);
      }),
    );
  });
});

describe('excerpt', () => {
  it('begins shortly before the first hit and says that it is cut', () => {
    const long = `${'padding '.repeat(40)}target ${'padding '.repeat(60)}`;
    const text = excerpt(long, query('target '));
    expect(text).toMatch(/^… /);
    expect(text).toMatch(/ …$/);
    expect(text.indexOf('target')).toBeLessThan(80);
  });

  it('shows a short text whole, on one line', () => {
    expect(excerpt('one\ntwo\t three', query('two '))).toBe('one two three');
  });
});
