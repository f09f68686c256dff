/** Words of the frame, and those that all pages share. */
import type { Role } from '../../roles.ts';

export const ROLE: Readonly<Record<Role, string>> = {
  operator: 'Operator',
  officer: 'Security officer',
  auditor: 'Auditor',
};

export const TEXT = {
  product: 'Sallyport',
  console: 'console',
  skip: 'Skip to the page',
  pages: 'Pages',
  lock: 'Lock',
  loading: 'Loading…',
  none: 'none',
  action: 'Action',
  retry: 'Try again',
  cancel: 'Cancel',
  close: 'Close',
  reason: 'Reason',
  reasonHint: 'It is logged with your name.',
  opening: 'Opening a session…',
  lockedTitle: 'Locked',
  lockedText:
    'Your session has ended, and what was on the page is gone. The card is asked again when you go on.',
  goOn: 'Go on',
  refusedTitle: 'No way in',
  waitsTitle: 'Waiting for a second person',
  waitsText: 'Nothing is done yet. Somebody else has to approve it under Approvals.',
  doneTitle: 'Done',
  on: 'on',
  off: 'off',
} as const;

export const PAGE = {
  now: 'Now',
  alarms: 'Alarms',
  people: 'People',
  machines: 'Machines',
  policy: 'Policy',
  switch: 'Switch',
  files: 'Files',
  approvals: 'Approvals',
  messages: 'Messages',
  audit: 'Audit',
  exports: 'Exports',
  retention: 'Retention',
  feeds: 'Feeds',
} as const;
