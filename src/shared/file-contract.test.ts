import { describe, expect, it } from 'vitest';
import { displayFileName, formatSize, MAX_FILE_NAME, mediaTypeOf } from './file-contract.ts';

describe('displayFileName', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['gnp.\u202eexe', 'gnp.exe'],
    ['a\u200bb\u2066c\u2069.txt', 'abc.txt'],
    ['two\nlines\r\n.txt', 'twolines.txt'],
    ['  a \u00a0 b.txt ', 'a b.txt'],
    ['\u0000', 'file'],
    ['..', 'file'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['C:\\boot.ini', 'C__boot.ini'],
    ['', 'file'],
    ['\ud800x', 'x'],
    ['caf\u0065\u0301.txt', 'caf\u00e9.txt'],
  ])('shows %j as %j', (given, shown) => {
    expect(displayFileName(given)).toBe(shown);
  });

  it('keeps the ending of a long name', () => {
    const shown = displayFileName(`${'a'.repeat(5000)}.exe`);
    expect(shown).toHaveLength(MAX_FILE_NAME);
    expect(displayFileName(`${'a'.repeat(400)}.exe`)).toMatch(/^a+….exe$/u);
    expect(displayFileName('\u{1f600}'.repeat(300))).not.toMatch(/\p{Cs}/u);
  });
});

describe('mediaTypeOf', () => {
  it.each([
    ['application/pdf', 'application/pdf'],
    ['Text/HTML; charset=utf-8', 'text/html'],
    ['', 'application/octet-stream'],
    ['a/b/c', 'application/octet-stream'],
    ['text/plain\r\nx: y', 'application/octet-stream'],
    [`a/${'b'.repeat(300)}`, 'application/octet-stream'],
  ])('reads %j as %j', (given, type) => {
    expect(mediaTypeOf(given)).toBe(type);
  });
});

describe('formatSize', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1023, '1023 bytes'],
    [1024, '1.0 KiB'],
    [104_857_600, '100 MiB'],
    [10_737_418_240, '10 GiB'],
  ])('%i is %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});
