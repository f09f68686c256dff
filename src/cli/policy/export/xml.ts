/** XML 1.0 text: what must be escaped, and what must not be there at all. */
import { CliError } from '../cli-error.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0 section 2.2: characters that no escape can bring in; and a half of a surrogate pair. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Escapes text for an element's content or an attribute. @throws CliError `usage` for a character XML cannot hold */
export function xml(text: string): string {
  if (FORBIDDEN.test(text)) throw new CliError('usage', 'a text holds a character that XML cannot hold');
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
