import { describe, expect, it } from 'vitest';
import { linkify } from './links.ts';

const HOSTS = ['wiki.mil', 'xn--bcher-kva.mil'];
const links = (text: string): (string | undefined)[] =>
  linkify(text, HOSTS).flatMap((span) => (span.href === undefined ? [] : [span.href]));

describe('links', () => {
  it.each([
    ['https://wiki.mil', 'https://wiki.mil'],
    ['see https://wiki.mil/page.', 'https://wiki.mil/page'],
    ['(https://wiki.mil/a_(b))', 'https://wiki.mil/a_(b)'],
    ['“https://wiki.mil/?q=1#top”', 'https://wiki.mil/?q=1#top'],
    ['https://wiki.mil/%C3%BC, then', 'https://wiki.mil/%C3%BC'],
    ['https://xn--bcher-kva.mil/', 'https://xn--bcher-kva.mil/'],
    ['<https://wiki.mil/a>', 'https://wiki.mil/a'],
  ])('%s', (text, href) => expect(links(text)).toEqual([href]));

  it.each([
    ['another host', 'https://evil.example/'],
    ['a subdomain', 'https://a.wiki.mil/'],
    ['a host that ends so', 'https://notwiki.mil/'],
    ['a host that begins so', 'https://wiki.mil.evil.example/'],
    ['without TLS', 'http://wiki.mil/'],
    ['another scheme', 'xmpp:a@wiki.mil?join'],
    ['a script', 'javascript:alert(1)'],
    ['a user', 'https://wiki.mil@evil.example/'],
    ['a user of the host', 'https://evil@wiki.mil/'],
    ['a port', 'https://wiki.mil:8443/'],
    ['the default port', 'https://wiki.mil:443/'],
    ['a backslash', 'https://wiki.mil\\@evil.example/'],
    ['letters of another alphabet', 'https://wіki.mil/'],
    ['an internationalised name', 'https://bücher.mil/'],
    ['full width', 'https://ｗiki.mil/'],
    ['an ideographic full stop', 'https://wiki。mil/'],
    ['capitals', 'https://WIKI.mil/'],
    ['an encoded host', 'https://%77iki.mil/'],
    ['a trailing dot and path', 'https://wiki.mil./x'],
    ['a broken escape', 'https://wiki.mil/%zz'],
    ['writing from right to left in it', 'https://wiki.mil/\u05d3x'],
    ['a word before it', 'xhttps://wiki.mil/'],
    ['one that is too long', `https://wiki.mil/${'a'.repeat(2048)}`],
    ['nothing behind the scheme', 'https://'],
  ])('text: %s', (_what, text) => {
    expect(linkify(text, HOSTS)).toEqual([{ text }]);
  });

  it('a bidi control ends the address, and with it the link stays what is seen', () => {
    expect(links('https://wiki.mil/\u202egpj.exe')).toEqual(['https://wiki.mil/']);
  });

  it('are none without a list', () => {
    expect(linkify('https://wiki.mil', [])).toEqual([{ text: 'https://wiki.mil' }]);
    expect(linkify('', HOSTS)).toEqual([{ text: '' }]);
  });

  it('lose nothing of the text, whatever it is, and open what they show', () => {
    const pieces = [
      'https://wiki.mil',
      '/',
      ' ',
      '(',
      ')',
      '.',
      'https://',
      '@',
      ':',
      '\\',
      'ü',
      '\u202e',
      '#',
      '%41',
      'a',
    ];
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let run = 0; run < 5000; run += 1) {
      const text = Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join('');
      const spans = linkify(text, HOSTS);
      expect(spans.map((span) => span.text).join('')).toBe(text);
      for (const { text: shown, href } of spans) {
        if (href === undefined) continue;
        expect(href).toBe(shown);
        const url = new URL(href);
        expect([url.protocol, url.host, url.username, url.password]).toEqual(['https:', 'wiki.mil', '', '']);
      }
    }
  });
});
