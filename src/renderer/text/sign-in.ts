/** What is said of sign-ins before this one. */
export const LAST_SIGN_IN_TEXT = {
  region: 'Last sign-in',
  last: 'Last sign-in:',
  on: (machine: string) => `on ${machine}.`,
  first: 'No earlier sign-in of yours is recorded on this computer.',
  damaged:
    'The record of earlier sign-ins on this computer was changed or damaged. Tell IT if you do not know why.',
  noFailures: 'No attempt failed since.',
  failures: (count: number) =>
    `${count === 1 ? 'One attempt' : `${count} attempts`} to sign in as you failed since. Tell IT if that was not you.`,
  failuresBefore: (count: number) =>
    `${count === 1 ? 'One attempt' : `${count} attempts`} to sign in as you failed before. Tell IT if that was not you.`,
  dismiss: 'Dismiss',
} as const;
