import { expect, it } from 'vitest';
import { foldText } from './folded-text.ts';
import { isMentioned, mentionsIn } from './mentions.ts';

function found(text: string, ...names: string[]): readonly string[] {
  return mentionsIn(text, names).map(({ start, end }) => text.slice(start, end));
}

it.each([
  ['anna: are you there?', 'anna'],
  ['ask @Anna about it', 'anna'],
  ['ANNA', 'anna'],
  ["that is anna's report", 'anna'],
  ['(anna)', 'Anna'],
  ['anna, anna and again Anna.', 'anna'],
  ['grüße an MÜLLER', 'müller'],
  ['u\u0308ber Mu\u0308ller', 'm\u00fcller'],
  ['STRASSE 7 meldet', 'Straße 7'],
  ['ΝΙΚΟΣ here', 'νικος'],
  ['to [watch] now', '[watch]'],
  ['see anna@chat.example.mil', 'anna@chat.example.mil'],
  ['ping anna-2 please', 'anna-2'],
  ['end with anna.', 'anna'],
  ['end with anna. Next', 'anna'],
  ['𝛂 next to 𝒜nna? anna𝒳 anna', 'anna'],
])('%j mentions %j', (text, name) => {
  expect(isMentioned(text, [name])).toBe(true);
});

it.each([
  ['part of a word', 'susanna and annabel', 'anna'],
  ['a longer nickname', 'anna-2: take over', 'anna'],
  ['a longer account', 'anna.berg knows', 'anna'],
  ['the end of a longer nickname', 'ask red-anna', 'anna'],
  ['an address elsewhere', 'write to anna@evil.example', 'anna'],
  ['the domain of an address', 'write to bob@anna', 'anna'],
  ['an underscore', 'anna_x', 'anna'],
  ['Cyrillic letters that look the same', '\u0430nn\u0430: hello', 'anna'],
  ['full-width letters', '\uff41\uff4e\uff4e\uff41', 'anna'],
  ['a mark on the last letter', 'anna\u0301', 'anna'],
  ['a dotless i', 'k\u0131m', 'kim'],
  ['something invisible within', 'an\u200bna', 'anna'],
  ['digits behind', 'anna1', 'anna'],
  ['no name', 'anna', ''],
  ['a blank name', 'a  b', '  '],
])('%s is no mention', (_title, text, name) => {
  expect(isMentioned(text, [name])).toBe(false);
});

it('says where, in the text as it was written', () => {
  expect(found('Straße: ANNA, then M\u0075\u0308ller, anna', 'anna', 'müller')).toEqual([
    'ANNA',
    'M\u0075\u0308ller',
    'anna',
  ]);
  expect(found('ẞX ß anna', 'anna')).toEqual(['anna']);
});

it('the address goes before its localpart, and nothing is marked twice', () => {
  expect(found('anna@chat.example.mil', 'anna', 'anna@chat.example.mil')).toEqual(['anna@chat.example.mil']);
});

it('is bounded in names and places', () => {
  const many = Array.from({ length: 40 }, (_, index) => `user${index}`);
  expect(isMentioned('user39', many)).toBe(false);
  expect(mentionsIn('anna '.repeat(3000), ['anna'])).toHaveLength(64);
});

it('folding keeps the two ends of every place apart', () => {
  const folded = foldText('aẞb');
  expect(folded.text).toBe('assb');
  expect([0, 1, 2, 3, 4].map((index) => folded.originalAt(index))).toEqual([0, 1, 1, 2, 3]);
});
