import type { Occupant } from '../../shared/chat-model.ts';
import { compareKeys, sortKey } from './sort-key.ts';

export type OccupantMap = ReadonlyMap<string, Occupant>;

/** Occupants in order, and what they were ordered from. */
export interface SortedOccupants {
  readonly source: OccupantMap | undefined;
  readonly list: readonly Occupant[];
}

export const NO_OCCUPANTS: SortedOccupants = { source: undefined, list: [] };

const ROLE_RANK: Readonly<Record<Occupant['role'], number>> = {
  moderator: 0,
  participant: 1,
  visitor: 2,
  none: 3,
};

const keys = new WeakMap<Occupant, string>();

/** What an occupant is ordered by: moderators first, then by name. */
function keyOf(occupant: Occupant): string {
  const known = keys.get(occupant);
  if (known !== undefined) return known;
  const key = `${ROLE_RANK[occupant.role]}${sortKey(occupant.shownAs ?? occupant.nick, occupant.nick)}`;
  keys.set(occupant, key);
  return key;
}

function compare(left: Occupant, right: Occupant): number {
  return compareKeys(keyOf(left), keyOf(right));
}

/**
 * Brings the order up to date with `occupants`: those that stayed as they were keep their order, only the others are sorted, and the
 * two are merged. A change of a few among 10,000 costs one pass.
 */
export function sortOccupants(before: SortedOccupants, occupants: OccupantMap | undefined): SortedOccupants {
  if (before.source === occupants) return before;
  if (occupants === undefined) return NO_OCCUPANTS;
  const kept = before.list.filter((occupant) => occupants.get(occupant.nick) === occupant);
  if (kept.length === occupants.size) return { source: occupants, list: kept };
  const fresh: Occupant[] = [];
  for (const occupant of occupants.values()) {
    if (before.source?.get(occupant.nick) !== occupant) fresh.push(occupant);
  }
  fresh.sort(compare);
  return { source: occupants, list: merge(kept, fresh) };
}

function merge(left: readonly Occupant[], right: readonly Occupant[]): readonly Occupant[] {
  const merged: Occupant[] = [];
  let at = 0;
  for (const next of right) {
    for (let other = left[at]; other !== undefined && compare(other, next) <= 0; other = left[at]) {
      merged.push(other);
      at += 1;
    }
    merged.push(next);
  }
  while (at < left.length) {
    const other = left[at];
    if (other !== undefined) merged.push(other);
    at += 1;
  }
  return merged;
}
