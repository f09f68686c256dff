import { getHeapStatistics } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { trimHeap } from '../../platform/heap.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { NS } from '../namespaces.ts';
import { childText } from '../xml.ts';
import { OwnValues, ownText } from './own-text.ts';
import { StreamParser } from './parser.ts';

const HEADER =
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

/** Octets of this thread's heap that are in use. */
function used(): number {
  trimHeap();
  return getHeapStatistics().used_heap_size;
}

describe('text of a stream', () => {
  it('is the same text, whatever is in it', () => {
    for (const text of ['', 'short', 'grüße, long enough to be cut 😀', '\u{10FFFF}\u0001'.repeat(20)]) {
      expect(ownText(text)).toBe(text);
      expect(new OwnValues().of(text)).toBe(text);
    }
  });

  it('is the same value also after the memory of values was emptied, and when it is long', () => {
    const values = new OwnValues();
    const all = Array.from({ length: 3 * OwnValues.CAPACITY }, (_, index) => `analyst-${index}@example.mil`);
    expect([...all, ...all].map((value) => values.of(value))).toEqual([...all, ...all]);
    const long = 'x'.repeat(OwnValues.LONGEST + 1);
    expect(values.of(long)).toBe(long);
  });

  it('does not hold on to the stanza in which it stood', () => {
    const kept: (string | undefined)[] = [];
    const parser = new StreamParser(DEFAULT_LIMITS, true, {
      onHeader: () => undefined,
      onElement: (message) => kept.push(message.attrs.id, childText(message, 'subject', NS.client)),
      onSkipped: () => undefined,
      onEnd: () => undefined,
    });
    parser.write(Buffer.from(HEADER));
    const before = used();
    for (let count = 0; count < 200; count += 1) {
      const id = `message-${count}-of-a-long-watch`;
      parser.write(
        Buffer.from(
          `<message id='${id}'><subject>Convoy ${id}</subject><body>${'b'.repeat(20_000)}</body></message>`,
        ),
      );
    }
    // 4 MB when each keeps what it was read from.
    expect(used() - before).toBeLessThan(1_000_000);
    expect(kept).toHaveLength(400);
    expect(kept.slice(-2)).toEqual(['message-199-of-a-long-watch', 'Convoy message-199-of-a-long-watch']);
  });
});
