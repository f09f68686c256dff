/** Every word of the page. */
import type { ApprovalState, FileState } from '../contract.ts';
import type { Role } from '../roles.ts';

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
} as const;

export const NOW = {
  service: 'Service',
  running: 'running',
  notRunning: 'not running',
  unknown: 'unknown',
  online: 'Online',
  messages: 'Messages, last minute',
  load: 'Load',
  gate: 'File gate',
  scannerDown: 'scanner down',
  down: 'down',
  up: 'up',
  quarantined: (count: number) => `${count} in quarantine`,
  waiting: (count: number) => `${count} being scanned`,
  live: 'live',
  notLive: 'not live: the line to the console is broken',
  sessions: 'Sessions',
  filter: 'User, machine or address',
  user: 'User',
  machine: 'Machine',
  address: 'Address',
  resource: 'Resource',
  epoch: 'Epoch',
  policy: 'Policy',
  version: 'Client',
  since: 'Since',
  nobody: 'Nobody is online.',
  nobodyLike: 'Nobody online is like that.',
  rooms: 'Rooms',
  room: 'Room',
  lastMessage: 'Last message',
  messageCount: 'Messages',
  noRooms: 'Nothing was said in a room.',
  alarms: 'Alarms of the last day',
  noAlarms: 'Nothing to look at.',
  dates: 'What runs out',
  until: 'Good until',
  more: (shown: number, total: number) => `${shown} of ${total}`,
  end: 'End sessions…',
  endTitle: (user: string) => `End the sessions of ${user}?`,
  endText: 'The user can sign in again. To keep somebody out, use the switch.',
  ended: (count: number) => `${count} ${count === 1 ? 'session was' : 'sessions were'} ended.`,
} as const;

export const ALARM: Readonly<Record<string, string>> = {
  impersonation: 'impersonation attempts',
  'lock.refused': 'lock failures',
  'lock.revoked': 'locks revoked',
  'sign-in.refused': 'sign-ins refused',
  'federation.refused': 'partners refused',
  'stanza-refused': 'stanzas refused by clients',
  'ipc.refused': 'windows refused by clients',
  'policy.refused': 'policies refused',
  audit: 'gaps in audit logs',
  'console.refused': 'refusals at this console',
  'console.connection-refused': 'connections refused here',
};

export const PEOPLE = {
  filter: 'Name, account or UPN',
  fromDirectory: 'The directory says who has an account. To keep somebody out, use the switch.',
  byHand: 'Accounts are kept by hand. A change holds within a second.',
  goodUntil: (time: string) => `The table is good until ${time}.`,
  read: 'Read the directory…',
  readTitle: 'Read the directory now?',
  readDone: (accounts: number, disabled: number) => `${accounts} accounts, ${disabled} of them disabled.`,
  add: 'Add an account…',
  account: 'Account',
  name: 'Name',
  state: 'State',
  online: 'Online',
  identities: 'Identities',
  upns: 'UPNs, one a line',
  xmppAddrs: 'XMPP addresses, one a line',
  spki: 'Key hashes (SHA-256 of the SubjectPublicKeyInfo, base64), one a line',
  issuerSerials: 'Issuers (SHA-256 of the name, base64) and serial numbers (hex), HASH:SERIAL, one a line',
  subjectKeyIds: 'Subject key identifiers (hex), one a line',
  certificate: 'A certificate (PEM), to take its identities from',
  readCertificate: 'Read the certificate',
  certificateOf: (subject: string, serial: string) => `${subject}, serial number ${serial}`,
  identitiesOnly: 'The directory says the rest: UPN, and whether the account is disabled.',
  itsAlready: (accounts: string) =>
    `This certificate leads to ${accounts} already. One that leads to two signs nobody in.`,
  add1: 'Add',
  kinds: {
    upns: 'UPN',
    xmppAddrs: 'XMPP address',
    issuerSerials: 'Issuer and serial number',
    subjectKeyIds: 'Subject key identifier',
    spkiSha256: 'Key hash',
  },
  disabled: 'disabled',
  off: 'off',
  enabled: 'enabled',
  change: 'Change…',
  changeTitle: (account: string) => (account === '' ? 'Add an account' : `Change ${account}`),
  isDisabled: 'Disabled: nobody signs in as this account',
  empty: 'Nobody is like that.',
  more: (shown: number, total: number) => `${shown} of ${total}`,
} as const;

export const MACHINES = {
  filter: 'Machine',
  intro:
    'A machine that is not listed here is unknown to the lock. Its keys are made on the enrolment computer (sallyport-policy lock enroll).',
  machine: 'Machine',
  state: 'State',
  enrolled: 'enrolled',
  revoked: 'revoked',
  off: 'off',
  epoch: 'Epoch',
  policy: 'Policy',
  version: 'Client',
  seen: 'Last heard of',
  user: 'Last user',
  users: 'Who may sign in',
  everybody: 'everybody',
  enrol: 'Enrol a machine…',
  change: 'Change…',
  changeTitle: (kid: string) => (kid === '' ? 'Enrol a machine' : `Change ${kid}`),
  isRevoked: 'Revoked: its sessions end, and the lock refuses it',
  usersHint: 'Accounts that may sign in there, separated by blanks; everybody when empty',
  move: 'Move…',
  moveTitle: (kid: string) => `Move ${kid} to another epoch of the lock`,
  moveText:
    'Its key of that epoch has to be on it, and the epoch’s master key at the server. A session of an earlier epoch ends with the grace.',
  moveEpoch: 'Epoch that it has to use, or a later one',
  moveGrace: 'Hours in which earlier ones are accepted; 0 for none',
  moveAction: 'Move',
  moving: (used: string, required: number, until: string | undefined) =>
    until === undefined ? `${used} → ${required}` : `${used} → ${required}, until ${until}`,
  empty: 'No machine is like that.',
} as const;

export const POLICY = {
  intro:
    'The clients’ own verifier judges every bundle; the console has no signing key and can weaken nothing. Pulling back takes a higher sequence.',
  rings: 'Rings',
  ring: 'Ring',
  nothing: 'nothing yet',
  policy: 'Policy',
  sequence: 'Sequence',
  validUntil: 'Good until',
  since: 'Out since',
  by: 'By',
  bundles: 'Bundles',
  noBundles: 'No bundle was uploaded.',
  signers: 'Signed by',
  uploaded: 'Uploaded',
  upload: 'Upload a bundle',
  file: 'Bundle file',
  compare: 'Compare',
  compareWith: (ring: string) => `with ${ring}`,
  putOut: 'Put out…',
  putOutTitle: (sequence: number, ring: string) => `Put sequence ${sequence} out in ${ring}?`,
  putOutText: 'The ring’s machines take it at their next look, within a quarter of an hour.',
  putOutDone: (sequence: number, ring: string) => `Sequence ${sequence} is out in ${ring}.`,
  diff: (from: number | undefined, to: number) =>
    from === undefined
      ? `Nothing is out: all of sequence ${to} would come.`
      : `From sequence ${from} to ${to}`,
  same: 'No setting differs.',
  setting: 'Setting',
  before: 'Before',
  after: 'After',
  effect: 'Effect',
  taken: 'What machines have',
  machines: 'Machines',
  unknown: (count: number) => `${count} ${count === 1 ? 'machine has' : 'machines have'} not said.`,
  noRings: 'No rings are configured (policy in the console’s configuration).',
} as const;

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

export const SWITCH = {
  intro: 'Off takes effect on live sessions within two seconds. On restores exactly what was.',
  service: 'The whole service',
  serviceOn: 'The service is on',
  serviceOff: 'The service is off',
  serviceOnText: 'Everybody who is not listed below can sign in.',
  serviceOffText: 'Nobody is signed in, and nobody can sign in.',
  turnServiceOff: 'Switch the service off…',
  turnServiceOn: 'Switch the service on…',
  turnOff: 'Switch off…',
  turnOn: 'Switch on…',
  kinds: {
    user: {
      title: 'Users that are off',
      none: 'No user is off.',
      label: 'User',
      hint: 'the part before the @',
      off: 'Live sessions end, and the account is refused until it is on again.',
    },
    machine: {
      title: 'Machines that are off',
      none: 'No machine is off.',
      label: 'Machine',
      hint: 'its id, such as WS-0142',
      off: 'Whoever sits there is signed out, and the lock refuses the machine until it is on again.',
    },
    room: {
      title: 'Rooms that are off',
      none: 'No room is off.',
      label: 'Room',
      hint: 'the part before the @',
      off: 'Everybody is put out, and nobody enters, reads or writes. Members, settings and history are kept.',
    },
    partner: {
      title: 'Partner domains that are off',
      none: 'No partner is off.',
      label: 'Domain',
      hint: 'such as partner.example.mil',
      off: 'Nothing goes there or comes from there, nor from any domain below it. Its people are put out of rooms.',
    },
  },
  confirmed: (ended: number, removed: number, streams: number) => {
    const done = [
      `ended ${counted(ended, 'session', 'sessions')}`,
      ...(removed > 0 ? [`put ${counted(removed, 'occupant', 'occupants')} out of rooms`] : []),
      ...(streams > 0 ? [`ended ${counted(streams, 'stream', 'streams')} to partners`] : []),
    ];
    return `The server confirmed it: it ${done.join(', ')}.`;
  },
  revision: (revision: number) => `Revision ${revision}.`,
  readOnly: 'Operators use the switch. You see what is off.',
  askTitle: (target: string, position: string) => `Switch ${target} ${position}?`,
  askAction: (position: string) => `Switch ${position}`,
  onText: 'It is again what it was.',
} as const;

export const FILES = {
  state: 'State',
  all: 'All',
  hash: 'SHA-256',
  sender: 'Sender',
  name: 'Name',
  received: 'Received',
  size: 'Size',
  verdict: 'Verdict',
  search: 'Search',
  refresh: 'Look again',
  empty: 'No file is like that.',
  emptyQuarantine: 'The quarantine is empty.',
  details: 'File',
  type: 'Declared type',
  conversation: 'Conversation',
  label: 'Label',
  expires: 'Kept until',
  engine: 'Scanner',
  decision: 'Decision',
  release: 'Release…',
  remove: 'Delete…',
  releaseTitle: (name: string) => `Release ${name}?`,
  releaseText: 'It can be fetched by whoever it was sent to, against the verdict.',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteText: 'The file goes for good; its record stays.',
  choose: 'Choose a file to see what is known of it. Its content is never shown here.',
  metadata: 'Content is never shown here.',
  count: (shown: number, total: number) => (shown === total ? `${total}` : `${shown} of ${total}`),
  noGate: 'No file gate is configured.',
} as const;

export const FILE_STATE: Readonly<Record<FileState, string>> = {
  scanning: 'scanning',
  released: 'released',
  quarantined: 'quarantined',
  expired: 'expired',
  deleted: 'deleted',
};

export const RECORDS = {
  intro: 'Every search is logged with your name, the reason and what you asked for.',
  reason: 'Reason for the search',
  user: 'User',
  room: 'Room',
  words: 'Words',
  label: 'Label',
  since: 'From',
  until: 'Until',
  timeHint: '2026-03-01',
  search: 'Search',
  more: 'Older…',
  empty: 'Nothing is like that.',
  start: 'Say why, then search. Words all have to be there; * at the end of one stands for the rest.',
  time: 'Time',
  from: 'From',
  to: 'To',
  text: 'Text',
  machine: 'Machine',
  event: 'Event',
  outcome: 'Outcome',
  details: 'Details',
  export: 'Export…',
  exportTitle: 'Export what this search finds?',
  exportText:
    'All of it, oldest first, as a marked and signed file. It is kept for seven days under Exports.',
  marking: 'Marking',
  exported: (records: number) => `${records} records are in an export; fetch it under Exports.`,
  behind: (octets: string) => `The index is ${octets} behind the logs; what is newer is not found yet.`,
  index: (messages: number, events: number) =>
    `${messages.toLocaleString('en')} messages, ${events.toLocaleString('en')} events`,
  record: 'Record',
  choose: 'Choose a record to see all of it.',
} as const;

export const CHAIN = {
  check: 'Check the chains',
  console: 'This console',
  collected: 'Clients (collector)',
  source: 'Log',
  whole: (lines: number, chains: number) =>
    `${lines.toLocaleString('en')} lines in ${chains} ${chains === 1 ? 'chain' : 'chains'}: nothing was changed or taken out.`,
  broken: (found: number) => `${found} ${found === 1 ? 'place is' : 'places are'} not as written.`,
  partly: 'There are more lines than one check looks at.',
  nothing: 'There are no lines.',
  problem: 'Problem',
  row: 'Row',
} as const;

export const EXPORTS = {
  intro: 'Yours of the last seven days. The signature is checked by “openssl cms -verify”.',
  empty: 'You have made no export.',
  made: 'Made',
  of: 'What',
  records: 'Records',
  size: 'Size',
  marking: 'Marking',
  hash: 'SHA-256',
  data: 'File',
  signature: 'Signature',
} as const;

export const RETENTION = {
  intro: (messages: number, audit: number) =>
    `Messages are kept for ${messages} days, audit records for ${audit}. What is on hold stays.`,
  due: (records: number, held: number) => `Due now: ${records} records; ${held} are on hold.`,
  users: 'Users on hold',
  rooms: 'Rooms on hold',
  user: 'User',
  room: 'Room',
  hold: 'Put on hold…',
  lift: 'Lift…',
  none: 'Nobody and nothing is on hold here.',
  holdTitle: (name: string) => `Put ${name} on hold?`,
  liftTitle: (name: string) => `Lift the hold on ${name}?`,
  holdText: 'Its records are kept until the hold is lifted.',
  liftText: 'What is older than the days above goes at the next run.',
  run: 'Delete what is due…',
  runTitle: 'Delete what is due?',
  runText: 'It is gone for good.',
  ran: (records: number, held: number) => `${records} records were deleted; ${held} are on hold.`,
} as const;

export const APPROVALS = {
  intro: 'What was asked for and needs a second person: another person with another card, of the right role.',
  waiting: 'Waiting',
  decided: 'Decided lately',
  noneWaiting: 'Nothing waits for a second person.',
  noneDecided: 'Nothing was decided yet.',
  approve: 'Approve…',
  reject: 'Reject',
  withdraw: 'Take back',
  approveTitle: 'Approve exactly this?',
  approveText: 'It is done at once, in the name of both of you.',
  asked: 'Asked for by',
  when: 'Asked',
  until: 'Until',
  what: 'What',
  outcome: 'Outcome',
  by: 'By',
  fingerprint: 'Fingerprint',
  yours: 'yours: somebody else decides',
} as const;

export const APPROVAL_STATE: Readonly<Record<ApprovalState, string>> = {
  pending: 'waiting',
  running: 'being done',
  done: 'done',
  failed: 'failed',
  rejected: 'rejected',
  expired: 'expired',
  unknown: 'interrupted: check whether it was done',
};

interface Request {
  readonly path: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function field(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What a search asks for, in a few words. */
function queryText(body: unknown): string {
  const parts = ['user', 'room', 'words', 'label', 'since', 'until'].flatMap((name) => {
    const value = field(body, name);
    return value === '' ? [] : [`${name} ${value}`];
  });
  return parts.length === 0 ? 'all of them' : parts.join(', ');
}

/** A request as a sentence, and the reason that was given. */
export function requestText(action: string, { path, body }: Request): { what: string; reason: string } {
  const reason = field(body, 'reason');
  if (action === 'switch.set') {
    const target = path.kind === 'service' ? 'the whole service' : `${path.kind} ${path.name}`;
    return { what: `Switch ${target} ${field(body, 'position')}`, reason };
  }
  if (action === 'files.release') return { what: `Release the file ${(path.id ?? '').slice(0, 12)}`, reason };
  if (action === 'exports.messages')
    return { what: `Export messages marked ${field(body, 'marking')}: ${queryText(body)}`, reason };
  if (action === 'policy.put-out')
    return {
      what: `Put the policy ${field(body, 'sha256').slice(0, 12)} out in the ring ${path.ring}`,
      reason,
    };
  if (action === 'retention.run') return { what: 'Delete the records that are due', reason };
  if (action === 'retention.hold') return { what: `Lift the hold on ${path.kind} ${path.name}`, reason };
  return { what: action, reason };
}
