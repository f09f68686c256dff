/** Words of people and machines. */
import type { DirectoryRead } from '../../contract.ts';
import { counted } from './counted.ts';

export const PEOPLE = {
  filter: 'Name, account or UPN',
  fromDirectory: 'The directory says who has an account. To keep somebody out, use the switch.',
  byHand: 'Accounts are kept by hand. A change holds within a second.',
  goodUntil: (time: string) => `The table is good until ${time}.`,
  read: 'Read the directory…',
  readTitle: 'Read the directory now?',
  readDone: ({ accounts, disabled, identitiesDropped }: DirectoryRead) => {
    const done = `${accounts} accounts, ${disabled} of them disabled.`;
    if (identitiesDropped === 0) return done;
    const gone = counted(identitiesDropped, 'person who is gone', 'people who are gone');
    return `${done} With ${gone} went what certificates were mapped by here.`;
  },
  readSkipped: (count: number) =>
    `${counted(count, 'person was', 'people were')} left out: the account name or the UPN cannot be one.`,
  readSpared: (count: number) =>
    `${counted(count, 'person is', 'people are')} missing there, too many at once to believe it: what their certificates are mapped by stays. Is the base or the filter wrong?`,
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
