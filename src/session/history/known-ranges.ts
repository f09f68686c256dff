/**
 * Which stretches of one archive are known without a break. Ids of an archive are opaque and have no order of their own (XEP-0313
 * 4.1), so what is kept is the other side of it: the newest place that is known, and the holes before it, each with its two ends.
 * Pure: it asks nobody, and whoever changes it keeps it (`StoredRanges`).
 */
import type { BareJid } from '../../shared/jid.ts';
import type { StoredHole, StoredPlace, StoredRanges } from '../../store/index.ts';
import type { Gap } from './gap-marks.ts';

/** Holes of one archive; two with the least between them become one when there are more. */
export const MAX_HOLES = 16;
/** Conversations of a hole whose last message before it is kept for a session to come. */
export const MAX_TAILS = 500;
/** UTF-16 code units of an archive's id; XEP-0313 knows no limit. A message with a longer one counts as unknown. */
export const MAX_ID = 512;

/** Where something is missing: behind `after` (else from `start` on) and before `until`. */
export interface Hole extends Gap {
  /** The last message that is known for certain; absent: nothing is. */
  after: StoredPlace | undefined;
  /** In place of `after`: from then on, milliseconds since 1970. */
  start: number | undefined;
  /** The first message that is known behind it; absent: it goes on to the end of the archive. */
  until: StoredPlace | undefined;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  more: boolean;
  /** Conversations were left out of `tails` for want of room. */
  tailsCut: boolean;
}

/** What may be missing from now on. */
export type Opened = Pick<Hole, 'from' | 'to'> & {
  /** The newest place that was known when that began. */
  readonly after: StoredPlace | undefined;
  /** Where nothing is known: from then on. */
  readonly start: number;
  readonly tails: Iterable<readonly [BareJid, string]>;
};

export class KnownRanges {
  #newest: StoredPlace | undefined;
  #holes: Hole[];

  /** @param stored what a former session left */
  constructor(stored?: StoredRanges) {
    this.#newest = stored?.newest;
    this.#holes = (stored?.holes ?? []).slice(-MAX_HOLES).map(restored);
  }

  /** The newest place that is known; `id` is empty for an archive that was empty. */
  get newest(): StoredPlace | undefined {
    return this.#newest;
  }

  /** Oldest first. */
  get holes(): readonly Hole[] {
    return this.#holes;
  }

  /** Whether it is one of the holes still. */
  has(hole: Hole): boolean {
    return this.#holes.includes(hole);
  }

  /** Where nothing is known yet: the archive ends there. */
  begin(newest: StoredPlace): void {
    if (isPlace(newest)) this.#newest ??= newest;
  }

  /** From now on something may be missing behind the newest place; what was missing already is, and has the earlier place. */
  open({ after, start, from, to, tails }: Opened): void {
    const last = this.#holes.at(-1);
    if (last !== undefined && last.until === undefined) {
      addTails(last, tails);
      return;
    }
    this.#holes.push({
      after: after?.id === '' ? undefined : after,
      start: after === undefined ? start : undefined,
      until: undefined,
      from,
      to,
      more: false,
      tails: new Map(tails),
      tailsCut: false,
    });
    if (this.#holes.length > MAX_HOLES) this.#join();
  }

  /**
   * A message came by itself, and all that come from now on do.
   * @param certain it came without a break since the hole behind the newest place was opened; else that hole reaches beyond it
   */
  told(place: StoredPlace, certain: boolean): void {
    if (!isPlace(place)) return;
    const last = this.#holes.at(-1);
    if (certain && last !== undefined) last.until ??= place;
    this.#newest = place;
  }

  /**
   * A page of a hole came: it begins further behind.
   * @param last the archive's id of the last that is on the page; absent: it is empty
   * @param at of the last message that the page showed, milliseconds since 1970
   */
  advance(hole: Hole, last: string | undefined, at: number | undefined): void {
    hole.from = Math.max(hole.from, at ?? 0);
    if (last === undefined || last.length > MAX_ID) return;
    hole.after = { id: last, at: at ?? hole.after?.at ?? hole.from };
    hole.start = undefined;
  }

  /** Nothing is missing there any more. */
  close(hole: Hole): void {
    const isLast = this.#holes.at(-1) === hole;
    this.#holes = this.#holes.filter((one) => one !== hole);
    // The end of the archive was reached, and what stands there may be nothing that is shown.
    if (isLast && hole.until === undefined && hole.after !== undefined) this.#newest = hole.after;
  }

  /** What a session to come has to know. */
  get stored(): StoredRanges {
    return {
      ...(this.#newest === undefined ? {} : { newest: this.#newest }),
      holes: this.#holes.map(stored),
    };
  }

  /** The two holes between which the least time is known become one: that is fetched once more. */
  #join(): void {
    let [at, least] = [0, Number.POSITIVE_INFINITY];
    for (const [index, hole] of this.#holes.entries()) {
      const next = this.#holes[index + 1];
      if (next === undefined) break;
      const known = next.from - (hole.until?.at ?? hole.to);
      if (known < least) [at, least] = [index, known];
    }
    const [one, other] = [this.#holes[at], this.#holes[at + 1]];
    if (one === undefined || other === undefined) return;
    one.until = other.until;
    one.to = Math.max(one.to, other.to);
    one.more ||= other.more;
    one.tailsCut ||= other.tailsCut;
    addTails(one, other.tails);
    this.#holes.splice(at + 1, 1);
  }
}

/** The earlier last message of a conversation counts. */
function addTails(hole: Hole, tails: Opened['tails']): void {
  for (const [conversation, tail] of tails)
    if (!hole.tails.has(conversation)) hole.tails.set(conversation, tail);
}

function isPlace({ id }: StoredPlace): boolean {
  return id.length <= MAX_ID;
}

function stored({ after, start, until, from, to, more, tails, tailsCut }: Hole): StoredHole {
  return {
    ...(after === undefined ? {} : { after }),
    ...(start === undefined ? {} : { start }),
    ...(until === undefined ? {} : { until }),
    from,
    to,
    ...(more ? { more } : {}),
    tails: [...tails].slice(-MAX_TAILS),
    ...(tailsCut || tails.size > MAX_TAILS ? { tailsCut: true } : {}),
  };
}

function restored({ after, start, until, from, to, more, tails, tailsCut }: StoredHole): Hole {
  return {
    after,
    start,
    until,
    from,
    to,
    more: more === true,
    tails: new Map(tails),
    tailsCut: tailsCut === true,
  };
}
