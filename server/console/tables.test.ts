import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAdministrators } from './administrators.ts';
import { readConfig } from './config.ts';

const directory = mkdtempSync(join(tmpdir(), 'sallyport-console-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const HASH = `${'x'.repeat(43)}=`;
const ONE = { id: 'oakes', name: 'Oakes, O.', role: 'operator', upns: ['1@MIL'] };
const TWO = { id: 'sato', name: 'Sato, S.', role: 'officer', spkiSha256: [HASH] };
const table = (...administrators: readonly object[]) =>
  JSON.stringify({ format: 'sallyport.administrators/1', administrators });
const identity = (...keys: readonly string[]) => ({ keys, serial: '1', spkiSha256: 'x' });

describe('the table of administrators', () => {
  it('leads from a card to one person', () => {
    const { of } = parseAdministrators(table(ONE, TWO));
    expect(of(identity('upn:1@mil', 'spki:other'))).toEqual({
      id: 'oakes',
      name: 'Oakes, O.',
      role: 'operator',
    });
    expect(of(identity(`spki:${HASH}`))?.role).toBe('officer');
    expect(of(identity('upn:2@mil'))).toBeUndefined();
    // A card of two people is nobody's.
    expect(of(identity('upn:1@mil', `spki:${HASH}`))).toBeUndefined();
  });

  it.each([
    ['somebody twice', table(ONE, { ...ONE, upns: ['2@mil'] })],
    ['a shared identity', table(ONE, { ...TWO, upns: ['1@mil'] })],
    ['nobody', table({ ...ONE, upns: [] })],
    ['another role', table({ ...ONE, role: 'root' })],
    ['two lines', table({ ...ONE, name: 'a\nb' })],
    ['an unknown member', table({ ...ONE, admin: true })],
    ['not JSON', '{'],
  ])('with %s is refused', (_what, source) => {
    expect(() => parseAdministrators(source)).toThrow();
  });
});

describe('the configuration', () => {
  const GOOD = {
    format: 'sallyport.console/1',
    listen: { host: '192.0.2.10', port: 5445 },
    origin: 'https://console.example.mil:5445',
    stateDirectory: '/var/lib/sallyport-console',
    tls: { certificate: '/a', key: '/b', clientAuthorities: '/c', crls: '/d' },
    administrators: '/e',
    server: '/f',
  };
  const read = (value: unknown) => {
    const path = join(directory, 'config.json');
    writeFileSync(path, JSON.stringify(value));
    return readConfig(path);
  };

  it('has defaults', () => {
    expect(read(GOOD)).toMatchObject({ idleMinutes: 10, approvalMinutes: 30 });
  });

  it.each([
    ['an unknown member', { ...GOOD, password: 'x' }],
    ['plain http', { ...GOOD, origin: 'http://console.example.mil' }],
    ['a relative path', { ...GOOD, stateDirectory: 'state' }],
    ['no idle lock', { ...GOOD, idleMinutes: 0 }],
    ['the service switched by one person', { ...GOOD, twoPersons: ['export-messages'] }],
    ['messages exported by one person', { ...GOOD, twoPersons: ['switch-service'] }],
  ])('with %s is refused', (_what, value) => {
    expect(() => read(value)).toThrow();
  });
});
