/** Messages as the records of an export. */
import { SEARCH_PAGE, type SearchHit } from '../../shared/chat-history-commands.ts';
import type { ChatMessage } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import { type ExportRecord, type ExportScope, MAX_EXPORT_RECORDS } from '../../shared/export-contract.ts';
import { EXPORT_DOCUMENT_TEXT } from '../../shared/export-text.ts';
import type { BareJid } from '../../shared/jid.ts';
import { parseQuery } from '../../shared/search-query.ts';
import { onlyFromServer } from '../../shared/server-hits.ts';
import type { LocalHistory } from './local-history.ts';
import { type MessagesInMemory, searchMemory } from './memory-search.ts';

/** Messages that are read from the file at a time. */
const PAGE = 500;

export interface ExportSource {
  readonly model: MessagesInMemory;
  readonly local: Pick<LocalHistory, 'isOpen' | 'search' | 'older' | 'failures'>;
  /** What the server's archives were found to have by a query; `undefined`: they were not searched by it. */
  readonly found: (query: string) => readonly SearchHit[] | undefined;
}

/** A year before 0 has another form, which no record may have. */
const iso = (at: number): string => new Date(Math.max(0, at)).toISOString();

export function recordOf(conversation: BareJid, message: ChatMessage): ExportRecord {
  const { versions = [], retraction, sender, shownAs, direction, delivery, board, pending } = message;
  // What waits the room does not know.
  const acknowledged = (message.acknowledgements ?? []).filter(({ waits }) => waits !== true);
  return {
    time: iso(message.at),
    conversation,
    sender: shownAs === undefined || shownAs === sender ? sender : `${shownAs} (${sender})`,
    own: direction === 'out',
    label: message.label?.text ?? '',
    text: message.body,
    ...(board === undefined ? {} : { board }),
    earlier: versions.slice(0, -1).map(({ at, body }) => ({ time: iso(at), text: body })),
    ...(retraction === undefined
      ? {}
      : {
          retracted: {
            time: iso(retraction.at),
            by:
              retraction.by === 'sender'
                ? EXPORT_DOCUMENT_TEXT.bySender
                : EXPORT_DOCUMENT_TEXT.byRoom(retraction.moderator),
            reason: retraction.reason ?? '',
            ...(pending?.some(({ type }) => type === 'retract') === true ? { waiting: true } : {}),
          },
        }),
    ...(acknowledged.length === 0
      ? {}
      : { acknowledged: acknowledged.map(({ at, name }) => ({ time: iso(at), by: name })) }),
    ...(delivery === undefined ? {} : { delivery }),
  };
}

/** Oldest first. Rejects with EXPORT_TOO_LARGE, or IPC_REFUSED for a query that cannot be understood. */
export async function exportRecords(
  source: ExportSource,
  scope: ExportScope,
): Promise<readonly ExportRecord[]> {
  const { failures } = source.local;
  const records =
    scope.kind === 'conversation'
      ? await ofConversation(source, scope.conversation)
      : await ofSearch(source, scope);
  // The card signs that this is all: what cannot be read is not left out in silence.
  if (source.local.failures !== failures) throw new AppError('HISTORY_STORE_FAILED');
  if (records.length > MAX_EXPORT_RECORDS)
    throw new AppError('EXPORT_TOO_LARGE', { limit: MAX_EXPORT_RECORDS });
  return records;
}

async function ofConversation(
  { model, local }: ExportSource,
  conversation: BareJid,
): Promise<readonly ExportRecord[]> {
  if (!local.isOpen) return [...model.log(conversation)].map((message) => recordOf(conversation, message));
  const records: ExportRecord[] = [];
  let before: string | undefined;
  while (records.length <= MAX_EXPORT_RECORDS) {
    const page = await local.older(conversation, PAGE, before);
    records.unshift(...page.map(({ message }) => recordOf(conversation, message)));
    before = page[0]?.message.id;
    if (before === undefined || page.length < PAGE) break;
  }
  return records;
}

async function ofSearch(
  { model, local, found }: ExportSource,
  { query: text, server }: Extract<ExportScope, { kind: 'search' }>,
): Promise<readonly ExportRecord[]> {
  // A last word that is complete is not a beginning any more.
  const parsed = parseQuery(`${text} `);
  const beyond = server === true ? found(text) : [];
  if (parsed.kind !== 'query' || beyond === undefined) throw new AppError('IPC_REFUSED');
  const hits: SearchHit[] = [];
  let from: number | undefined;
  do {
    const page = local.isOpen
      ? await local.search(parsed.query, SEARCH_PAGE, from)
      : searchMemory(model, parsed.query, from ?? 0);
    hits.push(...page.hits);
    from = page.next;
  } while (from !== undefined && hits.length <= MAX_EXPORT_RECORDS);
  const fresh = onlyFromServer(hits, beyond);
  const all = fresh.length === 0 ? hits : [...hits, ...fresh].sort((a, b) => b.message.at - a.message.at);
  return all.reverse().map(({ conversation, message }) => recordOf(conversation, message));
}
