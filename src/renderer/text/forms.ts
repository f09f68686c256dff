/** Words around data forms; what a form itself says comes from the service. */
import type { FormProblem } from '../../shared/data-form.ts';

export const FORM_TEXT = {
  required: 'required',
  nothingChosen: 'Nothing chosen',
  onePerLine: 'One on each line.',
  yes: 'Yes',
  no: 'No',
  noRows: 'The answer has no rows.',
} as const;

const PROBLEMS: Readonly<Record<FormProblem['problem'], string>> = {
  required: 'This has to be filled in.',
  choice: 'Choose one of the offered values.',
  boolean: 'Choose yes or no.',
  address: 'This is not an address.',
  length: 'This is too long.',
  unknown: 'The form does not ask for this.',
  number: 'This is a whole number.',
  dtg: 'This is a date-time group, for example 260314ZNOV26.',
  mgrs: 'This is a position in MGRS, for example 18SUJ2348306479.',
};

export function formProblemText({ problem }: FormProblem): string {
  return PROBLEMS[problem];
}
