import { describe, expect, it } from 'vitest';
import type { WatchwordList } from '../../shared/watch-contract.ts';
import { parseWatchword } from '../../shared/watchwords.ts';
import { WatchwordMatcher } from './matcher.ts';

function list(...words: string[]): WatchwordList {
  return { name: 'list', severity: 'warning', sound: 'soft', repeat: false, words };
}

function found(text: string, ...words: string[]): readonly string[] {
  return new WatchwordMatcher([list(...words)]).find(text).map(({ word, start, end }) => {
    expect(text.slice(start, end)).not.toBe('');
    return `${word} at ${text.slice(start, end)}`;
  });
}

describe('a watchword', () => {
  it.each([
    ['convoy', 'The CONVOY left', 'CONVOY'],
    ['convoy', 'convoy', 'convoy'],
    ['convoy', '(convoy)', 'convoy'],
    ['under fire', 'we are under\tfire!', 'under\tfire'],
    ['under fire', 'Under-Fire', 'Under-Fire'],
    ['C-130', 'a c-130 landed', 'c-130'],
    ['C-130', 'a C 130 landed', 'C 130'],
    ['missile*', 'two Missiles seen', 'Missiles'],
    ['missile*', 'missile', 'missile'],
    ['troop move*', 'troop movements', 'troop movements'],
    ['straße', 'STRASSE', 'STRASSE'],
    ['müller', 'mu\u0308ller', 'mu\u0308ller'],
    ['ракета', 'РАКЕТА летит', 'РАКЕТА'],
    ['导弹', '发射导弹了', '导弹'],
    ['νίκος', 'ΝΊΚΟΣ', 'ΝΊΚΟΣ'],
    ['صاروخ', 'رأيت صاروخ الآن', 'صاروخ'],
  ])('%j is found in %j', (word, text, as) => {
    expect(found(text, word)).toEqual([`${word} at ${as}`]);
  });

  it.each([
    ['convoy', 'convoys'],
    ['convoy', 'a con voy'],
    ['under fire', 'under the fire'],
    ['under fire', 'under\nfire'],
    ['under fire', 'under .... fire'],
    ['missile*', 'antimissile'],
    ['convoy', 'с\u043envoy'],
    ['导弹', '导向弹'],
  ])('%j is not found in %j', (word, text) => {
    expect(found(text, word)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['a star alone', '*'],
    ['a star within', 'a*b'],
    ['a star after a space', 'missile *'],
    ['a beginning of one letter', 'm*'],
    ['signs only', '!!!'],
    ['a control character', 'a\u0000b'],
    ['a regular expression that is none', '.*'],
    ['a phrase of too many words', 'a '.repeat(17)],
    ['something too long', 'x'.repeat(129)],
  ])('%s is none', (_title, word) => {
    expect(parseWatchword(word)).toBeUndefined();
    expect(found('missile a b m', word)).toEqual([]);
  });
});

describe('the matcher', () => {
  it('tells each word once for each list, in the order of the text', () => {
    const own = list('fire', 'under fire');
    const policy = { ...list('fire', 'smoke'), name: 'policy' };
    const hits = new WatchwordMatcher([own, policy]).find('smoke, under fire, fire and smoke');
    expect(hits.map((hit) => `${hit.word} ${hit.list.name} ${hit.start}`)).toEqual([
      'smoke policy 0',
      'under fire list 7',
      'fire list 13',
      'fire policy 13',
    ]);
  });

  it('is bounded in what it tells', () => {
    const words = Array.from({ length: 100 }, (_, index) => `word${index}`);
    expect(new WatchwordMatcher([list(...words)]).find(words.join(' '))).toHaveLength(32);
  });

  it('looks at a text made to be slow no more often than at any other', () => {
    // Every word begins every phrase, every length of a beginning is there, and none of them ever ends.
    const phrases = Array.from({ length: 16 }, (_, index) => `${'ab '.repeat(index)}zz${index}`);
    const beginnings = Array.from({ length: 31 }, (_, index) => `${'b'.repeat(index + 2)}c*`).filter(
      (word) => parseWatchword(word) !== undefined,
    );
    const matcher = new WatchwordMatcher([list(...phrases, ...beginnings)]);
    expect(matcher.find('ab '.repeat(5461))).toEqual([]);
    expect(matcher.find('b'.repeat(16_384))).toEqual([]);
  });
});
