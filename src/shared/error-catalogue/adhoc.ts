import type { Catalogue } from './error-text.ts';

export const ADHOC_ERRORS = {
  ADHOC_OFF: {
    title: 'Your organisation’s policy has no commands of services.',
    action: 'Ask IT to do it for you, or to allow /features/commands.',
  },
  ADHOC_FORBIDDEN: {
    title: 'The service does not let you run this command.',
    action: 'Ask IT, or whoever runs the service.',
  },
  ADHOC_NOT_FOUND: {
    title: 'The service does not have this command any more.',
    action: 'Go back to the list and read it again.',
  },
  ADHOC_REFUSED: {
    title: 'The service refused the command ({condition}).',
    action: 'Check what you filled in and try again, or ask IT.',
  },
  ADHOC_CONFUSED: {
    title: 'The service answered something that does not belong to this command.',
    action: 'Nothing more was sent. Start the command again; if it happens again, tell IT.',
  },
  ADHOC_OVER: {
    title: 'This run of the command is over.',
    action: 'Start it again from the list.',
  },
  ADHOC_TOO_MANY: {
    title: 'Too many commands are open.',
    action: 'Finish or cancel one of them first.',
  },
  ADHOC_FIELD: {
    title: 'The field “{field}” is not filled in rightly.',
    action: 'Correct it and go on.',
  },
  ADHOC_SECRET: {
    title: 'This command asks for a secret, and secrets are not typed into forms here.',
    action: 'Ask IT to do it for you.',
  },
} as const satisfies Catalogue;
