import { describe, expect, it } from 'vitest';
import { MAX_DIGITS, PinBuffer } from './pin-buffer.ts';

function typed(text: string): PinBuffer {
  const buffer = new PinBuffer();
  for (const character of text) buffer.push(character.charCodeAt(0));
  return buffer;
}

describe('PinBuffer', () => {
  it('takes ASCII digits only, and no more than a PIN has', () => {
    expect(typed('12a ٣-/:34').length).toBe(4);
    expect(typed('123456789').length).toBe(MAX_DIGITS);
    expect([...typed('123456789').take()]).toEqual([...'12345678'].map((digit) => digit.charCodeAt(0)));
  });

  it('forgets what it handed over', () => {
    const buffer = typed('123456');
    expect(buffer.take()).toHaveLength(6);
    expect(buffer.length).toBe(0);
    expect(buffer.take()).toHaveLength(0);
  });

  it('removes the last digit, and nothing when there is none', () => {
    const buffer = typed('12');
    buffer.pop();
    buffer.push('9'.charCodeAt(0));
    expect([...buffer.take()]).toEqual([0x31, 0x39]);
    buffer.pop();
    expect(buffer.length).toBe(0);
  });
});
