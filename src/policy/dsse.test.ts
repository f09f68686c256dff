import { describe, expect, it } from 'vitest';
import { preAuthEncoding } from './dsse.ts';

describe('preAuthEncoding', () => {
  it('is that of the DSSE specification', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld' as never, Buffer.from('hello world'));
    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });
});
