/** Search and what is around a hit. */
import { type HistoryCommand, MAX_NEWER } from '../../shared/chat-history-commands.ts';
import { MAX_QUERY_LENGTH } from '../../shared/search-query.ts';
import { hasOnly, isCount, jidOf, MAX_ID_LENGTH, type Parsers, textOf } from './fields.ts';

export const HISTORY_PARSERS: Parsers<HistoryCommand> = {
  search: (fields) => {
    const query = textOf(fields.query, 1, MAX_QUERY_LENGTH);
    const { from } = fields;
    if (!hasOnly(fields, ['type', 'query', 'from']) || query === undefined) return undefined;
    if (from !== undefined && !isCount(from, 0, Number.MAX_SAFE_INTEGER)) return undefined;
    return { type: 'search', query, ...(from === undefined ? {} : { from }) };
  },
  'search-server': (fields) => {
    const query = textOf(fields.query, 1, MAX_QUERY_LENGTH);
    const { from } = fields;
    if (!hasOnly(fields, ['type', 'query', 'from']) || query === undefined) return undefined;
    if (from !== undefined && !isCount(from, 0, Number.MAX_SAFE_INTEGER)) return undefined;
    return { type: 'search-server', query, ...(from === undefined ? {} : { from }) };
  },
  'load-around': (fields) => {
    const conversation = jidOf(fields.conversation);
    const id = textOf(fields.id, 1, MAX_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'id'])) return undefined;
    if (conversation === undefined || id === undefined) return undefined;
    return { type: 'load-around', conversation, id };
  },
  'open-at': (fields) => {
    const conversation = jidOf(fields.conversation);
    const id = textOf(fields.id, 1, MAX_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'conversation', 'id'])) return undefined;
    if (conversation === undefined || id === undefined) return undefined;
    return { type: 'open-at', conversation, id };
  },
  'load-newer': (fields) => {
    const conversation = jidOf(fields.conversation);
    const after = textOf(fields.after, 1, MAX_ID_LENGTH);
    const { limit } = fields;
    if (!hasOnly(fields, ['type', 'conversation', 'after', 'limit'])) return undefined;
    if (conversation === undefined || after === undefined || !isCount(limit, 1, MAX_NEWER)) return undefined;
    return { type: 'load-newer', conversation, after, limit };
  },
};
