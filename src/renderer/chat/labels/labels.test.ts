import { describe, expect, it } from 'vitest';
import { OFFICIAL_LABELS } from '../../../cli/policy/official-labels.ts';
import type { ChatEvent, ChatMessage } from '../../../shared/chat-model.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { contrast, type LabelRules, type MessageLabel, MIN_CONTRAST } from '../../../shared/labels.ts';
import { EMPTY_CHAT } from '../../state/chat-state.ts';
import { applyEvents } from '../../state/reduce-chat.ts';
import { MAX_FOREIGN, NO_LABELS, type SeenLabels, withLabelsOf } from '../../state/seen-labels.ts';
import { currentLabel } from './current-label.ts';
import { bannerRank, highestLabels, markingOf } from './high-water.ts';

const BOB = 'bob@chat.mil' as BareJid;
const seen = (known: readonly string[], foreign: readonly string[] = []): SeenLabels => ({
  known: new Set(known),
  foreign: new Set(foreign),
});
const banner = (text: string) => ({ text, background: '#007a33', foreground: '#ffffff' });
const message = (id: string, label?: MessageLabel): ChatMessage => ({
  id,
  direction: 'in',
  sender: BOB,
  body: id,
  at: 1,
  delayed: false,
  ...(label === undefined ? {} : { label }),
});

describe('the official labels', () => {
  it('can be read, and each is above the one before', () => {
    for (const [at, { text, background, foreground, rank }] of OFFICIAL_LABELS.entries()) {
      expect(contrast(background, foreground), text).toBeGreaterThanOrEqual(MIN_CONTRAST);
      if (at > 0) expect(rank).toBeGreaterThan(OFFICIAL_LABELS[at - 1]?.rank ?? Number.NaN);
    }
  });
});

describe('the system’s own marking', () => {
  it.each([
    ['UNCLASSIFIED', 0],
    ['Unclassified // Exercise', 0],
    ['TOP SECRET//SCI//X', 50],
    ['TOP SECRET // X', 40],
    ['SECRET', 30],
    ['SECRETARIAT', undefined],
    ['NATO RESTRICTED', undefined],
  ])('%s has rank %s', (text, rank) => {
    expect(bannerRank(text, OFFICIAL_LABELS)).toBe(rank);
  });
});

describe('the high-water mark', () => {
  const text = (system: string, labels: SeenLabels) => {
    const { text: shown, note } = markingOf(banner(system), OFFICIAL_LABELS, labels);
    return note === '' ? shown : `${shown} — ${note}`;
  };

  it('is the highest label of what is open, in its colours and in words', () => {
    expect(
      markingOf(banner('UNCLASSIFIED'), OFFICIAL_LABELS, seen(['cui', 'secret', 'unclassified'])),
    ).toEqual({
      text: 'SECRET',
      note: 'highest label shown here · system: UNCLASSIFIED',
      background: '#c8102e',
      foreground: '#ffffff',
    });
  });

  it('is never below the system, and says nothing where there is nothing to say', () => {
    expect(text('SECRET // X', seen(['cui', 'secret']))).toBe('SECRET // X');
    expect(text('SECRET', seen([]))).toBe('SECRET');
    expect(markingOf(banner('SECRET'), OFFICIAL_LABELS, seen(['cui'])).background).toBe('#007a33');
  });

  it('stands beside a system marking that can’t be compared, which keeps its colours', () => {
    const marking = markingOf(banner('NATO X'), OFFICIAL_LABELS, seen(['unclassified', 'cui']));
    expect([marking.text, marking.note]).toEqual(['NATO X', 'highest label shown here: CUI']);
    expect(marking.background).toBe('#007a33');
  });

  it('names labels of the same rank, some of them, and those that nobody knows', () => {
    const [top] = OFFICIAL_LABELS.slice(-1);
    if (top === undefined) throw new Error('no labels');
    const many = ['A', 'B', 'C', 'D'].map((id) => ({ ...top, id, text: id }));
    expect(markingOf(banner('X'), many, seen(['A', 'B', 'C', 'D'])).note).toBe(
      'highest label shown here: A · B · C and 1 more',
    );
    expect(text('UNCLASSIFIED', seen([], ['COSMIC']))).toBe(
      'UNCLASSIFIED — shown here: a label that is not in the catalogue: COSMIC',
    );
    expect(text('UNCLASSIFIED', seen(['gone'], ['']))).toContain('2 labels that are not in the catalogue');
    expect(text('UNCLASSIFIED', seen(['cui'], ['COSMIC']))).toBe(
      'CUI — highest label shown here · a label that is not in the catalogue: COSMIC · system: UNCLASSIFIED',
    );
    const flood = Array.from({ length: 500 }, (_, index) => message(`m${index}`, { text: `X${index}` }));
    expect(text('UNCLASSIFIED', withLabelsOf(NO_LABELS, flood))).toContain(`${MAX_FOREIGN} or more labels`);
  });

  it('can be read, whatever the policy’s colours are', () => {
    const bad = { id: 'b', text: 'B', background: '#fce83a', foreground: '#fce83a', rank: 9 };
    const { background, foreground } = markingOf(
      banner('B0'),
      [bad, { ...bad, id: 'b0', text: 'B0', rank: 0 }],
      seen(['b']),
    );
    expect(contrast(background, foreground)).toBeGreaterThanOrEqual(MIN_CONTRAST);
  });

  it('finds nothing in an empty catalogue', () => {
    expect(highestLabels(seen(['secret']), [])).toEqual([]);
  });
});

describe('labels of a conversation', () => {
  const append = (...messages: readonly ChatMessage[]): ChatEvent => ({
    type: 'messages',
    conversation: BOB,
    append: messages,
  });
  const known = (state: typeof EMPTY_CHAT) => [...(state.conversations.get(BOB)?.labels.known ?? [])];
  const CUI = { id: 'cui', text: 'CUI' };
  const SECRET = { id: 'secret', text: 'SECRET' };

  it('grow with new messages and changes, and stay the same object otherwise', () => {
    const first = applyEvents(EMPTY_CHAT, [append(message('b'), message('c', CUI))]);
    expect(known(first)).toEqual(['cui']);
    const again = applyEvents(first, [append(message('d', CUI))]);
    expect(again.conversations.get(BOB)?.labels).toBe(first.conversations.get(BOB)?.labels);
    const changed = applyEvents(first, [
      { type: 'message-updates', conversation: BOB, messages: [message('b', SECRET)] },
    ]);
    expect(known(changed)).toEqual(['cui', 'secret']);
  });
});

describe('the label of the next message', () => {
  const rules: LabelRules = {
    labels: { catalogue: OFFICIAL_LABELS, required: true, maximumLabel: 'secret' },
    partners: [],
  };
  const withDefault: LabelRules = { ...rules, labels: { ...rules.labels, defaultLabel: 'cui' } };

  it('is what was chosen last as long as it may be sent, else the default, else missing', () => {
    expect(currentLabel(rules, BOB, undefined)).toMatchObject({ label: undefined, missing: true });
    expect(currentLabel(rules, BOB, 'secret')).toMatchObject({ label: { id: 'secret' }, missing: false });
    expect(currentLabel(rules, BOB, 'top-secret')).toMatchObject({ label: undefined, missing: true });
    expect(currentLabel(withDefault, BOB, undefined).label?.id).toBe('cui');
    expect(currentLabel(withDefault, BOB, 'top-secret').label?.id).toBe('cui');
  });
});
