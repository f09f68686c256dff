/** The console's way to the file gate: its administrators' socket, one POST a command (file-gate/admin-protocol.ts). */
import { type IncomingMessage, request } from 'node:http';
import type { GateStatus } from '../file-gate/admin-protocol.ts';
import { type FileRecord, parseRecord } from '../file-gate/records.ts';
import { Problem, type ProblemCode } from './problem.ts';

const ANSWER_MS = 10_000;
const MAX_LINE_BYTES = 64 * 1024;
/** How long a list is good: reading it opens every file's record. */
const LIST_MS = 1500;
const HELD_MS = 10_000;
/** More files than a gate's records can be at a glance; the newest are shown. */
const MAX_RECORDS = 200_000;

const PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  unknown: 'unknown',
  'not-quarantined': 'conflict',
  gone: 'gone',
  'bad-request': 'bad-request',
};

export interface GateDeed {
  readonly actor: string;
  readonly reason: string;
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_BYTES) throw new Problem('gate-down');
    yield* lines;
  }
  if (rest !== '') yield rest;
}

export class GateClient {
  readonly #socketPath: string;
  #held: { readonly at: number; readonly count: Promise<number> } | undefined;
  #list: { readonly at: number; readonly records: Promise<readonly FileRecord[]> } | undefined;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async status(): Promise<GateStatus> {
    const value = JSON.parse(await this.#first({ command: 'status' })) as GateStatus;
    return {
      scanner: value.scanner === 'up' ? 'up' : 'down',
      waiting: value.waiting,
      uploads: value.uploads,
    };
  }

  /** All records, newest first. */
  list(): Promise<readonly FileRecord[]> {
    const now = performance.now();
    if (this.#list === undefined || now - this.#list.at > LIST_MS) {
      const records = this.#readList();
      records.catch(() => {
        this.#list = undefined;
      });
      this.#list = { at: now, records };
    }
    return this.#list.records;
  }

  /** How many files are held; looked at now and then, because the gate reads every record for it. */
  async quarantined(): Promise<number> {
    const now = performance.now();
    if (this.#held === undefined || now - this.#held.at > HELD_MS) {
      const count = this.#count();
      count.catch(() => {
        this.#held = undefined;
      });
      this.#held = { at: now, count };
    }
    return this.#held.count;
  }

  async #count(): Promise<number> {
    let count = 0;
    for await (const line of linesOf(await this.#ask({ command: 'list', state: 'quarantined' })))
      if (line !== '') count += 1;
    return count;
  }

  async show(id: string): Promise<FileRecord> {
    return parseRecord(await this.#first({ command: 'show', id }));
  }

  release(id: string, deed: GateDeed): Promise<FileRecord> {
    return this.#deed('release', id, deed);
  }

  delete(id: string, deed: GateDeed): Promise<FileRecord> {
    return this.#deed('delete', id, deed);
  }

  async #deed(command: 'release' | 'delete', id: string, { actor, reason }: GateDeed): Promise<FileRecord> {
    try {
      return parseRecord(await this.#first({ command, id, actor, reason }));
    } finally {
      this.#list = undefined;
      this.#held = undefined;
    }
  }

  async #readList(): Promise<readonly FileRecord[]> {
    const records: FileRecord[] = [];
    for await (const line of linesOf(await this.#ask({ command: 'list' })))
      if (line !== '' && records.length < MAX_RECORDS) records.push(parseRecord(line));
    return records.sort((a, b) => (a.received < b.received ? 1 : -1));
  }

  async #first(command: Readonly<Record<string, string>>): Promise<string> {
    for await (const line of linesOf(await this.#ask(command))) return line;
    throw new Problem('gate-down');
  }

  async #ask(command: Readonly<Record<string, string>>): Promise<IncomingMessage> {
    const body = JSON.stringify(command);
    const answer = await new Promise<IncomingMessage>((done, failed) => {
      const call = request(
        {
          socketPath: this.#socketPath,
          path: '/',
          method: 'POST',
          timeout: ANSWER_MS,
          headers: { 'content-length': Buffer.byteLength(body) },
        },
        done,
      );
      call.once('timeout', () => call.destroy(new Error('no answer in time')));
      call.once('error', (cause) => failed(new Problem('gate-down', undefined, { cause })));
      call.end(body);
    });
    if (answer.statusCode === 200) return answer;
    let text = '';
    for await (const line of linesOf(answer)) text += line;
    throw new Problem(PROBLEMS[/"problem":"([a-z-]+)"/.exec(text)?.[1] ?? ''] ?? 'gate-down');
  }
}
