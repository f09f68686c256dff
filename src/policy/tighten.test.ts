import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateSettings } from '../cli/policy/template.ts';
import { AppError } from '../shared/errors.ts';
import {
  canonicalText,
  diffSettings,
  effectiveSettings,
  isTighter,
  type PolicySettings,
  requireMergeable,
  SETTINGS,
  type SettingsPatch,
  tightenSettings,
  valueAt,
  withValueAt,
} from './index.ts';

const label = (id: string, rank: number) => ({
  id,
  text: id,
  background: '#000000',
  foreground: '#ffffff',
  rank,
});
const LABELS = [label('low', 0), label('middle', 5), label('high', 9)];
const OIDS = ['1.2.3', '1.2.4', '1.2.5'];
const DOMAINS = ['a.example', 'b.example', 'c.example'];

/** Valid values of settings of every rule. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  '/session/idleLockMinutes': fc.integer({ min: 1, max: 6 }),
  '/session/maxHours': fc.integer({ min: 0, max: 4 }),
  '/authentication/password/minLength': fc.integer({ min: 8, max: 12 }),
  '/authentication/method': fc.constantFrom('card', 'both', 'password'),
  '/authentication/certificate/policyOids': fc.shuffledSubarray(OIDS),
  '/authentication/certificate/extendedKeyUsages': fc.shuffledSubarray(OIDS, { minLength: 1 }),
  '/tls/groups': fc.shuffledSubarray(['P-256', 'P-384', 'X25519'], { minLength: 1 }),
  '/tls/requireFips': fc.boolean(),
  '/desktop/copy': fc.boolean(),
  '/contacts/partnerDomains': fc.shuffledSubarray(DOMAINS).map((all) => all.map((domain) => ({ domain }))),
  '/links/hosts': fc.shuffledSubarray(DOMAINS),
  '/classification/labels': fc.shuffledSubarray(LABELS, { minLength: 1 }),
  '/classification/maximumLabel': fc.constantFrom('low', 'middle', 'high'),
  '/classification/labelRequired': fc.boolean(),
  '/organization/support': fc.constantFrom('Help desk', 'Nobody'),
  '/files/types': fc.shuffledSubarray(['image/png', 'image/jpeg', 'text/plain']),
};

const patch = (name: string): fc.Arbitrary<SettingsPatch> =>
  fc.record(VALUES, { requiredKeys: [] }).map((values) => ({
    name,
    settings: Object.entries(values).map(([pointer, value]) => ({ pointer, value })),
  }));
const FULL = withValueAt(effectiveSettings(templateSettings()), '/classification/labels', LABELS);
const base: fc.Arbitrary<PolicySettings> = patch('base').map(({ settings }) =>
  settings.reduce((all, { pointer, value }) => withValueAt(all, pointer, value), FULL),
);

/** The outcome, or `undefined` where the overlays are refused for a reason that there is. */
function merge(settings: PolicySettings, patches: readonly SettingsPatch[]) {
  try {
    const checked = patches.map((one) => ({ name: one.name, settings: requireMergeable(settings, one) }));
    return tightenSettings(settings, checked);
  } catch (error) {
    if (error instanceof AppError && ['SCHEMA', 'OVERLAY_LOOSENS'].includes(error.code)) return undefined;
    throw error;
  }
}

const isTightened = (before: PolicySettings, after: PolicySettings): boolean =>
  SETTINGS.every(({ pointer, tighter }) =>
    isTighter(
      tighter,
      { value: valueAt(before, pointer), settings: before },
      { value: valueAt(after, pointer), settings: before },
    ),
  );

/** The parts of a patch that tighten the settings, so that most merges succeed. */
const tightening = (settings: PolicySettings, { name, settings: parts }: SettingsPatch): SettingsPatch => ({
  name,
  settings: parts.filter((part) => merge(settings, [{ name, settings: [part] }]) !== undefined),
});

describe('merging overlays', () => {
  it('never loosens, whatever they say: it tightens or refuses', () => {
    let merged = 0;
    fc.assert(
      fc.property(base, patch('a'), patch('b'), (settings, a, b) => {
        for (const patches of [
          [a, b],
          [tightening(settings, a), tightening(settings, b)],
        ]) {
          const result = merge(settings, patches);
          if (result === undefined) continue;
          merged += 1;
          expect(isTightened(settings, result.settings)).toBe(true);
          for (const one of patches.flatMap((each) => each.settings)) {
            const rule = SETTINGS.find(({ pointer }) => pointer === one.pointer)?.tighter;
            if (rule === undefined) throw new Error(one.pointer);
            const reached = { value: valueAt(result.settings, one.pointer), settings };
            expect(isTighter(rule, { value: one.value, settings }, reached)).toBe(true);
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(merged).toBeGreaterThan(50);
  });

  it('gives the same in any order', () => {
    fc.assert(
      fc.property(base, patch('a'), patch('b'), (settings, a, b) => {
        const patches = [tightening(settings, a), tightening(settings, b)];
        const [one, other] = [merge(settings, patches), merge(settings, patches.toReversed())];
        expect(one === undefined).toBe(other === undefined);
        if (one === undefined || other === undefined) return;
        expect(diffSettings(one.settings, other.settings).every(({ effect }) => effect === 'same')).toBe(
          true,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is reflexive and idempotent: what holds already changes nothing', () => {
    fc.assert(
      fc.property(base, patch('a'), (settings, a) => {
        const own = {
          ...a,
          settings: a.settings.map(({ pointer }) => ({ pointer, value: valueAt(settings, pointer) })),
        };
        fc.pre(own.settings.every(({ value }) => value !== undefined));
        const none = merge(settings, [own]);
        if (none !== undefined) expect(diffSettings(settings, none.settings)).toEqual([]);
        const once = merge(settings, [tightening(settings, a)]);
        if (once === undefined) return;
        const twice = merge(once.settings, [tightening(settings, a)]);
        expect(twice?.settings).toEqual(once.settings);
      }),
      { numRuns: 300 },
    );
  });

  it('is transitive: one overlay after another never loosens what was there first', () => {
    let chained = 0;
    fc.assert(
      fc.property(base, patch('a'), patch('b'), (settings, a, b) => {
        const first = merge(settings, [tightening(settings, a)]);
        if (first === undefined) return;
        const second = merge(first.settings, [tightening(first.settings, b)]);
        if (second === undefined) return;
        chained += 1;
        expect(isTightened(settings, second.settings)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(chained).toBeGreaterThan(50);
  });

  it('agrees with the difference: it takes what that calls tighter or the same, and nothing else', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(base, patch('a'), (settings, a) => {
        for (const part of a.settings) {
          const one = { name: 'a', settings: [part] };
          const [change] = diffSettings(settings, withValueAt(settings, part.pointer, part.value));
          const effect = change?.effect ?? 'same';
          seen.add(effect);
          const attempt = () => requireMergeable(settings, one);
          if (effect === 'tighter' || effect === 'same') expect(attempt).not.toThrow();
          else expect(attempt).toThrow(expect.objectContaining({ code: 'OVERLAY_LOOSENS' }));
        }
      }),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual(['incomparable', 'looser', 'same', 'tighter']);
  });

  it('leaves the settings alone that it is given', () => {
    fc.assert(
      fc.property(base, patch('a'), (settings, a) => {
        const before = canonicalText(settings);
        merge(settings, [a]);
        expect(canonicalText(settings)).toBe(before);
      }),
    );
  });

  it.each([
    ['a pointer to nothing', '/nowhere', 1],
    ['a pointer with an escape', '/session/idle~0LockMinutes', 1],
    ['a pointer to __proto__', '/__proto__/polluted', true],
    ['a pointer to a group', '/session', {}],
  ])('refuses %s', (_name, pointer, value) => {
    expect(() => requireMergeable(FULL, { name: 'x', settings: [{ pointer, value }] })).toThrow(
      expect.objectContaining({ code: 'SCHEMA' }),
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('the difference', () => {
  it('of equal settings is empty', () => {
    fc.assert(
      fc.property(base, (settings) => {
        expect(diffSettings(settings, structuredClone(settings))).toEqual([]);
      }),
    );
  });

  it('read backwards is the opposite', () => {
    const opposite = { same: 'same', tighter: 'looser', looser: 'tighter', incomparable: 'incomparable' };
    fc.assert(
      fc.property(base, base, (old, next) => {
        const [there, back] = [diffSettings(old, next), diffSettings(next, old)];
        expect(back.map(({ pointer, before, after, effect }) => [pointer, before, after, effect])).toEqual(
          there.map(({ pointer, before, after, effect }) => [pointer, after, before, opposite[effect]]),
        );
      }),
    );
  });

  it('is transitive: two steps without a loosening are none together', () => {
    const never = (old: PolicySettings, next: PolicySettings): boolean =>
      diffSettings(old, next).every(({ effect }) => effect === 'tighter' || effect === 'same');
    let chained = 0;
    fc.assert(
      fc.property(base, patch('a'), patch('b'), (old, a, b) => {
        const apply = (settings: PolicySettings, parts: SettingsPatch): PolicySettings =>
          tightening(settings, parts).settings.reduce(
            (all, { pointer, value }) => withValueAt(all, pointer, value),
            settings,
          );
        const middle = apply(old, a);
        const last = apply(middle, b);
        fc.pre(never(old, middle) && never(middle, last));
        chained += 1;
        expect(never(old, last)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(chained).toBeGreaterThan(50);
  });

  it('says what was added, removed and changed, and which way', () => {
    const old = withValueAt(FULL, '/classification/maximumLabel', 'high');
    let next = withValueAt(old, '/classification/maximumLabel', undefined);
    next = withValueAt(next, '/classification/defaultLabel', 'low');
    next = withValueAt(next, '/session/idleLockMinutes', 5);
    next = withValueAt(next, '/links/hosts', ['wiki.example.mil']);
    next = withValueAt(next, '/organization/name', 'Other Command');
    next = withValueAt(next, '/classification/labels', LABELS.toReversed());
    expect(
      diffSettings(old, next).map(({ pointer, kind, effect }) => `${pointer} ${kind} ${effect}`),
    ).toEqual([
      '/organization/name changed incomparable',
      '/classification/labels changed same',
      '/classification/defaultLabel added incomparable',
      '/classification/maximumLabel removed looser',
      '/links/hosts changed looser',
      '/session/idleLockMinutes changed tighter',
    ]);
  });
});
