import { describe, expect, it } from 'vitest';
import { NS } from '../namespaces.ts';
import { xml } from '../xml.ts';
import { buildResultSet, readResultSet } from './result-set.ts';

const set = (inner: string) => `<set xmlns="http://jabber.org/protocol/rsm">${inner}</set>`;

describe('a page', () => {
  it.each([
    ['the first items (2.1)', {}, '<max>40</max>'],
    ['those after one (2.2)', { after: 'a<1' }, '<max>40</max><after>a&lt;1</after>'],
    ['those before one (2.3)', { before: 'b1' }, '<max>40</max><before>b1</before>'],
    ['the last ones (2.5)', { before: '' }, '<max>40</max><before/>'],
  ])('is asked for as XEP-0059 has it: %s', (_what, page, inner) => {
    expect(buildResultSet(40, page).toString()).toBe(set(inner));
  });

  it('is read with its ends, as far as it has any', () => {
    const answer = (...ends: [string, string][]) =>
      xml(
        'fin',
        { xmlns: NS.archive },
        xml('set', { xmlns: NS.resultSets }, ...ends.map(([name, id]) => xml(name, {}, id))),
      );
    expect(readResultSet(answer(['first', 'a'], ['last', 'z'], ['count', '7']))).toEqual({
      first: 'a',
      last: 'z',
      count: 7,
    });
    const none = { first: undefined, last: undefined };
    expect(readResultSet(answer(['first', ''], ['last', 'x'.repeat(513)]))).toEqual(none);
    expect(readResultSet(xml('fin', { xmlns: NS.archive }))).toEqual(none);
  });
});
