import { describe, expect, it } from 'vitest';
import { MAX_PASSWORD_BYTES } from '../../shared/password-contract.ts';
import { PasswordBuffer } from './password-buffer.ts';

function typed(text: string): PasswordBuffer {
  const buffer = new PasswordBuffer();
  for (const character of text) buffer.push(character);
  return buffer;
}
const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);

describe('PasswordBuffer', () => {
  it('holds characters of any size, and takes the last one back whole', () => {
    const buffer = typed('aß€𝔸');
    expect(buffer.length).toBe(4);
    buffer.pop();
    buffer.pop();
    expect(text(buffer.take())).toBe('aß');
    buffer.pop();
    expect(buffer.length).toBe(0);
  });

  it('forgets what it handed over', () => {
    const buffer = typed('secret');
    expect(text(buffer.take())).toBe('secret');
    expect([buffer.length, buffer.take()]).toEqual([0, undefined]);
  });

  it('takes no control characters and no more than there is room for', () => {
    expect(typed('a\n\t\u0000b').length).toBe(2);
    expect(typed('x'.repeat(MAX_PASSWORD_BYTES + 9)).length).toBe(MAX_PASSWORD_BYTES);
    expect(typed(`${'x'.repeat(MAX_PASSWORD_BYTES - 1)}ß`).length).toBe(MAX_PASSWORD_BYTES - 1);
  });

  it('hands over what servers compare: composed, with plain spaces; nothing that they refuse', () => {
    expect(text(typed('e\u0301\u00a0x').take())).toBe('é x');
    expect(typed('soft\u00adhyphen').take()).toBeUndefined();
  });

  it('compares', () => {
    expect(typed('aß').equals(typed('aß'))).toBe(true);
    expect(typed('ab').equals(typed('abc'))).toBe(false);
    expect(typed('').equals(typed(''))).toBe(true);
  });

  it('is judged as it is typed', () => {
    const rules = { minLength: 4, minClasses: 3 };
    expect(typed('abc').judge(rules)).toMatchObject({
      length: 3,
      classes: 1,
      longEnough: false,
      good: false,
    });
    expect(typed('abC1').judge(rules)).toMatchObject({ length: 4, classes: 3, good: true });
    expect(typed('Éß 1').judge(rules)).toMatchObject({ length: 4, classes: 4, good: true });
    expect(typed('abC1ﬁ').judge(rules)).toMatchObject({ characters: false, good: false });
  });
});
