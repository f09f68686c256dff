/** Search in the local history: a store of a million messages is built as the client builds it, and asked. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { parseQuery } from '../../src/shared/search-query.ts';
import { StoreClient } from '../../src/store/index.ts';
import { type Figure, figure, repeat, timed } from './measure.ts';

export interface HistoryBenchOptions {
  readonly workerFile: string;
  readonly messages: number;
  readonly runs: number;
}

const ROOMS = 200;
const BATCH = 1_000;
/** Between two messages: a million of them are 230 days. */
const MS_APART = 20_000;
const LABELS = ['UNCLASSIFIED', 'CUI', 'SECRET'];
/** A word in each message, words in a tenth, a hundredth and so on. */
const VOCABULARY = 4_000;
const QUERIES = [
  'contact',
  'w3999',
  'contact w17',
  '"contact reported near"',
  'conta',
  'from:analyst-7 contact',
  'in:room-42 label:secret grid',
  'before:2026-06-01 contact',
  'before:2026-06-01 w17',
  'before:2026-06-01',
  'nothingatall',
];

/** Words as they are said: few of them most of the time. Deterministic. */
function textOf(n: number): string {
  const words = ['contact reported near grid'];
  let state = (n * 2_654_435_761) >>> 0;
  for (let at = 0; at < 9; at += 1) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    words.push(`w${Math.floor((state / 2 ** 32) ** 3 * VOCABULARY)}`);
  }
  return words.join(' ');
}

function messageOf(n: number, start: number): ChatMessage {
  const text = LABELS[n % LABELS.length] ?? '';
  return {
    id: `m${n}`,
    direction: 'in',
    sender: `analyst-${n % 97}`,
    body: textOf(n),
    at: start + n * MS_APART,
    delayed: false,
    label: { text },
  };
}

async function build(client: StoreClient, messages: number, start: number): Promise<void> {
  for (let from = 0; from < messages; from += BATCH) {
    const runs = Array.from({ length: Math.min(BATCH, messages - from) }, (_, index) => {
      const n = from + index;
      const conversation = `room-${n % ROOMS}@rooms.chat.mil` as BareJid;
      const message = { message: messageOf(n, start), keys: [{ archiveId: `a${n}`, strong: [`s\\n${n}`] }] };
      return { conversation, kind: 'room' as const, messages: [message], place: { at: 'end' as const } };
    });
    await client.call('put', { runs, archives: [] });
  }
}

export async function benchHistory({
  workerFile,
  messages,
  runs,
}: HistoryBenchOptions): Promise<readonly Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-history-bench-'));
  const file = join(directory, 'history.db');
  const key = randomBytes(32);
  const access = () => ({ file, key: Uint8Array.from(key), days: 3650 });
  const size = messages.toLocaleString('en');
  try {
    const client = new StoreClient(workerFile);
    await client.call('open', access());
    const built = await timed(() => build(client, messages, Date.now() - messages * MS_APART));
    const figures: Figure[] = [
      figure({ name: `history: ${size} messages written and indexed`, unit: 's' }, [built / 1000]),
    ];
    for (const text of QUERIES) {
      const parsed = parseQuery(text);
      if (parsed.kind !== 'query') throw new Error(`${text} is ${parsed.kind}`);
      const name = `history: search ${text} in ${size}`;
      const ask = () => timed(() => client.call('search', { query: parsed.query, limit: 50 }));
      const about = { name, unit: 'ms', target: 50, note: 'first 50 hits, in the session process' } as const;
      figures.push(figure(about, await repeat(runs, 1, ask)));
    }
    await client.close();
    const bytes = statSync(file).size / 2 ** 20;
    figures.push(figure({ name: `history: file of ${size} messages`, unit: 'MB' }, [bytes]));
    const open = await repeat(runs, 1, () =>
      timed(async () => {
        const again = new StoreClient(workerFile);
        await again.call('open', access());
        await again.call('tails', { least: 25, each: 100, total: 20_000 });
        await again.close();
      }),
    );
    const note = 'thread started, opened, the newest of each conversation read';
    figures.push(figure({ name: `history: opened with ${size}`, unit: 'ms', note }, open));
    return figures;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
