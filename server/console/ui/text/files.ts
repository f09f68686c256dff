/** Words of the file gate’s page. */
import type { FileState } from '../../contract.ts';

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
