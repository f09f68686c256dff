import { describe, expect, it } from 'vitest';
import { numberedName, safeFileName } from './safe-name.ts';

describe('safeFileName', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['Lagebericht Süd.odt', 'Lagebericht Süd.odt'],
    ['..', 'file'],
    ['.', 'file'],
    ['...', 'file'],
    ['', 'file'],
    ['../../etc/passwd', '_._.._etc_passwd'],
    ['..\\..\\windows\\system32\\x.dll', '_._.._windows_system32_x.dll'],
    ['/etc/passwd', '_etc_passwd'],
    ['C:\\boot.ini', 'C__boot.ini'],
    ['a\u0000.pdf', 'a.pdf'],
    ['.bashrc', '_bashrc'],
    ['.ssh', '_ssh'],
    ['-rf', '_rf'],
    ['~', '_'],
    ['name.', 'name'],
    ['name. . .', 'name'],
    ['name.exe .', 'name.exe'],
    ['con', '_con'],
    ['CON.txt', '_CON.txt'],
    ['Aux .pdf', '_Aux .pdf'],
    ['nul.tar.gz', '_nul.tar.gz'],
    ['COM1', '_COM1'],
    ['com\u00b9.log', '_com\u00b9.log'],
    ['LPT9.x', '_LPT9.x'],
    ['CONIN$', '_CONIN$'],
    ['console.txt', 'console.txt'],
    ['com10.txt', 'com10.txt'],
    ['file.txt:evil', 'file.txt_evil'],
    ['a<b>c"d|e?f*g', 'a_b_c_d_e_f_g'],
    ['%TEMP%.bat', '_TEMP_.bat'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\nb', 'ab'],
  ])('makes of %j %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it.each([
    'a'.repeat(5000),
    `${'ä'.repeat(300)}.docx`,
    '\u{1f600}'.repeat(200),
    `${'x'.repeat(190)}.${'y'.repeat(190)}`,
    `a.${'. '.repeat(500)}`,
  ])('keeps a long name below 200 bytes and whole in its characters: %#', (name) => {
    const safe = safeFileName(name);
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
    expect(safe).not.toMatch(/\p{Cs}|\ufffd|[. ]$/u);
    expect(safe.length).toBeGreaterThan(0);
  });

  it('keeps the ending, by which people and programs know what it is', () => {
    expect(safeFileName(`${'a'.repeat(400)}.exe`)).toMatch(/\.exe$/u);
  });

  it('changes nothing the second time', () => {
    for (const name of ['../x', 'con', '...a', '-.-', '~~~', '. .a', '%', 'nul .txt'])
      expect(safeFileName(safeFileName(name))).toBe(safeFileName(name));
  });
});

describe('numberedName', () => {
  it.each([
    ['report.pdf', 1, 'report.pdf'],
    ['report.pdf', 2, 'report (2).pdf'],
    ['report', 3, 'report (3)'],
    ['_bashrc', 2, '_bashrc (2)'],
  ])('%s, %i: %s', (name, number, numbered) => {
    expect(numberedName(name, number)).toBe(numbered);
  });
});
