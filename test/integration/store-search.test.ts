/** Search in the local history on a real disk: what it finds is what the plain comparison finds. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import { fits, parseQuery } from '../../src/shared/search-query.ts';
import { BOB, found, LocalStore, message, query, ROOM, run } from '../support/local-store.ts';

let local: LocalStore;

beforeEach(() => {
  local = new LocalStore();
});
afterEach(() => local.remove());

describe('search in the local history', () => {
  it('finds words, phrases, senders, rooms, labels and times, the newest first', () => {
    const { store } = local.open();
    store.put([
      run([
        message('a', 0, 'Convoy left Alpha'),
        message('b', 1, 'left the convoy'),
        message('c', 2, 'Café résumé'),
      ]),
      run(
        [
          message('r', 3, 'convoy halted', {
            sender: 'hawk',
            shownAs: 'Hawk Two',
            label: { text: 'SECRET' },
          }),
          message('s', 4, 'nothing', { sender: 'owl', label: { text: 'CUI' } }),
        ],
        { at: 'end' },
        ROOM,
      ),
    ]);
    expect(found(store, 'convoy')).toEqual(['r', 'b', 'a']);
    expect(found(store, '"left convoy" ')).toEqual([]);
    expect(found(store, '"convoy left"')).toEqual(['a']);
    expect(found(store, 'conv')).toEqual(['r', 'b', 'a']);
    expect(found(store, 'cafe resume ')).toEqual(['c']);
    expect(found(store, 'from:"hawk two"')).toEqual(['r']);
    expect(found(store, 'in:watch')).toEqual(['s', 'r']);
    expect(found(store, 'label:secret convoy')).toEqual(['r']);
    expect(found(store, 'after:2026-11-29T12:02')).toEqual(['s', 'r', 'c']);
    expect(found(store, 'convoy before:2026-11-29T12:01')).toEqual(['a']);
    expect(found(store, 'from:nobody convoy')).toEqual([]);
  });

  it('goes on where the page before ended', () => {
    const { store } = local.open();
    store.put([run(Array.from({ length: 250 }, (_, n) => message(`m${n}`, 0, 'same word')))]);
    const ids: string[] = [];
    let from: number | undefined;
    do {
      const page = store.search(query('word'), 100, from);
      ids.push(...page.hits.map((hit) => hit.message.id));
      from = page.next;
    } while (from !== undefined);
    expect(ids).toEqual(Array.from({ length: 250 }, (_, n) => `m${249 - n}`));
  });

  it.each([
    'word',
    'third',
    'rare',
    'word rare',
    'nobody',
    '',
    'after:2026-11-29T12:40 third',
    'in:watch word',
    'from:bob third wo',
  ])('finds the same from any time in the past, page by page, however common it is: %s', (words) => {
    const { store } = local.open();
    const all = Array.from({ length: 400 }, (_, n) => {
      const body = ['word', ...(n % 3 === 0 ? ['third'] : []), ...(n % 41 === 0 ? ['rare'] : [])].join(' ');
      return { one: message(`m${n}`, n / 4, body), conversation: n % 5 === 0 ? ROOM : BOB };
    });
    for (const { one, conversation } of all) store.put([run([one], { at: 'end' }, conversation)]);
    for (const [before, limit] of [
      ['13:30', 20],
      ['13:00', 7],
      ['12:10', 50],
      ['12:00', 10],
    ] as const) {
      const asked = query(`${words} before:2026-11-29T${before}`);
      const expected = all
        .filter(({ one, conversation }) => fits(asked, { ...one, conversation, label: '' }))
        .map(({ one }) => one.id)
        .reverse();
      const ids: string[] = [];
      let from: number | undefined;
      do {
        const page = store.search(asked, limit, from);
        expect(page.hits.length).toBeLessThanOrEqual(limit);
        ids.push(...page.hits.map((hit) => hit.message.id));
        from = page.next;
      } while (from !== undefined);
      expect(ids).toEqual(expected);
    }
  });

  it('answers what the plain comparison answers, whatever is said and asked', () => {
    const word = fc.constantFrom(
      'alpha',
      'bravo',
      'Ärger',
      'café',
      'x1',
      'ALPHA',
      'near',
      'NEAR',
      'or',
      'привет',
      '東京',
    );
    const text = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    const asked = fc.array(
      fc.oneof(
        word,
        text.map((words) => `"${words}"`),
        word.map((one) => `${one.slice(0, 3)}*`),
        fc.constantFrom('from:b', 'label:cui'),
      ),
      { minLength: 1, maxLength: 4 },
    );
    const { store } = local.open();
    let count = 0;
    const all: ChatMessage[] = [];
    fc.assert(
      fc.property(text, fc.boolean(), asked, (body, labelled, parts) => {
        count += 1;
        const one = message(`p${count}`, count, body, labelled ? { label: { text: 'CUI' } } : {});
        all.push(one);
        store.put([run([one])]);
        const parsed = parseQuery(`${parts.join(' ')} `);
        if (parsed.kind !== 'query') return;
        const expected = all
          .filter((each) => fits(parsed.query, { ...each, conversation: BOB, label: each.label?.text ?? '' }))
          .map(({ id }) => id)
          .reverse();
        expect(store.search(parsed.query, 10_000).hits.map((hit) => hit.message.id)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});
