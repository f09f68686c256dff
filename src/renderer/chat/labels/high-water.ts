/** The high-water mark: the highest label of what is open, against the marking of the system. Pure. */
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { readableForeground, type SecurityLabel } from '../../../shared/labels.ts';
import { MAX_FOREIGN, type SeenLabels } from '../../state/seen-labels.ts';
import { HIGH_WATER_TEXT } from '../../text/labels.ts';

type Banner = PresentationPolicy['banner'];

/** What the banner shows. */
export interface Marking {
  readonly text: string;
  /** What stands beside the text, in words; empty where there is nothing to add. */
  readonly note: string;
  readonly background: string;
  readonly foreground: string;
}

/** Labels of the highest rank that are named; more are counted. */
const MAX_NAMED = 3;

/**
 * The rank of the system's own marking: of the longest label that it is, or begins with (`SECRET // EXERCISE`).
 * `undefined`: the catalogue has none like it, and nothing can be said to be above or below it.
 */
export function bannerRank(text: string, catalogue: readonly SecurityLabel[]): number | undefined {
  const marking = text.trim().toUpperCase();
  let best: SecurityLabel | undefined;
  for (const label of catalogue) {
    const start = label.text.trim().toUpperCase();
    if (start === '' || !marking.startsWith(start) || /^[\p{L}\p{N}]/u.test(marking.slice(start.length)))
      continue;
    if (best === undefined || start.length > best.text.trim().length) best = label;
  }
  return best?.rank;
}

/** The catalogue's labels of the highest rank among those seen. */
export function highestLabels(
  seen: SeenLabels,
  catalogue: readonly SecurityLabel[],
): readonly SecurityLabel[] {
  let highest: SecurityLabel[] = [];
  for (const label of catalogue) {
    if (!seen.known.has(label.id)) continue;
    const rank = highest[0]?.rank ?? Number.NEGATIVE_INFINITY;
    if (label.rank > rank) highest = [label];
    else if (label.rank === rank) highest.push(label);
  }
  return highest;
}

function named(texts: readonly string[]): string {
  const shown = texts.slice(0, MAX_NAMED).join(' · ');
  return texts.length > MAX_NAMED ? HIGH_WATER_TEXT.andMore(shown, texts.length - MAX_NAMED) : shown;
}

function foreignNote({ foreign, known }: SeenLabels, catalogue: readonly SecurityLabel[]): string {
  const ids = new Set(catalogue.map(({ id }) => id));
  const strange = [...known].filter((id) => !ids.has(id)).length + foreign.size;
  if (strange === 0) return '';
  const [only] = foreign;
  if (strange === 1 && only !== undefined && only !== '') return HIGH_WATER_TEXT.strangeOne(only);
  return foreign.size >= MAX_FOREIGN
    ? HIGH_WATER_TEXT.strangeAtLeast(MAX_FOREIGN)
    : HIGH_WATER_TEXT.strange(strange);
}

/**
 * The marking of the window: the system's, which is the floor, or the highest label of the open conversation. Where the two
 * can't be compared both are shown, in the system's colours.
 */
export function markingOf(banner: Banner, catalogue: readonly SecurityLabel[], seen: SeenLabels): Marking {
  const highest = highestLabels(seen, catalogue);
  const [first] = highest;
  const floor = bannerRank(banner.text, catalogue);
  const strange = foreignNote(seen, catalogue);
  const texts = named(highest.map(({ text }) => text));
  const join = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(' · ');
  if (first === undefined || (floor !== undefined && first.rank <= floor)) {
    return { ...banner, note: strange === '' ? '' : HIGH_WATER_TEXT.here(strange) };
  }
  if (floor === undefined) {
    return { ...banner, note: join(HIGH_WATER_TEXT.highestIs(texts), strange) };
  }
  return {
    text: texts,
    note: join(HIGH_WATER_TEXT.highest, strange, HIGH_WATER_TEXT.system(banner.text)),
    background: first.background,
    foreground: readableForeground(first),
  };
}
