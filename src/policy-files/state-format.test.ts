import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../platform/node-crypto.ts';
import type { PolicyState } from '../policy/index.ts';
import { formatState, parseState } from './state-format.ts';

const KEY = Buffer.alloc(32, 7);
const HASH = 'a'.repeat(64);
const STATE: PolicyState = {
  root: { payload: 'e30=', payloadType: 'type', signatures: [{ keyid: 'k', sig: 'AAAA' }] },
  policies: new Map([['main', { sequence: 5, sha256: HASH }]]),
  freshness: new Map([['main', { version: 9, sha256: HASH }]]),
  highestTimeSeen: 1000,
};
const TEXT = formatState(STATE, KEY, nodeCrypto);
const read = (text: string, key: Uint8Array = KEY) => parseState(text, key, nodeCrypto);

describe('the state file', () => {
  it('comes back as it was written', () => {
    expect(read(TEXT)).toEqual({ kind: 'intact', state: STATE });
  });

  it('does not depend on white space', () => {
    expect(read(JSON.stringify(JSON.parse(TEXT))).kind).toBe('intact');
  });

  it('is corrupt once edited; the floors stay, the root does not', () => {
    const { root: _root, ...floors } = STATE;
    const reading = read(TEXT.replace('"payload": "e30="', '"payload": "AAAA"'));
    expect(reading).toEqual({ kind: 'corrupt', state: floors });
  });

  it('holds no time that is none: refusing because of it could not even be said', () => {
    for (const time of ['8640000000000001', '9007199254740991']) {
      const reading = read(TEXT.replace('"highestTimeSeen": 1000', `"highestTimeSeen": ${time}`));
      expect(reading.kind).toBe('corrupt');
      expect(reading.state.highestTimeSeen).toBe(0);
    }
  });

  it('keeps the floors when only the key is another one', () => {
    const reading = read(TEXT, Buffer.alloc(32, 8));
    expect(reading.kind).toBe('corrupt');
    expect(reading.state.policies.get('main')?.sequence).toBe(5);
  });

  it.each([
    ['empty', ''],
    ['cut off', TEXT.slice(0, -20)],
    ['null', 'null'],
    ['an array', '[]'],
    ['without a state', '{"format":"sallyport.state/1","mac":""}'],
    ['a state that is an array', '{"format":"sallyport.state/1","state":[],"mac":""}'],
    ['of another format', TEXT.replace('state/1', 'state/2')],
    ['without a code', TEXT.replace(/"mac": "[0-9a-f]+"/, '"mac": 5')],
    ['with a shorter code', TEXT.replace(/"mac": "[0-9a-f]+"/, '"mac": "ab"')],
    ['with a sequence that is a string', TEXT.replace('"sequence": 5', '"sequence": "5"')],
    ['with a negative sequence', TEXT.replace('"sequence": 5', '"sequence": -5')],
    ['with a sequence beyond 2^53', TEXT.replace('"sequence": 5', '"sequence": 1e300')],
    ['with a hash that is none', TEXT.replace(HASH, 'z')],
    ['with a name that is none', TEXT.replace('"main"', '"../main"')],
    ['with __proto__', TEXT.replace('"policies": {', '"policies": {"__proto__": {"sequence": 1},')],
    ['nested 100,000 deep', '['.repeat(100_000)],
  ])('is corrupt when %s', (_name, text) => {
    expect(read(text).kind).toBe('corrupt');
  });
});
