/** Atom entries: what is read of them, and what is not. */
import { describe, expect, it } from 'vitest';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import { FEED_LIMITS } from '../../shared/feed-contract.ts';
import { elementsOf } from '../xml.ts';
import { buildEntry, readEntry } from './entry.ts';

const NOW = Date.UTC(2026, 10, 29, 19, 0);
function read(inner: string) {
  const [entry] = elementsOf(
    parseStanza(`<message><entry xmlns='http://www.w3.org/2005/Atom'>${inner}</entry></message>`),
  );
  return readEntry(entry ?? expect.unreachable(), NOW);
}

describe('an entry', () => {
  it('is written and read the same', () => {
    const notice = { id: 'urn:x:1', title: 'Flood <1>', text: 'a\nb & c', author: 'Alice', at: NOW };
    const written = buildEntry(notice, undefined).toString();
    expect(written).toBe(
      '<entry xmlns="http://www.w3.org/2005/Atom"><title>Flood &lt;1&gt;</title><author><name>Alice</name></author><id>urn:x:1</id><updated>2026-11-29T19:00:00.000Z</updated><content type="text">a\nb &amp; c</content></entry>',
    );
    expect(read(written.replace(/^<entry[^>]*>|<\/entry>$/g, ''))).toEqual({
      title: 'Flood <1>',
      author: 'Alice',
      text: 'a\nb & c',
      link: undefined,
      at: NOW,
    });
  });

  it.each([
    ['its content before its summary', '<summary>s</summary><content>c</content>', 'c'],
    [
      'its summary where the content is elsewhere',
      "<summary>s</summary><content type='text/plain' src='x'/>",
      's',
    ],
    [
      'its summary where the content is a picture',
      "<summary>s</summary><content type='image/png'>iVBOR</content>",
      's',
    ],
    [
      'the words of markup, never the markup',
      "<content type='html'>&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;script src=&quot;x&quot;&gt;&lt;/script&gt;&lt;b&gt;three&lt;/b&gt;</content>",
      'One & two\nthree',
    ],
    ['what looks like markup in a text', '<content>&lt;b&gt;x&lt;/b&gt;</content>', '<b>x</b>'],
    ['lines, and nothing hidden in them', '<content>a\u202eb\r\n\n\n\n\u200bc</content>', 'ab\n\nc'],
  ])('says %s', (_what, inner, text) => expect(read(inner).text).toBe(text));

  it.each([
    ['<updated>2026-11-29T18:00:00Z</updated>', NOW - 3_600_000],
    ['<updated>2026-11-29T19:30:00+01:00</updated>', NOW - 1_800_000],
    ['<published>2026-11-29T18:00:00.5Z</published>', NOW - 3_599_500],
    ['<updated>2099-01-01T00:00:00Z</updated>', NOW],
    ['<updated>yesterday</updated><published>2026-11-29T18:00:00Z</published>', NOW - 3_600_000],
    ['<updated>2026-13-45T99:00:00Z</updated>', undefined],
    ['<updated>1900-01-01T00:00:00Z</updated>', undefined],
    ['', undefined],
  ])('is of the time that it says, never of the future: %s', (inner, at) => expect(read(inner).at).toBe(at));

  it.each([
    ["<link href='https://intranet.mil/1'/>", 'https://intranet.mil/1'],
    ["<link rel='alternate' href='http://intranet.mil/1'/>", 'http://intranet.mil/1'],
    ["<link rel='enclosure' href='https://intranet.mil/1'/>", undefined],
    ["<link href='javascript:alert(1)'/>", undefined],
    ["<link href='file:///etc/passwd'/>", undefined],
    ["<link href='https://a.mil/\u202e1'/>", undefined],
    [`<link href='https://a.mil/${'x'.repeat(FEED_LIMITS.link)}'/>`, undefined],
  ])('names an address of the web or none: %s', (inner, link) => expect(read(inner).link).toBe(link));

  it('is bounded', () => {
    const { title, author, text } = read(
      `<title>${'t'.repeat(9000)}</title><author><name>${'n'.repeat(1000)}</name></author><content>${'x\n'.repeat(8000)}</content>`,
    );
    expect(title.length).toBeLessThanOrEqual(FEED_LIMITS.title + 1);
    expect(author.length).toBeLessThanOrEqual(FEED_LIMITS.author + 1);
    expect(text.length).toBeLessThanOrEqual(FEED_LIMITS.text);
  });
});
