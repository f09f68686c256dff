/** The words of the search dialog. */
import type { SearchReply } from '../../shared/chat-history-commands.ts';
import type { ParsedQuery } from '../../shared/search-query.ts';

export const SEARCH_TEXT = {
  title: 'Search messages',
  field: 'Search',
  placeholder: 'Words or "a phrase"',
  hint: 'Searches all your conversations.',
  results: 'Results, newest first',
  context: 'Around this message',
  chooseHit: 'Choose a message to see what was said around it.',
  open: 'Open the conversation here',
  more: 'More results',
  searching: 'Searching…',
  nothing: 'No message fits.',
  nothingHint: 'Try fewer words, the beginning of a word, or a longer time.',
  nothingHintServer: 'Try fewer words or a longer time, or search the server’s archives.',
  historyOnly: 'Looked through the history on this computer.',
  memoryOnly:
    'Looked through the messages that are in memory now; your organisation’s policy keeps none on this computer.',
  askServer: 'Search the server’s archives',
  moreServer: 'Search on',
  stopServer: 'Stop',
  searchingServer: 'Asking the server…',
  fromServer: 'from the server',
  failed: 'The search did not work.',
  exportResults: 'Export these results…',
} as const;

/** What a query can have, each with what it finds. */
export const SEARCH_HELP: readonly (readonly [example: string, meaning: string])[] = [
  ['bridge convoy', 'both words, in any order'],
  ['"second group"', 'these words in this order'],
  ['from:okafor', 'what one person wrote'],
  ['in:watch-floor', 'in one room or conversation'],
  ['label:SECRET', 'with this label'],
  ['after:2026-11-28', 'since that day, Zulu'],
  ['before:2026-11-29T12:00', 'before that time, Zulu'],
];

/** `12 messages`, `the first 50 messages`. */
export function countText(count: number, more: boolean): string {
  if (more) return `The newest ${count} messages that fit.`;
  return count === 1 ? '1 message fits.' : `${count} messages fit.`;
}

/** How far the search of the server is, and what it brought. */
export function serverText(
  count: number,
  archives: NonNullable<SearchReply['archives']>,
  running: boolean,
): string {
  const { total, asked, silent } = archives;
  const found =
    count === 1 ? '1 more from the server' : `${count === 0 ? 'nothing' : count} more from the server`;
  const first =
    running || asked < total
      ? `${asked} of ${total} archives looked through, ${found}.`
      : `${found[0]?.toUpperCase()}${found.slice(1)}.`;
  if (silent === 0) return first;
  if (silent === total) return 'The server does not search its archives by words.';
  return `${first} ${silent === 1 ? '1 archive' : `${silent} archives`} could not be searched.`;
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
