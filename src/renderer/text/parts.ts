/** What is said in `parts`. */
import type { NameWarning } from '../../shared/display-name.ts';

export const PARTS_TEXT = {
  classificationUnknownNoValidPolicy: 'Classification unknown: no valid policy',
  issuerUntil: (issuer: string | number) => `${issuer} · until`,
  close: 'Close',
  cancel: 'Cancel',
  notForOperationalUse: (version: string | number) => `${version}: not for operational use`,
  build: 'Build',
  testBuild: 'TEST BUILD',
  leftOut: (count: number) =>
    count === 1
      ? 'One character that no message can carry was left out.'
      : `${count} characters that no message can carry were left out.`,
  sallyport: 'Sallyport',
} as const;

/** What a name beside a warning sign may be meant to do. */
export const NAME_WARNING_TEXT: Readonly<Record<NameWarning, string>> = {
  confusable: 'This name looks like the name of someone else you know. Check the address.',
  'mixed-script': 'This name mixes letters of different alphabets. Check the address.',
};
