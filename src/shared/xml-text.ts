/**
 * What a text may hold that is to travel in a stanza. Windows clean what is typed or pasted by the same rules by which the session
 * refuses. Pure.
 */

/** What is no `Char` of XML 1.0 section 2.2: most controls, half surrogates, U+FFFE and U+FFFF. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** What ends a line or sets a gap in it: one space stands for any run of these where there is but one line. */
const BREAKS = /[\t\n\r\v\f\u0085\u2028\u2029]+/gu;

/** Controls of C0 and C1: in a line nobody sees them. */
const CONTROLS = /\p{Cc}/gu;

/** Whether XML 1.0 can carry a text. */
export function isXmlText(text: string): boolean {
  return text.search(NOT_XML) < 0;
}

/** A text without what XML 1.0 cannot carry. */
export function xmlText(text: string): string {
  return text.replace(NOT_XML, '');
}

/** A text as one line: a space for tabs and ends of lines, no controls, and nothing that XML 1.0 cannot carry. */
export function xmlLine(text: string): string {
  return xmlText(text.replace(BREAKS, ' ').replace(CONTROLS, ''));
}
