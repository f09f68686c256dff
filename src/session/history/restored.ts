/** What a former session left, as far as it says from where on something may be missing. */
import type { BareJid } from '../../shared/jid.ts';
import type { StoredPlace } from '../../store/index.ts';
import type { Conversations } from './conversations.ts';

/** What is left of a former session of one conversation. */
export interface Restored {
  readonly jid: BareJid;
  /** Its last message, or the one behind which something is missing. */
  readonly tail: string;
  /** Its last message. */
  readonly last: string;
  /** Its newest message with a place in the archive. */
  readonly newest: StoredPlace | undefined;
  /** The last message with a place before the first gap. */
  readonly gap: StoredPlace | undefined;
}

/** `undefined`: nothing is kept. */
export function restoredOf(conversations: Conversations, jid: BareJid): Restored | undefined {
  let tail: string | undefined;
  let newest: StoredPlace | undefined;
  let gap: { readonly tail: string; readonly newest: StoredPlace | undefined } | undefined;
  for (const { id, at, gapAfter } of conversations.model.log(jid)) {
    const archiveId = conversations.archiveIdOf(jid, id);
    if (archiveId !== undefined) newest = { id: archiveId, at };
    tail = id;
    if (gapAfter !== undefined) gap ??= { tail: id, newest };
  }
  if (tail === undefined) return undefined;
  return { jid, tail: gap?.tail ?? tail, last: tail, newest, gap: gap?.newest };
}

/**
 * From where on something may be missing of an archive, of which nothing else is known: the last message that came with its place
 * is the oldest for which all that came before is known.
 */
export function newestOf(restored: readonly Restored[]): StoredPlace | undefined {
  const byTime = (one: StoredPlace, other: StoredPlace) => one.at - other.at;
  const [gap] = restored.flatMap((one) => one.gap ?? []).sort(byTime);
  return (
    gap ??
    restored
      .flatMap(({ newest }) => newest ?? [])
      .sort(byTime)
      .at(-1)
  );
}
