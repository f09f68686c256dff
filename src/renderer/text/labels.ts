/** What is said in `chat/labels`. */
export const LABELS_TEXT = {
  labelOf: (words: string | number) => `Label: ${words}`,
  title: 'Label',
  forYourNextMessagesTo: 'For your next messages to',
  findALabel: 'Find a label',
  labels: 'Labels',
  thePolicyAllowsNoLabel: 'The policy allows no label here.',
  noLabelFits: 'No label has this in its name.',
  labelsAbove: (count: number) =>
    `${count === 1 ? 'One label of the policy is' : `${count} labels of the policy are`} above what may be sent here.`,
  noLabel: 'No label',
  default: 'default',
  chosen: 'chosen',
  choose: 'Choose a label',
  unreadable: 'Unreadable label',
  cameWithout: 'came without a label',
  notInCatalogue: 'not in the policy’s catalogue',
  assumed: 'assumed: no label is on the message itself',
} as const;

/** What stands beside the marking of the window. */
export const HIGH_WATER_TEXT = {
  andMore: (named: string, more: number) => `${named} and ${more} more`,
  strangeOne: (label: string) => `a label that is not in the catalogue: ${label}`,
  strange: (count: number) =>
    count === 1 ? 'a label that is not in the catalogue' : `${count} labels that are not in the catalogue`,
  strangeAtLeast: (count: number) => `${count} or more labels that are not in the catalogue`,
  here: (what: string) => `shown here: ${what}`,
  highest: 'highest label shown here',
  highestIs: (labels: string) => `highest label shown here: ${labels}`,
  system: (marking: string) => `system: ${marking}`,
} as const;
