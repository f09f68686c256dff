import { describe, expect, it } from 'vitest';
import {
  contrast,
  type LabelPolicy,
  type LabelRules,
  labelChoice,
  labelProblem,
  MIN_CONTRAST,
  rankLimit,
  readableForeground,
  type SecurityLabel,
} from './labels.ts';

const label = (id: string, rank: number): SecurityLabel => ({
  id,
  text: id.toUpperCase(),
  background: '#000000',
  foreground: '#ffffff',
  rank,
});
const catalogue = [label('secret', 20), label('open', 0), label('restricted', 10)];
const rules = (labels: Partial<LabelPolicy> = {}, partners: LabelRules['partners'] = []): LabelRules => ({
  labels: { catalogue, required: false, ...labels },
  partners,
});
const ids = ({ allowed }: { readonly allowed: readonly SecurityLabel[] }) => allowed.map(({ id }) => id);
const BOB = 'bob@chat.mil';
const PARTNER = 'p@Partner.GOV';

describe('what may be chosen', () => {
  it('is the catalogue up to the highest label, lowest first', () => {
    expect(ids(labelChoice(rules(), BOB))).toEqual(['open', 'restricted', 'secret']);
    expect(ids(labelChoice(rules({ maximumLabel: 'restricted' }), BOB))).toEqual(['open', 'restricted']);
    expect(ids(labelChoice(rules({ maximumLabel: 'unheard-of' }), BOB))).toEqual([]);
    expect(rankLimit('unheard-of', catalogue)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('is less towards a partner with a ceiling, and never more than the highest label', () => {
    const partners = [{ domain: 'partner.gov', maximumLabel: 'restricted' }, { domain: 'ally.gov' }];
    expect(ids(labelChoice(rules({}, partners), PARTNER))).toEqual(['open', 'restricted']);
    expect(ids(labelChoice(rules({}, partners), 'a@ally.gov'))).toEqual(['open', 'restricted', 'secret']);
    expect(ids(labelChoice(rules({ maximumLabel: 'open' }, partners), PARTNER))).toEqual(['open']);
  });

  it('begins with the default, but not where the default is above the limit', () => {
    expect(labelChoice(rules({ defaultLabel: 'restricted' }), BOB).preset?.id).toBe('restricted');
    expect(labelChoice(rules(), BOB).preset).toBeUndefined();
    const partners = [{ domain: 'partner.gov', maximumLabel: 'open' }];
    const above = labelChoice(rules({ defaultLabel: 'restricted' }, partners), PARTNER);
    expect([above.preset, above.required]).toEqual([undefined, true]);
  });

  it.each([
    ['nothing asks for one', {}, [], BOB, false],
    ['the policy asks', { required: true }, [], BOB, true],
    ['the default stands in', { required: true, defaultLabel: 'open' }, [], BOB, false],
    [
      'a partner has a ceiling and there is no default',
      {},
      [{ domain: 'partner.gov', maximumLabel: 'open' }],
      PARTNER,
      true,
    ],
    ['the same, one’s own side', {}, [{ domain: 'partner.gov', maximumLabel: 'open' }], BOB, false],
    [
      'a partner under the highest label',
      { maximumLabel: 'open' },
      [{ domain: 'partner.gov' }],
      PARTNER,
      true,
    ],
  ] as const)('has to be made where %s', (_when, labels, partners, to, required) => {
    expect(labelChoice(rules(labels, partners), to).required).toBe(required);
    expect(labelProblem(rules(labels, partners), to, undefined)).toBe(
      required ? 'LABEL_REQUIRED' : undefined,
    );
  });

  it('is told what is wrong with a label', () => {
    const limited = rules({ maximumLabel: 'restricted' });
    expect(labelProblem(limited, BOB, 'restricted')).toBeUndefined();
    expect(labelProblem(limited, BOB, 'secret')).toBe('LABEL_NOT_ALLOWED');
    expect(labelProblem(limited, BOB, 'RESTRICTED')).toBe('LABEL_UNKNOWN');
    expect(labelProblem(limited, BOB, '__proto__')).toBe('LABEL_UNKNOWN');
  });
});

describe('colours', () => {
  it('have the contrast of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#c8102e', '#c8102e')).toBe(1);
  });

  it('can be read, whatever the policy says', () => {
    expect(readableForeground({ background: '#c8102e', foreground: '#ffffff' })).toBe('#ffffff');
    expect(readableForeground({ background: '#fce83a', foreground: '#ffffff' })).toBe('#000000');
    for (let shade = 0; shade < 256; shade += 5) {
      const background = `#${shade.toString(16).padStart(2, '0').repeat(3)}`;
      const foreground = readableForeground({ background, foreground: background });
      expect(contrast(background, foreground), background).toBeGreaterThanOrEqual(MIN_CONTRAST);
    }
  });
});
