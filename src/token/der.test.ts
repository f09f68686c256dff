import { describe, expect, test } from 'vitest';
import { DerError, derText, oidToString, readDer, readOne, TAG } from './der.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('readDer', () => {
  test('reads elements with short and long lengths', () => {
    const long = Buffer.concat([Buffer.from([0x04, 0x81, 0x80]), Buffer.alloc(0x80, 7)]);
    const [first, second, ...more] = readDer(Uint8Array.from([...bytes('020105'), ...long]));
    expect(first).toEqual({ tag: 0x02, value: bytes('05') });
    expect(second?.value.length).toBe(0x80);
    expect(more).toEqual([]);
  });

  test.each([
    ['a value that runs past the end', '040500'],
    ['a length that is missing', '04'],
    ['a length that is cut off', '0482ff'],
    ['an indefinite length', '30800000'],
    ['a length of four octets', '048400000001ff'],
    ['a long form for a short length', '04810100'],
    ['a leading zero in the length', '04820080'.padEnd(8 + 256, '0')],
    ['a tag number above 30', '1f8101010a'],
  ])('refuses %s', (_, hex) => {
    expect(() => readDer(bytes(hex))).toThrow(DerError);
  });

  test('never reads outside of what it is given', () => {
    const random = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 0xff);
    for (let start = 0; start < 2000; start++) {
      const piece = random.subarray(start, start + (start % 64));
      try {
        for (const element of readDer(piece)) expect(element.value.length).toBeLessThan(piece.length);
      } catch (error) {
        expect(error).toBeInstanceOf(DerError);
      }
    }
  });
});

test('readOne wants one element of one tag', () => {
  expect(readOne(bytes('0c0161'), TAG.UTF8_STRING)).toEqual(bytes('61'));
  expect(() => readOne(bytes('0c01610c0161'), TAG.UTF8_STRING)).toThrow(DerError);
  expect(() => readOne(bytes('020161'), TAG.UTF8_STRING)).toThrow(DerError);
  expect(() => readOne(bytes(''), TAG.UTF8_STRING)).toThrow(DerError);
});

test.each([
  ['2b060104018237140203', '1.3.6.1.4.1.311.20.2.3'],
  ['551d25', '2.5.29.37'],
  ['60864801650306 08'.replace(' ', ''), '2.16.840.1.101.3.6.8'],
  ['883703', '2.999.3'],
])('object identifier %s is %s', (hex, text) => {
  expect(oidToString(bytes(hex))).toBe(text);
});

test('a certificate’s text is taken to the octet: a byte order mark is not dropped', () => {
  // Without it the client would see a principal that the server does not see.
  expect(derText(bytes('efbbbf61'))).toBe('\ufeffa');
});

test.each(['802b', '2b8001', '2b06010401823714028003'])(
  'refuses the object identifier %s, another spelling of a known one',
  (hex) => {
    expect(() => oidToString(bytes(hex))).toThrow(DerError);
  },
);

test.each(['', '2b86', `${'ff'.repeat(31)}7f`, '01'.repeat(33)])(
  'refuses the object identifier %j',
  (hex) => {
    expect(() => oidToString(bytes(hex))).toThrow(DerError);
  },
);

test('refuses text that is not UTF-8', () => {
  expect(() => derText(bytes('ff'))).toThrow(DerError);
});
