import { describe, expect, it } from 'vitest';
import { ROUTES } from '../routes.ts';
import { requireSameSite } from './headers.ts';
import { matchAddress, targetOf } from './input.ts';
import { openApi } from './openapi.ts';
import { digits, list, maybe, oneOf, REASON, record } from './shapes.ts';

const ORIGIN = 'https://console.example.mil:5445';
const HOST = 'console.example.mil:5445';

describe('a target', () => {
  it('is taken apart once', () => {
    expect(targetOf('/api/files/a%20b?x=1&y=%26')).toEqual({
      segments: ['api', 'files', 'a b'],
      query: { x: '1', y: '&' },
    });
  });

  it.each([
    undefined,
    '',
    'http://elsewhere/',
    '*',
    '/a/../b',
    '/a/%2e%2e/b',
    '/a%2fb',
    '/a%5cb',
    '/a%00',
    '/%zz',
    '/a?x=1?y=2',
    '/a?x=1&x=2',
    '/a#b',
    `/${'a'.repeat(5000)}`,
  ])('%s is none', (url) => {
    expect(() => targetOf(url)).toThrow();
  });

  it('a part in braces is one segment that is not empty', () => {
    expect(matchAddress('/api/x/{id}', ['api', 'x', '1'])).toEqual({ id: '1' });
    expect(matchAddress('/api/x/{id}', ['api', 'x', ''])).toBeUndefined();
    expect(matchAddress('/api/x/{id}', ['api', 'x', '1', '2'])).toBeUndefined();
  });
});

describe('the site a request comes from', () => {
  const good = { host: HOST, origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
  it('is ours, or a command line that says nothing', () => {
    requireSameSite(good, ORIGIN, false);
    requireSameSite({ host: HOST }, ORIGIN, false);
    requireSameSite({ host: HOST, 'sec-fetch-site': 'cross-site' }, ORIGIN, true);
  });

  it.each([
    { ...good, host: 'other.example.mil:5445' },
    { ...good, origin: 'https://console.example.mil' },
    { ...good, origin: 'null' },
    { ...good, 'sec-fetch-site': 'same-site' },
    { ...good, 'sec-fetch-site': 'none' },
  ])('is refused otherwise: %j', (headers) => {
    expect(() => requireSameSite(headers, ORIGIN, false)).toThrow('cross-site');
  });
});

describe('shapes', () => {
  const shape = record({ a: oneOf('x', 'y'), b: maybe(list(REASON, 2)), n: maybe(digits(1, 5)) });
  it('check and describe the same', () => {
    expect(shape.rule({ a: 'x', n: '3' }, '')).toEqual({ a: 'x', b: undefined, n: 3 });
    expect(shape.schema).toMatchObject({ required: ['a'], additionalProperties: false });
    for (const bad of [{}, { a: 'z' }, { a: 'x', c: 1 }, { a: 'x', n: '6' }, { a: 'x', n: '0x3' }, null, []])
      expect(() => shape.rule(bad, '')).toThrow();
  });
});

describe('the OpenAPI document', () => {
  const document = openApi(ROUTES) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  };
  it('has every route and nothing else', () => {
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((operation) => operation.operationId),
    );
    expect(operations.sort()).toEqual(ROUTES.map(({ action }) => action).sort());
  });

  it('says who may, and where a second person is asked', () => {
    expect(document.paths['/api/switch/{kind}/{name}']?.put).toMatchObject({
      'x-roles': ['operator'],
      'x-two-persons': { approvers: ['operator', 'officer'] },
      security: [{ card: [], session: [] }],
    });
  });
});

describe('the table of routes', () => {
  it('names every action and every address once', () => {
    expect(new Set(ROUTES.map(({ action }) => action)).size).toBe(ROUTES.length);
    expect(new Set(ROUTES.map(({ method, address }) => `${method} ${address}`)).size).toBe(ROUTES.length);
  });

  it('checks every part of a path, and audits whatever changes something', () => {
    for (const { address, path, method, audited, roles } of ROUTES) {
      const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(path)).toEqual(names);
      expect(roles.length).toBeGreaterThan(0);
      if (method !== 'GET') expect([address, audited]).toEqual([address, true]);
    }
  });

  it('lets nobody approve with a role that has no business there', () => {
    for (const { twoPersons } of ROUTES)
      if (twoPersons !== undefined) expect(twoPersons.approvers.length).toBeGreaterThan(0);
  });
});
