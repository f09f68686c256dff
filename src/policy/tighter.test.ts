import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateSettings } from '../cli/policy/template.ts';
import {
  type Comparable,
  canonicalText,
  compareTightness,
  effectiveSettings,
  isTighter,
  SETTINGS,
  type SettingInfo,
  type TighterRule,
} from './index.ts';

const ITEMS = ['a', 'b', 'c', 'd'];
const LABELS = [
  { id: 'low', rank: 0 },
  { id: 'middle', rank: 5 },
  { id: 'other', rank: 5 },
  { id: 'high', rank: 9 },
];
const settings = { classification: { labels: LABELS } };
const number = fc.integer({ min: 0, max: 6 });

/** Each kind of rule with values on which it says something. */
const KINDS: readonly (readonly [name: string, rule: TighterRule, values: fc.Arbitrary<unknown>])[] = [
  ['fixed', { rule: 'fixed' }, fc.option(number, { nil: undefined })],
  ['true', { rule: 'true' }, fc.boolean()],
  ['false', { rule: 'false' }, fc.boolean()],
  ['lower', { rule: 'lower' }, number],
  ['lower, 0 the loosest', { rule: 'lower', loosest: 0 }, number],
  ['higher', { rule: 'higher' }, number],
  ['order', { rule: 'order', values: ITEMS }, fc.constantFrom(...ITEMS)],
  ['subset', { rule: 'subset' }, fc.shuffledSubarray(ITEMS)],
  ['subset, [] the loosest', { rule: 'subset', loosest: [] }, fc.shuffledSubarray(ITEMS)],
  ['subset, ordered', { rule: 'subset', ordered: true }, fc.shuffledSubarray(ITEMS)],
  ['superset', { rule: 'superset' }, fc.shuffledSubarray(ITEMS)],
  [
    'lower rank',
    { rule: 'lower', rankedBy: '/classification/labels' },
    fc.constantFrom(undefined, 'unknown', ...LABELS.map(({ id }) => id)),
  ],
];

const of = (value: unknown): Comparable => ({ value, settings });
/** What a value means: for a list without an order, which items it has. */
const meaning = (rule: TighterRule, value: unknown): string | undefined =>
  Array.isArray(value) && !(rule.rule === 'subset' && rule.ordered === true)
    ? canonicalText(value.map(canonicalText).sort())
    : canonicalText(value);

describe.each(KINDS)('tighter by %s', (_name, rule, values) => {
  const tighter = (a: unknown, b: unknown) => isTighter(rule, of(a), of(b));

  it('is reflexive', () => {
    fc.assert(fc.property(values, (a) => tighter(a, structuredClone(a))));
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => !(tighter(a, b) && tighter(b, c)) || tighter(a, c)),
      { numRuns: 1_000 },
    );
  });

  it('is antisymmetric: both ways only between values that mean the same', () => {
    fc.assert(
      fc.property(
        values,
        values,
        (a, b) => !(tighter(a, b) && tighter(b, a)) || meaning(rule, a) === meaning(rule, b),
      ),
      { numRuns: 1_000 },
    );
  });

  it('says no to values of another kind, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), values, (odd, good) => {
        fc.pre(typeof odd !== typeof good || Array.isArray(odd) !== Array.isArray(good));
        if (canonicalText(good) !== canonicalText(rule.loosest)) expect(tighter(good, odd)).toBe(false);
        tighter(odd, good);
      }),
    );
  });

  it('compares one way as the opposite of the other', () => {
    const opposite = { same: 'same', tighter: 'looser', looser: 'tighter', incomparable: 'incomparable' };
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(compareTightness(rule, of(b), of(a))).toBe(opposite[compareTightness(rule, of(a), of(b))]);
      }),
    );
  });
});

/** Values of one setting, of the kind that its rule is about; also the example, the default and the loosest one. */
function valuesOf({ tighter: rule, example, default: standard }: SettingInfo): fc.Arbitrary<unknown> {
  const known = [example, standard, rule.loosest].filter((value) => value !== undefined);
  const listed = [example, standard].flatMap((value) => (Array.isArray(value) ? value : []));
  const items = [...new Map(listed.map((item) => [canonicalText(item), item])).values()];
  const kinds: Partial<Record<TighterRule['rule'], fc.Arbitrary<unknown>>> = {
    true: fc.boolean(),
    false: fc.boolean(),
    order: fc.constantFrom(...(rule.rule === 'order' ? rule.values : ITEMS)),
    subset: fc.shuffledSubarray([...items, ...ITEMS]),
    superset: fc.shuffledSubarray([...items, ...ITEMS]),
    lower:
      rule.rule === 'lower' && rule.rankedBy !== undefined ? fc.constantFrom(undefined, ...ITEMS) : number,
    higher: number,
  };
  return fc.oneof(fc.constantFrom(...known), kinds[rule.rule] ?? fc.constantFrom(...known));
}

describe('the rule of each setting', () => {
  const complete = effectiveSettings(templateSettings());

  it.each(SETTINGS.map((info) => [info.pointer, info] as const))(
    '%s judges its own values',
    (_pointer, info) => {
      const { tighter, example, default: standard = example } = info;
      const value = (one: unknown) => ({ value: one, settings: complete });
      expect(isTighter(tighter, value(example), value(structuredClone(example)))).toBe(true);
      const both =
        isTighter(tighter, value(standard), value(example)) &&
        isTighter(tighter, value(example), value(standard));
      expect(both).toBe(canonicalText(standard) === canonicalText(example));
    },
  );

  it.each(SETTINGS.map((info) => [info.pointer, info] as const))(
    '%s is reflexive, transitive and one way only',
    (_pointer, info) => {
      const tighter = (a: unknown, b: unknown) =>
        isTighter(info.tighter, { value: a, settings: complete }, { value: b, settings: complete });
      const values = valuesOf(info);
      fc.assert(
        fc.property(values, values, values, (a, b, c) => {
          expect(tighter(a, structuredClone(a))).toBe(true);
          if (tighter(a, b) && tighter(b, c)) expect(tighter(a, c)).toBe(true);
          if (tighter(a, b) && tighter(b, a)) expect(meaning(info.tighter, a)).toBe(meaning(info.tighter, b));
          if (info.tighter.rule === 'fixed')
            expect(tighter(a, b)).toBe(canonicalText(a) === canonicalText(b));
        }),
      );
    },
  );

  it.each([
    ['/tls/minVersion', '1.2', '1.3'],
    ['/tls/integrityOnly', true, false],
    ['/tls/revocation', 'off', 'crl'],
    ['/tls/requireFips', false, true],
    ['/authentication/method', 'both', 'card'],
    ['/authentication/password/minLength', 15, 20],
    ['/authentication/pinMaxAgeMinutes', 0, 480],
    ['/authentication/certificate/policyOids', [], ['1.2.3']],
    ['/authentication/cardRemoval', 'lock', 'quit'],
    ['/contacts/partnerDomains', [{ domain: 'a' }, { domain: 'b' }], [{ domain: 'b' }]],
    ['/contacts/subscriptions', 'partners', 'none'],
    ['/rooms/invite', true, false],
    ['/files/mode', 'gate', 'off'],
    ['/files/types', [], ['image/png']],
    ['/classification/labelRequired', false, true],
    ['/desktop/screenCaptureProtection', false, true],
    ['/links/hosts', ['a'], []],
    ['/notifications/content', 'full', 'none'],
    ['/history/days', 30, 7],
    ['/session/maxHours', 0, 168],
    ['/audit/stopOnFailure', false, true],
  ])('%s: from %j to %j is tighter, the other way looser', (pointer, before, after) => {
    const rule = SETTINGS.find((info) => info.pointer === pointer)?.tighter;
    if (rule === undefined) throw new Error(`no setting ${pointer}`);
    expect(compareTightness(rule, { value: before }, { value: after })).toBe('tighter');
    expect(compareTightness(rule, { value: after }, { value: before })).toBe('looser');
  });
});
