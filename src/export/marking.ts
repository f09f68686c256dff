/** The marking of an export: the highest of what is in it, never below the system's. Pure. */

import { EXPORT_DOCUMENT_TEXT } from '../shared/export-text.ts';
import type { SecurityLabel } from '../shared/labels.ts';

/** Senders choose these: more are counted, not named. */
const MAX_FOREIGN = 16;

/** `banner`: the system's marking. Labels that are not in the catalogue have no rank and are named. */
export function exportMarking(
  banner: string,
  catalogue: readonly SecurityLabel[],
  labels: Iterable<string>,
): string {
  const known = new Map(catalogue.map((label) => [label.text, label.rank]));
  let highest = Number.NEGATIVE_INFINITY;
  let texts: string[] = [];
  const foreign: string[] = [];
  for (const text of new Set(labels)) {
    const rank = known.get(text);
    if (text === '') continue;
    if (rank === undefined) foreign.push(text);
    else if (rank > highest) [highest, texts] = [rank, [text]];
    else if (rank === highest) texts.push(text);
  }
  const more = foreign.splice(MAX_FOREIGN).length;
  if (more > 0) foreign.push(EXPORT_DOCUMENT_TEXT.otherMarkings(more));
  const all = [...texts, ...foreign].filter((text) => !banner.startsWith(text));
  return all.length === 0 ? banner : [...all, EXPORT_DOCUMENT_TEXT.system(banner)].join(' · ');
}
