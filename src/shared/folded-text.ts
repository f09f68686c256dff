/**
 * Text made comparable: without case (Unicode full case folding, as the engine's case tables have it) and in one
 * normalisation form (NFC). Letters that only look alike stay different: nothing is mapped by compatibility or by looks.
 */

/** A text in its comparable form. */
export interface FoldedText {
  readonly text: string;
  /** Where unit `index` of `text` begins in the original, in UTF-16 code units; `text.length` is the original's end. */
  originalAt(index: number): number;
}

const ASCII = /^\p{ASCII}*$/u;
/** A letter with the marks on it. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;

/** The dotless i is the one letter that its upper case does not lead back from. */
const DOTLESS_I = '\u0131';

function foldCluster(cluster: string): string {
  if (cluster <= '\x7f' && cluster.length === 1) return cluster.toLowerCase();
  let folded = '';
  for (const character of cluster.normalize('NFC')) {
    // There and back: ß and ẞ become ss, both small sigmas the same one.
    folded += character === DOTLESS_I ? character : character.toLowerCase().toUpperCase().toLowerCase();
  }
  return folded.normalize('NFC');
}

/** The comparable form of a text: two texts that differ only in case or normalisation have the same. */
export function foldText(text: string): FoldedText {
  if (ASCII.test(text)) return { text: text.toLowerCase(), originalAt: (index) => index };
  let folded = '';
  const starts: number[] = [];
  for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
    const part = foldCluster(cluster);
    for (let unit = 0; unit < part.length; unit += 1) starts.push(index);
    folded += part;
  }
  return { text: folded, originalAt: (index) => starts[index] ?? text.length };
}
