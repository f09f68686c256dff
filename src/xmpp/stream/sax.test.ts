import { EVENTS } from 'saxes';
import { expect, it } from 'vitest';
import { createSax } from './sax.ts';

/** Of which a stream never hears: nothing ends a stream but its end tag, and the parser is ready when it is made. */
const UNUSED: readonly string[] = ['end', 'ready'];

it('has a place for the handler of each event, so that giving it adds nothing to the object', () => {
  const sax = createSax();
  const places = Object.keys(sax).length;
  for (const event of EVENTS) {
    if (UNUSED.includes(event)) continue;
    sax.on(event, () => undefined);
    expect(Object.keys(sax).length, event).toBe(places);
  }
});

it('is strict, knows namespaces and tells no position', () => {
  const sax = createSax();
  const uris: string[] = [];
  sax.on('opentag', ({ uri }) => uris.push(uri));
  sax.write("<s:a xmlns:s='urn:a' xmlns='urn:b'><b/>");
  expect(uris).toEqual(['urn:a', 'urn:b']);
  expect(() => createSax().write('<a></b>')).toThrow(/^unexpected close tag/);
  expect(() => createSax().write("<a b='1' b='2'/>")).toThrow(/duplicate attribute/);
});
