/** What a former session left, as far as it says from where on something may be missing. */
import type { BareJid } from '../../shared/jid.ts';
import type { Conversations } from './conversations.ts';

/** The newest message of an archive that came; `id` is empty for an archive that was empty. */
export interface Newest {
  readonly id: string;
  readonly at: number;
}

/** What is left of a former session of one conversation. */
export interface Restored {
  readonly jid: BareJid;
  /** Its last message, or the one behind which something is missing. */
  readonly tail: string;
  /** Its newest message with a place in the archive. */
  readonly newest: Newest | undefined;
  /** The last message with a place before the first gap. */
  readonly gap: Newest | undefined;
}

/** `undefined`: nothing is kept. */
export function restoredOf(conversations: Conversations, jid: BareJid): Restored | undefined {
  let tail: string | undefined;
  let newest: Newest | undefined;
  let gap: { readonly tail: string; readonly newest: Newest | undefined } | undefined;
  for (const { id, at, gapAfter } of conversations.model.log(jid)) {
    const archiveId = conversations.archiveIdOf(jid, id);
    if (archiveId !== undefined) newest = { id: archiveId, at };
    tail = id;
    if (gapAfter !== undefined) gap ??= { tail: id, newest };
  }
  if (tail === undefined) return undefined;
  return { jid, tail: gap?.tail ?? tail, newest, gap: gap?.newest };
}
