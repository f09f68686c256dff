import type { Occupant } from '../../shared/chat-model.ts';

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });
const ROLE_RANK: Readonly<Record<Occupant['role'], number>> = {
  moderator: 0,
  participant: 1,
  visitor: 2,
  none: 3,
};

/** Moderators first, then by name. */
export function sortedOccupants(occupants: ReadonlyMap<string, Occupant> | undefined): readonly Occupant[] {
  return [...(occupants?.values() ?? [])].sort(
    (left, right) => ROLE_RANK[left.role] - ROLE_RANK[right.role] || collator.compare(left.nick, right.nick),
  );
}
