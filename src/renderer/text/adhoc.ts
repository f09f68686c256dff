/** What the dialog about commands of services says; names, notes and forms come from the services. */
import type { AdHocNote, AdHocStep } from '../../shared/adhoc-contract.ts';

export const ADHOC_TEXT = {
  title: 'Commands of a service',
  service: 'Service',
  ownServer: (domain: string) => `The server, ${domain}`,
  roomService: (domain: string) => `Rooms at ${domain}`,
  room: (name: string) => `The room ${name}`,
  lead: 'What a service offers you to run. It does what its own rules let your account do, and records it.',
  list: 'Commands',
  loading: 'Asking the service what it offers…',
  empty: 'This service offers you no commands.',
  again: 'Ask again',
  running: 'Waiting for the service…',
  stage: (name: string, title: string) => (title === '' || title === name ? name : `${name}: ${title}`),
  nothingSaid: 'The service has nothing to say to this.',
  completed: 'Done.',
  canceled: 'The command was given up. Nothing was done.',
  cancel: 'Cancel',
  toList: 'Back to the list',
  close: 'Close',
} as const;

export const ADHOC_STEP_TEXT: Readonly<Record<AdHocStep, string>> = {
  prev: 'Back',
  next: 'Next',
  complete: 'Finish',
};

/** Said before a note, so that its weight is not colour alone. */
export const ADHOC_NOTE_TEXT: Readonly<Record<AdHocNote['severity'], string>> = {
  info: 'Note',
  warn: 'Warning',
  error: 'Error',
};
