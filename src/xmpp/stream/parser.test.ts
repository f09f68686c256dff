import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { Element } from '../xml.ts';
import { ParserRefusal, StreamParser } from './parser.ts';

const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

interface Outcome {
  readonly elements: Element[];
  readonly skipped: [string, string][];
  headers: number;
  ends: number;
  error?: AppError;
}

/** Feeds the bytes in pieces of `size` and collects what came out. */
function feed(
  input: string | Uint8Array,
  { signedIn = true, size = Number.POSITIVE_INFINITY, limits = DEFAULT_LIMITS } = {},
): Outcome {
  const outcome: Outcome = { elements: [], skipped: [], headers: 0, ends: 0 };
  const parser = new StreamParser(limits, signedIn, {
    onHeader: () => {
      outcome.headers += 1;
    },
    onElement: (element) => outcome.elements.push(element),
    onSkipped: (head, limit) => outcome.skipped.push([head.toString(), limit]),
    onEnd: () => {
      outcome.ends += 1;
    },
  });
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  try {
    for (let at = 0; at < bytes.length; at += Math.min(size, bytes.length)) {
      parser.write(bytes.subarray(at, at + Math.min(size, bytes.length)));
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    outcome.error = error;
  }
  return outcome;
}

const condition = ({ error }: Outcome) =>
  error?.cause instanceof ParserRefusal ? error.cause.condition : undefined;

describe('StreamParser', () => {
  it('reads a stream whatever way the bytes are cut', () => {
    const text = `${HEADER}<message to='a@b'><body>grüße 😀 &lt;&amp;&#x1F600;</body></message> \n<presence/></stream:stream>`;
    const whole = feed(text).elements.map(String);
    expect(whole).toEqual([
      '<message to="a@b" xmlns="jabber:client"><body>grüße 😀 &lt;&amp;😀</body></message>',
      '<presence xmlns="jabber:client"/>',
    ]);
    for (let size = 1; size <= 9; size += 1) {
      const outcome = feed(text, { size });
      expect(outcome.elements.map(String)).toEqual(whole);
      expect(outcome).toMatchObject({ headers: 1, ends: 1 });
    }
  });

  it('takes prefixes away, so that one spelling of a payload is left', () => {
    const [message] = feed(
      `${HEADER}<c:message xmlns:c='jabber:client' xmlns:x='urn:x' x:a='1' b='2' xml:lang='en'><x:y><body xmlns='urn:z'/></x:y></c:message>`,
    ).elements;
    expect(message?.toString()).toBe(
      '<message b="2" xml:lang="en" xmlns="jabber:client"><y xmlns="urn:x"><body xmlns="urn:z"/></y></message>',
    );
    expect(message?.is('message', 'jabber:client')).toBe(true);
  });

  it('keeps a stream header in another namespace out', () => {
    for (const header of [
      "<stream xmlns='jabber:client'>",
      "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>",
      "<stream:features xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams2'>",
    ]) {
      const outcome = feed(header);
      expect(outcome.error?.code, header).toBe('STREAM_MALFORMED');
      expect(outcome.headers).toBe(0);
    }
  });

  const laughs = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>";
  const malformed: Record<string, [string | Uint8Array, string]> = {
    'document type before the stream': [`${laughs}${HEADER}`, 'restricted-xml'],
    'document type in the stream': [`${HEADER}<!DOCTYPE x>`, 'not-well-formed'],
    'external entity': [`<!DOCTYPE x SYSTEM 'file:///etc/passwd'>${HEADER}`, 'restricted-xml'],
    'processing instruction': [`${HEADER}<?php x?>`, 'restricted-xml'],
    'processing instruction in a stanza': [`${HEADER}<message><?x y?></message>`, 'restricted-xml'],
    'xml declaration in the stream': [`${HEADER}<?xml version='1.0'?>`, 'not-well-formed'],
    comment: [`${HEADER}<!-- x -->`, 'restricted-xml'],
    'comment in a stanza': [`${HEADER}<message><!-- x --></message>`, 'restricted-xml'],
    'unknown entity': [`${HEADER}<message>&nbsp;</message>`, 'not-well-formed'],
    'entity of a prototype': [`${HEADER}<message>&constructor;</message>`, 'not-well-formed'],
    'unknown entity in an attribute': [`${HEADER}<message to='&x;'/>`, 'not-well-formed'],
    'null by reference': [`${HEADER}<message>&#0;</message>`, 'not-well-formed'],
    'surrogate by reference': [`${HEADER}<message>&#xD800;</message>`, 'not-well-formed'],
    'control character': [`${HEADER}<message>\u0001</message>`, 'not-well-formed'],
    'text between stanzas': [`${HEADER}hello<`, 'bad-format'],
    'character data between stanzas': [`${HEADER}<![CDATA[hello]]>`, 'bad-format'],
    'crossed tags': [`${HEADER}<message><body></message></body>`, 'not-well-formed'],
    'doubled attribute': [`${HEADER}<message to='a' to='b'/>`, 'not-well-formed'],
    'doubled attribute by namespace': [
      `${HEADER}<message xmlns:a='u:x' xmlns:b='u:x' a:y='1' b:y='2'/>`,
      'not-well-formed',
    ],
    'undeclared prefix': [`${HEADER}<x:message/>`, 'not-well-formed'],
    'attribute without quotes': [`${HEADER}<message to=a/>`, 'not-well-formed'],
    'less-than in an attribute': [`${HEADER}<message to='<'/>`, 'not-well-formed'],
    'invalid UTF-8': [
      Buffer.concat([Buffer.from(HEADER), Buffer.from([0xc0, 0xaf])]),
      'unsupported-encoding',
    ],
    'surrogate in UTF-8': [
      Buffer.concat([Buffer.from(HEADER), Buffer.from([0xed, 0xa0, 0x80])]),
      'unsupported-encoding',
    ],
    'UTF-16': [Buffer.from(HEADER, 'utf16le'), 'not-well-formed'],
    'declared Latin-1': ["<?xml version='1.0' encoding='ISO-8859-1'?>", 'unsupported-encoding'],
    'something else than XML': ['HTTP/1.1 400 Bad Request\r\n\r\n', 'not-well-formed'],
  };
  for (const [what, [input, expected]] of Object.entries(malformed)) {
    it(`ends the stream on ${what}`, () => {
      for (const size of [Number.POSITIVE_INFINITY, 1]) {
        const outcome = feed(input, { size });
        expect(outcome.error?.code).toBe('STREAM_MALFORMED');
        expect(condition(outcome)).toBe(expected);
        expect(outcome.elements).toEqual([]);
      }
    });
  }

  const attributes = (count: number) => Array.from({ length: count }, (_, n) => `a${n}='x'`).join(' ');
  const oversized: Record<string, [string, string]> = {
    'a deep stanza': [`<message>${'<x>'.repeat(DEFAULT_LIMITS.depth)}`, 'depth'],
    'many attributes': [`<message ${attributes(DEFAULT_LIMITS.attributes + 1)}/>`, 'attributes'],
    'a long attribute': [
      `<message to='${'x'.repeat(DEFAULT_LIMITS.attributeLength + 1)}'/>`,
      'attribute length',
    ],
    'a long attribute name': [
      `<message ${'x'.repeat(DEFAULT_LIMITS.attributeLength + 1)}='1'/>`,
      'attribute length',
    ],
    'a long element name': [`<${'x'.repeat(DEFAULT_LIMITS.attributeLength + 1)}/>`, 'name length'],
    'many children': [`<message>${'<x/>'.repeat(DEFAULT_LIMITS.children + 1)}</message>`, 'children'],
    'many pieces of text': [
      `<message>${'<![CDATA[]]>x'.repeat(DEFAULT_LIMITS.children)}</message>`,
      'children',
    ],
    'many elements': [`<message>${`<y>${'<x/>'.repeat(7000)}</y>`.repeat(3)}</message>`, 'elements'],
    'a large stanza': [`<message>${'x'.repeat(DEFAULT_LIMITS.stanzaBytes)}</message>`, 'stanza size'],
    'a large stanza of wide characters': [
      `<message>${'😀'.repeat(DEFAULT_LIMITS.stanzaBytes / 4)}`,
      'stanza size',
    ],
    'an endless attribute': [`<message to='${'x'.repeat(2 * DEFAULT_LIMITS.stanzaBytes)}`, 'stanza size'],
    'an endless comment': [`<!-- ${'x'.repeat(2 * DEFAULT_LIMITS.stanzaBytes)}`, 'stanza size'],
    'endless white space': [' '.repeat(2 * DEFAULT_LIMITS.stanzaBytes), 'stanza size'],
    'an endless entity': [`<message>&${'x'.repeat(2 * DEFAULT_LIMITS.stanzaBytes)}`, 'stanza size'],
  };
  for (const [what, [input, limit]] of Object.entries(oversized)) {
    it(`ends the stream on ${what} before sign-in`, () => {
      const limits = { ...DEFAULT_LIMITS, stanzaBytesBeforeSignIn: DEFAULT_LIMITS.stanzaBytes };
      for (const size of [Number.POSITIVE_INFINITY, 1000, 65_536]) {
        const outcome = feed(HEADER + input, { size, limits, signedIn: false });
        expect(outcome.error?.toReport()).toEqual({ code: 'STREAM_LIMIT', detail: { limit } });
        expect(condition(outcome)).toBe('policy-violation');
        expect(outcome.elements).toEqual([]);
      }
    });
  }

  const x = 'x'.repeat(DEFAULT_LIMITS.attributeLength + 1);
  const poison: Record<string, [string, string]> = {
    depth: [`<message from='a@b'>${'<x>'.repeat(37_000)}y${'</x>'.repeat(37_000)}</message>`, 'depth'],
    'depth with prefixes': [
      `<message from='a@b' xmlns:p='u:p' xmlns:q='u:q'>${"<p:x q:a=''>".repeat(20_000)}${'</p:x>'.repeat(20_000)}</message>`,
      'depth',
    ],
    attributes: [`<message from='a@b'><x ${attributes(40)}/><y/>text</message>`, 'attributes'],
    'its own attributes': [`<message from='a@b' ${attributes(40)}><y><z/></y></message>`, 'attributes'],
    'an attribute': [`<message from='a@b'><x a='${x}'><y/></x></message>`, 'attribute length'],
    'an attribute of its own': [`<message from='a@b' a='${x}'/>`, 'attribute length'],
    'a name': [`<message from='a@b'><${x}/></message>`, 'name length'],
    children: [`<message from='a@b'>${'<x/>'.repeat(10_001)}</message>`, 'children'],
    elements: [`<message from='a@b'>${`<y>${'<x/>'.repeat(7000)}</y>`.repeat(3)}</message>`, 'elements'],
    escapes: [`<message from='a@b'><body>${'&apos;'.repeat(262_144)}</body></message>`, 'stanza size'],
    'an escaped attribute': [`<message from='a@b' a='${'&apos;'.repeat(262_144)}'/>`, 'stanza size'],
  };
  for (const [what, [input, limit]] of Object.entries(poison)) {
    it(`after sign-in reads past a stanza that is too large by ${what}`, () => {
      for (const size of [Number.POSITIVE_INFINITY, 1000, 65_536]) {
        const outcome = feed(`${HEADER}<presence/>${input}<iq><a><b/>c</a></iq></stream:stream>`, { size });
        expect(outcome.error).toBeUndefined();
        expect(outcome.skipped.map(([, seen]) => seen)).toEqual([limit]);
        expect(outcome.skipped[0]?.[0]).toContain('from="a@b"');
        expect(outcome.elements.map(String)).toEqual([
          '<presence xmlns="jabber:client"/>',
          '<iq xmlns="jabber:client"><a><b/>c</a></iq>',
        ]);
        expect(outcome.ends).toBe(1);
      }
    });
  }

  it('does not read past for ever', () => {
    expect(feed(`${HEADER}<message>${'x'.repeat(8 * DEFAULT_LIMITS.stanzaBytes)}`).error?.code).toBe(
      'STREAM_LIMIT',
    );
    expect(feed(`${HEADER}<message>${'<x>'.repeat(100_001)}`).error?.code).toBe('STREAM_LIMIT');
    expect(feed(`${HEADER}<message><x a='${'y'.repeat(3_000_000)}`).error?.code).toBe('STREAM_LIMIT');
    expect(feed(`${HEADER}${' '.repeat(300_000)}`).error?.code).toBe('STREAM_LIMIT');
  });

  it('takes a roster of 20,000, but no message as large', () => {
    const item = (n: number) =>
      `<item jid='${1_000_000_000 + n}@chat.example.mil' name='ALLEN.ALICE.${n}'><group>Analysts</group></item>`;
    const items = Array.from({ length: 20_000 }, (_, n) => item(n)).join('');
    const roster = `<iq type='result' id='r'><query xmlns='jabber:iq:roster'>${items}</query></iq>`;
    const { elements, skipped, error } = feed(HEADER + roster, { size: 16_384 });
    expect({ skipped, error }).toEqual({ skipped: [], error: undefined });
    const [query] = elements[0]?.children ?? [];
    expect(typeof query === 'object' && query.children.length).toBe(20_000);
  });

  it('accepts little before sign-in', () => {
    const input = `${HEADER}<features>${'x'.repeat(12_000)}</features>`;
    expect(feed(input, { signedIn: false }).error?.code).toBe('STREAM_LIMIT');
    expect(feed(input).elements).toHaveLength(1);
  });

  it('refuses an endless header', () => {
    expect(feed(`<?xml version='1.0'?>${' '.repeat(20_000)}`, { signedIn: false }).error?.code).toBe(
      'STREAM_LIMIT',
    );
  });

  it('counts to the byte, wherever the stanza lies', () => {
    const wrapped = (bytes: number) => `<message>${'é'.repeat((bytes - 20) / 2)}</message>`;
    const limit = DEFAULT_LIMITS.stanzaBytes;
    expect(Buffer.byteLength(wrapped(limit))).toBe(limit - 1);
    for (const before of ['', ' '.repeat(3000), '<presence/>'.repeat(300)]) {
      const good = feed(HEADER + before + wrapped(limit));
      expect(good.error).toBeUndefined();
      expect(feed(HEADER + before.trim() + wrapped(limit + 2)).skipped).toEqual([
        ['<message xmlns="jabber:client"/>', 'stanza size'],
      ]);
    }
  });

  it('takes a stanza just under the limit, and many of them', () => {
    const stanza = `<message><body>${'x'.repeat(200_000)}</body></message>`;
    expect(feed(HEADER + stanza.repeat(5), { size: 1400 }).elements).toHaveLength(5);
  });

  it('stays ended', () => {
    const parser = new StreamParser(DEFAULT_LIMITS, true, {
      onHeader: () => undefined,
      onElement: () => expect.unreachable(),
      onSkipped: () => expect.unreachable(),
      onEnd: () => undefined,
    });
    expect(() => parser.write(Buffer.from(`${HEADER}<!-- `))).not.toThrow();
    expect(() => parser.write(Buffer.from('-->'))).toThrow('STREAM_MALFORMED');
    expect(() => parser.write(Buffer.from('<message/>'))).toThrow('STREAM_MALFORMED');
  });

  it('is not impressed by names of the language', () => {
    const [message] = feed(
      `${HEADER}<message __proto__='x' constructor='y' hasOwnProperty='z'><toString/></message>`,
    ).elements;
    expect(message?.attrs.hasOwnProperty).toBe('z');
    expect(Object.getPrototypeOf(message?.attrs)).toBe(Object.prototype);
    expect(message?.toString()).toContain('<toString/>');
  });

  it('reads nothing after the end of the stream', () => {
    const outcome = feed(`${HEADER}</stream:stream>${' '.repeat(10)}`);
    expect(outcome).toMatchObject({ ends: 1 });
    expect(outcome.error).toBeUndefined();
    expect(feed(`${HEADER}</stream:stream><message/>`).elements).toEqual([]);
  });
});
