import { describe, expect, it } from 'vitest';
import { templateSettings } from '../cli/policy/template.ts';
import { versionInRange } from './app-version.ts';
import { CLIENT_ENFORCES, effectiveSettings, SETTINGS } from './index.ts';

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
