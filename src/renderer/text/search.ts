/** The words of the search dialog. */
import type { ParsedQuery } from '../../shared/search-query.ts';

export const SEARCH_TEXT = {
  title: 'Search messages',
  field: 'Search',
  placeholder: 'Words, "a phrase", from: in: label: before: after:',
  hint: 'Words stand in any order; "a phrase" in this one. from:name in:room label:SECRET before:2026-11-29 after:2026-11-29T12:00 (Zulu) narrow the search.',
  results: 'Results, newest first',
  context: 'Around this message',
  chooseHit: 'Choose a message to see what was said around it.',
  open: 'Open the conversation here',
  more: 'More results',
  searching: 'Searching…',
  nothing: 'No message fits.',
  historyOnly: 'Looked through the history on this computer. The server’s archive is not searched.',
  memoryOnly:
    'Looked through the messages that are in memory now; your organisation’s policy keeps none on this computer.',
  failed: 'The search did not work.',
  exportResults: 'Export these results…',
} as const;

/** `12 messages`, `the first 50 messages`. */
export function countText(count: number, more: boolean): string {
  if (more) return `The newest ${count} messages that fit.`;
  return count === 1 ? '1 message fits.' : `${count} messages fit.`;
}

/** What is wrong with a query, in a sentence. */
export function queryProblem({ reason, part }: Extract<ParsedQuery, { kind: 'invalid' }>): string {
  switch (reason) {
    case 'date':
      return `“${part}” is no day. Write it as 2026-11-29, or with a time as 2026-11-29T12:00 (Zulu).`;
    case 'value':
      return `Something has to follow “${part}”.`;
    case 'too-long':
      return 'That is too long to search for. Leave some words out.';
  }
}
