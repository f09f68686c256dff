/** Whiteboards out of a room's archive: from its newest message back, to the last clearing or the beginning. */
import type { BareJid } from '../../shared/jid.ts';
import { empties } from '../../shared/whiteboard-state.ts';
import type { Archive, ConversationAction, ConversationMessage, PeekedPage } from '../../xmpp/index.ts';
import type { LoggedEntry, TakenBack } from './board-log.ts';

/** Messages a page, and pages a look goes through. */
const PAGE_SIZE = 50;
const MAX_PAGES = 20;

/** What one look found, oldest first. */
export interface BoardPast {
  readonly entries: readonly LoggedEntry[];
  readonly takenBack: readonly TakenBack[];
  /** Where the next look goes on; absent: nothing before this matters. */
  readonly before?: string;
  /** Messages that were looked at. */
  readonly read: number;
}

export interface BoardReaderOptions {
  readonly archive: Pick<Archive, 'peek'>;
  /** What a message drew; `undefined`: nothing. */
  entryOf(message: ConversationMessage): LoggedEntry | undefined;
  takenBackBy(action: ConversationAction): TakenBack | undefined;
  /** So many messages were looked at; false: nobody waits for the rest. */
  goesOn(read: number): boolean;
}

/** @param before the archive's id to begin at; empty: at the end. Rejects as `Archive.peek`. */
export async function readBoardPast(
  room: BareJid,
  before: string,
  { archive, entryOf, takenBackBy, goesOn }: BoardReaderOptions,
): Promise<BoardPast> {
  let entries: LoggedEntry[] = [];
  const takenBack: TakenBack[] = [];
  let from = before;
  let read = 0;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page: PeekedPage = await archive.peek({ room, max: PAGE_SIZE, page: { before: from } });
    const found: LoggedEntry[] = [];
    for (const item of page.items) {
      read += 1;
      const entry = 'action' in item ? undefined : entryOf(item);
      const back = 'action' in item ? takenBackBy(item) : undefined;
      if (entry !== undefined) found.push(entry);
      if (back !== undefined) takenBack.push(back);
    }
    entries = [...found, ...entries];
    if (page.complete || page.first === undefined || found.some(({ entry }) => empties(entry))) {
      return { entries, takenBack, read };
    }
    from = page.first;
    if (!goesOn(read)) break;
  }
  return { entries, takenBack, read, before: from };
}
