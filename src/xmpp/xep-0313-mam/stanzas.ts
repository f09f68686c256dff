/**
 * XEP-0313 Message Archive Management, version 1.1.1: building queries, reading what answers them. With it XEP-0431 Full Text
 * Search in MAM, version 0.3.0.
 */
import type { BareJid } from '../../shared/jid.ts';
import { archivedOf, forwardedMessage } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { buildResultSet, type PageOf, type ResultSet, readResultSet } from '../xep-0059-rsm/result-set.ts';
import { stampOf } from '../xep-0203-delay/delay.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';

export interface ArchiveFilter {
  /** Only messages to and from this address (4.1.1). */
  readonly with?: BareJid | undefined;
  /** Only messages since then (4.1.2), milliseconds since 1970. */
  readonly start?: number | undefined;
  /** Only messages until then (4.1.2), milliseconds since 1970. */
  readonly end?: number | undefined;
  /** Only messages with these words; the field is one that the archive has told of ({@link readTextField}). */
  readonly text?: ArchiveText | undefined;
}

/** The fields by which archives are searched by words: XEP-0431's, and ejabberd's own with MariaDB and MySQL. */
const TEXT_FIELDS = ['{urn:xmpp:fulltext:0}fulltext', 'withtext'] as const;
export type ArchiveTextField = (typeof TEXT_FIELDS)[number];

export interface ArchiveText {
  readonly field: ArchiveTextField;
  /** With spaces between. */
  readonly words: string;
}

function field(name: string, value: string, type?: string): Element {
  return xml('field', { var: name, type }, xml('value', {}, value));
}

function buildForm({ with: peer, start, end, text }: ArchiveFilter): Element | undefined {
  if ([peer, start, end, text].every((part) => part === undefined)) return undefined;
  return xml(
    'x',
    { xmlns: NS.dataForms, type: 'submit' },
    field('FORM_TYPE', NS.archive, 'hidden'),
    peer === undefined ? undefined : field('with', peer),
    start === undefined ? undefined : field('start', new Date(start).toISOString()),
    end === undefined ? undefined : field('end', new Date(end).toISOString()),
    text === undefined ? undefined : field(text.field, text.words),
  );
}

/** Asks which fields an archive takes (4.1.5). */
export function buildFieldsQuery(): Element {
  return xml('query', { xmlns: NS.archive });
}

/** The field for words among those that an archive has told of; `undefined`: it is not searched by words. */
export function readTextField(answer: Element): ArchiveTextField | undefined {
  const query = childOf(answer, 'query', NS.archive);
  const form = query && childOf(query, 'x', NS.dataForms);
  const told = new Set((form === undefined ? [] : elementsOf(form)).map(({ attrs }) => attrs.var));
  return TEXT_FIELDS.find((one) => told.has(one));
}

/** One page of an archive (4.1 and 4.3). */
export function buildArchiveQuery(
  queryId: string,
  filter: ArchiveFilter,
  max: number,
  page: PageOf,
): Element {
  return xml('query', { xmlns: NS.archive, queryid: queryId }, buildForm(filter), buildResultSet(max, page));
}

/** A message as the archive has it. */
export interface ArchivedStanza {
  readonly queryId: string;
  /** The archive's id of the message (XEP-0359). */
  readonly id: string;
  readonly message: Element;
  /** When the archive took it in, milliseconds since 1970, never in the future. */
  readonly at: number;
}

/** Reads a `<result/>` that passed the guard (4.2); `undefined` for one without id or time. */
export function readArchived(stanza: Element, now: number): ArchivedStanza | undefined {
  const result = archivedOf(stanza);
  const message = result === undefined ? undefined : forwardedMessage(result);
  const forwarded = result && childOf(result, 'forwarded', NS.forward);
  const delay = forwarded && childOf(forwarded, 'delay', NS.delay);
  const at = delay && stampOf(delay);
  const { queryid, id } = result?.attrs ?? {};
  if (message === undefined || at === undefined || queryid === undefined || id === undefined)
    return undefined;
  if (id === '' || id.length > 512) return undefined;
  return { queryId: queryid, id, message, at: Math.min(at, now) };
}

/** The end of a page (4.2). */
export interface ArchiveEnd extends ResultSet {
  /** There is nothing more in the direction that was asked for. */
  readonly complete: boolean;
}

/** Reads the `<fin/>` of an answer; `undefined` where there is none. */
export function readArchiveEnd(answer: Element): ArchiveEnd | undefined {
  const fin = childOf(answer, 'fin', NS.archive);
  if (fin === undefined) return undefined;
  const { complete } = fin.attrs;
  return { ...readResultSet(fin), complete: complete === 'true' || complete === '1' };
}
