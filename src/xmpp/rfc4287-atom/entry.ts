/** RFC 4287 The Atom Syndication Format: an entry as a notice to be read, and one that is written. Texts alone; nothing is fetched. */
import { safeText } from '../../shared/display-name.ts';
import { FEED_LIMITS } from '../../shared/feed-contract.ts';
import { NS } from '../namespaces.ts';
import { childOf, childText, type Element, elementsOf, textOf, toXmlText, xml } from '../xml.ts';

export interface AtomEntry {
  /** One line; empty where it has none. */
  readonly title: string;
  readonly author: string;
  /** The content, or the summary where there is none; lines are kept. */
  readonly text: string;
  readonly link: string | undefined;
  /** When it was changed last, or published; milliseconds since 1970. */
  readonly at: number | undefined;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** 3.1.1.2: markup written as text. Its words are shown, without the markup; it is never taken for HTML. */
function withoutMarkup(html: string): string {
  return html
    .replace(/<(?:br|\/p|\/div|\/li|\/h[1-6]|\/tr)\b[^<>]*>/giu, '\n')
    .replace(/<[^<>]*>/gu, '')
    .replace(/&(amp|lt|gt|quot|apos|nbsp);/gu, (_whole, name: string) => ENTITIES[name] ?? '');
}

/** What a text construct says (3.1): a text, or the words of its markup. Content that lies elsewhere or is no text says nothing. */
function wordsOf(entry: Element, name: 'title' | 'summary' | 'content'): string {
  const element = childOf(entry, name, NS.atom);
  if (element === undefined) return '';
  const { type = 'text' } = element.attrs;
  if (type === 'html' || type === 'text/html') return withoutMarkup(textOf(element));
  return type === 'text' || type === 'text/plain' ? textOf(element) : '';
}

/** Lines that hide nothing; empty ones in a row become one. */
export function safeLines(text: string, max: number): string {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/u).map((line) => safeText(line, max));
  return lines
    .join('\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim()
    .slice(0, max);
}

/** RFC 3339, and never in the future: what is said to come is not the newest. */
function timeOf(entry: Element, now: number): number | undefined {
  for (const name of ['updated', 'published']) {
    const text = (childText(entry, name, NS.atom) ?? '').trim();
    if (!/^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/u.test(text))
      continue;
    const at = Date.parse(text.toUpperCase());
    if (!Number.isNaN(at) && at >= 0) return Math.min(at, now);
  }
  return undefined;
}

/** 4.2.7: the address of what the entry is about, where it is one of the web. */
function linkOf(entry: Element): string | undefined {
  for (const link of elementsOf(entry)) {
    const { rel = 'alternate', href = '' } = link.attrs;
    if (!link.is('link', NS.atom) || rel !== 'alternate' || href.length > FEED_LIMITS.link) continue;
    const shown = safeText(href, FEED_LIMITS.link);
    if (shown === href && /^https?:\/\/[^\s]+$/iu.test(href)) return href;
  }
  return undefined;
}

/** Reads an entry that the guard has let in. @param now milliseconds since 1970 */
export function readEntry(entry: Element, now: number): AtomEntry {
  const author = childOf(entry, 'author', NS.atom);
  const name = author === undefined ? '' : (childText(author, 'name', NS.atom) ?? '');
  return {
    title: safeText(wordsOf(entry, 'title'), FEED_LIMITS.title),
    author: safeText(name, FEED_LIMITS.author),
    text: safeLines(wordsOf(entry, 'content') || wordsOf(entry, 'summary'), FEED_LIMITS.text),
    link: linkOf(entry),
    at: timeOf(entry, now),
  };
}

/** An entry of texts alone. @param id a URI of its own (4.2.6) */
export function buildEntry(
  entry: {
    readonly id: string;
    readonly title: string;
    readonly text: string;
    readonly author: string;
    readonly at: number;
  },
  label: Element | undefined,
): Element {
  return xml(
    'entry',
    { xmlns: NS.atom },
    xml('title', {}, toXmlText(entry.title)),
    xml('author', {}, xml('name', {}, toXmlText(entry.author))),
    xml('id', {}, entry.id),
    xml('updated', {}, new Date(entry.at).toISOString()),
    xml('content', { type: 'text' }, toXmlText(entry.text)),
    label,
  );
}
