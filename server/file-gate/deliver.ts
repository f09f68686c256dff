/** GET and HEAD: where a file stands, and the file itself once it is released. */
import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Address } from './address.ts';
import type { Person } from './connections.ts';
import type { Journal } from './journal.ts';
import { PerMinute } from './per-minute.ts';
import type { FileRecord } from './records.ts';
import { Refusal } from './refusal.ts';
import { idOf, type Store } from './store.ts';

export interface DeliverOptions {
  readonly store: Store;
  readonly journal: Journal;
  readonly scannerIsUp: () => boolean;
  /** Files that one person may fetch in a minute: each is two lines in the log. */
  readonly perMinute: number;
}

/** Seconds after which a client asks again about a file that is being scanned. */
const ASK_AGAIN_S = 1;
const ASK_LATER_S = 15;
const TOO_MANY_S = 60;
const READ_BYTES = 512 * 1024;

/** RFC 6266 and RFC 8187: a plain name for old readers, the real one beside it. */
function disposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%;]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function headersOf(record: FileRecord): OutgoingHttpHeaders {
  return {
    'content-type': /^[\w.+-]+\/[\w.+-]+$/.test(record.type) ? record.type : 'application/octet-stream',
    'content-length': record.size,
    'content-disposition': disposition(record.name),
    'repr-digest': `sha-256=:${Buffer.from(record.sha256, 'hex').toString('base64')}:`,
    'accept-ranges': 'none',
  };
}

export class Deliverer {
  readonly #options: DeliverOptions;
  readonly #downloads: PerMinute;

  constructor(options: DeliverOptions) {
    this.#options = options;
    this.#downloads = new PerMinute(options.perMinute);
  }

  /** Answers a GET or HEAD. @throws Refusal before anything is answered */
  async get(
    request: IncomingMessage,
    response: ServerResponse,
    address: Address,
    person: Person,
  ): Promise<void> {
    const record = await this.#options.store.record(idOf(address.path));
    if (record === undefined) throw new Refusal('unknown');
    const overdue = record.state === 'released' && Date.parse(record.expires) <= Date.now();
    if (overdue || record.state === 'expired' || record.state === 'deleted') throw new Refusal('gone');
    if (record.state === 'quarantined') {
      const { signature, reason } = record.verdict ?? {};
      throw new Refusal('quarantined', { reason: reason ?? signature });
    }
    if (record.state === 'scanning') {
      if (!this.#options.scannerIsUp()) throw new Refusal('scanner-down', { retryAfter: ASK_LATER_S });
      response.writeHead(202, { 'retry-after': String(ASK_AGAIN_S), 'content-length': 0 }).end();
      return;
    }
    if (request.method === 'HEAD') response.writeHead(200, headersOf(record)).end();
    else await this.#send(response, record, person);
  }

  /** Opens first: a file that has gone meanwhile is no half an answer. The log knows who got it before he has it. */
  async #send(response: ServerResponse, record: FileRecord, person: Person): Promise<void> {
    const { store, journal } = this.#options;
    if (!this.#downloads.take(person.jid)) throw new Refusal('busy', { retryAfter: TOO_MANY_S });
    const file = await open(store.pathOf('released', record.id), 'r').catch((cause: unknown) => {
      throw new Refusal('scanner-down', { cause, retryAfter: ASK_AGAIN_S });
    });
    let content: ReadStream;
    try {
      if ((await file.stat()).size !== record.size) throw new Refusal('internal');
      await journal.write('download', {
        id: record.id,
        name: record.name,
        sha256: record.sha256,
        by: person.jid,
        certificate: person.identity.serial,
      });
      content = createReadStream('', { fd: file, highWaterMark: READ_BYTES });
    } catch (error) {
      await file.close();
      throw error;
    }
    response.writeHead(200, headersOf(record));
    let complete = true;
    await pipeline(content, response).catch(() => {
      complete = false;
    });
    await journal.write('download-ended', {
      id: record.id,
      by: person.jid,
      complete,
      bytes: content.bytesRead,
    });
  }
}
