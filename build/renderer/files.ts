/** Files in the harness: a conversation with files, and transfers in every state. */
import type { ChatEvent, ChatMessage } from '../../src/shared/chat-model.ts';
import {
  type FileTransfer,
  fileDescription,
  type SharedFile,
  type TransferState,
} from '../../src/shared/file-contract.ts';
import { RAMIREZ } from './people.ts';
import { NOW } from './talk.ts';

const MIB = 1024 * 1024;
const LONG_NAME = `Annex C to operations order 24-117 (draft ${'of the draft '.repeat(8)}for comment).pptx`;

function file(name: string, mediaType: string, size: number): SharedFile {
  return { name, mediaType, size, sha256: '', url: '' };
}

function withFile(id: string, minutesAgo: number, shared: SharedFile, out = false): ChatMessage {
  return {
    id,
    direction: out ? 'out' : 'in',
    sender: out ? 'Allen' : RAMIREZ,
    body: fileDescription(shared),
    at: NOW - minutesAgo * 60_000,
    delayed: false,
    file: shared,
    ...(out ? { delivery: 'delivered' as const } : {}),
  };
}

const SKETCH = file('bridge-sketch-0221Z.png', 'image/png', 812_345);
const LOG = file('convoy-log.csv', 'text/csv', 48_210);
const ORDER = file(
  LONG_NAME,
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  34 * MIB,
);
const GONE = file('relay-antenna.pdf', 'application/pdf', 2.3 * MIB);

/** Files that came, one in each state. */
export function fileTalk(): readonly ChatMessage[] {
  return [
    withFile('f1', 1.2, SKETCH),
    withFile('f2', 1, LOG, true),
    withFile('f3', 0.8, ORDER),
    withFile('f4', 0.6, GONE),
    withFile('f5', 0.4, file('overlay-ملف-12.kml', 'application/vnd.google-earth.kml+xml', 912)),
  ];
}

function transfer(
  id: string,
  state: TransferState,
  shared: SharedFile,
  rest: Partial<FileTransfer>,
): FileTransfer {
  const { name, size } = shared;
  return { id, direction: 'out', conversation: RAMIREZ, name, size, done: 0, state, ...rest };
}

/** What became of the files of {@link fileTalk}. */
export function savedFiles(): ChatEvent {
  const incoming = { direction: 'in' } as const;
  return {
    type: 'collection',
    collection: 'transfers',
    reset: true,
    remove: [],
    upsert: [
      transfer('s1', 'saved', SKETCH, { ...incoming, message: 'f1', savedAs: 'bridge-sketch-0221Z (2).png' }),
      transfer('s3', 'downloading', ORDER, { ...incoming, message: 'f3', done: 13 * MIB }),
      transfer('s4', 'failed', GONE, { ...incoming, message: 'f4', error: { code: 'FILE_HASH_MISMATCH' } }),
    ],
  };
}

/** Files on their way out, one in each state. */
export function sentFiles(): ChatEvent {
  const photo = file('recce-0417.jpg', 'image/jpeg', 6.4 * MIB);
  return {
    type: 'collection',
    collection: 'transfers',
    reset: true,
    remove: [],
    upsert: [
      transfer('t1', 'uploading', ORDER, { done: 21 * MIB }),
      transfer('t2', 'scanning', photo, { done: photo.size }),
      transfer('t3', 'quarantined', file('invoice.txt', 'text/plain', 68), {
        error: { code: 'FILE_QUARANTINED', detail: { reason: 'Win.Test.EICAR_HDB-1' } },
      }),
      transfer('t4', 'failed', file('handover.docx', 'application/msword', 120_400), {
        error: { code: 'FILE_GATE_UNREACHABLE', detail: { code: 'HTTP_INCOMPLETE' } },
      }),
      transfer('t5', 'waiting', LOG, {}),
    ],
  };
}
