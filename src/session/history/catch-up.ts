import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Archive, ArchivePage } from '../../xmpp/index.ts';
import { Turns } from '../files/turns.ts';
import type { Conversations } from './conversations.ts';
import { type Gap, GapMarks, gapOf } from './gap-marks.ts';
import { type Newest, type Restored, restoredOf } from './restored.ts';
import { RoomStays } from './room-stays.ts';

/** Messages a page: what a slow link takes a minute for, and more once a page took less than a second. */
const [PAGE_SIZE, LARGE_PAGE_SIZE, QUICK_MS] = [40, 100, 1_000];
/** Pages that are fetched by themselves; for more the user has to ask. */
const MAX_PAGES = 25;
/** Archives that are asked at a time: a session may begin with 200 rooms. */
const AT_A_TIME = 2;
/** At most between two pages of an archive, milliseconds, and no longer than a page took: what people write now goes first. */
const PAUSE_MS = 200;
/** After an archive did not answer in time, until it is asked again, milliseconds. */
const RETRY_MS = 60_000;
/** A dead connection is noticed after a minute or so; clocks and crossing messages take the rest. Milliseconds. */
const UNNOTICED_MS = 120_000;

/** What may be missing of one archive. */
interface Missing extends Gap {
  /** The last message that is known for certain; absent: nothing is. */
  after: string | undefined;
  /** In place of `after`: from then on, milliseconds since 1970. */
  start: number | undefined;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  running: boolean;
  more: boolean;
  /** It is to be fetched once more when that ends: the connection was made anew meanwhile. */
  again: boolean;
  /** The connection was what it failed for; it goes on by itself with the next one. */
  interrupted: boolean;
}

export interface CatchUpOptions {
  readonly conversations: Conversations;
  readonly archive: Pick<Archive, 'page'>;
  isRoom(jid: BareJid): boolean;
  /** Messages that were missed are in the model now. */
  onMissed(): void;
}

/** The own account's archive. */
const ACCOUNT = '';
type ArchiveKey = BareJid | typeof ACCOUNT;

/**
 * After a connection that could not be resumed (XEP-0198), and after a room was left against the user's will: fetches what
 * was said meanwhile. What cannot be fetched stays visible as a gap behind the last message before it.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #turns = new Turns(AT_A_TIME);
  readonly #end = new AbortController();
  readonly #newest = new Map<ArchiveKey, Newest>();
  readonly #missing = new Map<ArchiveKey, Missing>();
  readonly #joined = new Set<BareJid>();
  readonly #stays = new RoomStays();
  readonly #marks: GapMarks;
  #accountRun: Promise<void> = Promise.resolve();
  /** What will be missing of the account's archive if the connection that was lost is not resumed. */
  #lost: Missing | undefined;
  #lostAt: number | undefined;
  #since: number | undefined;

  constructor(options: CatchUpOptions) {
    this.#options = options;
    this.#marks = new GapMarks(options.conversations);
  }

  /** A message came with its place in the archive. */
  onArchived(conversation: BareJid, archiveId: string, at: number): void {
    const key = this.#keyOf(conversation);
    this.#newest.set(key, { id: archiveId, at });
    if (key !== ACCOUNT) this.#stays.onTold(key, archiveId);
  }

  /** A room told what it had told before. */
  onRepeated(room: BareJid, archiveId: string): void {
    this.#stays.onTold(room, archiveId);
  }

  /** Settles when what was missing of the account's archive was asked for, whatever came of it. */
  get accountCaughtUp(): Promise<void> {
    return this.#accountRun;
  }

  /**
   * Conversations of a former session are in the model: what was said since then is missing. To be called before the first
   * connection.
   */
  onRestored(): void {
    const { conversations } = this.#options;
    const account: Restored[] = [];
    for (const { jid, kind } of conversations.model.conversations) {
      const restored = restoredOf(conversations, jid);
      if (restored === undefined) continue;
      if (kind === 'contact') account.push(restored);
      else this.#restore(jid, [restored]);
    }
    if (account.length > 0) this.#restore(ACCOUNT, account);
  }

  /** The last message that came with its place is the oldest for which all that came before is known. */
  #restore(key: ArchiveKey, restored: readonly Restored[]): void {
    const placed = restored.flatMap(({ newest }) => newest ?? []).sort((a, b) => a.at - b.at);
    const gap = restored.flatMap(({ gap: found }) => found ?? []).sort((a, b) => a.at - b.at)[0];
    const newest = gap ?? placed.at(-1);
    if (newest === undefined) return;
    this.#newest.set(key, newest);
    this.#lostAt = newest.at;
    const missing = this.#missingOf(
      key,
      restored.map(({ jid, tail }) => [jid, tail] as const),
    );
    this.#lostAt = undefined;
    this.#missing.set(key, missing);
  }

  onLost(): void {
    this.#lostAt ??= Date.now();
    this.#lost ??= this.#missingOf(ACCOUNT, this.#contacts());
  }

  /** @param resumed the former session goes on, and nothing more is missing than before */
  onConnected(resumed: boolean): void {
    const lost = this.#lost;
    this.#lost = undefined;
    this.#lostAt = undefined;
    if (resumed) {
      for (const [key, missing] of this.#missing) if (missing.interrupted) this.#start(key);
      return;
    }
    if (this.#since === undefined) {
      this.#since = Date.now();
      void this.#anchor();
    }
    if (lost !== undefined) this.#add(ACCOUNT, lost);
    this.#start(ACCOUNT);
  }

  onRoom(room: BareJid, joined: boolean): void {
    const was = this.#joined.has(room);
    if (joined === was) return;
    if (joined) {
      this.#joined.add(room);
      this.#start(room);
      return;
    }
    this.#joined.delete(room);
    const last = this.#options.conversations.model.log(room).last?.id;
    // A room of which nothing is known may have begun to speak meanwhile.
    if (this.#newest.has(room) || last === undefined) {
      this.#forgetTold(room);
      this.#add(room, this.#missingOf(room, last === undefined ? [] : [[room, last]]));
    }
    this.#stays.onEnd(room);
  }

  onRoomLeft(room: BareJid): void {
    this.#joined.delete(room);
    this.#missing.delete(room);
    this.#newest.delete(room);
    this.#stays.onEnd(room);
  }

  /** The user asks again for what is missing in a conversation. */
  fill(conversation: BareJid): void {
    this.#start(this.#keyOf(conversation));
  }

  close(): void {
    this.#end.abort(new AppError('NOT_CONNECTED'));
  }

  #keyOf(conversation: BareJid): ArchiveKey {
    return this.#options.isRoom(conversation) ? conversation : ACCOUNT;
  }

  /** The last message of each one-to-one conversation. */
  #contacts(): readonly (readonly [BareJid, string])[] {
    const { model } = this.#options.conversations;
    return model.conversations.flatMap(({ jid, kind }) => {
      const last = model.log(jid).last?.id;
      return kind === 'contact' && last !== undefined ? [[jid, last] as const] : [];
    });
  }

  #missingOf(key: ArchiveKey, tails: readonly (readonly [BareJid, string])[]): Missing {
    const newest = this.#newest.get(key);
    const now = Date.now();
    return {
      after: newest?.id === '' ? undefined : newest?.id,
      start: newest === undefined ? (this.#since ?? now) - UNNOTICED_MS : undefined,
      from: Math.max((this.#lostAt ?? now) - UNNOTICED_MS, newest?.at ?? this.#since ?? 0),
      to: now,
      tails: new Map(tails),
      more: false,
      running: false,
      again: false,
      interrupted: false,
    };
  }

  /** What was missing before is still missing, and has the earlier place. */
  #add(key: ArchiveKey, missing: Missing): void {
    const known = this.#missing.get(key);
    if (known === undefined) {
      this.#missing.set(key, missing);
      return;
    }
    for (const [conversation, tail] of missing.tails) {
      if (!known.tails.has(conversation)) known.tails.set(conversation, tail);
    }
  }

  /** The room has told all that was missing until this stay ended, though the archive was not asked any more. */
  #forgetTold(room: BareJid): void {
    const missing = this.#missing.get(room);
    if (missing === undefined || !this.#stays.reaches(room, missing.after)) return;
    this.#missing.delete(room);
    this.#marks.markAll(missing, undefined);
  }

  /** The newest message of the account's archive, so that it is known from where on something may be missing. */
  async #anchor(): Promise<void> {
    try {
      const page = await this.#options.archive.page({ max: 1, page: { before: '' } });
      if (this.#newest.has(ACCOUNT)) return;
      this.#newest.set(ACCOUNT, { id: page.last ?? '', at: page.messages.at(-1)?.at ?? 0 });
    } catch {
      // Without it the time of the sign-in has to do.
    }
  }

  #start(key: ArchiveKey): void {
    const missing = this.#missing.get(key);
    if (missing === undefined) return;
    if (missing.running) {
      missing.again = true;
      return;
    }
    missing.running = true;
    missing.again = false;
    missing.interrupted = false;
    missing.to = Date.now();
    const run = this.#turns
      .run(this.#end.signal, () => this.#fetch(key, missing))
      .catch(() => undefined)
      .finally(() => {
        missing.running = false;
        if (missing.again) this.#start(key);
      });
    if (key === ACCOUNT) this.#accountRun = run;
  }

  async #fetch(key: ArchiveKey, missing: Missing): Promise<void> {
    this.#marks.refresh(missing, true);
    const complete = await this.#pages(key, missing).catch((error: unknown) => {
      const code = error instanceof AppError ? error.code : undefined;
      missing.interrupted = code === 'NOT_CONNECTED' || code === 'STREAM_TIMEOUT';
      if (code === 'STREAM_TIMEOUT') this.#retryLater(key, missing);
      return false;
    });
    // What was missing is told by now, and what is missing since then is another run's.
    if (this.#missing.get(key) !== missing) return;
    if (complete) this.#missing.delete(key);
    this.#marks.markAll(missing, complete ? undefined : gapOf(missing, false));
  }

  /** The connection may last, and nobody need look at a gap for it to be filled. */
  #retryLater(key: ArchiveKey, missing: Missing): void {
    setTimeout(() => {
      const isOpen = missing.interrupted && this.#missing.get(key) === missing && !this.#end.signal.aborted;
      if (isOpen) this.#start(key);
    }, RETRY_MS).unref();
  }

  /** Whether nothing is missing any more. */
  async #pages(key: ArchiveKey, missing: Missing): Promise<boolean> {
    const visited = new Set<string>();
    missing.more = false;
    let took = 0;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      if (pages > 0) await this.#pause(Math.min(took, PAUSE_MS));
      // A room tells its history by itself; one message shows whether that reaches back far enough.
      const max = key !== ACCOUNT && pages === 0 ? 1 : sizeAfter(took);
      const asked = performance.now();
      const page = await this.#page(key, missing, max);
      took = performance.now() - asked;
      this.#marks.merge(key === ACCOUNT ? 'contact' : 'room', missing, page.messages);
      if (page.messages.length > 0) this.#options.onMissed();
      if (page.last === undefined || page.complete || this.#isTold(key, missing, page)) return true;
      if (visited.has(page.last)) throw new AppError('HISTORY_MALFORMED', { reason: 'repeats itself' });
      visited.add(page.last);
      missing.after = page.last;
      missing.start = undefined;
      missing.from = Math.max(missing.from, page.messages.at(-1)?.at ?? 0);
    }
    missing.more = true;
    return false;
  }

  /** The room's own history, which came before the page, goes on where the page ends. */
  #isTold(key: ArchiveKey, { after }: Missing, { messages }: ArchivePage): boolean {
    if (key === ACCOUNT) return false;
    if (this.#stays.reaches(key, after)) return true;
    return messages.some(({ archiveId }) => this.#stays.reaches(key, archiveId));
  }

  #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#end;
    return new Promise((resolve, reject) => {
      setTimeout(() => (signal.aborted ? reject(signal.reason) : resolve()), milliseconds).unref();
    });
  }

  async #page(key: ArchiveKey, missing: Missing, max: number): Promise<ArchivePage> {
    const { archive } = this.#options;
    const room = key === ACCOUNT ? {} : { room: key };
    const { after, start } = missing;
    try {
      return await archive.page({ ...room, start, max, page: { after } });
    } catch (error) {
      // The archive has let go of the last known message (XEP-0313 4.3.1).
      const gone = error instanceof AppError && error.detail?.condition === 'item-not-found';
      if (!gone || after === undefined) throw error;
      missing.after = undefined;
      missing.start = (this.#newest.get(key)?.at ?? missing.from) - UNNOTICED_MS;
      return archive.page({ ...room, start: missing.start, max, page: {} });
    }
  }
}

/** @param took milliseconds that the page before took; 0: nothing was measured yet */
function sizeAfter(took: number): number {
  return took > 0 && took < QUICK_MS ? LARGE_PAGE_SIZE : PAGE_SIZE;
}
