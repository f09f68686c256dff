/** PUT: a signed slot and a card's person on one side, a file in `scanning/` on the other, and nothing in between that stays. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import type { Address } from './address.ts';
import type { Limits } from './config.ts';
import type { Person } from './connections.ts';
import type { Journal } from './journal.ts';
import { type FileRecord, safeName } from './records.ts';
import { Refusal } from './refusal.ts';
import { type Slot, type SlotSecrets, verifySlot } from './slots.ts';
import { type Incoming, idOf, isDiskFull, type Store } from './store.ts';
import type { Turnstile } from './turnstile.ts';

export interface ReceiveOptions {
  readonly store: Store;
  readonly journal: Journal;
  readonly turnstile: Turnstile;
  readonly limits: Limits;
  readonly secrets: () => SlotSecrets;
  /** Milliseconds for which a file is kept. */
  readonly keepMs: number;
  /** What is to happen with a file that is complete. */
  readonly received: (id: string) => void;
}

/** What the request says beside its slot. */
interface Announcement {
  readonly length: number;
  readonly conversation: string | undefined;
  readonly label: string | undefined;
  /** SHA-256 of the content (RFC 9530). */
  readonly digest: Buffer | undefined;
}

/** Bytes in memory for one upload before the network has to wait. */
const BUFFER_BYTES = 1024 * 1024;
const RATE_STEP_MS = 1000;

function header(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name];
  if (values === undefined) return undefined;
  if (values.length !== 1) throw new Refusal('bad-header');
  return values[0];
}

function lengthOf(request: IncomingMessage, maximum: number): number {
  if (header(request, 'transfer-encoding') !== undefined) throw new Refusal('no-length');
  const length = header(request, 'content-length');
  if (length === undefined) throw new Refusal('no-length');
  if (!/^\d{1,15}$/.test(length)) throw new Refusal('bad-header');
  if (Number(length) > maximum) throw new Refusal('too-large');
  return Number(length);
}

function digestOf(request: IncomingMessage): Buffer | undefined {
  const value = header(request, 'repr-digest');
  if (value === undefined) return undefined;
  const base64 = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(value)?.[1];
  if (base64 === undefined) throw new Refusal('bad-header');
  return Buffer.from(base64, 'base64');
}

function announcementOf(request: IncomingMessage, maximum: number): Announcement {
  const encoding = header(request, 'content-encoding');
  if (encoding !== undefined && encoding !== 'identity') throw new Refusal('encoding');
  if (header(request, 'content-range') !== undefined) throw new Refusal('bad-header');
  const conversation = header(request, 'sallyport-conversation');
  const label = header(request, 'sallyport-label');
  if (conversation !== undefined && !/^[^\s\p{Cc}]{1,2047}$/u.test(conversation))
    throw new Refusal('bad-header');
  if (label !== undefined && !/^[\x21-\x7e]{1,256}$/.test(label)) throw new Refusal('bad-header');
  return { length: lengthOf(request, maximum), conversation, label, digest: digestOf(request) };
}

/** Writes to the file and hashes on the way; what came in together goes out together. */
class HashingFile extends Writable {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  readonly #limit: number;
  received = 0;

  constructor(file: FileHandle, limit: number) {
    super({ highWaterMark: BUFFER_BYTES });
    this.#file = file;
    this.#limit = limit;
  }

  /** Once, after the stream has finished. */
  digest(): Buffer {
    return this.#hash.digest();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#take([chunk]).then(() => done(), done);
  }

  override _writev(
    chunks: readonly { readonly chunk: Buffer }[],
    done: (error?: Error | null) => void,
  ): void {
    this.#take(chunks.map(({ chunk }) => chunk)).then(() => done(), done);
  }

  async #take(chunks: readonly Buffer[]): Promise<void> {
    for (const chunk of chunks) {
      this.received += chunk.length;
      if (this.received > this.#limit) throw new Refusal('wrong-size');
    }
    const writing = this.#writeAll(Buffer.concat(chunks));
    // While the kernel copies, this thread hashes.
    for (const chunk of chunks) this.#hash.update(chunk);
    await writing;
  }

  async #writeAll(data: Buffer): Promise<void> {
    for (let at = 0; at < data.length; ) {
      const { bytesWritten } = await this.#file.write(data, at, data.length - at);
      at += bytesWritten;
    }
  }
}

/** Moves the body into the file. The request lives on after a failure: its answer has to be written. */
function pump(request: IncomingMessage, sink: HashingFile): Promise<void> {
  return new Promise((done, failed) => {
    const cut = () => {
      if (!request.readableEnded) sink.destroy(new Refusal('cut-off'));
    };
    request.once('close', cut);
    request.once('error', cut);
    sink.once('finish', done);
    sink.once('close', () => {
      request.off('close', cut);
      request.off('error', cut);
      request.unpipe(sink);
      failed(sink.errored ?? new Refusal('cut-off'));
    });
    sink.on('error', failed);
    if (request.destroyed) cut();
    else request.pipe(sink);
  });
}

/** Ends a transfer that is slower than the limits allow, measured over one window after the other. */
function watchRate(sink: HashingFile, limits: Limits, tooSlow: () => void): () => void {
  const windowMs = limits.rateWindowSeconds * 1000;
  let before = 0;
  let since = Date.now();
  const timer = setInterval(
    () => {
      if (Date.now() - since < windowMs) return;
      if (sink.received - before < limits.minimumBytesPerSecond * limits.rateWindowSeconds) tooSlow();
      before = sink.received;
      since = Date.now();
    },
    Math.min(RATE_STEP_MS, windowMs),
  );
  return () => clearInterval(timer);
}

export class Receiver {
  readonly #options: ReceiveOptions;
  /** Ids that are being received. */
  readonly #busy = new Set<string>();

  constructor(options: ReceiveOptions) {
    this.#options = options;
  }

  /**
   * Takes an upload; resolves when every byte is on the disk and the record is written.
   *
   * @param proceed asks for the body (`100 Continue`), after the slot was found good
   * @throws Refusal
   */
  async put(
    request: IncomingMessage,
    address: Address,
    person: Person,
    proceed: () => void,
  ): Promise<FileRecord> {
    const { limits, secrets } = this.#options;
    const announced = announcementOf(request, limits.maximumBytes);
    const slot = verifySlot(secrets(), {
      ...address,
      authorization: header(request, 'authorization'),
      contentType: header(request, 'content-type'),
      length: announced.length,
      person: person.jid,
      now: Date.now(),
    });
    const id = idOf(slot.path);
    if (this.#busy.has(id)) throw new Refusal('used');
    this.#busy.add(id);
    try {
      return await this.#receive(request, id, slot, announced, person, proceed);
    } finally {
      this.#busy.delete(id);
    }
  }

  async #receive(
    request: IncomingMessage,
    id: string,
    slot: Slot,
    announced: Announcement,
    person: Person,
    proceed: () => void,
  ): Promise<FileRecord> {
    const { store, journal, turnstile, limits } = this.#options;
    if ((await store.record(id)) !== undefined) throw new Refusal('used');
    const cut = new AbortController();
    request.once('close', () => cut.abort());
    const leave = await turnstile.enter(person.jid, cut.signal);
    try {
      const pending = announced.length * turnstile.running + limits.reserveBytes;
      if ((await store.free()) < pending) throw new Refusal('disk-full');
      await journal.write('slot-accepted', {
        id,
        path: slot.path,
        kind: slot.kind,
        sender: person.jid,
        size: slot.size,
        type: slot.type,
      });
      const incoming = await store.createIncoming(id);
      try {
        const sha256 = await this.#stream(request, incoming, announced, proceed);
        const record = this.#recordOf(id, slot, announced, person, sha256);
        await this.#commit(incoming, record);
        return record;
      } catch (error) {
        await store.discard(incoming);
        throw error;
      }
    } catch (error) {
      throw isDiskFull(error) ? new Refusal('disk-full', { cause: error }) : error;
    } finally {
      leave();
    }
  }

  async #stream(
    request: IncomingMessage,
    { file }: Incoming,
    announced: Announcement,
    proceed: () => void,
  ): Promise<Buffer> {
    const { limits } = this.#options;
    const sink = new HashingFile(file, announced.length);
    const unwatch = watchRate(sink, limits, () => sink.destroy(new Refusal('too-slow')));
    try {
      proceed();
      await pump(request, sink);
    } finally {
      unwatch();
    }
    if (!request.complete || sink.received !== announced.length) throw new Refusal('cut-off');
    const digest = sink.digest();
    if (announced.digest !== undefined && !announced.digest.equals(digest))
      throw new Refusal('digest-mismatch');
    return digest;
  }

  #recordOf(id: string, slot: Slot, announced: Announcement, person: Person, sha256: Buffer): FileRecord {
    const now = Date.now();
    const kept = now + this.#options.keepMs;
    return {
      format: 'sallyport.file/1',
      id,
      path: slot.path,
      name: safeName(slot.name),
      size: announced.length,
      type: slot.type,
      sha256: sha256.toString('hex'),
      sender: person.jid,
      certificate: person.identity.serial,
      slot: slot.kind,
      conversation: announced.conversation,
      label: announced.label,
      received: new Date(now).toISOString(),
      expires: new Date(Math.max(now, Math.min(kept, slot.expires ?? kept))).toISOString(),
      state: 'scanning',
    };
  }

  async #commit(incoming: Incoming, record: FileRecord): Promise<void> {
    const { store, journal, received } = this.#options;
    try {
      await store.keep(incoming, record);
      await journal.write('uploaded', {
        id: record.id,
        name: record.name,
        sha256: record.sha256,
        size: record.size,
        type: record.type,
        sender: record.sender,
        certificate: record.certificate,
        conversation: record.conversation,
        label: record.label,
        kind: record.slot,
      });
    } catch (error) {
      await store.forget(record.id);
      throw error;
    }
    received(record.id);
  }
}
