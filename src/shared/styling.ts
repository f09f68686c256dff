/**
 * XEP-0393 Message Styling, version 1.1.1: a text as blocks and spans. Nothing is taken away or put in: directives stay, and all
 * pieces together are the text again. Pure; linear in the length of the text.
 */

/** How a piece of text is set; `mark`: a directive, shown more faintly than what it styles. */
export type SpanStyle = 'strong' | 'emphasis' | 'strike' | 'code' | 'mark';

export interface StyledSpan {
  readonly text: string;
  readonly styles: readonly SpanStyle[];
}

export type StyledBlock =
  | { readonly kind: 'plain'; readonly spans: readonly StyledSpan[] }
  /**
   * From a line that begins with three backticks to one of nothing else, or to the end of what it stands in (5.1.2). `text` has
   * these lines, `code` what is between them. `opening` is the first line where it has to be read: words that stand behind
   * the backticks are no part of the code, and must not be hidden.
   */
  | { readonly kind: 'preformatted'; readonly text: string; readonly code: string; readonly opening: string }
  /** Lines that begin with `>` (5.1.3), without it. */
  | { readonly kind: 'quote'; readonly blocks: readonly StyledBlock[] };

/** Quotes in quotes; what is deeper is text. */
const MAX_DEPTH = 4;
/** Spans in spans. */
const MAX_NESTING = 4;
const DIRECTIVES: Readonly<Record<string, SpanStyle>> = {
  '*': 'strong',
  _: 'emphasis',
  '~': 'strike',
  '`': 'code',
};
const FENCE = '```';
const BLANK = /\s/u;

/** The blocks of a message's text. */
export function styled(text: string, depth = 0): readonly StyledBlock[] {
  const lines = text.split('\n');
  const blocks: StyledBlock[] = [];
  let plain: string[] = [];
  const settle = (): void => {
    if (plain.length > 0) blocks.push({ kind: 'plain', spans: plain.flatMap(withBreak(spansOf)) });
    plain = [];
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const taken = line.startsWith(FENCE)
      ? fenced(lines, at)
      : line.startsWith('>') && depth < MAX_DEPTH
        ? quoted(lines, at, depth)
        : undefined;
    if (taken === undefined) {
      plain.push(line);
      at += 1;
      continue;
    }
    settle();
    blocks.push(taken.block);
    at = taken.next;
  }
  settle();
  return blocks;
}

/** Whether a text has anything to be styled, so that most texts cost nothing. */
export function isPlain(text: string): boolean {
  return !/[*_~`>]/u.test(text);
}

/** Lines one after the other, with the break before each but the first. */
function withBreak(spans: (line: string) => readonly StyledSpan[]) {
  return (line: string, index: number): readonly StyledSpan[] =>
    index === 0 ? spans(line) : [{ text: '\n', styles: [] }, ...spans(line)];
}

interface Taken {
  readonly block: StyledBlock;
  readonly next: number;
}

/** To the closing fence, or to the end where there is none. */
function fenced(lines: readonly string[], from: number): Taken {
  let end = from + 1;
  while (end < lines.length && lines[end] !== FENCE) end += 1;
  const next = Math.min(end + 1, lines.length);
  const code = lines.slice(from + 1, end).join('\n');
  const first = lines[from] ?? '';
  const opening = first === FENCE && code !== '' ? '' : first;
  return { block: { kind: 'preformatted', text: lines.slice(from, next).join('\n'), code, opening }, next };
}

function quoted(lines: readonly string[], from: number, depth: number): Taken {
  let next = from;
  while (lines[next]?.startsWith('>') === true) next += 1;
  const inner = lines.slice(from, next).map((line) => line.slice(line.startsWith('> ') ? 2 : 1));
  return { block: { kind: 'quote', blocks: styled(inner.join('\n'), depth + 1) }, next };
}

/** The spans of one line (6.1.1): opened at its beginning, after white space or another directive, closed on the same line. */
function spansOf(line: string, styles: readonly SpanStyle[] = []): readonly StyledSpan[] {
  if (styles.length >= MAX_NESTING || isPlain(line)) return line === '' ? [] : [{ text: line, styles }];
  const spans: StyledSpan[] = [];
  const closings = closingsOf(line);
  let from = 0;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    const style = DIRECTIVES[sign];
    if (style === undefined || styles.includes(style) || !opens(line, at)) continue;
    const positions = closings.get(sign);
    if (positions === undefined || (positions.at(-1) ?? 0) <= at + 1) continue;
    const end = positions.find((position) => position > at + 1);
    if (end === undefined) continue;
    if (at > from) spans.push({ text: line.slice(from, at), styles });
    const inner = line.slice(at + 1, end);
    const within = [...styles, style];
    spans.push({ text: sign, styles: [...styles, 'mark'] });
    spans.push(...(style === 'code' ? [{ text: inner, styles: within }] : spansOf(inner, within)));
    spans.push({ text: sign, styles: [...styles, 'mark'] });
    from = end + 1;
    at = end;
  }
  if (from < line.length) spans.push({ text: line.slice(from), styles });
  return spans;
}

/** After white space, at the beginning or after another directive, and not before white space. */
function opens(line: string, at: number): boolean {
  const [before, after] = [line[at - 1], line[at + 1]];
  if (after === undefined || BLANK.test(after) || after === line[at]) return false;
  return (
    before === undefined || BLANK.test(before) || (DIRECTIVES[before] !== undefined && before !== line[at])
  );
}

/** Where each directive may close: not after white space. */
function closingsOf(line: string): ReadonlyMap<string, readonly number[]> {
  const closings = new Map<string, number[]>();
  for (let at = 1; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    if (DIRECTIVES[sign] === undefined || BLANK.test(line[at - 1] ?? ' ')) continue;
    const known = closings.get(sign);
    if (known === undefined) closings.set(sign, [at]);
    else known.push(at);
  }
  return closings;
}
