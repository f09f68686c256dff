import { describe, expect, it } from 'vitest';
import { ENROLMENT_MAX_BYTES, formatEnrolment, parseEnrolment } from './enrolment.ts';

const GOOD = {
  format: 'sallyport.enrolment/1',
  domain: 'chat.example.mil',
  kid: 'WS-0142',
  epoch: 1,
  key: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
};

describe('parseEnrolment', () => {
  it('reads what formatEnrolment writes', () => {
    const enrolment = { domain: 'a.b', kid: 'WS-1', epoch: 0xffff_ffff, key: new Uint8Array(32).fill(7) };
    expect(parseEnrolment(formatEnrolment(enrolment))).toEqual(enrolment);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['another format', { ...GOOD, format: 'sallyport.enrolment/2' }],
    ['a member too many', { ...GOOD, note: '' }],
    ['a domain in capitals', { ...GOOD, domain: 'Chat.example.mil' }],
    ['a domain with an empty label', { ...GOOD, domain: 'chat..mil' }],
    ['a kid with a slash', { ...GOOD, kid: '../x' }],
    ['epoch 0, which no server has', { ...GOOD, epoch: 0 }],
    ['an epoch of 33 bits', { ...GOOD, epoch: 2 ** 32 }],
    ['an epoch as a text', { ...GOOD, epoch: '1' }],
    ['a short key', { ...GOOD, key: 'AAAA' }],
    ['a key with bits that mean nothing', { ...GOOD, key: `${GOOD.key.slice(0, -2)}B=` }],
    ['more than its bound', { ...GOOD, kid: 'x'.repeat(ENROLMENT_MAX_BYTES) }],
    ['padding with spaces beyond the bound', `${JSON.stringify(GOOD)}${' '.repeat(ENROLMENT_MAX_BYTES)}`],
  ])('refuses %s', (_name, value) => {
    expect(parseEnrolment(typeof value === 'string' ? value : JSON.stringify(value))).toBeUndefined();
  });

  it('takes the good one that these were made from', () => {
    expect(parseEnrolment(JSON.stringify(GOOD))).toMatchObject({ kid: 'WS-0142', epoch: 1 });
  });
});
