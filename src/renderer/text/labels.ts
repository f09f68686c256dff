/** What is said in `chat/labels`. */
export const LABELS_TEXT = {
  labelOf: (words: string | number) => `Label: ${words}`,
  title: 'Label',
  forYourNextMessagesTo: 'For your next messages to',
  findALabel: 'Find a label',
  labels: 'Labels',
  thePolicyAllowsNoLabel: 'The policy allows no label here.',
  noLabelFits: 'No label fits.',
  labelsAbove: (count: number) =>
    `${count === 1 ? 'One label of the policy is' : `${count} labels of the policy are`} above what may be sent here.`,
  noLabel: 'No label',
  default: 'default',
  chosen: 'chosen',
} as const;
