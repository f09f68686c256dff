/**
 * Links in messages: text, unless the policy lists the host. Addresses are read in the strictest form there is, in which no
 * two programs could take them for different places, and shown as they are opened.
 */

/** A piece of a text; all pieces together are the text again. */
export interface TextSpan {
  readonly text: string;
  /** Present: may be opened. The same as `text`. */
  readonly href?: string;
}

/** Longest address that is a link, and most links of one text; the rest is text. */
const MAX_LINK = 2048;
const MAX_LINKS = 100;
/** Signs behind an address that are looked at, one after the other. */
const MAX_TAIL = 32;

/** Up to white space and to what RFC 3986 has no place for; everything after it decides whether it is a link at all. */
const CANDIDATE = /https:\/\/[^\s\p{C}<>"]+/giu;
/** Signs that end a sentence, or close what was opened before the address: also ’ ” » … */
const TRAILING = /[.,;:!?'\u2019\u201d\u00bb\u2026]+$/u;
/** Before an address: nothing, white space, or what opens something: also “ „ « ‚ ‘ – — */
const BEFORE = /[\s([{<"'\u201c\u201e\u00ab\u201a\u2018=,;:\u2013\u2014-]$/u;
/** RFC 3986: host as a lower-case DNS name, then path, query and fragment. No port, no user, no escape of the host. */
const LINK =
  /^https:\/\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+)(?:[/?#][a-zA-Z0-9\-._~!$&'()*+,;=:@%/?#[\]]*)?$/;
const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;

/** A closing bracket that was opened before the address does not belong to it. */
function withoutTail(candidate: string): string {
  let text = candidate;
  for (let round = 0; round < MAX_TAIL; round += 1) {
    const trimmed = text.replace(TRAILING, '');
    const last = trimmed.at(-1);
    const open = last === ')' ? '(' : last === ']' ? '[' : last === '}' ? '{' : undefined;
    const opened = open !== undefined && trimmed.split(open).length >= trimmed.split(last ?? '').length;
    const next = open === undefined || opened ? trimmed : trimmed.slice(0, -1);
    if (next === text) return text;
    text = next;
  }
  return text;
}

/** Whether `href` may be opened: https, a host of the list to the letter, default port, no user, nothing ambiguous. */
export function isListedLink(href: string, hosts: ReadonlySet<string>): boolean {
  if (href.length > MAX_LINK) return false;
  const host = LINK.exec(href)?.[1];
  return host !== undefined && host.length <= 253 && hosts.has(host) && !BROKEN_ESCAPE.test(href);
}

/**
 * Splits a text into what is text and what may be opened. `hosts`: exact names in lower-case ASCII, internationalised ones in
 * their `xn--` form, which is also how they have to be written to be links.
 */
export function linkify(text: string, hosts: Iterable<string>): readonly TextSpan[] {
  const listed = new Set(hosts);
  const spans: TextSpan[] = [];
  let from = 0;
  if (listed.size > 0) {
    for (const match of text.matchAll(CANDIDATE)) {
      if (spans.length >= 2 * MAX_LINKS) break;
      // Far longer than a link: not worth looking for where it ends.
      if (match[0].length > 2 * MAX_LINK) continue;
      const href = withoutTail(match[0]);
      const before = text.slice(Math.max(0, match.index - 1), match.index);
      if ((before !== '' && !BEFORE.test(before)) || !isListedLink(href, listed)) continue;
      if (match.index > from) spans.push({ text: text.slice(from, match.index) });
      spans.push({ text: href, href });
      from = match.index + href.length;
    }
  }
  if (from < text.length || spans.length === 0) spans.push({ text: text.slice(from) });
  return spans;
}
