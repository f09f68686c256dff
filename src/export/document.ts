/** An export as a document. Text from the network is escaped here and is nothing but text. */
import type { ExportFormat } from '../shared/export-contract.ts';
import { EXPORT_DOCUMENT_TEXT as WORDS } from '../shared/export-text.ts';
import {
  BOARD_STYLE,
  boardsOf,
  drawingOf,
  type ExportedBoard,
  elementText,
  isRetracted,
  operationText,
} from './board.ts';
import { type ChainedRecord, canonical } from './chain.ts';

export interface ExportHead {
  /** What is exported, in words. */
  readonly title: string;
  readonly marking: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly analyst: string;
  readonly organisation: string;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** Characters of a hash that stand beside a record. */
const SHOWN_OF_HASH = 16;

/** A date-time group of an ISO time, with seconds: `290314:07Z NOV 26`. */
export function timeGroup(iso: string): string {
  const month = MONTHS[Number(iso.slice(5, 7)) - 1] ?? '';
  return `${iso.slice(8, 10)}${iso.slice(11, 13)}${iso.slice(14, 16)}:${iso.slice(17, 19)}Z ${month} ${iso.slice(2, 4)}`;
}

/** Characters that turn or hide text have no place in a record that people sign. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`,
  );
}

function retractionText({
  time,
  by,
  reason,
  waiting,
}: Exclude<ChainedRecord['retracted'], undefined>): string {
  const words = waiting === true ? WORDS.retractionWaits : WORDS.retracted;
  return words(timeGroup(time), visible(by), visible(reason));
}

function notesOf({
  board,
  earlier,
  retracted,
  acknowledged,
  delivery,
  own,
}: ChainedRecord): readonly string[] {
  return [
    ...(board ?? []).map((operation) => visible(operationText(operation))),
    ...earlier.map(({ time, text }) => WORDS.corrected(timeGroup(time), visible(text))),
    ...(retracted === undefined ? [] : [retractionText(retracted)]),
    ...(acknowledged ?? []).map(({ time, by }) => WORDS.acknowledged(timeGroup(time), visible(by))),
    ...(own && delivery !== undefined ? [WORDS.delivery(delivery)] : []),
  ];
}

function captionOf({ conversation, from, to }: ExportedBoard): string {
  return WORDS.boardOf(visible(conversation), timeGroup(from), timeGroup(to));
}

/** What is on a board, in the order in which it was drawn. */
function drawnLines({ elements }: ExportedBoard): readonly string[] {
  return elements.map(
    ({ element, name, at }) =>
      `${visible(elementText(element))}, ${WORDS.boardBy(visible(name), timeGroup(new Date(at).toISOString()))}`,
  );
}

function facts(head: ExportHead, records: readonly ChainedRecord[]): readonly (readonly [string, string])[] {
  return [
    [WORDS.exported, `${timeGroup(head.created)} (${head.created})`],
    [WORDS.by, visible(head.analyst)],
    [WORDS.organisation, visible(head.organisation)],
    [WORDS.records, String(records.length)],
    [WORDS.lastHash, records.at(-1)?.hash ?? WORDS.none],
  ];
}

/** Plain text; the marking stands at the head and the foot, and again after every 50 records. */
function textOf(head: ExportHead, records: readonly ChainedRecord[]): string {
  const lines = [head.marking, '', visible(head.title)];
  for (const [name, value] of facts(head, records)) lines.push(`${name}: ${value}`);
  for (const record of records) {
    if (record.seq % 50 === 1) lines.push('', head.marking);
    const label = record.label === '' ? WORDS.noLabel : visible(record.label);
    lines.push(
      '',
      `${record.seq}. ${timeGroup(record.time)}  ${visible(record.sender)}  ${WORDS.in(visible(record.conversation))}  [${label}]  ${record.hash.slice(0, SHOWN_OF_HASH)}`,
      ...visible(record.text)
        .split('\n')
        .map((line) => `    ${line}`),
      ...notesOf(record).map((note) => `    -- ${note.replaceAll('\n', '\n       ')}`),
    );
  }
  for (const board of boardsOf(records)) {
    lines.push('', captionOf(board), ...drawnLines(board).map((line) => `    ${line}`));
  }
  return `${[...lines, '', head.marking].join('\n')}\n`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * On each page that is printed what is fixed stands again, at its very head and foot, also where the page is not full; a table's
 * head and foot are repeated too, and keep the room for it.
 */
const STYLE = `@page{size:A4;margin:12mm}
body{margin:0;font:11pt/1.4 "Noto Sans","DejaVu Sans",Arial,sans-serif;color:#000;background:#fff}
table{width:100%;border-collapse:collapse}
.marking{padding:4px;font-weight:700;text-align:center;border:2px solid #000;overflow-wrap:anywhere}
.page{display:none}
@media print{.page{display:block;position:fixed;left:0;right:0;background:#fff}.page-head{top:0}.page-foot{bottom:0}td>.marking{visibility:hidden}}
h1{margin:12px 0 4px;font-size:16pt}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:0 0 12px;font-size:9pt}
dt{font-weight:700}dd{margin:0;overflow-wrap:anywhere}
article{padding:6px 0;border-top:1px solid #999;break-inside:avoid}
header{display:flex;flex-wrap:wrap;gap:2px 10px;font-size:9pt;color:#333}
header b{color:#000}header i{font-style:normal;font-weight:700;border:1px solid #000;padding:0 4px}
code{font-family:"DejaVu Sans Mono",monospace;font-size:8pt}
p{margin:2px 0;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext}
.note{margin-left:12px;font-size:9pt;color:#333}.retracted{text-decoration:line-through}
${BOARD_STYLE}`;

function articleOf(record: ChainedRecord): string {
  const label = record.label === '' ? WORDS.noLabel : record.label;
  const text = `<p${isRetracted(record) ? ' class="retracted"' : ''}>${escapeHtml(visible(record.text))}</p>`;
  const notes = notesOf(record).map((note) => `<p class="note">${escapeHtml(note)}</p>`);
  return `<article><header><span>${record.seq}.</span><time datetime="${record.time}">${timeGroup(record.time)}</time><b><bdi>${escapeHtml(visible(record.sender))}</bdi></b><bdi>${escapeHtml(visible(record.conversation))}</bdi><i>${escapeHtml(visible(label))}</i><code>${record.hash.slice(0, SHOWN_OF_HASH)}</code></header>${text}${notes.join('')}</article>`;
}

function figureOf(board: ExportedBoard): string {
  const lines = drawnLines(board).map((line) => `<li>${escapeHtml(line)}</li>`);
  const drawing = drawingOf(board, (text) => escapeHtml(visible(text)));
  return `<figure>${drawing}<figcaption>${escapeHtml(captionOf(board))}</figcaption></figure><ol>${lines.join('')}</ol>`;
}

/** One file, without a script or anything that is loaded. */
function htmlOf(head: ExportHead, records: readonly ChainedRecord[]): string {
  const marking = `<div class="marking">${escapeHtml(head.marking)}</div>`;
  const rows = facts(head, records).map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`);
  const title = escapeHtml(visible(head.title));
  return `<!DOCTYPE html>
<html lang="${WORDS.language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>${STYLE}</style></head>
<body><div class="page page-head" aria-hidden="true">${marking}</div><div class="page page-foot" aria-hidden="true">${marking}</div>
<table><thead><tr><td>${marking}</td></tr></thead><tfoot><tr><td>${marking}</td></tr></tfoot><tbody><tr><td>
<h1>${title}</h1><dl>${rows.join('')}</dl>
${records.map(articleOf).join('\n')}
${boardsOf(records).map(figureOf).join('\n')}
</td></tr></tbody></table></body></html>
`;
}

/** The document; a PDF is printed from the HTML. */
export function documentOf(
  format: Exclude<ExportFormat, 'pdf'>,
  head: ExportHead,
  records: readonly ChainedRecord[],
): string {
  switch (format) {
    case 'html':
      return htmlOf(head, records);
    case 'text':
      return textOf(head, records);
    case 'json':
      return `${canonical({ format: 'sallyport-export-1', ...head, records })}\n`;
  }
}
