/** Words of what is on record: searches, chains, exports, retention. */

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
