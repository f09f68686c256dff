/** Labels of the harness: policies with catalogues, and labelled conversations. */
import { OFFICIAL_LABELS } from '../../src/cli/policy/official-labels.ts';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { LabelPolicy, LabelRules, MessageLabel } from '../../src/shared/labels.ts';
import { nightTalk } from './talk.ts';

export const LONG_LABEL =
  'SECRET//EXAMPLE-CONTROL-ALPHA/BRAVO-CHARLIE//ORIGINATOR CONTROLLED//RELEASABLE TO USA, AUS, CAN, GBR, NZL AND EXERCISE PARTICIPANT';

/** The official labels up to SECRET; UNCLASSIFIED to begin with. */
export function labelRules(changes: Partial<LabelPolicy> = {}): LabelRules {
  return {
    labels: {
      catalogue: [
        ...OFFICIAL_LABELS,
        { id: 'long', text: LONG_LABEL, background: '#c8102e', foreground: '#c8102e', rank: 30 },
      ],
      defaultLabel: 'unclassified',
      maximumLabel: 'secret',
      required: true,
      ...changes,
    },
    partners: [],
  };
}

/** A catalogue of a thousand, none chosen before. */
export function manyLabels(): LabelRules {
  const catalogue = Array.from({ length: 1000 }, (_, index) => ({
    id: `programme-${index + 1}`,
    text: `PROGRAMME ${String(index + 1).padStart(4, '0')}`,
    background: index % 2 === 0 ? '#0033a0' : '#502b85',
    foreground: '#ffffff',
    rank: index,
  }));
  return { labels: { catalogue, required: true }, partners: [] };
}

const LABELS: readonly MessageLabel[] = [
  ...OFFICIAL_LABELS.slice(0, 4).map(({ id, text }) => ({ id, text })),
  { id: 'unclassified', text: 'UNCLASSIFIED', assumed: true },
  { text: 'COSMIC' },
  { id: 'long', text: LONG_LABEL },
];

/** The night's conversation with labels of all kinds; the first half is UNCLASSIFIED. */
export function labelledTalk(): readonly ChatMessage[] {
  const talk = nightTalk();
  return talk.map((message, index) => {
    const label = LABELS[index < 6 ? 0 : index % LABELS.length];
    return label === undefined ? message : { ...message, label };
  });
}

/** Nothing above the system's own marking. */
export function lowTalk(): readonly ChatMessage[] {
  return nightTalk().map((message) => ({ ...message, label: { id: 'unclassified', text: 'UNCLASSIFIED' } }));
}
