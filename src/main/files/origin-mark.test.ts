import { describe, expect, it } from 'vitest';
import { originMark } from './origin-mark.ts';

const source = 'https://files.example.mil:8443/';
const id = '0b0e7a2e-0000-4000-8000-00000000abcd';
const now = Date.UTC(2026, 0, 1);

describe('the mark of a file from elsewhere', () => {
  it('is the Internet zone on Windows', () => {
    expect(originMark('win32', source, now, id)).toEqual({
      kind: 'stream',
      name: 'Zone.Identifier',
      content: '[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=https://files.example.mil:8443/\r\n',
    });
  });

  it('is quarantine on macOS', () => {
    const mark = originMark('darwin', source, now, id);
    expect(mark).toMatchObject({ attributes: [{ name: 'com.apple.quarantine' }] });
    const [attribute] = mark.kind === 'attributes' ? mark.attributes : [];
    expect(Buffer.from(attribute?.value ?? []).toString()).toBe(
      '0081;6955b900;Sallyport;0B0E7A2E-0000-4000-8000-00000000ABCD',
    );
  });

  it('is the origin’s address on Linux', () => {
    const mark = originMark('linux', source, now, id);
    expect(mark).toMatchObject({
      attributes: [
        { name: 'user.xdg.origin.url', value: new Uint8Array(Buffer.from(source)) },
        { name: 'user.xdg.publisher' },
      ],
    });
  });
});
