import { describe, expect, it } from 'vitest';
import { templateSettings } from '../cli/policy/template.ts';
import { versionInRange } from './app-version.ts';
import { requireEnforceable } from './enforcement.ts';
import {
  acknowledgement,
  CLIENT_ENFORCES,
  canonicalText,
  effectiveSettings,
  SETTINGS,
  valueAt,
  withValueAt,
} from './index.ts';

type Node = Record<string, unknown>;

/** Puts `value` at a JSON pointer in a copy of `settings`. */
function withValue(settings: unknown, pointer: string, value: unknown): Node {
  const copy = structuredClone(settings) as Node;
  const members = pointer.split('/').slice(1);
  const last = members.pop() ?? '';
  let node = copy;
  for (const member of members) {
    node[member] ??= {};
    node = node[member] as Node;
  }
  node[last] = value;
  return copy;
}

/** Settings that a setting's example needs beside it. */
const example = (pointer: string): unknown => SETTINGS.find((one) => one.pointer === pointer)?.example;
const LABELS = ['/classification/labels', example('/classification/labels')] as const;
const COMPANIONS: Readonly<Record<string, readonly (readonly [pointer: string, value: unknown])[]>> = {
  '/tls/cipherList': [['/tls/minVersion', '1.2']],
  '/tls/integrityOnly': [
    ['/tls/minVersion', '1.2'],
    ['/tls/cipherList', ['ECDHE-RSA-NULL-SHA']],
  ],
  '/tls/revocation': [['/tls/crls', example('/tls/crls')]],
  '/rooms/autojoin': [['/rooms/services', ['rooms.chat.example.mil']]],
  '/watchFloor/layouts': [['/rooms/services', ['rooms.chat.example.mil']]],
  '/feeds/subscribe': [['/feeds/services', ['feeds.chat.example.mil']]],
  '/files/mode': [['/files/gate', example('/files/gate')]],
  '/classification/defaultLabel': [LABELS],
  '/classification/maximumLabel': [LABELS],
  '/classification/labelRequired': [LABELS],
};

describe('every setting of the schema', () => {
  it.each(SETTINGS.map((setting) => [setting.pointer, setting] as const))(
    '%s has a valid example and a valid default',
    (pointer, setting) => {
      for (const value of [setting.example, setting.default ?? setting.example]) {
        let base: unknown = templateSettings();
        for (const companion of value === setting.default ? [] : (COMPANIONS[pointer] ?? [])) {
          base = withValue(base, ...companion);
        }
        const settings = effectiveSettings(withValue(base, pointer, value) as never);
        expect(settings).toBeTypeOf('object');
      }
    },
  );

  it('is claimed only by modules that it names', () => {
    const named = SETTINGS.flatMap(({ pointer, enforcedBy }) =>
      enforcedBy.map((module) => `${module}:${pointer}`),
    );
    expect([...CLIENT_ENFORCES].filter((entry) => !named.includes(entry))).toEqual([]);
  });

  it('is refused when its value is of another kind', () => {
    for (const { pointer } of SETTINGS) {
      const wrong = withValue(templateSettings(), pointer, { no: 'such value' });
      expect(() => effectiveSettings(wrong as never), pointer).toThrow(
        expect.objectContaining({ code: 'SCHEMA' }),
      );
    }
  });
});

describe('effectiveSettings', () => {
  it('leaves what it is given alone', () => {
    const input = templateSettings();
    const before = structuredClone(input);
    effectiveSettings(input);
    expect(input).toEqual(before);
  });

  it('shares no default between two results', () => {
    const first = effectiveSettings(templateSettings());
    first.tls.groups.length = 0;
    expect(effectiveSettings(templateSettings()).tls.groups).toEqual(['P-384', 'P-256', 'X25519']);
  });
});

const LABEL = { id: 'low', text: 'LOW', background: '#000000', foreground: '#ffffff', rank: 0 };
const HIGH = { ...LABEL, id: 'high', rank: 9 };
const GATE = example('/files/gate') as Node;
const WORDS = { name: 'Contact', severity: 'info', sound: 'none', repeat: false, words: ['convoy'] };
const CRL = (example('/tls/crls') as string[])[0] ?? '';
const NULL_SUITE = ['ECDHE-ECDSA-NULL-SHA'];
const TLS_12 = { minVersion: '1.2', cipherList: ['ECDHE-ECDSA-AES256-GCM-SHA384'] };

describe('settings that do not go together', () => {
  it.each([
    ['integrity only on TLS 1.3', '/tls', { integrityOnly: true }, 'needs-tls-1.2'],
    [
      'a NULL suite without integrity only',
      '/tls',
      { ...TLS_12, cipherList: NULL_SUITE },
      'null-needs-integrityOnly',
    ],
    ['revocation without lists', '/tls', { revocation: 'crl' }, 'needs-crls'],
    ['a list that is none', '/tls', { crls: [`MII${CRL.slice(3)}`] }, 'revocation-lists'],
    ['a list that was cut off', '/tls', { crls: [CRL.slice(0, -4)] }, 'revocation-lists'],
    ['passwords without a mechanism', '/authentication/password', { mechanisms: [] }, 'needs-mechanisms'],
    [
      'a partner twice',
      '/contacts/partnerDomains',
      [{ domain: 'a' }, { domain: 'a', maximumLabel: 'low' }],
      'unique',
    ],
    [
      'a partner’s label of no catalogue',
      '/contacts/partnerDomains',
      [{ domain: 'a', maximumLabel: 'gone' }],
      'maximumLabel-in-labels',
    ],
    ['a gate that is not named', '/files', { mode: 'gate' }, 'gate-needs-gate'],
    [
      'a folder that leads up',
      '/files/saveDirectories',
      [{ platform: 'linux', path: '~/../shared' }],
      'no-way-up',
    ],
    [
      'a folder that leads up on Windows',
      '/files/saveDirectories',
      [{ platform: 'win32', path: 'C:\\Users\\..\\Public' }],
      'no-way-up',
    ],
    ['a label twice', '/classification/labels', [LABEL, { ...HIGH, id: 'low' }], 'unique'],
    ['a default label of no catalogue', '/classification/defaultLabel', 'gone', 'in-labels'],
    ['a highest label of no catalogue', '/classification/maximumLabel', 'gone', 'in-labels'],
    [
      'a default label above the highest',
      '/classification',
      { defaultLabel: 'high', maximumLabel: 'low', labels: [LABEL, HIGH] },
      'not-above-maximumLabel',
    ],
    ['a watchword without a letter', '/watchwords', [{ ...WORDS, words: ['***'] }], 'words'],
    ['a list of watchwords twice', '/watchwords', [WORDS, WORDS], 'unique'],
    [
      'more watchwords than are matched',
      '/watchwords',
      [WORDS, { ...WORDS, name: 'More', words: Array.from({ length: 4096 }, (_, n) => `w${n}`) }],
      'at-most-4096-words',
    ],
    ['feeds of the own domain', '/feeds/services', ['chat.example.mil'], 'no-other-service'],
    ['feeds of the file gate', '/feeds/services', ['upload.chat.example.mil'], 'no-other-service'],
    [
      'a feed elsewhere',
      '/feeds/subscribe',
      [{ service: 'feeds.elsewhere.example', node: 'weather' }],
      'at-a-feed-service',
    ],
    [
      'a layout of rooms elsewhere',
      '/watchFloor/layouts',
      [{ name: 'Air', rooms: ['air@rooms.elsewhere.example'] }],
      'at-a-room-service',
    ],
    ['labels that are required and not there', '/classification/labelRequired', true, 'needs-labels'],
  ])('%s', (_name, pointer, value, rule) => {
    const base = withValue(templateSettings(), '/authentication/method', 'both');
    const before = valueAt(base, pointer);
    const merged =
      typeof value === 'object' && !Array.isArray(value)
        ? { ...(before as Node), ...(value as Node) }
        : value;
    expect(() => effectiveSettings(withValue(base, pointer, merged))).toThrow(
      expect.objectContaining({ code: 'SCHEMA', detail: expect.objectContaining({ rule }) }),
    );
  });

  it.each([
    ['integrity only with its suites', '/tls', { ...TLS_12, integrityOnly: true, cipherList: NULL_SUITE }],
    ['revocation with a list', '/tls', { revocation: 'crl', crls: [CRL] }],
    ['a gate that is switched off', '/files', { mode: 'off', gate: GATE }],
    ['a gate', '/files', { mode: 'gate', gate: GATE }],
    ['a folder whose name has dots', '/files/saveDirectories', [{ platform: 'linux', path: '~/a..b/.c' }]],
  ])('%s is fine', (_name, pointer, value) => {
    expect(effectiveSettings(withValue(templateSettings(), pointer, value))).toBeTypeOf('object');
  });

  it.each([
    ['a gate without pins', '/files/gate', { ...GATE, spkiPins: [] }],
    ['a gate whose path leads up', '/files/gate', { ...GATE, path: '/files/../' }],
    ['a gate whose path has a query', '/files/gate', { ...GATE, path: '/?a/' }],
    ['a gate whose path is no folder', '/files/gate', { ...GATE, path: '/files' }],
    ['a drop without a path', '/policySource/drop', { host: 'a', port: 1, spkiPins: GATE.spkiPins }],
    ['a folder that is not absolute', '/files/saveDirectories', [{ platform: 'linux', path: 'Downloads' }]],
    ['calls', '/features/calls', true],
    ['a link host with a wildcard', '/links/hosts', ['*.example.mil']],
    ['a file type with a wildcard', '/files/types', ['image/*']],
  ])('%s is not valid by itself', (_name, pointer, value) => {
    expect(() => effectiveSettings(withValue(templateSettings(), pointer, value))).toThrow(
      expect.objectContaining({ code: 'SCHEMA' }),
    );
  });
});

describe('enforcement', () => {
  const all = new Set(
    SETTINGS.flatMap(({ pointer, enforcedBy }) => enforcedBy.map((name) => acknowledgement(name, pointer))),
  );
  const complete = (pointer: string, value: unknown) =>
    effectiveSettings(withValue(templateSettings(), pointer, value));
  const unenforceable = (pointer: string) =>
    expect.objectContaining({ code: 'UNENFORCEABLE', detail: expect.objectContaining({ setting: pointer }) });

  it.each([['/desktop/print', true]])(
    'refuses %s = %j, which this version cannot honour, whoever acknowledges it',
    (pointer, value) => {
      expect(() => requireEnforceable(complete(pointer, value), all)).toThrow(unenforceable(pointer));
    },
  );

  const asking = SETTINGS.filter(
    ({ honours, example: value, default: standard, neutral }) =>
      honours === undefined && ![standard, neutral].map(canonicalText).includes(canonicalText(value)),
  );

  it.each(asking.map((info) => [info.pointer, info] as const))(
    'needs every module that %s names',
    (pointer, { example: value, enforcedBy }) => {
      const settings = withValueAt(effectiveSettings(templateSettings()), pointer, value);
      expect(() => requireEnforceable(settings, all)).not.toThrow();
      for (const module of enforcedBy) {
        const others = new Set([...all].filter((entry) => entry !== acknowledgement(module, pointer)));
        expect(() => requireEnforceable(settings, others)).toThrow(unenforceable(pointer));
      }
    },
  );

  it('takes a setting that is absent or neutral without anybody', () => {
    const settings = effectiveSettings(templateSettings());
    for (const pointer of ['/files/gate', '/audit/syslog', '/policySource/drop', '/tls/requireFips']) {
      const others = new Set([...all].filter((entry) => !entry.endsWith(`:${pointer}`)));
      expect(() => requireEnforceable(settings, others)).not.toThrow();
    }
  });
});

describe('versionInRange', () => {
  it.each([
    ['1.2.3', '1.2.3', '1.2.3', true],
    ['1.10.0', '1.9.0', undefined, true],
    ['1.2.3-rc.1', '1.2.3', undefined, false],
    ['1.2.3-rc.1', '1.2.2', '1.2.3', true],
    ['1.2.4', '1.2.2', '1.2.3', false],
    ['1.2', '1.0.0', undefined, false],
    ['1.2.3\n', '1.0.0', undefined, false],
    ['99999999.0.0', '1.0.0', undefined, false],
  ])('%s in [%s, %s]: %s', (version, min, max, expected) => {
    expect(versionInRange(version, min, max)).toBe(expected);
  });
});
