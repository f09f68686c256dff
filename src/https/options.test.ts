import { describe, expect, it } from 'vitest';
import type { TlsClientOptions } from '../tls/index.ts';
import { checkExchange, type HttpsExchange } from './options.ts';

const tls = { serverName: 'gate.example.mil', port: 443 } as TlsClientOptions;
const check = (rest: Partial<HttpsExchange>) => checkExchange({ tls, method: 'GET', target: '/', ...rest });
const refused = expect.objectContaining({ code: 'HTTP_REQUEST_INVALID' });

describe('checkExchange', () => {
  it.each([
    '',
    'x',
    'https://elsewhere/',
    '*',
    '/a b',
    '/a\r\nX: y',
    '/#x',
    '/\u00e9',
    `/${'a'.repeat(4096)}`,
  ])('refuses the target %j', (target) => {
    expect(() => check({ target })).toThrow(refused);
  });

  it.each([
    ['host', 'elsewhere'],
    ['content-length', '1'],
    ['transfer-encoding', 'chunked'],
    ['expect', '100-continue'],
    ['Host', 'elsewhere'],
    ['x y', 'a'],
    ['x', 'a\r\ny: b'],
    ['x', ''],
    ['x', ' a'],
    ['x', '\u00e9'],
    ['x', 'a'.repeat(4097)],
  ])('refuses the field %j: %j', (name, value) => {
    expect(() => check({ headers: { [name]: value } })).toThrow(refused);
  });

  it('refuses other methods, a body with GET and none with PUT', () => {
    expect(() => check({ method: 'POST' as 'PUT' })).toThrow(refused);
    expect(() => check({ body: { length: 0, chunks: (async function* () {})() } })).toThrow(refused);
    expect(() => check({ method: 'PUT' })).toThrow(refused);
  });

  it.each(['headerBytes', 'bodyBytes', 'idleMs', 'totalMs'])('refuses a limit %s that is none', (name) => {
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => check({ limits: { [name]: value } })).toThrow(refused);
  });

  it('names the port in Host unless it is 443', () => {
    expect(check({}).fields.host).toBe('gate.example.mil');
    expect(check({ tls: { ...tls, port: 8443 } }).fields.host).toBe('gate.example.mil:8443');
  });
});
