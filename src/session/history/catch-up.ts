import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { StoredArchive, StoredPlace } from '../../store/index.ts';
import type { Archive, ArchivePage } from '../../xmpp/index.ts';
import { Turns } from '../files/turns.ts';
import type { Conversations } from './conversations.ts';
import { GapMarks, gapOf } from './gap-marks.ts';
import { HoleReader, MARGIN_MS } from './hole-reader.ts';
import { type Hole, KnownRanges, type Opened } from './known-ranges.ts';
import { newestOf, type Restored, restoredOf } from './restored.ts';
import { RoomStays } from './room-stays.ts';

/** Pages that are fetched by themselves; for more the user has to ask. */
const MAX_PAGES = 25;
/** Archives that are asked at a time: a session may begin with 200 rooms. */
const AT_A_TIME = 2;
/** At most between two pages of an archive, milliseconds, and no longer than a page took: what people write now goes first. */
const PAUSE_MS = 200;
/** After an archive did not answer in time, until it is asked again, milliseconds. */
const RETRY_MS = 60_000;
/** A room that has told nothing for so long has told its history, milliseconds; and so often that is looked at. */
const [QUIET_ROOM_MS, MAX_LOOKS] = [500, 120];

/** What is known of one archive, and whether it is being asked. */
interface Known {
  readonly ranges: KnownRanges;
  running: boolean;
  /** It is to be asked once more when that ends: the connection was made anew meanwhile. */
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
  /** Has memory reach back to a kept message, where it may. */
  reach(conversation: BareJid, id: string): Promise<void>;
  /** Keeps how far an archive is known, with the messages that are in the model since. */
  record(archive: StoredArchive): void;
}

/** The own account's archive. */
const ACCOUNT = '';
type ArchiveKey = BareJid | typeof ACCOUNT;

/**
 * After a connection that could not be resumed (XEP-0198), and after a room was left against the user's will: fetches what
 * was said meanwhile, the newest first, and of each archive only what is not known yet (`KnownRanges`), also of former sessions.
 * What cannot be fetched stays visible as a gap behind the last message before it.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #turns = new Turns(AT_A_TIME);
  readonly #end = new AbortController();
  readonly #known = new Map<ArchiveKey, Known>();
  readonly #joined = new Set<BareJid>();
  readonly #stays = new RoomStays();
  readonly #marks: GapMarks;
  #accountRun: Promise<void> = Promise.resolve();
  /** What will be missing of the account's archive if the connection that was lost is not resumed. */
  #lost: Opened | undefined;
  #lostAt: number | undefined;
  #since: number | undefined;
  /** What comes now comes without a break. */
  #online = false;
  /** The last that came of the account's archive before it was said whether the session goes on. */
  #early: StoredPlace | undefined;

  constructor(options: CatchUpOptions) {
    this.#options = options;
    this.#marks = new GapMarks(options.conversations);
  }

  /** A message came by itself with its place in the archive. `delayed`: it was said before it could come. */
  onArchived(conversation: BareJid, archiveId: string, at: number, delayed = false): void {
    const key = this.#keyOf(conversation);
    // What the server kept for this client while it was away is some of what was said, and in the hole.
    if (key === ACCOUNT && delayed) return;
    // Nothing is told of it before the hole that it may stand behind is there: a process that ends now would forget that.
    if (key === ACCOUNT && this.#lost !== undefined) {
      this.#early = { id: archiveId, at };
      return;
    }
    const known = this.#of(key);
    known.ranges.told({ id: archiveId, at }, key === ACCOUNT ? this.#online : true);
    if (key !== ACCOUNT) this.#onTold(key, known, archiveId);
    this.#record(key);
  }

  /** A room told what it had told before. */
  onRepeated(room: BareJid, archiveId: string): void {
    const known = this.#known.get(room);
    if (known !== undefined) this.#onTold(room, known, archiveId);
    else this.#stays.onTold(room, archiveId);
  }

  /** What a room tells in one stay goes on without a break: with the last known place of before nothing is missing any more. */
  #onTold(room: BareJid, { ranges }: Known, archiveId: string): void {
    this.#stays.onTold(room, archiveId);
    const from = ranges.holes.findIndex(({ after }) => after?.id === archiveId);
    if (from !== -1) for (const hole of ranges.holes.slice(from)) this.#close(room, ranges, hole);
  }

  /** Settles when what was missing of the account's archive was asked for, whatever came of it. */
  get accountCaughtUp(): Promise<void> {
    return this.#accountRun;
  }

  /**
   * Conversations of a former session are in the model: what was said since then is missing, and what was missing then. To be
   * called before the first connection.
   * @param archives how far they were known; of those that are not among them the model says it
   */
  onRestored(archives: readonly StoredArchive[] = []): void {
    const { conversations } = this.#options;
    for (const { name, ranges } of archives) {
      if (ranges === undefined) continue;
      const restored = new KnownRanges(ranges);
      this.#known.set(name as ArchiveKey, { ...idle(), ranges: restored });
      for (const hole of restored.holes) this.#marks.markAll(hole, gapOf(hole, false));
    }
    const restored = conversations.model.conversations.flatMap(
      ({ jid }) => restoredOf(conversations, jid) ?? [],
    );
    const keys = new Set([...this.#known.keys(), ...restored.map(({ jid }) => this.#keyOf(jid))]);
    for (const key of keys)
      this.#restore(
        key,
        restored.filter(({ jid }) => this.#keyOf(jid) === key),
      );
  }

  #restore(key: ArchiveKey, restored: readonly Restored[]): void {
    const isFormer = this.#known.get(key) === undefined;
    const { ranges } = this.#of(key);
    const newest = isFormer ? newestOf(restored) : undefined;
    if (newest !== undefined) ranges.begin(newest);
    if (ranges.newest === undefined) return;
    this.#lostAt = ranges.newest.at;
    this.#lose(
      key,
      restored.map(({ jid, tail, last }) => [jid, isFormer ? tail : last] as const),
    );
    this.#lostAt = undefined;
  }

  onLost(): void {
    this.#online = false;
    this.#lostAt ??= Date.now();
    this.#lost ??= this.#openedOf(ACCOUNT, this.#contacts());
  }

  /** @param resumed the former session goes on, and nothing more is missing than before */
  onConnected(resumed: boolean): void {
    const lost = this.#lost;
    const early = this.#early;
    this.#lost = undefined;
    this.#early = undefined;
    this.#lostAt = undefined;
    this.#online = true;
    if (!resumed && lost !== undefined) this.#of(ACCOUNT).ranges.open(lost);
    if (early !== undefined) {
      this.#of(ACCOUNT).ranges.told(early, resumed);
      this.#record(ACCOUNT);
    }
    if (resumed) {
      for (const [key, known] of this.#known) if (known.interrupted) this.#start(key);
      return;
    }
    if (this.#since === undefined) {
      this.#since = Date.now();
      void this.#anchor();
    }
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
    this.#stays.onEnd(room);
    const last = this.#options.conversations.model.log(room).last?.id;
    // A room of which nothing is known may have begun to speak meanwhile.
    if (this.#known.get(room)?.ranges.newest !== undefined || last === undefined)
      this.#lose(room, last === undefined ? [] : [[room, last]]);
  }

  /** Its user may enter it again. */
  onRoomLeft(room: BareJid): void {
    this.onRoom(room, false);
    this.#stays.onEnd(room);
    if (this.#known.has(room)) this.#record(room);
  }

  /** As `History.knownUntil`. */
  knownUntil(room: BareJid): number | undefined {
    return this.#known.get(room)?.ranges.newest?.at;
  }

  /** The user asks again for what is missing in a conversation. */
  fill(conversation: BareJid): void {
    const key = this.#keyOf(conversation);
    const holes = this.#known.get(key)?.ranges.holes ?? [];
    if (holes.length > 0) this.#start(key);
    else this.#marks.clear(conversation);
  }

  close(): void {
    this.#end.abort(new AppError('NOT_CONNECTED'));
  }

  #keyOf(conversation: BareJid): ArchiveKey {
    return this.#options.isRoom(conversation) ? conversation : ACCOUNT;
  }

  #of(key: ArchiveKey): Known {
    const known = this.#known.get(key) ?? { ...idle(), ranges: new KnownRanges() };
    this.#known.set(key, known);
    return known;
  }

  /** In the same turn in which the model was told: the two are written together. */
  #record(key: ArchiveKey): void {
    this.#options.record({ name: key, ranges: this.#known.get(key)?.ranges.stored });
  }

  /** The last message of each one-to-one conversation. */
  #contacts(): readonly (readonly [BareJid, string])[] {
    const { model } = this.#options.conversations;
    return model.conversations.flatMap(({ jid, kind }) => {
      const last = model.log(jid).last?.id;
      return kind === 'contact' && last !== undefined ? [[jid, last] as const] : [];
    });
  }

  #lose(key: ArchiveKey, tails: Opened['tails']): void {
    this.#of(key).ranges.open(this.#openedOf(key, tails));
  }

  #openedOf(key: ArchiveKey, tails: Opened['tails']): Opened {
    const now = Date.now();
    const newest = this.#known.get(key)?.ranges.newest;
    return {
      after: newest,
      start: (this.#since ?? now) - MARGIN_MS,
      from: Math.max((this.#lostAt ?? now) - MARGIN_MS, newest?.at ?? this.#since ?? 0),
      to: now,
      tails,
    };
  }

  /** The newest message of the account's archive, so that it is known from where on something may be missing. */
  async #anchor(): Promise<void> {
    if (this.#of(ACCOUNT).ranges.newest !== undefined) return;
    try {
      const page = await this.#options.archive.page({ max: 1, page: { before: '' } });
      this.#of(ACCOUNT).ranges.begin({ id: page.last ?? '', at: page.messages.at(-1)?.at ?? 0 });
      this.#record(ACCOUNT);
    } catch {
      // Without it the time of the sign-in has to do.
    }
  }

  #start(key: ArchiveKey): void {
    const known = this.#known.get(key);
    if (known === undefined || known.ranges.holes.length === 0) return;
    if (known.running) {
      known.again = true;
      return;
    }
    known.running = true;
    known.again = false;
    known.interrupted = false;
    const { ranges } = known;
    for (const hole of ranges.holes) if (hole.until === undefined) hole.to = Date.now();
    const run = this.#told(key)
      .then(() => this.#turns.run(this.#end.signal, () => this.#fetch(key, known)))
      .catch(() => undefined)
      .finally(() => {
        known.running = false;
        if (known.again) this.#start(key);
      });
    if (key === ACCOUNT) this.#accountRun = run;
  }

  async #fetch(key: ArchiveKey, known: Known): Promise<void> {
    const { ranges } = known;
    for (const hole of ranges.holes) this.#marks.refresh(hole, true);
    try {
      await this.#holes(key, ranges);
    } catch (error) {
      const code = error instanceof AppError ? error.code : undefined;
      known.interrupted = code === 'NOT_CONNECTED' || code === 'STREAM_TIMEOUT';
      if (code === 'STREAM_TIMEOUT') this.#retryLater(key, known);
    }
    if (this.#known.get(key) !== known) return;
    for (const hole of ranges.holes) this.#marks.markAll(hole, gapOf(hole, false));
    this.#record(key);
  }

  /** The connection may last, and nobody need look at a gap for it to be filled. */
  #retryLater(key: ArchiveKey, known: Known): void {
    setTimeout(() => {
      const isOpen = known.interrupted && this.#known.get(key) === known && !this.#end.signal.aborted;
      if (isOpen) this.#start(key);
    }, RETRY_MS).unref();
  }

  /** One hole after the other, the newest first: that is where people look. */
  async #holes(key: ArchiveKey, ranges: KnownRanges): Promise<void> {
    let left = MAX_PAGES;
    for (const hole of [...ranges.holes].reverse()) {
      hole.more = false;
      const reader = this.#reader(key, hole);
      while (ranges.has(hole)) {
        if (left === 0) {
          hole.more = true;
          return;
        }
        if (left < MAX_PAGES) await this.#pause(Math.min(reader.took, PAUSE_MS));
        left -= 1;
        await this.#page(key, ranges, hole, reader);
      }
    }
  }

  #reader(key: ArchiveKey, hole: Hole): HoleReader {
    const { archive } = this.#options;
    if (key === ACCOUNT) return new HoleReader(hole, (request) => archive.page(request));
    // One message shows whether what the room told by itself reaches back far enough.
    const isLast = this.#known.get(key)?.ranges.holes.at(-1) === hole;
    return new HoleReader(hole, (request) => archive.page({ room: key, ...request }), isLast ? 1 : undefined);
  }

  #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#end;
    return new Promise((resolve, reject) => {
      setTimeout(() => (signal.aborted ? reject(signal.reason) : resolve()), milliseconds).unref();
    });
  }

  async #page(key: ArchiveKey, ranges: KnownRanges, hole: Hole, reader: HoleReader): Promise<void> {
    const page = await reader.next();
    const { messages, last } = page;
    await this.#reach(hole, messages);
    // The room has told it meanwhile, or it was left.
    if (!ranges.has(hole)) return;
    this.#marks.merge(key === ACCOUNT ? 'contact' : 'room', hole, messages);
    if (messages.length > 0) this.#options.onMissed();
    ranges.advance(hole, last, messages.at(-1)?.at);
    if (page.filled || this.#isTold(key, hole, page)) this.#close(key, ranges, hole);
    else this.#record(key);
  }

  /** What goes behind a message that memory has let go of is put there, and not behind the newest. */
  async #reach(hole: Hole, messages: ArchivePage['messages']): Promise<void> {
    const { model } = this.#options.conversations;
    const { tails } = hole;
    for (const conversation of new Set(messages.map((message) => message.conversation))) {
      const tail = tails.get(conversation);
      if (tail !== undefined && model.log(conversation).get(tail) !== undefined) continue;
      // Where none is known, what is missing goes before all that is kept of it, and memory has but the end of that.
      await this.#options.reach(conversation, tail ?? '');
      if (tail === undefined) {
        if (hole.tailsCut) this.#marks.assume(conversation, hole, hole.after?.at ?? hole.from);
      }
      // It is too far back, or kept no more: before all that is here.
      else if (model.log(conversation).get(tail) === undefined) tails.delete(conversation);
    }
  }

  #close(key: ArchiveKey, ranges: KnownRanges, hole: Hole): void {
    ranges.close(hole);
    this.#marks.markAll(hole, undefined);
    this.#record(key);
  }

  /** The room's own history, which came before the page, goes on where the page ends. */
  #isTold(key: ArchiveKey, { after }: Hole, { messages }: ArchivePage): boolean {
    if (key === ACCOUNT) return false;
    if (this.#stays.reaches(key, after?.id)) return true;
    return messages.some(({ archiveId }) => this.#stays.reaches(key, archiveId));
  }

  /** A room tells its history by itself, and that may be all that is missing: nothing is asked while it does. */
  async #told(key: ArchiveKey): Promise<void> {
    if (key === ACCOUNT) return;
    let told = -1;
    for (let looks = 0; looks < MAX_LOOKS && told !== this.#stays.count(key); looks += 1) {
      told = this.#stays.count(key);
      await this.#pause(QUIET_ROOM_MS);
    }
  }
}

function idle(): Omit<Known, 'ranges'> {
  return { running: false, again: false, interrupted: false };
}
