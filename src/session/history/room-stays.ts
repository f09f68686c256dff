import type { BareJid } from '../../shared/jid.ts';

/** Places in the archive that are remembered of one stay; the oldest are forgotten first, and cost a page of the archive. */
const MAX_TOLD = 5_000;
/** Forgotten at a time: a Set that loses its first entry with each message looks for the next one from its very beginning. */
const FORGOTTEN_AT_ONCE = 500;

/**
 * What rooms have told by themselves since each was entered: their history and what was said then, one run of the archive
 * without a hole. What was told in a stay before is none of it: a connection that breaks in the middle of a room's history
 * leaves a hole behind, which the next history, being bounded, need not fill.
 */
export class RoomStays {
  readonly #told = new Map<BareJid, Set<string>>();

  /** The room told a message that has this place in its archive, be it known or not. */
  onTold(room: BareJid, archiveId: string): void {
    const told = this.#told.get(room) ?? new Set();
    this.#told.set(room, told);
    told.add(archiveId);
    if (told.size < MAX_TOLD + FORGOTTEN_AT_ONCE) return;
    for (const oldest of told) {
      told.delete(oldest);
      if (told.size === MAX_TOLD) return;
    }
  }

  /** How much the room has told in this stay. */
  count(room: BareJid): number {
    return this.#told.get(room)?.size ?? 0;
  }

  /** Whether everything that stands behind this place of the archive was told. */
  reaches(room: BareJid, archiveId: string | undefined): boolean {
    return archiveId !== undefined && this.#told.get(room)?.has(archiveId) === true;
  }

  /** The user is not in the room any more. */
  onEnd(room: BareJid): void {
    this.#told.delete(room);
  }
}
